"""Limits of what is read: very long lines, words and headings, very many lines and cells; nothing is lost."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from qa.corpus.blocks import blocks_of
from qa.corpus.dates import parse_date
from qa.corpus.running_text import MOST_LINES
from qa.datatypes import BlockKind, Chunk, Document, Turn
from qa.index.chunking import Chunker, options_for
from qa.index.queries import MOST_WORDS, FulltextQuery
from qa.models.embedding import Embedder
from qa.questions.followups import standalone_question
from qa.questions.periods import periods_in
from qa.questions.terms import MOST_TERMS, parse_question
from qa.text.english.patterns import YEARS
from qa.text.sentences import LONGEST_SENTENCE, sentence_offsets
from tests.torture.attacks import require_unbroken
from tests.torture.fuzzing import fuzz


def document_of(text: str, path: str = "a.txt") -> Document:
    """Return a text as a document without metadata."""
    return Document(path, text, "utf-8", "", len(text), 0, title="Port", blocks=tuple(blocks_of(path, text, 0)))


def chunks_of(embedder: Embedder, text: str, path: str = "a.txt") -> list[Chunk]:
    """Return the chunks of a text."""
    return Chunker(embedder.tokenizer, options_for(256)).split(document_of(text, path))


# Sentences


@pytest.mark.parametrize("text", ["1887. ", "12) \n", "- \n", "3.\t\n", "\u2022 "])
def test_a_line_of_a_mark_only_is_text(embedder: Embedder, text: str) -> None:
    """A line that is only a number and a stop is a sentence, and alone it is a chunk."""
    assert [text.strip()] == [text[start:end] for start, end in sentence_offsets(text)]
    for path in ("a.txt", "a.md"):
        for whole in (f"The harbour was opened in\n\n{text}", f"{text}\n\nThe harbour was opened."):
            chunks = chunks_of(embedder, whole, path)
            assert len(chunks) == 1
            assert path == "a.md" or text.strip() in chunks[0].layout.text


@pytest.mark.parametrize("stop", ["。", "！", "？", ". ", "! "])
def test_a_long_line_has_the_sentences_of_a_short_one(stop: str) -> None:
    """It is cut where a sentence ends, however long it is."""
    sentence = f"港口由市长开放于一八八七年{stop}" if not stop.strip().isascii() else f"The ferry sails at ten{stop}"
    text = sentence * 2_000
    length = len(sentence)

    assert [(number * length, (number + 1) * length - stop.count(" ")) for number in range(2_000)] == sentence_offsets(
        text
    )


@pytest.mark.parametrize("unit", ["a", "ab ", "港", "1,", "“He ", '"', "e\u0301"])
def test_a_longer_sentence_is_cut(unit: str) -> None:
    """Each part is as long as a sentence may be, and no character is lost."""
    text = unit * 20_000
    offsets = sentence_offsets(text)

    assert max(end - start for start, end in offsets) <= LONGEST_SENTENCE
    assert "".join(text.split()) == "".join("".join(text[start:end].split()) for start, end in offsets)
    assert len(offsets) <= 2 * len(text) / LONGEST_SENTENCE + 2


# Chunks


@pytest.mark.parametrize("unit", ["a", "aGFyYm91ci9mZXJyeSs5", '"', "港口由市长开放", '{"key":"value"},', "ab\n"])
@pytest.mark.parametrize("path", ["a.txt", "a.md"])
def test_chunks_of_text_without_spaces_are_of_usual_length(embedder: Embedder, unit: str, path: str) -> None:
    """WordPiece makes one token of a very long word, but a chunk has no more characters for that."""
    text = unit * (20_000 // len(unit))
    chunks = chunks_of(embedder, text, path)

    assert max(len(chunk.text) for chunk in chunks) <= 320 * 32
    covered = {position for chunk in chunks for position in range(chunk.start, chunk.end)}
    assert "" == "".join(text[position] for position in range(len(text)) if position not in covered).strip()


def test_characters_without_tokens_are_in_a_chunk(embedder: Embedder) -> None:
    """The tokenizer drops accents and private characters; the chunk has them all the same."""
    text = "\u0301" * 50 + "harbour " * 600 + "\ue000" * 50
    covered = {position for chunk in chunks_of(embedder, text) for position in range(chunk.start, chunk.end)}

    assert {*range(50), *range(len(text) - 50, len(text))} <= covered


# Blocks


@pytest.mark.parametrize("path", ["a.txt", "a.md"])
@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\f"])
def test_text_of_too_many_lines_is_running_text(path: str, line_break: str) -> None:
    """Its words stay apart, each at its place."""
    text = f"ab{line_break}" * (MOST_LINES + 1)
    blocks = blocks_of(path, text, 0)

    assert len(blocks) <= len(text) / LONGEST_SENTENCE * 2 + 1
    assert ["ab"] * (MOST_LINES + 1) == [word for block in blocks for word in block.clean.text.split()]
    assert all(text[block.start : block.end].split() == block.clean.text.split() for block in blocks)


def test_a_long_line_of_markdown_is_a_paragraph_in_its_place() -> None:
    """It stands below the heading above it, and before what follows."""
    data = '{"key": "[a](b) | c"}, ' * 1_000
    blocks = blocks_of("a.md", f"# Data\n\nBefore.\n\n{data}\n\nAfter *it*.\n", 0)

    assert ["Data", "Before.", data.strip(), "After it."] == [block.clean.text for block in blocks]
    assert ("Data",) == blocks[2].headings


def test_a_long_heading_is_a_paragraph() -> None:
    """Headings precede every chunk below them."""
    blocks = blocks_of("a.md", f"# {'harbour ' * 100}\n\nText.\n", 0)

    assert [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH] == [block.kind for block in blocks]
    assert () == blocks[1].headings


def test_a_wide_table_has_all_its_cells() -> None:
    """The names of its columns are not repeated in each row."""
    head, rule, row = (
        "|" + "|".join(cell * 1 for cell in cells) + "|" for cells in (["c"] * 300, ["-"] * 300, ["ab"] * 300)
    )
    blocks = blocks_of("a.md", f"{head}\n{rule}\n{row}\n{row}\n", 0)

    assert [" | ".join(["ab"] * 300)] * 2 == [block.clean.text for block in blocks]


def test_a_row_with_text_only_outside_its_columns_is_no_block() -> None:
    """Markdown shows nothing of it."""
    assert [] == blocks_of("a.md", "a||\n-|-\n|||-", 0)


@pytest.mark.parametrize("text", ["\x0b\n\u2028\nThe ferry\nsails.\n", "ten\n \x85\nsails", "> a\n> \x0b\n> b"])
def test_lines_of_odd_white_space_do_not_move_what_follows(text: str) -> None:
    """The parser takes them for text and strips them; each line stands where it stands all the same."""
    blocks = blocks_of("a.md", text, 0)

    assert text.replace(">", "").split() == [word for block in blocks for word in block.clean.text.split()]
    assert all(block.start <= run.source < block.end for block in blocks for run in block.clean.runs)


# Dates


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "31 December 9999", "1 January 0001"])
def test_a_date_without_neighbours_is_none(day: str) -> None:
    """What follows the last day of the calendar cannot be computed."""
    assert parse_date(day) is None
    for named in periods_in(f"What happened after {day}?", date(2024, 2, 29)):
        assert all(each is None or each.year in YEARS for each in named.period)


# Questions


def test_only_the_rarest_words_of_a_question_count() -> None:
    """Common words are left out first."""
    words = [f"common{number}" for number in range(500)] + [f"rare{number}" for number in range(MOST_TERMS)]

    def frequency(stem: str) -> int:
        return 1 if stem.startswith("rare") else 50

    question = parse_question(" ".join(words), frequency, 100)
    query = FulltextQuery.of(" ".join(words), frequency, 1_000_000)

    assert words[500:] == [term.word for term in question.terms]
    assert all(word in query.single for word in words[500:])
    assert MOST_WORDS >= query.single.count(" OR ") and MOST_WORDS >= query.pairs.count(" OR ")


def test_a_follow_up_to_a_long_answer_is_understood() -> None:
    """Names are looked for at its beginning."""
    turn = Turn(
        "Who is the mayor of Lindholm?", "Karin Osk", "Karin Osk is the mayor. " + "Ana Ruiz met Tim Ash. " * 9_000
    )

    assert "When did Karin Osk take office?" == standalone_question("When did she take office?", [turn])


# Attacks


def test_parsers_withstand_odd_input(tmp_path: Path) -> None:
    """They raise no errors but ours, end, and are consistent."""
    require_unbroken(fuzz(120, random.Random(1), tmp_path))
