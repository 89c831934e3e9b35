"""Chunks: together they contain the whole article, at exact offsets, and each fits the allowed length."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.datatypes import Chunk, Document
from qa.index.chunking import Chunker, ChunkingOptions, options_for
from qa.models.embedding import Embedder

OPTIONS = ChunkingOptions(max_tokens=48, overlap_tokens=12, header_tokens=16)

SENTENCES = st.sampled_from(
    [
        "The tide turns. ",
        "It was, she said, late! ",
        "Müller’s café 🙂 opened.\r\n",
        "東京は雨です。",
        "word " * 60,
        "\n\n",
        "x" * 300,
        "1. One\n",
    ]
)
TEXTS = st.one_of(st.lists(SENTENCES, max_size=30).map("".join), st.text(max_size=400))


def split(embedder: Embedder, text: str, title: str = "") -> list[Chunk]:
    document = Document("a.txt", text, "utf-8", "", len(text), 0, title=title, has_title=True)
    return Chunker(embedder.tokenizer, OPTIONS).split(document)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_chunks_are_exact_and_complete(embedder: Embedder, text: str) -> None:
    """For any text, chunks have exact offsets, are in order, and contain all but white space."""
    chunks = split(embedder, text)

    covered = [False] * len(text)
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert text.count("\n", 0, chunk.start) + 1 == chunk.line_start
        covered[chunk.start : chunk.end] = [True] * len(chunk.text)
    assert sorted(chunk.start for chunk in chunks) == [chunk.start for chunk in chunks]
    omitted = "".join(character for character, is_covered in zip(text, covered, strict=True) if not is_covered)
    assert not embedder.tokenizer.encode(omitted, add_special_tokens=False).ids


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_chunks_fit_the_allowed_length(embedder: Embedder, text: str) -> None:
    """Header, chunk and special tokens exceed the limit by at most two tokens, which splitting a text can add."""
    title = "A title of some length for this"
    for chunk in split(embedder, text, title):
        assert len(embedder.tokenizer.encode(f"{title}\n{chunk.text}").ids) <= OPTIONS.max_tokens + 2


def test_neighbours_overlap_by_whole_sentences(embedder: Embedder) -> None:
    """The last sentence of a chunk is repeated at the start of the next."""
    sentences = [f"Boat number {number} left the harbour early." for number in range(20)]

    chunks = split(embedder, " ".join(sentences))

    assert len(chunks) > 2
    for previous, following in pairwise(chunks):
        assert previous.text.endswith(following.text.split(". ")[0] + ".")


def test_content_hash_includes_the_title(embedder: Embedder) -> None:
    """The header is embedded with the chunk, so the same text under another title has another hash."""
    first, second, other = (
        split(embedder, "The ferry sails at noon.", title)[0].content_hash for title in ("Ferry", "Ferry", "Bus")
    )

    assert first == second != other


def test_a_long_header_does_not_shorten_the_chunk(embedder: Embedder) -> None:
    """A header that exceeds its limit is truncated and does not shorten the chunk."""
    chunks = split(embedder, "The ferry sails at noon.", "harbour " * 200)

    assert ["The ferry sails at noon."] == [chunk.text for chunk in chunks]


@pytest.mark.parametrize(("model", "chunk"), [(256, 320), (512, 640)])
def test_chunks_are_a_quarter_longer_than_the_model_reads(model: int, chunk: int) -> None:
    """A chunk has 1.25 times the model's input length; the overlap repeats its unread end in the next chunk."""
    assert chunk == options_for(model).max_tokens
