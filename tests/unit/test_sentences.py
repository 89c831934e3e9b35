"""Sentence boundaries: exact offsets, whatever the text looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.corpus import Corpus
from qa.text.sentences import sentence_offsets

HERE = Path(__file__).parent.parent
ARTICLES = [
    (folder, path)
    for folder in (HERE / "corpus", HERE.parent / "seeds")
    for path in Corpus(folder).files()
    if path != "empty.txt"
]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_offsets(text)]


@pytest.mark.parametrize(("folder", "path"), ARTICLES, ids=[path for _, path in ARTICLES])
def test_sentences_cover_every_word_in_order(folder: Path, path: str) -> None:
    """They do not overlap, hold no white space around them, and leave out nothing but white space."""
    text = Corpus(folder).text(path)
    offsets = sentence_offsets(text)

    end_before = 0
    for start, end in offsets:
        assert end_before <= start < end <= len(text)
        assert text[end_before:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        end_before = end
    assert text[end_before:].strip() == ""
    assert len(offsets) > 3


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Kim met Mr. O'Neill at No. 7 St. Mary's Rd. on Nov. 20, 2024.",
        "It cost $3.50 for the U.S. Navy in Sept. 1921.",
        "J. K. Rowling left at 5 p.m. by bus, i.e. line 4, with Prof. Lee et al. of course.",
        "Version v2.0.1 is at www.example.com now.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    """A full stop inside one is followed by more of the same sentence."""
    assert [text, "She came."] == sentences(f"{text} She came.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We won.” She smiled. “Is it true?” he asked.", ["“We won.”", "She smiled.", "“Is it true?” he asked."]),
        (
            "Она пришла. Он ушёл! 안녕하세요. 좋은 날입니다.",
            ["Она пришла.", "Он ушёл!", "안녕하세요.", "좋은 날입니다."],
        ),
        ("Now! 😀 Great 👩‍👩‍👧 day. Noe\u0308l came.", ["Now!", "😀 Great 👩‍👩‍👧 day.", "Noe\u0308l came."]),
        ("Same. Same. Same.", ["Same.", "Same.", "Same."]),
        ("", []),
        (" \r\n\t\n\u00a0\n", []),
    ],
    ids=["quotes", "scripts", "emoji", "repeated", "empty", "blank"],
)
def test_sentences_end_where_they_do(text: str, expected: list[str]) -> None:
    """Quotes, other scripts and characters beyond the basic plane keep their places."""
    assert expected == sentences(text)


def test_repeated_sentences_have_their_own_places() -> None:
    """Offsets are carried, not searched for."""
    assert [(0, 5), (6, 11), (13, 18)] == sentence_offsets("Same. Same.\n\nSame.")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_line_break_inside_a_wrapped_paragraph_is_a_space(newline: str) -> None:
    """Paragraphs that an editor wrapped are read as one, each for itself, with either line end."""
    first = [
        "Every spring the gulls of the Grey Coast return",
        "to the cliff where they were hatched. They are",
        "loud.",
    ]
    second = ["People who live below the cliff close windows and", "wait for autumn."]
    text = f"{newline}{newline}".join([newline.join(first), newline.join(second)])

    assert [
        f"{first[0]}{newline}to the cliff where they were hatched.",
        f"They are{newline}loud.",
        newline.join(second),
    ] == sentences(text)


def test_white_space_on_a_blank_line_does_not_join_paragraphs() -> None:
    """A line of blanks looks empty, so it is."""
    first = "Every spring the gulls of the Grey Coast return,\nand nobody minds"
    second = "Their nests are made of rope ends and old nets,\nsays Ann"

    assert [first, second] == sentences(f"{first}\n \t\n{second}")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_headings_lists_and_tables_end_with_the_line(newline: str) -> None:
    """They have no full stop, and a number in front of an item is no sentence."""
    lines = [
        "# Gulls and terns",
        "- one",
        "- two are more. Or not",
        "1. Take the bus",
        "2) Walk",
        "| a | b. c. |",
        "|---|---|",
    ]

    assert [
        "# Gulls and terns",
        "- one",
        "- two are more.",
        "Or not",
        "1. Take the bus",
        "2) Walk",
        "| a | b. c. |",
        "|---|---|",
    ] == sentences(newline.join(lines))


def test_a_long_line_of_blanks_takes_no_time() -> None:
    """The search for lines is linear: a quadratic one would take minutes here."""
    assert [(200_000, 200_004)] == sentence_offsets(" " * 200_000 + "End.")
