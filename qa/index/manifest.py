"""The manifest of an index: with which model, settings and version of qa it was built; a row of its catalog."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import IndexDamaged, IndexMismatch, IndexOutdated
from qa.index.chunking import ChunkingOptions, options_for
from qa.index.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from qa.corpus import Corpus
    from qa.models.card import ModelCard

REBUILD = "Run: qa index --rebuild"
OUTDATED = ("The index was built by an earlier version of qa", "Run: qa index")
"""Message and hint."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Describes an index in one state."""

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
    generation: int = 0
    """Number of the state, from 1; each update adds 1."""
    documents: int = 0
    """Number of documents."""
    chunks: int = 0
    """Number of chunks, and of the vectors that belong to one."""

    @classmethod
    def describing(cls, card: ModelCard, corpus: Corpus, index: Path) -> Manifest:
        """Return the manifest of an empty index of ``corpus`` in the folder ``index``, for the model of ``card``."""
        return cls(
            model=card.name,
            weights_sha256=card.weights_sha256,
            dimension=card.dimension,
            chunking=options_for(card.max_tokens),
            corpus=_corpus_name(corpus.root, index),
            comments=corpus.read_comments,
        )

    def as_configured(self, model: str, corpus: Corpus, index: Path) -> Manifest:
        """Return this manifest as it would be with other settings, as far as they tell without loading a model."""
        return replace(self, model=model, corpus=_corpus_name(corpus.root, index), comments=corpus.read_comments)

    def require_same(self, wanted: Manifest, any_corpus: bool = False) -> None:
        """Check that this manifest agrees with ``wanted`` in everything but generation and counts.

        With ``any_corpus``, not in the path of the corpus, which may be another one on each machine.

        Raises:
            IndexMismatch: it does not; the hint names the command that fixes this.
        """
        model = (self.model, self.weights_sha256, self.dimension)
        if model != (wanted.model, wanted.weights_sha256, wanted.dimension):
            raise IndexMismatch(f"The index was built with the model {self.model}, not {wanted.model}", REBUILD)
        if self.chunking != wanted.chunking:
            raise IndexMismatch("The index was built with different chunk sizes", REBUILD)
        if self.comments != wanted.comments:
            state = "with" if self.comments else "without"
            raise IndexMismatch(f"The index was built {state} what writers hid in comments", REBUILD)
        if self.corpus != wanted.corpus and not any_corpus:
            raise IndexMismatch(
                f"The index was built from another corpus ({self.corpus})",
                f"Choose another folder with --index DIR, or run: {REBUILD.removeprefix('Run: ')}",
            )

    def to_json(self) -> str:
        """Return the manifest as stored."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, stored: Any) -> Manifest:
        """Return a manifest from what is stored.

        Raises:
            IndexDamaged: it is not one.
        """
        damaged = IndexDamaged("The manifest of the index cannot be read", REBUILD)
        try:
            values = json.loads(stored)
            manifest = cls(**(values | {"chunking": ChunkingOptions(**values["chunking"])}))
        except (TypeError, ValueError, KeyError, RecursionError):
            raise damaged from None
        if any(type(getattr(manifest, field.name)).__name__ != field.type for field in fields(cls)):
            raise damaged
        return manifest


def check_schema(version: int) -> None:
    """Check that a catalog has the tables of this version of qa.

    Raises:
        IndexOutdated: it was written by an earlier version of qa.
        IndexMismatch: it was written by a later one.
        IndexDamaged: it is no catalog.
    """
    if version == 0:
        raise IndexDamaged("The catalog of the index is empty", REBUILD)
    if version < SCHEMA_VERSION:
        raise IndexOutdated(*OUTDATED)
    if version > SCHEMA_VERSION:
        raise IndexMismatch("The index was written by another version of qa", REBUILD)


def _corpus_name(corpus: Path, index: Path) -> str:
    """Return the manifest's name for a corpus; relative if possible, so that both folders can be moved together."""
    return Path(os.path.relpath(corpus, index)).as_posix() if corpus.parent == index.parent else corpus.as_posix()
