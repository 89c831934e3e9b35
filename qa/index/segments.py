"""Segments on disk: vectors that were written together, in Chroma and compressed, and are never added to.

segments/3f9c0a51d2e7/
├── SEGMENT         empty; marks a folder created by qa
├── chroma/         the vectors as they are
└── quantized/      the same, compressed, to answer questions from
"""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
from collections.abc import Collection, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from qa.errors import IndexDamaged
from qa.index.chroma import ChromaStore, Metadata, readable_store
from qa.index.files import is_ours, remove, require_no_link, sync_tree
from qa.index.manifest import REBUILD
from qa.index.quantized import QuantizedVectors
from qa.index.records import Segment
from qa.models.embedding import Vectors

_MARKER = "SEGMENT"
_NAME = re.compile("[0-9a-f]{12}")
_CONTENT = frozenset({_MARKER, "chroma", "quantized"})
_TEMPORARY = "restored-"


class SegmentWriter:
    """Writes a segment, which does not exist for readers before a catalog lists it."""

    def __init__(self, segments: Path, dimension: int) -> None:
        require_no_link(segments)
        # A name is never used twice, since Chroma cannot open a folder again that was deleted in the meantime.
        self._folder = segments / secrets.token_hex(6)
        self._folder.mkdir(parents=True)
        (self._folder / _MARKER).touch()
        self._dimension = dimension
        self._store = ChromaStore.create(self._folder / "chroma")

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self._folder.name

    def add(self, keys: Sequence[int], vectors: Vectors, metadata: Sequence[Metadata]) -> None:
        """Add vectors by key, with what they can be filtered by."""
        self._store.add(keys, vectors, metadata)

    def finish(self) -> Segment:
        """Compress the vectors, flush everything to disk, and return what the catalog is to list."""
        quantized = _compress(self._store, self._folder / "quantized", self._dimension)
        keys = quantized.keys
        segment = Segment(self.name, int(keys[0]), int(keys[-1]), len(keys), len(keys), quantized.sha256())
        self._store.close()
        sync_tree(self._folder)
        return segment

    def abandon(self) -> None:
        """Remove what was written; only if no catalog lists it."""
        with suppress(Exception):  # whatever Chroma was interrupted in
            self._store.close()
        remove(self._folder, _MARKER)


def open_quantized(segments: Path, segment: Segment, dimension: int) -> QuantizedVectors:
    """Open the compressed vectors of a segment; if they are missing or damaged, they are derived from Chroma again.

    Raises:
        IndexDamaged: Chroma's files are damaged too.
    """
    folder = segments / segment.name
    with suppress(OSError, ValueError):
        return QuantizedVectors.open(folder / "quantized", segment.vectors, dimension)
    return restore_quantized(folder, segment, dimension)


def restore_quantized(folder: Path, segment: Segment, dimension: int) -> QuantizedVectors:
    """Derive the compressed vectors of a segment from Chroma, and replace the files if ``folder`` can be written.

    Raises:
        IndexDamaged: Chroma cannot be read, or does not have what was indexed.
    """
    with ExitStack() as cleanup:
        try:
            temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder))
        except OSError:
            temporary = Path(tempfile.mkdtemp(prefix="qa-index-"))
        cleanup.callback(shutil.rmtree, temporary, ignore_errors=True)
        with readable_store(folder / "chroma") as store:
            derived = _compress(store, temporary / "quantized", dimension)
        if derived.sha256() != segment.sha256:
            raise IndexDamaged(f"The vectors in {folder} are not those that were indexed", REBUILD)
        if temporary.parent == folder:
            with suppress(OSError):
                shutil.rmtree(folder / "quantized", ignore_errors=True)
                (temporary / "quantized").rename(folder / "quantized")
        return derived  # what is mapped can be read even after its file was deleted


def sweep(segments: Path, listed: Collection[str]) -> None:
    """Remove the segments that a catalog does not list; nobody may be reading or writing them."""
    for folder in segments.iterdir() if segments.is_dir() and not segments.is_symlink() else ():
        if folder.name in listed:
            continue
        if _NAME.fullmatch(folder.name):
            with suppress(OSError):
                folder.rmdir()  # an empty one: its writer was interrupted just before it was marked
        if is_ours(folder, _MARKER, _CONTENT, _TEMPORARY):
            remove(folder, _MARKER)


def _compress(store: ChromaStore, folder: Path, dimension: int) -> QuantizedVectors:
    batches = ((keys, vectors) for keys, vectors, _ in store.read())
    return QuantizedVectors.write(folder, store.count(), dimension, batches)
