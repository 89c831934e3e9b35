"""Conflict copies: files that a synchronizing program, a file manager or an editor made of another article.

Each program marks its copies in the file name. A name proves nothing by itself, since "Chapter (1)" may be a chapter:
a file is a copy only if the original is beside it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from datetime import date
from os.path import splitext

_BRACKETED = re.compile(
    r"[^()]*(?:conflicted copy|(?:case|encoding|sync|white ?space) conflict)\b(?:[^()]|\([^()]*\))*\)", re.IGNORECASE
)
"""What Dropbox, Nextcloud and Obsidian Sync write after an opening bracket, with device, date and number."""

_COPIES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<original>.+?)(?P<mark>\.sync-conflict-\d{8}-\d{6}(?:-[A-Z0-9]{7})?)",  # Syncthing
        r"(?P<original>.+?)(?P<mark>_conflict-\d{8}-\d{6})",  # ownCloud
        r"(?P<mark>copy (?:\([1-9]\d?\) )?of )(?P<original>.+)",  # Google Drive
        r"(?P<original>.+?)(?P<mark> copy(?: [1-9]\d?)?)",  # Finder
        r"(?P<original>.+?)(?P<mark> - copy(?: \([1-9]\d?\))?)",  # Windows
        r"(?P<original>.+?)(?P<mark> ?\([1-9]\d?\))",  # downloads; a longer number may be a year
        r"(?P<original>.+?)(?P<mark>-(?:DESKTOP|LAPTOP)-[A-Z0-9]{4,15}(?:-[1-9]\d?)?)",  # OneDrive
        r"(?P<original>.+?)(?P<mark>\.(?:bak|backup|orig)|~)",  # editors
    )
)
"""The names of copies, without folder and suffix."""

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)-?(\d\d)-?(\d\d)")


def copy_of(path: str, paths: Container[str]) -> str | None:
    """Return which of the articles at ``paths`` the article at ``path`` is a conflict copy of, or None.

    A copy of a copy counts as a copy of the first original that is there.
    """
    stem, folder, suffix = _split(path)
    original, names = None, [stem]
    for name in names:  # grows while it is read
        for earlier, _ in _originals(name):
            if earlier in names:
                continue
            names.append(earlier)
            if f"{folder}{earlier}{suffix}" in paths:
                original = f"{folder}{earlier}{suffix}"
    return original


def copy_date(path: str) -> date | None:
    """Return the day on which a conflict copy was made, if its name says so; dates of the original do not count."""
    names = [_split(path)[0]]
    for name in names:  # grows while it is read
        for earlier, mark in _originals(name):
            for match in _DATE.finditer(mark):
                try:
                    return date(*map(int, match.groups()))
                except ValueError:
                    continue
            if earlier not in names:
                names.append(earlier)
    return None


def _split(path: str) -> tuple[str, str, str]:
    """Return the name without its suffix, the folder with its slash, and the suffix."""
    folder, slash, name = path.rpartition("/")
    stem, suffix = splitext(name)
    return stem, folder + slash, suffix


def _originals(stem: str) -> Iterator[tuple[str, str]]:
    """Yield every name of which ``stem`` may be the name of a copy, and the mark that makes it one."""
    for bracket in re.finditer(r" ?\(", stem):
        if bracket.start() and _BRACKETED.fullmatch(stem, bracket.end()):
            yield stem[: bracket.start()], stem[bracket.start() :]
    for pattern in _COPIES:
        match = pattern.fullmatch(stem)
        if match:
            yield match["original"], match["mark"]
