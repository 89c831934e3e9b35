"""Which chunk of an earlier article says what a chunk of its copy says, so that a search finds one story once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from qa.datatypes import Filter
from qa.index.records import IndexedChunk
from qa.index.wordings import Wording

if TYPE_CHECKING:
    from qa.index import Index
    from qa.index.near_duplicates import Group

MOST_EARLIER = 5
"""Earlier articles of a group that a chunk is looked for in; reading one takes a few milliseconds."""
LEAST_SAID = 0.8
"""Share of a chunk's pairs of words that an earlier article must have, compared with what it has of the whole copy."""


_DATELINE = re.compile(r"^[A-Z][^.!?\n]{0,60}? [-\u2013\u2014] ", re.MULTILINE)
"""Town and agency in front of a report, which other outlets leave out."""


class CopiedChunks:
    """Finds the originals of chunks for one search."""

    def __init__(self, index: Index, meeting: Filter) -> None:
        self._index = index
        self._meeting = meeting
        self._groups: dict[str, Group] = {}
        self._read = lru_cache(maxsize=None)(self._chunks_of)
        self._wording = lru_cache(maxsize=None)(lambda path: Wording.of_chunks(each.chunk for each in self._read(path)))

    def originals_of(self, chunks: Mapping[int, IndexedChunk]) -> dict[int, IndexedChunk]:
        """Return these chunks by key; instead of one that a copy repeats, that of the earliest article that says it."""
        self._groups |= self._index.copies_of({indexed.chunk.path for indexed in chunks.values()})
        return {key: self._original(indexed) for key, indexed in chunks.items()}

    def others(self, path: str) -> tuple[str, ...]:
        """Return the paths of the other articles in the group of one that was searched."""
        return tuple(entry.path for entry in self._groups.get(path, ()) if entry.path != path)

    def _original(self, indexed: IndexedChunk) -> IndexedChunk:
        path = indexed.chunk.path
        group = [entry.path for entry in self._groups.get(path, ())]
        for earlier in group[: min(MOST_EARLIER, group.index(path))] if group else ():
            chunks = self._read(earlier)
            if chunks and self._says(earlier, indexed):
                return max(chunks, key=lambda chunk: len(_wording_of(chunk).pairs & _wording_of(indexed).pairs))
        return indexed

    def _says(self, path: str, indexed: IndexedChunk) -> bool:
        """Whether an earlier article has as much of a chunk as of the whole copy, and all its figures and names."""
        earlier, copy, own = self._wording(path), self._wording(indexed.chunk.path), _wording_of(indexed)
        least = LEAST_SAID * _share(copy.pairs, earlier.pairs)
        return own.facts <= earlier.folded and _share(own.pairs, earlier.pairs) >= least

    def _chunks_of(self, path: str) -> Sequence[IndexedChunk]:
        """Return the chunks of an article by place; none if the search leaves it out."""
        keys = self._index.keys_of(path)
        if self._meeting and not self._index.meeting(self._meeting, keys):
            return ()
        chunks = self._index.chunks(keys)
        return [chunks[key] for key in keys]


@lru_cache(maxsize=256)
def _of_text(text: str) -> Wording:
    return Wording.of(_DATELINE.sub("", text))


def _wording_of(indexed: IndexedChunk) -> Wording:
    return _of_text(indexed.chunk.layout.text)


def _share(part: Collection[tuple[str, str]], whole: frozenset[tuple[str, str]]) -> float:
    return sum(pair in whole for pair in part) / max(1, len(part))
