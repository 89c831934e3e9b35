"""Where phrases lie: inside one line, cell or item, whatever the text looks like and however it scores."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.reader.phrases import LONGEST_PHRASE, best_phrases, stretches
from qa.text.sentences import Offsets

WRAPPED = (
    "The old harbour of Lindholm was closed in the month of March\n"
    "of the year 1987, and it had served boats for a full century.\n"
)


def parts(text: str) -> list[str]:
    """Return the stretches of ``text``, without white space around them."""
    return [text[start:end].strip() for start, end in stretches(text)]


def likeliest(text: str, first: str, last: str) -> list[str]:
    """Return the phrases of scores that are high for starting at ``first`` and ending at ``last``, best first."""
    tokens = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    words = [text[slice(*one)] for one in tokens]
    scores = np.zeros((2, len(tokens)), dtype=np.float32)
    scores[0, words.index(first)] = scores[1, words.index(last)] = 9.0
    return [text[one.start : one.end] for one in best_phrases(scores, 1.0, tokens, text, stretches(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First line\nsecond line", ["First line", "second line"]),
        ("# The harbour\nIt closed.", ["The harbour", "It closed."]),
        ("The harbour\n===========\nIt closed.", ["The harbour", "===========", "It closed."]),
        ("- one boat\n* two boats\n1. three\n2) four", ["one boat", "two boats", "three", "four"]),
        ("> quoted\n> again", ["quoted", "again"]),
        ("| Mayor | Karin Osk |\n| Port | Lindholm |", ["Mayor", "Karin Osk", "Port", "Lindholm"]),
        ("Mayor | Karin Osk", ["Mayor", "Karin Osk"]),
        ("see [the site](https://example.org) now", ["see [the site", "now"]),
        ("see [the site][1] now", ["see [the site", "now"]),
        ("the <b>old</b> harbour<!-- note -->", ["the", "old", "harbour"]),
        (WRAPPED, [WRAPPED.strip()]),
        (WRAPPED + "\n" + WRAPPED, [WRAPPED.strip()] * 2),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_where_phrases_may_lie(text: str, expected: list[str]) -> None:
    """In one line, cell or item, without its mark; the lines of a hard-wrapped paragraph are one."""
    assert parts(text) == expected


@pytest.mark.parametrize("heading", ["Contents", "## Table of contents", "CONTENTS:"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_table_of_contents_states_nothing(heading: str, line_end: str) -> None:
    """Titles with page numbers are passed over; the text behind them is not, nor are figures in running text."""
    lines = [heading, "The harbour ..... 3", "", "The mill    14", "", "It closed in 1987.", "Contents may vary 3"]

    assert parts(line_end.join(lines)) == ["It closed in 1987.", "Contents may vary 3"]


@pytest.mark.parametrize(
    ("text", "first", "last", "crossing"),
    [
        ("The mayor was Karin\nOsk closed it", "Karin", "Osk", "\n"),
        ("- Karin Osk\n- Nils Holm", "Karin", "Holm", "\n"),
        ("| Karin Osk | Nils Holm |", "Karin", "Holm", "|"),
        ("see [Karin](https://x.org) Osk", "Karin", "Osk", "]"),
    ],
)
def test_no_phrase_crosses_a_border(text: str, first: str, last: str, crossing: str) -> None:
    """However well it scores, what lies on both sides of a border is no phrase."""
    found = likeliest(text, first, last)

    assert found
    assert not any(crossing in one for one in found)


def test_a_phrase_may_cross_the_break_of_a_wrapped_line() -> None:
    """Where an editor broke the line inside a sentence, a phrase goes on."""
    assert likeliest(WRAPPED, "March", "1987")[0] == "March\nof the year 1987"


def test_the_best_phrase_comes_first() -> None:
    """Phrases come in the order of their scores, counted from "no answer here"."""
    text = "Karin Osk closed it"
    scores = np.array([[5, 0, 1, 0], [0, 4, 0, 2]], dtype=np.float32)
    tokens = [match.span() for match in re.finditer(r"\w+", text)]
    found = list(best_phrases(scores, 3.0, tokens, text, stretches(text)))

    assert text[found[0].start : found[0].end] == "Karin Osk"
    assert found[0].score == pytest.approx(5 + 4 - 3)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


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
            " | ",
            "|",
            "(",
            ")",
            "[",
            "]",
            "](",
            "“",
            "”",
        ),
        *('"', "'", "’", "»", "$99,990", "£47.2m", " 22.5 per cent", "July 27, 2020", "5:30 p.m.", "-5", "...", ". "),
        *(
            "https://x.org/a",
            "a@b.org",
            "/usr/bin",
            "<b>",
            "<!-- x -->",
            "Contents\n",
            "Port ..... 3\n",
            "\u202e",
            "東京",
        ),
        WRAPPED,
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=200))


@st.composite
def windows(draw: st.DrawFn) -> tuple[str, list[Offsets], NDArray[np.float32]]:
    """Draw a text, tokens of it in order, and a score for each."""
    text = draw(TEXTS)
    tokens = [match.span() for match in re.finditer(r"\w{1,4}|[^\w\s]", text)]
    seed = draw(st.integers(0, 2**32 - 1))
    scores = np.random.default_rng(seed).normal(0, 4, (2, len(tokens))).astype(np.float32)
    return text, tokens, scores


@settings(deadline=None, max_examples=300)
@given(windows())
def test_whatever_the_text_phrases_lie_inside_it(window: tuple[str, list[Offsets], NDArray[np.float32]]) -> None:
    """A phrase lies in one stretch, is not empty, has no white space around it, and covers a few tokens."""
    text, tokens, scores = window
    lying_in = stretches(text)
    found = list(best_phrases(scores, 0.5, tokens, text, lying_in))

    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        phrase = text[one.start : one.end]
        assert phrase == phrase.strip(" \t\r\n") != ""
        assert any(start <= one.start < one.end <= end for start, end in lying_in)
        assert np.isfinite(one.score)


@given(TEXTS)
def test_stretches_are_in_order_and_apart(text: str) -> None:
    """Whatever the text, stretches follow each other inside it, and none is empty."""
    before = 0
    for start, end in stretches(text):
        assert before <= start < end <= len(text)
        before = end


def test_a_phrase_is_not_long() -> None:
    """Of a thousand words that all score alike, no phrase takes more than a few."""
    text = " ".join(["boat"] * 1000)
    tokens = [match.span() for match in re.finditer(r"\w+", text)]
    found = list(best_phrases(np.ones((2, 1000), dtype=np.float32), 0.0, tokens, text, stretches(text)))

    assert found
    assert all(len(text[one.start : one.end].split()) <= LONGEST_PHRASE for one in found)
