"""Phrase boundaries: a phrase lies within one line, cell or item, whatever the text and the scores."""

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
    """Return the stretches of ``text``, stripped of surrounding white space."""
    return [text[start:end].strip() for start, end in stretches(text)]


def likeliest(text: str, first: str, last: str) -> list[str]:
    """Return the best phrases, best first, when the scores favour starting at ``first`` and ending at ``last``."""
    tokens = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    words = [text[slice(*token)] for token in tokens]
    scores = np.zeros((2, len(tokens)), dtype=np.float32)
    scores[0, words.index(first)] = scores[1, words.index(last)] = 9.0
    phrases = best_phrases(scores, 1.0, tokens, text, stretches(text))
    return [text[phrase.start : phrase.end] for phrase in phrases]


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
def test_text_is_split_into_stretches(text: str, expected: list[str]) -> None:
    """A stretch is one line, cell or item without its marker; a hard-wrapped paragraph is one stretch."""
    assert parts(text) == expected


@pytest.mark.parametrize("heading", ["Contents", "## Table of contents", "CONTENTS:"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_table_of_contents_is_skipped(heading: str, line_end: str) -> None:
    """Titles with page numbers are skipped; the text after them and figures in running text are not."""
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
def test_no_phrase_crosses_a_boundary(text: str, first: str, last: str, crossing: str) -> None:
    """However well it scores, text on both sides of a boundary is not a phrase."""
    phrases = likeliest(text, first, last)

    assert phrases
    assert not any(crossing in phrase for phrase in phrases)


def test_a_phrase_may_cross_a_line_break_in_a_wrapped_paragraph() -> None:
    """A line break that an editor inserted inside a sentence does not end a phrase."""
    assert likeliest(WRAPPED, "March", "1987")[0] == "March\nof the year 1987"


def test_the_best_phrase_comes_first() -> None:
    """Phrases are ordered by score, which is relative to that of "no answer here"."""
    text = "Karin Osk closed it"
    scores = np.array([[5, 0, 1, 0], [0, 4, 0, 2]], dtype=np.float32)
    tokens = [match.span() for match in re.finditer(r"\w+", text)]
    phrases = list(best_phrases(scores, 3.0, tokens, text, stretches(text)))

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
    """Draw a text, its tokens in order, and two scores for each token."""
    text = draw(TEXTS)
    tokens = [match.span() for match in re.finditer(r"\w{1,4}|[^\w\s]", text)]
    seed = draw(st.integers(0, 2**32 - 1))
    scores = np.random.default_rng(seed).normal(0, 4, (2, len(tokens))).astype(np.float32)
    return text, tokens, scores


@settings(deadline=None, max_examples=300)
@given(windows())
def test_phrases_are_well_formed_for_any_text(window: tuple[str, list[Offsets], NDArray[np.float32]]) -> None:
    """A phrase lies in one stretch, is not empty, has no surrounding white space, and has a finite score."""
    text, tokens, scores = window
    within = stretches(text)
    phrases = list(best_phrases(scores, 0.5, tokens, text, within))

    assert [phrase.score for phrase in phrases] == sorted((phrase.score for phrase in phrases), reverse=True)
    for phrase in phrases:
        characters = text[phrase.start : phrase.end]
        assert characters == characters.strip(" \t\r\n") != ""
        assert any(start <= phrase.start < phrase.end <= end for start, end in within)
        assert np.isfinite(phrase.score)


@given(TEXTS)
def test_stretches_are_ordered_and_disjoint(text: str) -> None:
    """For any text, stretches follow one another within it and none is empty."""
    previous_end = 0
    for start, end in stretches(text):
        assert previous_end <= start < end <= len(text)
        previous_end = end


def test_phrase_length_is_limited() -> None:
    """Among a thousand words with equal scores, no phrase exceeds the limit."""
    text = " ".join(["boat"] * 1000)
    tokens = [match.span() for match in re.finditer(r"\w+", text)]
    phrases = list(best_phrases(np.ones((2, 1000), dtype=np.float32), 0.0, tokens, text, stretches(text)))

    assert phrases
    assert all(len(text[phrase.start : phrase.end].split()) <= LONGEST_PHRASE for phrase in phrases)
