"""The folder of articles: which files it holds, and how one becomes a Document or a text.

Nothing here writes. ``Corpus.files()`` runs before every question, so only it is on the fast path;
what reads articles in depth is imported when the first one is read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from qa.corpus.loaders import UnreadableFile, loader_for
from qa.datatypes import Document
from qa.errors import CorpusError, UsageError

__all__ = ["Corpus", "FileState", "UnreadableFile"]

MAX_BYTES = 5_000_000
"""Longer files are no articles."""


class FileState(NamedTuple):
    """What tells, without reading it, that a file changed."""

    size: int
    """Bytes on disk."""
    mtime_ns: int
    """Time of last change, nanoseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of articles, read only."""

    root: Path
    """The folder."""
    max_bytes: int = MAX_BYTES
    """Longer files are unreadable."""

    def files(self) -> dict[str, FileState]:
        """Return the articles by path relative to the root, sorted; hidden ones do not count.

        Raises:
            CorpusError: the root is missing, is not a folder or can not be listed.
        """
        if not self.root.is_dir():
            problem = "is not a folder" if self.root.exists() else "does not exist"
            raise self._error(problem)
        if not os.access(self.root, os.R_OK | os.X_OK):
            raise self._error("can not be listed: permission denied")
        return dict(sorted(_walk(str(self.root), "", os.path.realpath(self.root))))

    def require_files(self) -> dict[str, FileState]:
        """Return what ``files()`` does, at least one.

        Raises:
            CorpusError: as ``files()``, or there is no article in the folder.
        """
        found = self.files()
        if not found:
            raise self._error("holds no article (.txt or .md)")
        return found

    def read(self, path: str) -> Document:
        """Read the article at ``path`` and find what it says about itself.

        Raises:
            UnreadableFile: it is empty, binary, too long, gone, forbidden or outside the corpus.
        """
        from qa.corpus.metadata import describe

        data, state = self._bytes(path)
        text, encoding = _decoded(path, data)
        about = describe(text)
        return Document(
            path=path,
            text=text,
            encoding=encoding,
            content_hash=hashlib.sha256(data).hexdigest(),
            size=state.size,
            mtime_ns=state.mtime_ns,
            title=about.title,
            source=about.source,
            published=about.published,
            body_start=about.body_start,
            has_title=about.has_title,
        )

    def show(self, path: str) -> Document:
        """Read the article at ``path`` for somebody who named it.

        Raises:
            UsageError: it can not be read.
        """
        try:
            return self.read(path)
        except UnreadableFile as problem:
            raise UsageError(
                f"{path} can not be shown: {problem.message}", "qa status lists what is indexed."
            ) from None

    def text(self, path: str) -> str:
        """Return the text of the article at ``path`` exactly as it is indexed.

        Raises:
            UnreadableFile: as ``read()``.
        """
        return _decoded(path, self._bytes(path)[0])[0]

    def _bytes(self, path: str) -> tuple[bytes, FileState]:
        try:
            real = self._inside(path)
            with open(real, "rb", opener=_without_waiting) as file:
                status = os.fstat(file.fileno())
                if not S_ISREG(status.st_mode):
                    raise UnreadableFile("not a regular file")
                data = file.read(self.max_bytes + 1)
        except FileNotFoundError:
            raise UnreadableFile("gone") from None
        except PermissionError:
            raise UnreadableFile("permission denied") from None
        except OSError as error:
            raise UnreadableFile(error.strerror or str(error)) from None
        if len(data) > self.max_bytes:
            raise UnreadableFile(f"longer than {self.max_bytes:,} bytes")
        return data, FileState(status.st_size, status.st_mtime_ns)

    def _inside(self, path: str) -> str:
        """Return the real place of ``path``, links followed, if that is below the root."""
        root = os.path.realpath(self.root)
        if "\0" in path or not _is_below(real := os.path.realpath(os.path.join(root, path)), root):
            raise UnreadableFile("outside the corpus")
        return real

    def _error(self, problem: str) -> CorpusError:
        return CorpusError(f"The corpus {self.root} {problem}", "Name the folder of your articles with --corpus DIR")


def _walk(folder: str, prefix: str, root: str) -> Iterator[tuple[str, FileState]]:
    """Yield the articles below ``folder``; what vanishes or is forbidden meanwhile is left out."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        name = prefix + entry.name
        if entry.name.startswith(".") or not _is_printable_name(name):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{name}/", root)
            elif loader_for(name) and entry.is_file() and _stays_below(entry, root):
                status = entry.stat()
                yield name, FileState(status.st_size, status.st_mtime_ns)
        except OSError:
            continue


def _is_printable_name(name: str) -> bool:
    """Whether the name is Unicode; others can neither be stored nor shown."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _stays_below(entry: os.DirEntry[str], root: str) -> bool:
    return not entry.is_symlink() or _is_below(os.path.realpath(entry.path), root)


def _is_below(real: str, root: str) -> bool:
    return real.startswith(root.rstrip(os.sep) + os.sep)


def _without_waiting(path: str, flags: int) -> int:
    """Open so that a named pipe in place of an article does not block."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _decoded(path: str, data: bytes) -> tuple[str, str]:
    reader = loader_for(path)
    if reader is None:
        raise UnreadableFile("no reader for this kind of file")
    text, encoding = reader(data)
    if not text.strip():
        raise UnreadableFile("empty")
    return text, encoding
