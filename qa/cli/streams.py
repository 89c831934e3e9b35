"""The standard streams while a command runs: no text steers the terminal, and no stream changes what an exit code says.

Whatever is printed, by whichever command or library, passes ``SafeStream``. Escape sequences reach the terminal only if
they begin with ``ESCAPE``, which nobody outside this process can know.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TextIO, cast

from qa.errors import QAError
from qa.text.sanitizing import disarm

ESCAPE = "\x1b" + os.urandom(8).hex()
"""Begins an escape sequence of ours; the stream writes the escape character in its place."""


class SafeStream:
    """A text stream to a terminal, file or pipe that lets only escape sequences of ours through.

    A stream that nobody reads any more is no failure: what is written to it is lost, and the command goes on.

    Args:
        stream: where the text goes.
        is_essential: whether the text must arrive, unless its reader has left.
        clean: returns a text as it may be written.
    """

    def __init__(self, stream: TextIO, is_essential: bool, clean: Callable[[str], str] | None = None) -> None:
        self._stream = stream
        self._is_essential = is_essential
        self._clean = clean or _without_foreign_escapes
        self._is_lost = False

    @property
    def encoding(self) -> str:
        """The encoding of the stream."""
        return self._stream.encoding

    @property
    def errors(self) -> str | None:
        """How characters that the encoding lacks are written."""
        return self._stream.errors

    def isatty(self) -> bool:
        """Whether a terminal displays the text."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return the number of the file descriptor."""
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write a text without what would steer a terminal, and return its length.

        Raises:
            QAError: the stream is essential and cannot be written.
        """
        clean = self._clean(text)
        self._attempt(lambda: self._stream.write(clean))
        return len(text)

    def flush(self) -> None:
        """Write what is buffered.

        Raises:
            QAError: as for ``write()``.
        """
        self._attempt(self._stream.flush)

    @property
    def is_lost(self) -> bool:
        """Whether nobody reads the stream any more."""
        return self._is_lost

    def close(self) -> None:
        """Write what is buffered, and close the stream.

        Raises:
            QAError: as for ``write()``.
        """
        self.flush()
        self._attempt(self._stream.close)

    def unfiltered(self) -> SafeStream:
        """Return the same stream for a library that makes escape sequences itself, and cleans the texts in them."""
        return SafeStream(self._stream, self._is_essential, lambda text: text)

    def _attempt(self, write: Callable[[], object]) -> None:
        if self._is_lost:
            return
        try:
            write()
        except BrokenPipeError:
            self._is_lost = True
        except OSError as error:
            if self._is_essential:
                reason = error.strerror or str(error)
                raise QAError(f"The output cannot be written: {reason}", "Write it to another place.") from error


@contextmanager
def safe_streams() -> Iterator[None]:
    """Replace stdout and stderr by safe streams."""
    stdout, stderr = sys.stdout, sys.stderr
    sys.stdout = cast(TextIO, SafeStream(stdout, is_essential=True))
    sys.stderr = cast(TextIO, SafeStream(stderr, is_essential=False))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = stdout, stderr


def unfiltered(stream: TextIO) -> TextIO:
    """Return a standard stream as it is for a library that makes escape sequences itself."""
    return cast(TextIO, stream.unfiltered()) if isinstance(stream, SafeStream) else stream


def is_read(stream: TextIO) -> bool:
    """Whether somebody may still read what is written to a standard stream."""
    return not (isinstance(stream, SafeStream) and stream.is_lost)


def prepare_streams() -> None:
    """Open the standard streams that were closed on the null device, and let no character fail in any encoding.

    A closed stream's number would otherwise go to the next file that is opened, an index for example.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # The lowest number that is free, which is that of this stream.
            opened = open(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8")  # noqa: PTH123, SIM115
            setattr(sys, name, opened)
            setattr(sys, f"__{name}__", opened)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _without_foreign_escapes(text: str) -> str:
    return "\x1b".join(map(disarm, text.split(ESCAPE)))
