"""The folder of articles: lists its files and reads each as a ``Document`` or as plain text.

Nothing here writes. ``Corpus.files()`` runs before every question, so the modules that parse articles
are imported only when the first article is read.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.corpus.file_states import FileState
from qa.corpus.left_out import LeftOut
from qa.corpus.listing import Listing, identity_of, is_below, leads_through_folders, list_corpus
from qa.corpus.loaders import UnreadableFile, loader_for
from qa.corpus.reading import read_file, reason_of
from qa.datatypes import Document
from qa.errors import CorpusError, UsageError

if TYPE_CHECKING:
    from qa.settings import Settings

__all__ = ["Corpus", "FileState", "LeftOut", "Listing", "UnreadableFile"]

MAX_BYTES = 5_000_000
"""Larger files are not treated as articles."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of articles; read-only."""

    root: Path
    """The folder."""
    max_bytes: int = MAX_BYTES
    """Larger files count as unreadable."""
    follow_links: bool = False
    """Whether links may lead to files and folders outside the corpus."""
    read_comments: bool = False
    """Whether what writers hid in comments is read too."""

    @classmethod
    def configured(cls, settings: Settings) -> Corpus:
        """Return the corpus that the settings name.

        Raises:
            CorpusError: they name none.
        """
        return cls(settings.corpus_root, follow_links=settings.follow_links, read_comments=settings.read_comments)

    def scan(self) -> Listing:
        """List the articles, what is skipped, and what is left out; nothing is read.

        Raises:
            CorpusError: the root is missing, is not a folder or cannot be listed.
        """
        if not self.root.is_dir():
            problem = "is not a folder" if self.root.exists() else "does not exist"
            raise self._error(problem)
        try:
            return list_corpus(str(self.root), self.follow_links)
        except OSError as error:
            raise self._error(f"cannot be listed: {reason_of(error)}") from None

    def require_present(self, listing: Listing) -> None:
        """Check that the folder that was listed is still there.

        Raises:
            CorpusError: it is missing, or another one is in its place, as when a drive is unmounted.
        """
        with suppress(OSError):
            if identity_of(str(self.root)) == listing.folder:
                return
        raise CorpusError(f"The corpus {self.root} vanished while it was read", "Try again when it is there.")

    def files(self) -> dict[str, FileState]:
        """Return the articles by path relative to the root, sorted; hidden files and folders are ignored.

        Raises:
            CorpusError: as for ``scan()``.
        """
        return self.scan().files

    def require_articles(self) -> Listing:
        """Return the same as ``scan()``, but require at least one article.

        Raises:
            CorpusError: as for ``scan()``, or the folder contains no articles.
        """
        listing = self.scan()
        if not listing.files:
            skipped = "; ".join(f"{file.path}: {file.reason}" for file in listing.skipped[:3])
            raise self._error(f"contains no articles (.txt or .md){f' ({skipped})' if skipped else ''}")
        return listing

    def require_files(self) -> dict[str, FileState]:
        """Return the same as ``files()``, but require at least one.

        Raises:
            CorpusError: as for ``require_articles()``.
        """
        return self.require_articles().files

    def read(self, path: str) -> Document:
        """Read the article at ``path`` and extract its metadata.

        Raises:
            UnreadableFile: it is empty, binary, too large, missing, unsupported, forbidden or outside the corpus.
        """
        from qa.corpus.blocks import blocks_of
        from qa.corpus.metadata import describe

        data, state = self._bytes(path)
        text, encoding = _decoded(path, data)
        metadata = describe(text, path)
        blocks = blocks_of(path, text, metadata.body_start, self.read_comments)
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
            fields=metadata.fields,
            notice=metadata.notice,
            blocks=tuple(blocks),
            ctime_ns=state.ctime_ns,
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

    def require_accessible(self, path: str) -> None:
        """Check that the file at ``path`` can be read now, whatever its content.

        Raises:
            UnreadableFile: it cannot.
        """
        self._read(path, 0)

    def fingerprint(self, path: str) -> tuple[str, FileState]:
        """Return the content hash of the article at ``path``, and the state to record for it.

        Raises:
            UnreadableFile: as for ``read()``.
        """
        data, state = self._bytes(path)
        _decoded(path, data)
        return hashlib.sha256(data).hexdigest(), state

    def _bytes(self, path: str) -> tuple[bytes, FileState]:
        data, state = self._read(path, self.max_bytes)
        if len(data) > self.max_bytes:
            raise UnreadableFile(f"longer than {self.max_bytes:,} bytes")
        return data, state

    def _read(self, path: str, max_bytes: int) -> tuple[bytes, FileState]:
        return read_file(str(self.root), path, lambda: self._resolved(path), max_bytes)

    def _resolved(self, path: str) -> str:
        """Return the real path of ``path``, with links followed, if it is below the root or a link may leave it."""
        root = os.path.realpath(self.root)
        if is_file_name(path):
            real = os.path.realpath(os.path.join(root, path))
            if is_below(real, root) or (self.follow_links and leads_through_folders(path)):
                return real
        raise UnreadableFile("outside the corpus", may_pass=True)

    def _error(self, problem: str) -> CorpusError:
        return CorpusError(f"The corpus {self.root} {problem}", "Choose the folder of your articles with --corpus DIR")


def is_file_name(path: str) -> bool:
    """Whether a file can have this path: it has neither a null character nor a character that no system can encode."""
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def _decoded(path: str, data: bytes) -> tuple[str, str]:
    load = loader_for(path)
    if load is None:
        raise UnreadableFile("unsupported file type")
    text, encoding = load(data)
    if not text.strip():
        raise UnreadableFile("empty")
    return text, encoding
