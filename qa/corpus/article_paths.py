"""Paths of articles: that of the file, and in a file of several, such as a mailbox, ``FILE#NUMBER``.

A file whose own name ends so has no suffix that is read, so a path means one thing.
"""

from __future__ import annotations

import re

from qa.corpus.formats import format_of

_NUMBERED = re.compile(r"(?P<file>.+)#(?P<number>[1-9]\d{0,8})", re.DOTALL)


def article_path(file: str, number: int) -> str:
    """Return the path of the article of this number in a file; 0 for the only one."""
    return f"{file}#{number}" if number else file


def file_of(path: str) -> str:
    """Return the path of the file that has the article at ``path``."""
    return _split(path)[0]


def number_of(path: str) -> int:
    """Return which article of its file is at ``path``, from 1; 0 for the only one."""
    return _split(path)[1]


def _split(path: str) -> tuple[str, int]:
    match = _NUMBERED.fullmatch(path) if "#" in path else None
    if match is None or format_of(match["file"]) is None:
        return path, 0
    return match["file"], int(match["number"])
