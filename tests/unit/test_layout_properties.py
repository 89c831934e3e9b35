"""Properties of blocks, chunks and citations, for Markdown of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from hypothesis import HealthCheck, given, settings

from qa.datatypes import Chunk, Layout, Offsets, Passage, Scores
from qa.grounding.citations import Stretch
from qa.index.chunking import Chunker, ChunkingOptions
from qa.index.layouts import decode, encode
from qa.models.embedding import Embedder
from qa.reader.phrases import stretches
from qa.text.clean_text import folded
from tests.helpers.generated_markdown import Generated, generated

MARKUP = ["](", "![", "[[", "]]", "**", "==", "`", "<!--", "-->", "%%", "|---", "https:", ".png", ".md"]
OPTIONS = ChunkingOptions(max_tokens=64, overlap_tokens=16, header_tokens=16)
MODEST = settings(deadline=None, max_examples=60, suppress_health_check=[*HealthCheck])


def chunks_of(embedder: Embedder, article: Generated) -> list[Chunk]:
    """Return the chunks of an article; they are short, so that most articles have several."""
    return Chunker(embedder.tokenizer, OPTIONS).split(article.document)


def passage_of(chunk: Chunk) -> Passage:
    """Return a chunk as retrieved for a question."""
    line_end = chunk.line_start + chunk.text.count("\n")
    offsets = (chunk.start, chunk.end, chunk.line_start, line_end)
    return Passage(chunk.path, "Port", None, *offsets, chunk.text, 1, Scores(1, 1, 1), chunk.layout)


def own_words(layout: Layout, start: int, end: int) -> Iterator[str]:
    """Yield the words between ``start`` and ``end`` that stand there in the file, and are not from elsewhere."""
    borrowed = [position for position, _ in layout.clean.borrowed(start, end)]
    for match in re.compile(r"\S+x\d+").finditer(layout.text, start, end):
        low, high = match.span()
        if layout.clean.in_file(low, high) and not any(first <= low < last for first, last in borrowed):
            yield match[0]


@MODEST
@given(generated())
def test_blocks_contain_no_markup(article: Generated) -> None:
    """No block's text has markup, a comment, or the target of a link."""
    for block in article.document.blocks:
        for text in (block.clean.text, *block.headings, *block.columns, *(cell.text for cell in block.cells)):
            assert [] == [mark for mark in [*MARKUP, *article.hidden] if mark in text]


@MODEST
@given(generated())
def test_blocks_contain_every_visible_word(article: Generated) -> None:
    """Each word that a reader sees stands in a block, and comes from that very word of the file."""
    blocks = article.document.blocks
    assert [] == [word for word in article.visible if not any(word in block.clean.text for block in blocks)]
    for block in blocks:
        for match in re.finditer(r"x\d+", block.clean.text):
            if stretch := block.clean.in_file(*match.span()):
                assert match[0] == article.text[slice(*stretch)]
                assert block.start <= stretch[0] < stretch[1] <= block.end


@MODEST
@given(generated())
def test_blocks_are_in_order(article: Generated) -> None:
    """The ranges of two blocks do not overlap, and they are in the order of the file."""
    for before, after in pairwise(article.document.blocks):
        assert before.start < before.end <= after.start < after.end <= len(article.text)


@MODEST
@given(generated())
def test_chunks_are_exact(embedder: Embedder, article: Generated) -> None:
    """A chunk is characters of the file, and its layout is what is stored of it."""
    chunks = chunks_of(embedder, article)

    covered = {position for chunk in chunks for position in range(chunk.start, chunk.end)}
    for block in article.document.blocks:
        for match in re.finditer(r"x\d+", block.clean.text):
            stretch = block.clean.in_file(*match.span()) or (0, 0)
            assert covered.issuperset(range(*stretch))
    for chunk in chunks:
        assert chunk.text == article.text[chunk.start : chunk.end]
        layout = chunk.layout
        encoded = encode(chunk.text, chunk.start, chunk.header, layout)
        assert layout == decode(chunk.text, chunk.start, chunk.header, encoded)


@MODEST
@given(generated())
def test_sentences_lie_within_blocks(embedder: Embedder, article: Generated) -> None:
    """Blocks and sentences of a layout are in order, each block is a line, and no sentence crosses its end."""
    for chunk in chunks_of(embedder, article):
        layout = chunk.layout
        assert layout.text.split("\n") == [layout.text[block.start : block.end] for block in layout.blocks]
        for before, after in pairwise(layout.sentences):
            assert before[1] <= after[0]
        for start, end in layout.sentences:
            assert start < end
            assert layout.text[start:end] == layout.text[start:end].strip()
            assert 1 == sum(block.start <= start < end <= block.end for block in layout.blocks)


@MODEST
@given(generated())
def test_sentences_are_cited_exactly(embedder: Embedder, article: Generated) -> None:
    """A citation is characters of the file at its offsets and line, and has all words of its sentence."""
    for chunk in chunks_of(embedder, article):
        passage = passage_of(chunk)
        for start, end in chunk.layout.sentences:
            stretch = Stretch.of_passage(passage, start, end)
            stretch = stretch.read_from(article.text) if stretch.unread else stretch
            assert stretch.text == article.text[stretch.start : stretch.end]
            assert stretch.text
            cited = folded(stretch.text)
            assert [] == [word for word in own_words(chunk.layout, start, end) if word not in cited]
            assert article.text.count("\n", 0, stretch.start) + 1 == stretch.line_start or stretch.start < chunk.start


@MODEST
@given(generated())
def test_phrases_lie_within_blocks(embedder: Embedder, article: Generated) -> None:
    """The ranges that may contain phrases never cross the end of a block, and contain no address."""
    for chunk in chunks_of(embedder, article):
        layout = chunk.layout
        previous: Offsets = (0, 0)
        for start, end, _ in stretches(layout, addresses=False):
            assert previous[1] <= start < end
            assert 1 == sum(block.start <= start < end <= block.end for block in layout.blocks)
            assert "://" not in layout.text[start:end]
            previous = (start, end)
