"""What an index answers, and which files it consists of: to tell an old state from a new one, and either from a mix."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qa.errors import IndexMissing
from qa.index import Index
from qa.index.builds import SEGMENTS
from qa.index.folder import FolderStorage
from qa.index.storage import Storage
from qa.models.embedding import Embedder, Vectors

_LOCKS = ("LOCK", "COMPACTING")
_RANDOM = re.compile(r"[0-9a-f]{12}|[0-9a-f-]{36}|(?<=restored-)\w+")
"""Names of segments and, in Chroma, of graphs."""


class State(NamedTuple):
    """What an index answers."""

    generation: int
    """Its number; 0 if there is no index."""
    content: tuple[Any, ...] = ()
    """Documents, chunks, and what full text and vectors find."""


MISSING = State(0)
"""Before the first run."""


def state_of(root: Path, query: str, vector: Vectors) -> State:
    """Return the state of an index in a folder, after checking that its parts agree."""
    return state_at(FolderStorage(root), query, vector)


def state_at(storage: Storage, query: str, vector: Vectors) -> State:
    """Return the state of an index, after checking that its parts agree."""
    try:
        index = Index.at(storage)
    except IndexMissing:
        return MISSING
    with closing(index):
        stats, documents = index.stats(), index.documents()
        chunks = index.chunks([key for entry in documents for key in index.keys_of(entry.path)])
        texts = {key: (each.chunk.path, each.chunk.start, each.chunk.text) for key, each in chunks.items()}
        assert (stats.documents, stats.chunks) == (len(documents), len(chunks))
        if not storage.is_shared:
            assert stats.chunks == sum(segment.alive for segment in index.segments())
        assert texts.keys() == index.vectors([*texts]).keys()
        fulltext = {texts[key]: round(score, 9) for key, score in index.search_fulltext(query, 100).items()}
        nearest = {texts[key]: round(score, 3) for key, score in index.search_vectors(vector, 100).items()}
    assert len(nearest) == len(texts)
    entries = [(entry.path, entry.content_hash, entry.title, entry.chunks) for entry in documents]
    return State(stats.generation, (entries, sorted(texts.values()), fulltext, nearest))


def leftovers_of(root: Path) -> set[str]:
    """Return what is in the folder of an index but not part of its newest state, except empty folders."""
    with closing(Index.open(root)) as index:
        build, names = index.build, {segment.name for segment in index.segments()}
    expected = {root / name for name in ("CURRENT", "LOCK", "COMPACTING", "builds")} | {build}
    expected |= {build / name for name in ("BUILD", "catalog.sqlite", SEGMENTS)}
    for name in names:
        segment = build / SEGMENTS / name
        expected |= {segment, segment / "SEGMENT", segment / "chroma", segment / "quantized"}
    inner = (root, root / "builds", build, build / SEGMENTS, *(build / SEGMENTS / name for name in names))
    files = {path for folder in inner for path in folder.iterdir() if path.is_file() or any(path.iterdir())}
    return {str(path.relative_to(root)) for path in files - expected}


def files_of(root: Path) -> Counter[tuple[str, int]]:
    """Return paths and sizes of all that is in the folder of an index, random names replaced by the same sign."""
    files: Counter[tuple[str, int]] = Counter()
    for path in root.rglob("*"):
        name = _RANDOM.sub("#", str(path.relative_to(root)))
        files[name, path.stat().st_size if path.is_file() and path.name not in _LOCKS else 0] += 1
    return files


class RememberingEmbedder(Embedder):
    """The real model, which computes the vector of each text only once."""

    _vectors: dict[str, Vectors]

    def embed(self, texts: Any, on_embedded: Any = lambda _: None) -> Vectors:
        """Return one vector for each text."""
        known = self.__dict__.setdefault("_vectors", {})
        new = [text for text in texts if text not in known]
        known.update(zip(new, super().embed(new), strict=True) if new else ())
        on_embedded(len(texts))
        return np.stack([known[text] for text in texts])
