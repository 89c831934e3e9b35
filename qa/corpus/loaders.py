"""Text files, which are articles as they are: plain text and Markdown, in any usual encoding."""

from __future__ import annotations

import re

from qa.corpus.decoding import decode
from qa.errors import QAError

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
    if is_binary(text):
        raise UnreadableFile("binary")
    return text, encoding


def is_binary(text: str) -> bool:
    """Whether what was decoded as text is none."""
    sample = text[:_SAMPLE]
    return "\0" in text or len(_CONTROL.findall(sample)) > _TOLERATED * len(sample)


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a text file, and its encoding.

    Raises:
        UnreadableFile: it is empty or no text.
    """
    text, encoding = read_text(data)
    if not text.strip():
        raise UnreadableFile("empty")
    return text, encoding


TEXT_SUFFIXES = (".markdown", ".md", ".text", ".txt")
"""Lower-case suffixes of files that are articles as they are; see ``formats`` for all others."""


def is_text(path: str) -> bool:
    """Whether a file of this name is plain text or Markdown."""
    return path.lower().endswith(TEXT_SUFFIXES)
