"""Where a file format plugs in: one function per format, found by the file's suffix.

A new format (PDF, HTML) is one more function from bytes to text and encoding, and one more line in
``LOADERS``. It raises ``UnreadableFile`` for bytes that it can make nothing of.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from os.path import splitext

from qa.corpus.decoding import decode
from qa.errors import QAError

Reader = Callable[[bytes], tuple[str, str]]
"""The bytes of a file to its text and the name of its encoding."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
"""Characters that no prose holds; form feed, escape and next line (U+0085) do occur in it."""

_SAMPLE = 65_536
_TOLERATED = 0.05
"""Share of control characters above which a file is no text; random bytes have 0.2."""


class UnreadableFile(QAError):
    """A file that can not be read as an article; the message is the reason, for people."""


def read_text(data: bytes) -> tuple[str, str]:
    """Return plain text or Markdown as it stands, and its encoding.

    Raises:
        UnreadableFile: the bytes are not text.
    """
    text, encoding = decode(data)
    sample = text[:_SAMPLE]
    if "\0" in text or len(_CONTROL.findall(sample)) > _TOLERATED * len(sample):
        raise UnreadableFile("binary")
    return text, encoding


LOADERS: dict[str, Reader] = {
    ".markdown": read_text,
    ".md": read_text,
    ".text": read_text,
    ".txt": read_text,
}
"""Lower-case suffix to reader; files of other suffixes are no articles."""


def loader_for(path: str) -> Reader | None:
    """Return the reader for a file of this name, if there is one."""
    return LOADERS.get(splitext(path)[1].lower())
