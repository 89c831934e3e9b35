"""ZIP archives, which Word documents, OpenDocument texts and e-books are, read within limits."""

from __future__ import annotations

import io
import zipfile
import zlib

from qa.corpus.formats.html_tree import Element, parse_xml
from qa.corpus.loaders import UnreadableFile

_MOST_BYTES = 200_000_000
"""What an archive may decompress to."""
_MOST_ENTRIES = 20_000
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class Archive:
    """A ZIP archive in memory that decompresses to a reasonable size."""

    def __init__(self, data: bytes, kind: str) -> None:
        """Open the archive.

        Args:
            data: its bytes.
            kind: what it should be, with its article, such as "an e-book".

        Raises:
            UnreadableFile: it is no archive, or too large.
        """
        self._kind = kind
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED:
            reason = "damaged archive" if data.startswith(b"PK") else f"is no {kind}"
            raise UnreadableFile(reason) from None
        entries = self._zip.infolist()
        if len(entries) > _MOST_ENTRIES:
            raise UnreadableFile(f"contains more than {_MOST_ENTRIES:,} files")
        # No entry is decompressed beyond the size that it states.
        if sum(entry.file_size for entry in entries) > _MOST_BYTES:
            raise UnreadableFile(f"decompresses to more than {_MOST_BYTES // 1_000_000} MB")
        self.names = frozenset(entry.filename for entry in entries)
        """The names of its entries."""

    def read(self, name: str) -> bytes:
        """Return an entry.

        Raises:
            UnreadableFile: it is missing or damaged.
        """
        if name not in self.names:
            raise UnreadableFile(f"is no {self._kind}")
        try:
            return self._zip.read(name)
        except _DAMAGED:
            encrypted = self._zip.getinfo(name).flag_bits & 1
            raise UnreadableFile("encrypted" if encrypted else "damaged archive") from None

    def xml(self, name: str) -> Element:
        """Return the root of an entry in XML.

        Raises:
            UnreadableFile: it is missing, damaged or no XML.
        """
        from lxml.etree import XMLSyntaxError

        try:
            return parse_xml(self.read(name))
        except XMLSyntaxError:
            raise UnreadableFile(f"damaged: {name} is no XML") from None
