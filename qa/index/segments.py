"""Segments on disk: vectors that were written together, in Chroma and compressed, and are never added to.

segments/3f9c0a51d2e7/
├── SEGMENT         checksums of the files; marks a folder created by qa
├── chroma/         the vectors as they are
└── quantized/      the same, compressed, to answer questions from
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from qa.errors import IndexDamaged, IndexNotWritten
from qa.index.checksums import (
    CHROMA,
    LIST,
    QUANTIZED,
    read_checksums,
    require_chroma,
    require_unchanged,
    write_checksums,
)
from qa.index.chroma import ChromaStore, readable_store
from qa.index.files import (
    FREE_SPACE,
    create_private,
    inherit_rights,
    is_ours,
    make_folder,
    remove,
    require_folder,
    set_aside,
    sync_tree,
)
from qa.index.quantized import MAPPED, QuantizedVectors
from qa.index.records import Metadata, Segment
from qa.models.embedding import Vectors

_NAME = re.compile("[0-9a-f]{12}")
_CONTENT = frozenset({LIST, CHROMA, QUANTIZED})
_ALWAYS_READ = frozenset({f"{QUANTIZED}/keys.npy", f"{QUANTIZED}/scales.npy"})
"""Files whose damage could find another chunk than the nearest; they have 12 bytes for each vector."""
_TEMPORARY = "restored-"


class SegmentWriter:
    """Writes a segment, which does not exist for readers before a catalog lists it."""

    def __init__(self, segments: Path, dimension: int) -> None:
        if os.path.lexists(segments):
            require_folder(segments)
        # A name is never used twice, since Chroma cannot open a folder again that was deleted in the meantime.
        self._folder = segments / secrets.token_hex(6)
        make_folder(segments)
        make_folder(self._folder)
        create_private(self._folder / LIST)
        self._dimension = dimension
        self._store = ChromaStore.create(self._folder / CHROMA)

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self._folder.name

    def add(self, keys: Sequence[int], vectors: Vectors, metadata: Sequence[Metadata]) -> None:
        """Add vectors by key, with what they can be filtered by."""
        self._store.add(keys, vectors, metadata)

    def finish(self) -> Segment:
        """Compress the vectors, flush everything to disk, and return what the catalog is to list."""
        keys = _compress(self._store, self._folder / QUANTIZED, self._dimension).keys
        self._store.close()
        inherit_rights(self._folder)
        sha256 = write_checksums(self._folder)
        sync_tree(self._folder)
        return Segment(self.name, int(keys[0]), int(keys[-1]), len(keys), len(keys), sha256)

    def abandon(self) -> None:
        """Remove what was written; only if no catalog lists it."""
        with suppress(Exception):  # whatever Chroma was interrupted in
            self._store.close()
        remove(self._folder, LIST)


def open_quantized(segments: Path, segment: Segment, dimension: int) -> QuantizedVectors:
    """Open the compressed vectors of a segment; if they are missing or damaged, they are derived from Chroma again.

    Of large files, only keys and scales are read and compared with their checksums; ``is_whole`` reads all.

    Raises:
        IndexDamaged: Chroma's files are damaged too.
    """
    folder = segments / segment.name
    checksums = read_checksums(folder, segment.sha256)
    names = [name for name in checksums if name.startswith(QUANTIZED)]
    with suppress(OSError, ValueError, IndexDamaged):
        small = [name for name in names if name in _ALWAYS_READ or (folder / name).stat().st_size < MAPPED]
        require_unchanged(folder, checksums, small)
        return QuantizedVectors.open(folder / QUANTIZED, segment.vectors, dimension)
    return restore_quantized(folder, segment, dimension)


def is_whole(folder: Path, segment: Segment) -> bool:
    """Check all files of a segment; return False if only its compressed vectors are damaged.

    Raises:
        IndexDamaged: other files are damaged.
    """
    checksums = read_checksums(folder, segment.sha256)
    require_chroma(folder, checksums)
    with suppress(IndexDamaged):
        require_unchanged(folder, checksums, [name for name in checksums if name.startswith(QUANTIZED)])
        return True
    return False


@contextmanager
def opened_store(folder: Path, segment: Segment) -> Iterator[ChromaStore]:
    """Open the vectors of a segment in Chroma, after checking its files.

    Raises:
        IndexDamaged: they are damaged.
        IndexNotWritten: they are not, but Chroma, which writes even to read, cannot open them.
    """
    require_chroma(folder, read_checksums(folder, segment.sha256))
    with ExitStack() as stack:
        try:
            store = stack.enter_context(readable_store(folder / CHROMA))
        except IndexDamaged as error:
            raise IndexNotWritten(f"Chroma cannot open {folder / CHROMA}: {error.__cause__}", FREE_SPACE) from error
        yield store


def restore_quantized(folder: Path, segment: Segment, dimension: int) -> QuantizedVectors:
    """Derive the compressed vectors of a segment from Chroma, and replace the files if ``folder`` can be written.

    Raises:
        IndexDamaged: Chroma's files are damaged too.
    """
    with ExitStack() as cleanup:
        try:
            temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder))
        except OSError:
            temporary = Path(tempfile.mkdtemp(prefix="qa-index-"))
        cleanup.callback(shutil.rmtree, temporary, ignore_errors=True)
        with opened_store(folder, segment) as store:
            derived = _compress(store, temporary / QUANTIZED, dimension)
        checksums = read_checksums(folder, segment.sha256)
        require_unchanged(temporary, checksums, [name for name in checksums if name.startswith(QUANTIZED)])
        if temporary.parent == folder:
            with suppress(OSError):
                inherit_rights(temporary)
                set_aside(folder / QUANTIZED, stat.S_ISDIR)
                shutil.rmtree(folder / QUANTIZED, ignore_errors=True)
                (temporary / QUANTIZED).rename(folder / QUANTIZED)
        return derived  # what is mapped can be read even after its file was deleted


def sweep(segments: Path, listed: Collection[str]) -> None:
    """Remove the segments that a catalog does not list; nobody may be reading or writing them."""
    for folder in segments.iterdir() if segments.is_dir() and not segments.is_symlink() else ():
        if folder.name in listed:
            continue
        if _NAME.fullmatch(folder.name):
            with suppress(OSError):
                folder.rmdir()  # an empty one: its writer was interrupted just before it was marked
        if is_ours(folder, LIST, _CONTENT, _TEMPORARY):
            remove(folder, LIST)


def _compress(store: ChromaStore, folder: Path, dimension: int) -> QuantizedVectors:
    batches = ((keys, vectors) for keys, vectors, _ in store.read())
    return QuantizedVectors.write(folder, store.count(), dimension, batches)
