"""The command ``qa``: runs a command and turns every outcome into an exit code.

stdout carries the answer or one JSON object; everything else goes to stderr. The exit code says what the command found
out, whoever reads the streams; only if stdout cannot be written although somebody should read it, it is a failure.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from qa.cli.streams import prepare_streams, safe_streams
from qa.errors import ExitCode, QAError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``qa`` with ``arguments`` (default: those of the process) and exit with its code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it was ignored when qa was started
        signal.signal(signal.SIGINT, _interrupt)
    prepare_streams()
    code = run(sys.argv[1:] if arguments is None else list(arguments))
    # Everything is closed by now; unloading Chroma and ONNX Runtime would take another 0.3 s.
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run ``qa`` and return its exit code; errors become one line, or one JSON object."""
    with safe_streams():
        return _run(arguments, "--json" in arguments)


def _run(arguments: list[str], as_json: bool) -> int:
    import click

    try:
        from qa.cli.commands import cli

        completion = os.environ.get("_QA_COMPLETE")
        if completion:
            from qa.cli.completion import respond

            result = respond(completion, cli)
        else:
            result = cli.main(arguments, prog_name="qa", standalone_mode=False)
        sys.stdout.flush()
        return int(result or ExitCode.ANSWERED)
    except BaseException as error:  # a panic of Chroma is no Exception
        cause = _cause(error) if isinstance(error, (click.Abort, SystemExit)) else error
        if isinstance(cause, KeyboardInterrupt):
            click.echo("Interrupted.", err=True)
            return ExitCode.INTERRUPTED
        if os.environ.get("QA_DEBUG") and not isinstance(cause, QAError):
            import traceback

            traceback.print_exception(cause)
            return ExitCode.FAILURE
        return _report(cause if isinstance(cause, QAError) else _unexpected(cause), as_json)


def _cause(error: BaseException) -> BaseException:
    """Return what click has turned into ``error``: an interrupt, the end of a file, or a closed connection."""
    return error.__cause__ or error.__context__ or error


def _unexpected(error: BaseException) -> QAError:
    if isinstance(error, OSError):
        file = f": {error.filename}" if error.filename else ""
        return QAError(f"{error.strerror or error}{file}", "Set QA_DEBUG=1 to see the traceback.")
    hint = "This is a bug in qa: please report it with the traceback that QA_DEBUG=1 shows."
    return QAError(f"{type(error).__name__}: {error}", hint)


def _report(error: QAError, as_json: bool) -> int:
    """Print an error as JSON on stdout, or as one line on stderr, and return its exit code."""
    import click

    from qa.cli.output import print_json
    from qa.text.sanitizing import single_line

    line = single_line(f"qa: {error.message}. {error.hint}")
    if not as_json:
        click.echo(line, err=True)
        return error.exit_code
    try:
        print_json({"error": error.message, "hint": error.hint})
    except QAError:  # stdout itself is what failed
        click.echo(line, err=True)
    return error.exit_code


def _interrupt(*_: object) -> None:
    """End the process at once, as a kill would: an exception could be lost in a library, or in a destructor.

    Nothing has to be finished, since an index, like any file of qa, is replaced in one step.
    """
    with suppress(OSError):
        # On a terminal, it takes the place of the progress display.
        os.write(2, b"\r\x1b[JInterrupted.\n" if os.isatty(2) else b"Interrupted.\n")
    os._exit(ExitCode.INTERRUPTED)
