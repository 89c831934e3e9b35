"""What is always true of what parsers return, and samples to give to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qa.datatypes import Block, Chunk, CleanText, Document, Passage, Scores
from qa.index.layouts import decode, encode

PUBLISHED = date(2024, 2, 29)
"""The day on which sample passages were published."""


def decoded(text: str) -> str:
    """Return a text as it would be decoded: without lone surrogates."""
    return text.encode("utf-8", "replace").decode()


def retrieved(chunk: Chunk) -> Passage:
    """Return a chunk as retrieved for a question."""
    end = chunk.line_start + chunk.text.count("\n")
    offsets = (chunk.start, chunk.end, chunk.line_start, end)
    return Passage(chunk.path, "Port", PUBLISHED, *offsets, chunk.text, 1, Scores(1, 1, 1), chunk.layout)


def check_blocks(blocks: Sequence[Block], text: str) -> None:
    """Check that blocks stand in order in the text, and each character of them where it says."""
    end = 0
    for block in blocks:
        assert end <= block.start <= block.end <= len(text), (end, block.start, block.end)
        assert block.clean.text.strip() == block.clean.text != ""
        end = block.start
        for run in block.clean.runs:
            assert run.source == -1 or block.start <= run.source <= run.source + run.length <= block.end, run


def check_chunks(document: Document, chunks: list[Chunk]) -> None:
    """Check that chunks are stretches of the document, that they can be stored, and that no text is lost."""
    for chunk in chunks:
        assert document.text[chunk.start : chunk.end] == chunk.text
        stored = encode(chunk.text, chunk.start, chunk.header, chunk.layout)
        assert decode(chunk.text, chunk.start, chunk.header, stored) == chunk.layout
        for low, high in chunk.layout.sentences:
            assert 0 <= low < high <= len(chunk.layout.text)
    indexed = set[int]().union(*(_characters(chunk.layout.clean) for chunk in chunks))
    for block in document.blocks:
        lost = _characters(block.clean) - indexed
        assert not lost, f"lost: {block.kind} {[document.text[position] for position in sorted(lost)][:20]}"


def _characters(clean: CleanText) -> set[int]:
    """Return where in the file the characters of a clean text stand that are not white space."""
    ends = [run.start for run in clean.runs[1:]] + [len(clean.text)]
    positions: set[int] = set()
    for run, end in zip(clean.runs, ends, strict=True):
        text = clean.text[run.start : end]
        if run.source < 0 or run.borrowed or not text.strip():
            continue
        if len(text) == run.length:
            positions.update(run.source + number for number, character in enumerate(text) if not character.isspace())
        else:
            positions.update(range(run.source, run.source + run.length))
    return positions


class Chunks:
    """The chunks of one article, as an index returns them."""

    def __init__(self, chunks: list[Chunk]) -> None:
        self._chunks = chunks

    def keys_of(self, _: str) -> list[int]:
        return [*range(len(self._chunks))]

    def chunks(self, keys: list[int]) -> dict[int, object]:
        return {key: type("Entry", (), {"chunk": self._chunks[key]}) for key in keys}
