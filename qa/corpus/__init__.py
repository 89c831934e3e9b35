"""The folder of articles: lists its files and reads each as a ``Document`` or as plain text.

Nothing here writes. ``Corpus.files()`` runs before every question, so the modules that parse articles
are imported only when the first article is read.
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
"""Larger files are not treated as articles."""


class FileState(NamedTuple):
    """Shows whether a file changed, without reading it."""

    size: int
    """Bytes on disk."""
    mtime_ns: int
    """Modification time, nanoseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of articles; read-only."""

    root: Path
    """The folder."""
    max_bytes: int = MAX_BYTES
    """Larger files count as unreadable."""

    def files(self) -> dict[str, FileState]:
        """Return the articles by path relative to the root, sorted; hidden files and folders are ignored.

        Raises:
            CorpusError: the root is missing, is not a folder or cannot be listed.
        """
        if not self.root.is_dir():
            problem = "is not a folder" if self.root.exists() else "does not exist"
            raise self._error(problem)
        if not os.access(self.root, os.R_OK | os.X_OK):
            raise self._error("cannot be listed: permission denied")
        return dict(sorted(_articles_below(str(self.root), "", os.path.realpath(self.root))))

    def require_files(self) -> dict[str, FileState]:
        """Return the same as ``files()``, but require at least one.

        Raises:
            CorpusError: as for ``files()``, or the folder contains no articles.
        """
        files = self.files()
        if not files:
            raise self._error("contains no articles (.txt or .md)")
        return files

    def read(self, path: str) -> Document:
        """Read the article at ``path`` and extract its metadata.

        Raises:
            UnreadableFile: it is empty, binary, too large, missing, unsupported, forbidden or outside the corpus.
        """
        from qa.corpus.metadata import describe

        data, state = self._bytes(path)
        text, encoding = _decoded(path, data)
        metadata = describe(text)
        return Document(
            path=path,
            text=text,
            encoding=encoding,
            content_hash=hashlib.sha256(data).hexdigest(),
            size=state.size,
            mtime_ns=state.mtime_ns,
            title=metadata.title,
            source=metadata.source,
            published=metadata.published,
            body_start=metadata.body_start,
            has_title=metadata.has_title,
        )

    def show(self, path: str) -> Document:
        """Read an article that the user named by its ``path``.

        Raises:
            UsageError: it cannot be read.
        """
        try:
            return self.read(path)
        except UnreadableFile as problem:
            hint = "To see which files are skipped and why, run: qa status"
            raise UsageError(f"{path} cannot be shown: {problem.message}", hint) from None

    def text(self, path: str) -> str:
        """Return the text of the article at ``path`` exactly as it is indexed.

        Raises:
            UnreadableFile: as for ``read()``.
        """
        return _decoded(path, self._bytes(path)[0])[0]

    def _bytes(self, path: str) -> tuple[bytes, FileState]:
        try:
            real = self._resolved(path)
            with open(real, "rb", opener=_open_nonblocking) as file:
                status = os.fstat(file.fileno())
                if not S_ISREG(status.st_mode):
                    raise UnreadableFile("not a regular file")
                data = file.read(self.max_bytes + 1)
        except FileNotFoundError:
            raise UnreadableFile("file not found") from None
        except PermissionError:
            raise UnreadableFile("permission denied") from None
        except OSError as error:
            raise UnreadableFile(error.strerror or str(error)) from None
        if len(data) > self.max_bytes:
            raise UnreadableFile(f"longer than {self.max_bytes:,} bytes")
        return data, FileState(status.st_size, status.st_mtime_ns)

    def _resolved(self, path: str) -> str:
        """Return the real path of ``path``, with links followed, if it is below the root."""
        root = os.path.realpath(self.root)
        if "\0" in path or not _is_below(real := os.path.realpath(os.path.join(root, path)), root):
            raise UnreadableFile("outside the corpus")
        return real

    def _error(self, problem: str) -> CorpusError:
        return CorpusError(f"The corpus {self.root} {problem}", "Choose the folder of your articles with --corpus DIR")


def _articles_below(folder: str, prefix: str, root: str) -> Iterator[tuple[str, FileState]]:
    """Yield the articles below ``folder``, omitting those that disappear meanwhile or cannot be accessed."""
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
                yield from _articles_below(entry.path, f"{name}/", root)
            elif loader_for(name) and entry.is_file() and _stays_below(entry, root):
                status = entry.stat()
                yield name, FileState(status.st_size, status.st_mtime_ns)
        except OSError:
            continue


def _is_printable_name(name: str) -> bool:
    """Whether the name is valid Unicode; other names can be neither stored nor shown."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _stays_below(entry: os.DirEntry[str], root: str) -> bool:
    return not entry.is_symlink() or _is_below(os.path.realpath(entry.path), root)


def _is_below(real: str, root: str) -> bool:
    return real.startswith(root.rstrip(os.sep) + os.sep)


def _open_nonblocking(path: str, flags: int) -> int:
    """Open ``path`` without blocking if it is a named pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _decoded(path: str, data: bytes) -> tuple[str, str]:
    load = loader_for(path)
    if load is None:
        raise UnreadableFile("unsupported file type")
    text, encoding = load(data)
    if not text.strip():
        raise UnreadableFile("empty")
    return text, encoding
