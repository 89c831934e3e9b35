"""Chunks: every character of the article is in one, at the place it says, within the length allowed."""

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


def split(embedder: Embedder, text: str, **about: str) -> list[Chunk]:
    document = Document("a.txt", text, "utf-8", "", len(text), 0, has_title=True, **about)  # type: ignore[arg-type]
    return Chunker(embedder.tokenizer, OPTIONS).split(document)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_chunks_are_exact_and_leave_nothing_out(embedder: Embedder, text: str) -> None:
    """Whatever the text: offsets hold, order holds, and only white space is in no chunk."""
    chunks = split(embedder, text)

    covered = [False] * len(text)
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert text.count("\n", 0, chunk.start) + 1 == chunk.line_start
        covered[chunk.start : chunk.end] = [True] * len(chunk.text)
    assert sorted(chunk.start for chunk in chunks) == [chunk.start for chunk in chunks]
    left_out = "".join(letter for letter, inside in zip(text, covered, strict=True) if not inside)
    assert not embedder.tokenizer.encode(left_out, add_special_tokens=False).ids


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_chunks_fit(embedder: Embedder, text: str) -> None:
    """Header, chunk and special tokens stay within the length allowed, but for a token or two at a border."""
    for chunk in split(embedder, text, title="A title of some length for this"):
        whole = f"A title of some length for this\n{chunk.text}"
        assert len(embedder.tokenizer.encode(whole).ids) <= OPTIONS.max_tokens + 2


def test_neighbours_overlap_by_whole_sentences(embedder: Embedder) -> None:
    """The last sentence of a chunk stands again at the start of the next."""
    sentences = [f"Boat number {number} left the harbour early." for number in range(20)]

    chunks = split(embedder, " ".join(sentences))

    assert len(chunks) > 2
    for one, following in pairwise(chunks):
        assert one.text.endswith(following.text.split(". ")[0] + ".")


def test_equal_text_under_another_title_is_another_vector(embedder: Embedder) -> None:
    """The header is embedded with the chunk, so it is part of what makes two chunks equal."""
    (one,), (same,), (other,) = (
        split(embedder, "The ferry sails at noon.", title=title) for title in ("Ferry", "Ferry", "Bus")
    )

    assert one.content_hash == same.content_hash != other.content_hash


def test_a_long_header_is_cut_at_a_token(embedder: Embedder) -> None:
    """It never eats the chunk."""
    chunks = split(embedder, "The ferry sails at noon.", title="harbour " * 200)

    assert ["The ferry sails at noon."] == [chunk.text for chunk in chunks]


@pytest.mark.parametrize(("model", "chunk"), [(256, 320), (512, 640)])
def test_chunks_are_a_quarter_longer_than_the_model_sees(model: int, chunk: int) -> None:
    """The overlap carries the unseen tail into the next vector."""
    assert chunk == options_for(model).max_tokens
