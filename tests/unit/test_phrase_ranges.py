"""Phrase boundaries: a phrase lies within one line, cell or item, whatever the text and the scores."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.datatypes import Layout, Offsets
from qa.reader.phrases import LONGEST_CELL, LONGEST_PHRASE, best_phrases, stretches
from tests.helpers.passages import layout_of

WRAPPED = (
    "The old harbour of Lindholm was closed in the month of March\n"
    "of the year 1987, and it had served boats for a full century.\n"
)
JOINED = WRAPPED.strip().replace("\n", " ")
TABLE = "| Mayor | Port |\n|---|---|\n| Karin Osk | Lindholm |\n"


def parts(text: str, file: str = "a.txt", addresses: bool = False) -> list[str]:
    """Return the stretches of an article, stripped of surrounding white space."""
    layout = layout_of(text, file=file)
    return [layout.text[stretch.start : stretch.end].strip() for stretch in stretches(layout, addresses)]


def likeliest(raw: str, first: str, last: str, file: str = "a.txt") -> list[str]:
    """Return the best phrases, best first, when the scores favour starting at ``first`` and ending at ``last``."""
    layout = layout_of(raw, file=file)
    text = layout.text
    tokens = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    words = [text[slice(*token)] for token in tokens]
    scores = np.zeros((2, len(tokens)), dtype=np.float32)
    scores[0, words.index(first)] = scores[1, words.index(last)] = 9.0
    phrases = best_phrases(scores, 1.0, tokens, text, stretches(layout, True))
    return [text[phrase.start : phrase.end] for phrase in phrases]


@pytest.mark.parametrize("file", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First line\nsecond line", ["First line", "second line"]),
        ("The harbour\n===========\nIt closed.", ["The harbour", "It closed."]),
        ("- one boat\n* two boats\n1. three\n2) four", ["one boat", "two boats", "three", "four"]),
        ("> quoted\n> again", ["quoted", "again"]),
        ("Mayor | Karin Osk", ["Mayor", "Karin Osk"]),
        (WRAPPED, [JOINED]),
        (WRAPPED + "\n" + WRAPPED, [JOINED] * 2),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_text_is_split_into_stretches(text: str, expected: list[str], file: str) -> None:
    """A stretch is one line, cell or item without its marker; a hard-wrapped paragraph is one stretch."""
    assert parts(text, file) == expected


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        ("# The harbour\nIt closed.", "a.md", ["The harbour", "It closed."]),
        (TABLE, "a.md", ["Karin Osk", "Lindholm"]),
        ("| Mayor | Karin Osk |\n| Port | Lindholm |", "a.txt", ["Mayor", "Karin Osk", "Port", "Lindholm"]),
        ("see [the site](https://example.org) now", "a.md", ["see the site now"]),
        ("see [the site][1] now\n\n[1]: https://example.org", "a.md", ["see the site now"]),
        ("the <b>old</b> harbour<!-- note -->", "a.md", ["the old harbour"]),
    ],
)
def test_markup_is_part_of_no_stretch(text: str, file: str, expected: list[str]) -> None:
    """Marks, tags, targets of links, borders and the names of columns are no part of a phrase."""
    assert parts(text, file) == expected


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.org/a?b=1 now", "https://example.org/a?b=1"),
        ("see www.example.org now", "www.example.org"),
        ("see <news.desk@example.org> now", "news.desk@example.org"),
    ],
)
def test_an_address_is_a_phrase_only_where_one_is_asked_for(text: str, address: str) -> None:
    """Addresses of pages and mailboxes divide the text around them, unless they may answer."""
    assert parts(text) == parts(text, "a.md") == ["see", "now"]
    assert parts(text, "a.md", addresses=True) == [f"see {address} now"]


@pytest.mark.parametrize("heading", ["Contents", "## Table of contents", "CONTENTS:"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_table_of_contents_is_skipped(heading: str, line_end: str) -> None:
    """Titles with page numbers are skipped; the text after them and figures in running text are not."""
    lines = [heading, "The harbour ..... 3", "", "The mill    14", "", "It closed in 1987.", "Contents may vary 3"]

    assert parts(line_end.join(lines)) == ["It closed in 1987.", "Contents may vary 3"]


@pytest.mark.parametrize(
    ("text", "file", "first", "last", "crossing"),
    [
        ("The mayor was Karin\nOsk closed it", "a.txt", "Karin", "Osk", "\n"),
        ("The mayor was Karin\nOsk closed it", "a.md", "Karin", "Osk", "\n"),
        ("- Karin Osk\n- Nils Holm", "a.txt", "Karin", "Holm", "\n"),
        ("- Karin Osk\n- Nils Holm", "a.md", "Karin", "Holm", "\n"),
        ("| Karin Osk | Nils Holm |\n| Ada Wren | Ed Vik |", "a.txt", "Karin", "Holm", "|"),
        (TABLE, "a.md", "Karin", "Lindholm", ";"),
        (TABLE, "a.md", "Mayor", "Osk", ":"),
    ],
)
def test_no_phrase_crosses_a_boundary(text: str, file: str, first: str, last: str, crossing: str) -> None:
    """However well it scores, text on both sides of a boundary is not a phrase."""
    assert crossing in layout_of(text, file=file).text
    phrases = likeliest(text, first, last, file)

    assert phrases
    assert not any(crossing in phrase or (first in phrase and last in phrase) for phrase in phrases)


def test_a_phrase_may_contain_the_text_of_a_link() -> None:
    """A link is no boundary: its target is not part of the clean text."""
    assert likeliest("see [Karin](https://x.org) Osk", "Karin", "Osk", "a.md")[0] == "Karin Osk"


@pytest.mark.parametrize(("words", "whole"), [(LONGEST_CELL, True), (LONGEST_CELL + 1, False)])
def test_a_short_cell_is_a_phrase_as_a_whole(words: int, whole: bool) -> None:
    """Whatever part of a short cell scores best, all of it is the phrase; a long cell is read like a paragraph."""
    cell = " ".join(["Karin", *["boat"] * (words - 2), "Osk"])
    best = likeliest(f"| Mayor | Port |\n|---|---|\n| {cell} | Lindholm |\n", "Karin", "Karin", "a.md")[0]

    assert best == (cell if whole else "Karin")


def test_a_phrase_may_cross_a_line_break_in_a_wrapped_paragraph() -> None:
    """A line break that an editor inserted inside a sentence does not end a phrase."""
    assert likeliest(WRAPPED, "March", "1987")[0] == "March of the year 1987"


def test_the_best_phrase_comes_first() -> None:
    """Phrases are ordered by score, which is relative to that of "no answer here"."""
    text, layout = "Karin Osk closed it", layout_of("Karin Osk closed it")
    scores = np.array([[5, 0, 1, 0], [0, 4, 0, 2]], dtype=np.float32)
    tokens = [match.span() for match in re.finditer(r"\w+", text)]
    phrases = list(best_phrases(scores, 3.0, tokens, text, stretches(layout, True)))

    assert text[phrases[0].start : phrases[0].end] == "Karin Osk"
    assert phrases[0].score == pytest.approx(5 + 4 - 3)
    assert [phrase.score for phrase in phrases] == sorted((phrase.score for phrase in phrases), reverse=True)


PIECES = st.sampled_from(
    [
        *(
            "Karin Osk",
            " ",
            " ",
            "\n",
            "\r\n",
            "\n\n",
            "- ",
            "1. ",
            "# ",
            "> ",
            " | ",
            "|",
            "\t",
            "(",
            ")",
            "[",
            "]",
            "](",
        ),
        *("“", "”", '"', "'", "’", "»", "**", "`", "$99,990", "£47.2m", " 22.5 per cent", "July 27, 2020", "5:30 p.m."),
        *("-5", "...", ". ", "https://x.org/a", "a@b.org", "/usr/bin", "<b>", "<!-- x -->", "Contents\n"),
        *("Port ..... 3\n", "\u202e", "\xa0", "ﬁ", "e\u0301", "東京", WRAPPED, TABLE, f"\n\n{TABLE}"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=200))
LAYOUTS = st.builds(lambda text, file: layout_of(text, file=file), TEXTS, st.sampled_from(["a.txt", "a.md"]))


@st.composite
def windows(draw: st.DrawFn) -> tuple[Layout, list[Offsets], NDArray[np.float32]]:
    """Draw a layout, its tokens in order, and two scores for each token."""
    layout = draw(LAYOUTS)
    tokens = [match.span() for match in re.finditer(r"\w{1,4}|[^\w\s]", layout.text)]
    seed = draw(st.integers(0, 2**32 - 1))
    scores = np.random.default_rng(seed).normal(0, 4, (2, len(tokens))).astype(np.float32)
    return layout, tokens, scores


@settings(deadline=None, max_examples=300)
@given(windows(), st.booleans())
def test_phrases_are_well_formed_for_any_text(
    window: tuple[Layout, list[Offsets], NDArray[np.float32]], addresses: bool
) -> None:
    """A phrase lies in one stretch, is not empty, has no surrounding white space, and has a finite score."""
    layout, tokens, scores = window
    within = stretches(layout, addresses)
    phrases = list(best_phrases(scores, 0.5, tokens, layout.text, within))

    assert [phrase.score for phrase in phrases] == sorted((phrase.score for phrase in phrases), reverse=True)
    for phrase in phrases:
        characters = layout.text[phrase.start : phrase.end]
        assert characters == characters.strip(" \t\r\n") != ""
        assert any(start <= phrase.start < phrase.end <= end for start, end, _ in within)
        assert np.isfinite(phrase.score)


@settings(deadline=None)
@given(LAYOUTS, st.booleans())
def test_stretches_are_ordered_and_disjoint(layout: Layout, addresses: bool) -> None:
    """For any text, stretches follow one another, each within one block, and none is empty."""
    previous_end = 0
    for start, end, _ in stretches(layout, addresses):
        assert previous_end <= start < end <= len(layout.text)
        assert any(block.start <= start and end <= block.end for block in layout.blocks)
        previous_end = end


def test_phrase_length_is_limited() -> None:
    """Among a thousand words with equal scores, no phrase exceeds the limit."""
    text = " ".join(["boat"] * 1000)
    layout = layout_of(text)
    tokens = [match.span() for match in re.finditer(r"\w+", text)]
    scores = np.ones((2, 1000), dtype=np.float32)
    phrases = list(best_phrases(scores, 0.0, tokens, layout.text, stretches(layout, True)))

    assert phrases
    assert all(len(text[phrase.start : phrase.end].split()) <= LONGEST_PHRASE for phrase in phrases)
