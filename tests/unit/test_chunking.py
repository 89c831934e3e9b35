"""Chunks: together they contain the whole article, at exact offsets, and each fits the allowed length."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qa.corpus import Corpus
from qa.corpus.blocks import blocks_of
from qa.datatypes import Chunk, CleanText, Document, Run
from qa.datatypes.clean_text import INSERTED
from qa.index.chunking import Chunker, ChunkingOptions, options_for
from qa.models.embedding import Embedder

OPTIONS = ChunkingOptions(max_tokens=48, overlap_tokens=12, header_tokens=16)

PROSE = st.sampled_from(
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
MARKUP = st.sampled_from(
    [
        "\n# The harbour\n",
        "\n## Boats of the town\n\n",
        "\n\n- **one** boat\n- [two](https://x.org) boats\n",
        "\n\n| Mayor | Port |\n|---|---|\n| Karin Osk | Lindholm |\n\n",
        "\n\n> quoted `text`\n\n",
        "\n```\nmake boat\n```\n",
        "cafe\u0301 o\ufb03ce\xa0hours ",
    ]
)
FILES = st.sampled_from(["a.txt", "a.md"])
TEXTS = st.one_of(st.lists(PROSE | MARKUP, max_size=30).map("".join), st.text(max_size=400))


def split(embedder: Embedder, text: str, title: str = "", file: str = "a.txt") -> list[Chunk]:
    return Chunker(embedder.tokenizer, OPTIONS).split(document_of(text, title, file))


def document_of(text: str, title: str = "", file: str = "a.txt") -> Document:
    blocks = tuple(blocks_of(file, text, 0))
    return Document(file, text, "utf-8", "", len(text), 0, title=title, has_title=True, blocks=blocks)


def visible(embedder: Embedder, text: str) -> bool:
    """Whether ``text`` contains anything that the model sees."""
    return bool(embedder.tokenizer.encode(text, add_special_tokens=False).ids)


def compatible(character: str) -> str:
    """Return the character that a variant, such as a full-width form, stands for; Markdown replaces a null."""
    return unicodedata.normalize("NFKC", character).replace("\0", "\ufffd")


def positions(clean: CleanText) -> set[int]:
    """Return the characters of the file that a clean text consists of, without borrowed ones."""
    runs = [run for run in clean.runs if run.source != INSERTED and not run.borrowed]
    return {position for run in runs for position in range(run.source, run.source + run.length)}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(PROSE, max_size=30).map("".join), file=FILES)
def test_chunks_contain_all_prose(embedder: Embedder, text: str, file: str) -> None:
    """The chunks of prose contain every character of the file but white space."""
    covered: set[int] = set()
    for chunk in split(embedder, text, file=file):
        covered.update(range(chunk.start, chunk.end))

    omitted = "".join(character for position, character in enumerate(text) if position not in covered)
    assert not visible(embedder, omitted)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, file=FILES)
def test_chunks_are_exact_and_complete(embedder: Embedder, text: str, file: str) -> None:
    """For any text, chunks have exact offsets, are in order, and together contain the clean text of all blocks."""
    chunks = split(embedder, text, file=file)

    read: set[int] = set()
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert text.count("\n", 0, chunk.start) + 1 == chunk.line_start
        of_chunk = positions(chunk.layout.clean)
        assert of_chunk <= {*range(chunk.start, chunk.end)}
        read |= of_chunk
    assert sorted(chunk.start for chunk in chunks) == [chunk.start for chunk in chunks]
    whole = set().union(*(positions(block.clean) for block in document_of(text, file=file).blocks))
    assert read <= whole
    assert not visible(embedder, "".join(text[position] for position in sorted(whole - read)))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, file=FILES)
def test_a_layout_is_the_clean_text_of_its_chunk(embedder: Embedder, text: str, file: str) -> None:
    """Each character stands where the layout says; its blocks contain all of it, its sentences follow one another."""
    for chunk in split(embedder, text, file=file):
        layout = chunk.layout
        assert layout.text.split("\n") == [layout.text[block.start : block.end] for block in layout.blocks]
        for run, following in pairwise([*layout.clean.runs, Run(len(layout.text), INSERTED, 0)]):
            piece, in_file = layout.text[run.start : following.start], text[run.source : run.source + run.length]
            if run.source != INSERTED and len(piece) == run.length:
                pairs = zip(piece, in_file, strict=True)
                assert all(clean.isspace() or compatible(clean) == compatible(raw) for clean, raw in pairs)
        within = [any(low <= start < end <= high for low, high, _ in layout.blocks) for start, end in layout.sentences]
        assert all(within)
        assert all(before[1] <= after[0] for before, after in pairwise(layout.sentences))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, file=FILES)
@example(text="# The boats and ferries of the old harbour\n\n" + "The tide turns. " * 40, file="a.md")
def test_chunks_fit_the_allowed_length(embedder: Embedder, text: str, file: str) -> None:
    """Header, chunk and special tokens exceed the limit by at most two tokens, which splitting a text can add."""
    for chunk in split(embedder, text, "A title of some length for this", file):
        embedded = f"{chunk.header}\n{chunk.layout.text}"
        assert len(embedder.tokenizer.encode(embedded).ids) <= OPTIONS.max_tokens + 2


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


def test_the_name_of_who_speaks_stands_before_what_is_said(embedder: Embedder, tmp_path: Path) -> None:
    """Also if it ends like a sentence, and what is said is too long for a chunk: no chunk has only the name."""
    (tmp_path / "mail.txt").write_text("From:a@b.\nSubject:x\n.\n0\n" + "!" * 600)
    document = Corpus(tmp_path).read("mail.txt")

    chunks = Chunker(embedder.tokenizer, options_for(256)).split(document)

    assert [chunk.text for chunk in chunks] == [document.text[chunk.start : chunk.end] for chunk in chunks]
    assert len(chunks) == 3
    assert all(chunk.layout.clean.stands_here(*sentence) for chunk in chunks for sentence in chunk.layout.sentences)
