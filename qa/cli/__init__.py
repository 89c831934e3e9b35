"""The command ``qa``: runs a command and turns every outcome into an exit code.

stdout carries the answer or one JSON object; everything else goes to stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper

import click

from qa.errors import ExitCode, QAError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``qa`` with ``arguments`` (default: those of the process) and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Characters that the console's encoding lacks are printed as escapes.
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:] if arguments is None else list(arguments))
    with suppress(OSError):  # the reader of a pipe may have exited
        sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed by now; unloading Chroma and ONNX Runtime would take another 0.3 s.
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run ``qa`` and return its exit code; errors become one line, or one JSON object."""
    as_json = "--json" in arguments
    try:
        from qa.cli.commands import cli

        result = cli.main(arguments, prog_name="qa", standalone_mode=False)
        sys.stdout.flush()
        return int(result or ExitCode.ANSWERED)
    except click.exceptions.Exit as error:
        return error.exit_code
    except QAError as error:
        return _report(error, as_json)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click turns the former into the latter
        _discard_output()
        return ExitCode.ANSWERED
    except Exception as error:
        if os.environ.get("QA_DEBUG"):
            raise
        return _report(_unexpected(error), as_json)


def _unexpected(error: Exception) -> QAError:
    if isinstance(error, OSError):
        file = f": {error.filename}" if error.filename else ""
        return QAError(f"{error.strerror or error}{file}", "Set QA_DEBUG=1 to see the traceback.")
    hint = "This is a bug in qa: please report it with the traceback that QA_DEBUG=1 shows."
    return QAError(f"{type(error).__name__}: {error}", hint)


def _report(error: QAError, as_json: bool) -> int:
    """Print an error as JSON on stdout, or as one line on stderr, and return its exit code."""
    from qa.cli.output import print_json
    from qa.text.sanitizing import single_line

    if as_json:
        with suppress(OSError):  # stdout itself may be what failed
            print_json({"error": error.message, "hint": error.hint})
    else:
        click.echo(single_line(f"qa: {error.message}. {error.hint}"), err=True)
    return error.exit_code


def _discard_output() -> None:
    """Redirect stdout to the null device: the pipe is closed, and Python would report that again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
