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
            # A console that knows fewer letters than the articles shows the others as escapes.
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:] if arguments is None else list(arguments))
    with suppress(OSError):  # the reader of a pipe may have left
        sys.stdout.flush()
    sys.stderr.flush()
    # All is closed and said; Chroma and ONNX Runtime would take 0.3 s more to take themselves apart.
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run ``qa`` and return its exit code; errors become one line, or one JSON object."""
    as_json = "--json" in arguments
    try:
        from qa.cli.commands import cli

        result = cli.main(arguments, prog_name="qa", standalone_mode=False)
        sys.stdout.flush()
        return int(result or ExitCode.ANSWERED)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.UsageError as problem:
        where = problem.ctx.command_path if problem.ctx else "qa"
        return _fail(problem.format_message().rstrip("."), f"See: {where} --help", ExitCode.USAGE, as_json)
    except QAError as problem:
        return _fail(problem.message, problem.hint, problem.exit_code, as_json)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click makes the latter of the former
        _drop_output()
        return ExitCode.ANSWERED
    except Exception as bug:
        if os.environ.get("QA_DEBUG"):
            raise
        if isinstance(bug, OSError):
            where = f": {bug.filename}" if bug.filename else ""
            return _fail(
                f"{bug.strerror or bug}{where}", "QA_DEBUG=1 shows where it happened.", ExitCode.FAILURE, as_json
            )
        message = f"{type(bug).__name__}: {bug}"
        hint = "This is a bug in qa: please report it, with what QA_DEBUG=1 shows."
        return _fail(message, hint, ExitCode.FAILURE, as_json)


def _fail(message: str, hint: str, code: int, as_json: bool) -> int:
    from qa.cli.output import print_json
    from qa.text.sanitizing import single_line

    if as_json:
        with suppress(OSError):  # stdout itself may be what failed
            print_json({"error": message, "hint": hint})
    else:
        click.echo(single_line(f"qa: {message}. {hint}"), err=True)
    return code


def _drop_output() -> None:
    """Let stdout lead nowhere: the reader of the pipe has left, and Python would complain again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
