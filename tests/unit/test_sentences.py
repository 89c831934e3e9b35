"""Sentence boundaries: exact offsets for any text."""

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
    """Sentences do not overlap, have no surrounding white space, and omit nothing but white space."""
    text = Corpus(folder).text(path)
    offsets = sentence_offsets(text)

    previous_end = 0
    for start, end in offsets:
        assert previous_end <= start < end <= len(text)
        assert text[previous_end:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        previous_end = end
    assert text[previous_end:].strip() == ""
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
def test_an_abbreviation_does_not_end_a_sentence(text: str) -> None:
    """The full stop of an abbreviation is followed by more of the same sentence."""
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
def test_sentences_in_any_script(text: str, expected: list[str]) -> None:
    """Quotation marks, other scripts and characters beyond the basic plane are handled."""
    assert expected == sentences(text)


def test_repeated_sentences_have_distinct_offsets() -> None:
    """Offsets are tracked, not searched for."""
    assert [(0, 5), (6, 11), (13, 18)] == sentence_offsets("Same. Same.\n\nSame.")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_line_break_inside_a_wrapped_paragraph_is_a_space(newline: str) -> None:
    """A hard-wrapped paragraph is read as one line, with either line ending."""
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
    """A line of white space separates paragraphs like an empty line."""
    first = "Every spring the gulls of the Grey Coast return,\nand nobody minds"
    second = "Their nests are made of rope ends and old nets,\nsays Ann"

    assert [first, second] == sentences(f"{first}\n \t\n{second}")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_headings_lists_and_tables_end_with_the_line(newline: str) -> None:
    """They need no full stop, and the number of an item is not a sentence."""
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


def test_a_long_line_of_spaces_is_fast() -> None:
    """Splitting takes linear time; quadratic time would mean minutes here."""
    assert [(200_000, 200_004)] == sentence_offsets(" " * 200_000 + "End.")
