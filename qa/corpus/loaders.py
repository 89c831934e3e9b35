"""Loaders of file formats: one function per format, selected by the file's suffix.

To support another format (PDF, HTML), add a function from bytes to text and encoding, and a line in
``LOADERS``. It raises ``UnreadableFile`` for bytes that it cannot interpret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from os.path import splitext

from qa.corpus.decoding import decode
from qa.errors import QAError

Loader = Callable[[bytes], tuple[str, str]]
"""Converts the bytes of a file to its text and the name of its encoding."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
"""Characters that do not occur in prose; form feed, escape and next line (U+0085) do."""

_SAMPLE = 65_536
_TOLERATED = 0.05
"""Fraction of control characters above which a file is not text; random bytes contain 0.2."""


class UnreadableFile(QAError):
    """A file that cannot be read as an article; the message is a human-readable reason."""

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass
        """Whether the same file may be readable later; if not, its content is the reason."""


def read_text(data: bytes) -> tuple[str, str]:
    """Return plain text or Markdown unchanged, and its encoding.

    Raises:
        UnreadableFile: the bytes are not text.
    """
    text, encoding = decode(data)
    sample = text[:_SAMPLE]
    if "\0" in text or len(_CONTROL.findall(sample)) > _TOLERATED * len(sample):
        raise UnreadableFile("binary")
    return text, encoding


LOADERS: dict[str, Loader] = {
    ".markdown": read_text,
    ".md": read_text,
    ".text": read_text,
    ".txt": read_text,
}
"""Loaders by lower-case suffix; files with other suffixes are not articles."""


def loader_for(path: str) -> Loader | None:
    """Return the loader for a file of this name, if there is one."""
    return LOADERS.get(splitext(path)[1].lower())
