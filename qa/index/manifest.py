"""The manifest of a generation: with which model, settings and version of qa it was built."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import IndexDamaged, IndexMismatch, IndexOutdated, UnusableIndex
from qa.index.chunking import ChunkingOptions, options_for

if TYPE_CHECKING:
    from qa.corpus import Corpus
    from qa.models.card import ModelCard

SCHEMA_VERSION = 3
"""Incremented whenever the layout of catalog or vectors changes."""

REBUILD = "Run: qa index --rebuild"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Describes a generation."""

    schema: int
    """Version of the layout."""
    model: str
    """Name of the embedding model, as the user gave it."""
    weights_sha256: str
    """SHA-256 of the model's weights."""
    dimension: int
    """Length of the vectors."""
    chunking: ChunkingOptions
    """How documents were split."""
    corpus: str
    """Real path of the corpus; relative to the index folder if both have the same parent."""
    comments: bool
    """Whether what writers hid in comments was read."""
    documents: int
    """Number of documents."""
    chunks: int
    """Number of chunks, the same in catalog and vector store."""

    @classmethod
    def describing(cls, card: ModelCard, corpus: Corpus, index: Path, documents: int = 0, chunks: int = 0) -> Manifest:
        """Return the manifest of an index of ``corpus`` in the folder ``index``, built with the model of ``card``."""
        return cls(
            schema=SCHEMA_VERSION,
            model=card.name,
            weights_sha256=card.weights_sha256,
            dimension=card.dimension,
            chunking=options_for(card.max_tokens),
            corpus=_corpus_name(corpus.root, index),
            comments=corpus.read_comments,
            documents=documents,
            chunks=chunks,
        )

    def require_same(self, wanted: Manifest) -> None:
        """Check that this manifest agrees with ``wanted`` in everything but the counts.

        Raises:
            IndexMismatch: it does not; the hint names the command that fixes this.
        """
        if self.schema != wanted.schema:
            raise IndexMismatch(
                f"The index has format version {self.schema}; this version of qa reads {wanted.schema}", REBUILD
            )
        if (self.model, self.weights_sha256) != (wanted.model, wanted.weights_sha256):
            raise IndexMismatch(f"The index was built with the model {self.model}, not {wanted.model}", REBUILD)
        if self.chunking != wanted.chunking:
            raise IndexMismatch("The index was built with different chunk sizes", REBUILD)
        if self.comments != wanted.comments:
            state = "with" if self.comments else "without"
            raise IndexMismatch(f"The index was built {state} what writers hid in comments", REBUILD)
        if self.corpus != wanted.corpus:
            raise IndexMismatch(
                f"The index was built from another corpus ({self.corpus})",
                f"Choose another folder with --index DIR, or run: {REBUILD.removeprefix('Run: ')}",
            )


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a generation.

    Raises:
        IndexDamaged: it is missing or cannot be read.
        IndexOutdated: it was written by an earlier version of qa.
        IndexMismatch: it was written by a later one.
    """
    try:
        values = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"{folder / 'manifest.json'} cannot be read: {error}", REBUILD) from None
    schema = values.get("schema") if isinstance(values, dict) else None
    if isinstance(schema, int) and schema < SCHEMA_VERSION:
        raise IndexOutdated("The index was built by an earlier version of qa", "Run: qa index")
    if schema != SCHEMA_VERSION:
        raise IndexMismatch("The index was written by another version of qa", REBUILD)
    try:
        return Manifest(**(values | {"chunking": ChunkingOptions(**values["chunking"])}))
    except (TypeError, KeyError) as error:
        raise IndexDamaged(f"{folder / 'manifest.json'} is incomplete: {error}", REBUILD) from None


def is_outdated(folder: Path) -> bool:
    """Return whether an earlier version of qa built this generation."""
    try:
        read_manifest(folder)
    except IndexOutdated:
        return True
    except UnusableIndex:
        pass
    return False


def _corpus_name(corpus: Path, index: Path) -> str:
    """Return the manifest's name for a corpus; relative if possible, so that both folders can be moved together."""
    return Path(os.path.relpath(corpus, index)).as_posix() if corpus.parent == index.parent else corpus.as_posix()
