"""The folder of articles: lists its files and reads each as a ``Document`` or as plain text.

Nothing here writes. ``Corpus.files()`` runs before every question, so the modules that parse articles
are imported only when the first article is read.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa.corpus.article_paths import article_path, file_of, number_of
from qa.corpus.file_states import FileState
from qa.corpus.formats import MAX_BYTES as MAX_EXTRACTED_BYTES
from qa.corpus.formats import format_name
from qa.corpus.left_out import LeftOut
from qa.corpus.listing import Listing, identity_of, is_below, leads_through_folders, list_corpus
from qa.corpus.loaders import UnreadableFile, decoded, is_text
from qa.corpus.reading import read_file, reason_of
from qa.datatypes import Document, Locator
from qa.errors import CorpusError, UsageError

if TYPE_CHECKING:
    from qa.corpus.fields import Head
    from qa.corpus.formats.store import ExtractStore
    from qa.settings import Settings

__all__ = ["Corpus", "FileState", "LeftOut", "Listing", "UnreadableFile", "article_path", "file_of"]

EXTRACTS = "extracts"
"""Folder of the index for what was extracted from files that are not plain text."""
MAX_BYTES = 5_000_000
"""Larger text files are not treated as articles."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of articles; read-only."""

    root: Path
    """The folder."""
    max_bytes: int = MAX_BYTES
    """Larger text files count as unreadable."""
    follow_links: bool = False
    """Whether links may lead to files and folders outside the corpus."""
    read_comments: bool = False
    """Whether what writers hid in comments is read too."""
    extracts: ExtractStore | None = None
    """Where to keep what was extracted from files that are not plain text; None to extract it each time."""

    @classmethod
    def configured(cls, settings: Settings) -> Corpus:
        """Return the corpus that the settings name.

        Raises:
            CorpusError: they name none.
        """
        from qa.corpus.formats.store import ExtractStore

        return cls(
            settings.corpus_root,
            follow_links=settings.follow_links,
            read_comments=settings.read_comments,
            extracts=ExtractStore(settings.index_root / EXTRACTS),
        )

    def scan(self) -> Listing:
        """List the articles, what is skipped, and what is left out; nothing is read.

        Raises:
            CorpusError: the root is missing, is not a folder or cannot be listed.
        """
        self.require_folder()
        try:
            return list_corpus(str(self.root), self.follow_links)
        except OSError as error:
            raise self._error(f"cannot be listed: {reason_of(error)}") from None

    def require_folder(self) -> None:
        """Check that the corpus is there, without listing it.

        Raises:
            CorpusError: the root is missing, or is not a folder.
        """
        if not self.root.is_dir():
            problem = "is not a folder" if self.root.exists() else "does not exist"
            raise self._error(problem)

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
            missing = listing.left_out.missing_in_words()
            details = "; ".join(filter(None, (missing, skipped)))
            raise self._error(f"contains no articles that can be read{f' ({details})' if details else ''}")
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
        return self._documents(file_of(path), number_of(path))[0]

    def read_file(self, path: str) -> list[Document]:
        """Read all articles of the file at ``path``; there is one unless it is a mailbox or a list of records.

        Raises:
            UnreadableFile: as for ``read()``.
        """
        return self._documents(path)

    def _documents(self, path: str, number: int | None = None) -> list[Document]:
        """Read the articles of a file, or the one of this number."""
        data, state = self._bytes(path)
        content_hash = hashlib.sha256(data).hexdigest()
        if is_text(path):
            text, encoding = decoded(data)
            return [self._document(path, text, encoding, content_hash, state)]
        from qa.corpus.extraction import assembled

        documents = []
        for extract, made in assembled(path, data, content_hash, self.extracts, number):
            article = article_path(path, extract.number)
            document = self._document(article, made.text, format_name(path), content_hash, state, made.head)
            documents.append(replace(document, blocks=made.blocks, locators=made.locators))
        return documents

    def _document(
        self, path: str, text: str, encoding: str, content_hash: str, state: FileState, head: Head | None = None
    ) -> Document:
        """Return a text with its metadata, and its blocks unless ``head`` is what was extracted."""
        from qa.corpus.blocks import blocks_of
        from qa.corpus.metadata import describe

        metadata = describe(text, file_of(path), head)
        blocks = () if head else tuple(blocks_of(path, text, metadata.body_start, self.read_comments))
        return Document(
            path=path,
            text=text,
            encoding=encoding,
            content_hash=content_hash,
            size=state.size,
            mtime_ns=state.mtime_ns,
            title=metadata.title,
            source=metadata.source,
            published=metadata.published,
            body_start=metadata.body_start,
            has_title=metadata.has_title,
            fields=metadata.fields,
            notice=metadata.notice,
            blocks=blocks,
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
        return self.located_text(path)[0]

    def located_text(self, path: str) -> tuple[str, tuple[Locator, ...]]:
        """Return the text of the article at ``path``, and where a person finds its parts if it was extracted.

        Raises:
            UnreadableFile: as for ``read()``.
        """
        file = file_of(path)
        data, _ = self._bytes(file)
        if is_text(file):
            return decoded(data)[0], ()
        from qa.corpus.extraction import assembled

        content_hash = hashlib.sha256(data).hexdigest()
        _, made = assembled(file, data, content_hash, self.extracts, number_of(path))[0]
        return made.text, made.locators

    def release(self) -> None:
        """Give back the memory that reading files of other formats than text has taken."""
        worker = sys.modules.get("qa.corpus.formats.worker")
        if worker:
            worker.stop()

    def require_accessible(self, path: str) -> None:
        """Check that the file at ``path`` can be read now, whatever its content.

        Raises:
            UnreadableFile: it cannot.
        """
        self._read(path, 0)

    def fingerprint(self, path: str) -> tuple[str, FileState]:
        """Return the content hash of the file of an article, and the state to record for it; nothing is extracted.

        Raises:
            UnreadableFile: as for ``read()``.
        """
        data, state = self._bytes(file_of(path))
        if is_text(path):
            decoded(data)
        return hashlib.sha256(data).hexdigest(), state

    def _bytes(self, path: str) -> tuple[bytes, FileState]:
        max_bytes = self.max_bytes if is_text(path) else MAX_EXTRACTED_BYTES
        data, state = self._read(path, max_bytes)
        if len(data) > max_bytes:
            raise UnreadableFile(f"longer than {max_bytes:,} bytes")
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
