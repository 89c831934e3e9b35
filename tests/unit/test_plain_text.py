"""Plain text is divided into blocks by its layout, and every character knows its place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import BlockKind
from tests.helpers.blocks import blocks_of, texts


def test_each_line_of_an_article_is_a_paragraph() -> None:
    first = "The ferry was late again, and nobody on the quay could say when it would come. " * 3
    second = "Its captain, Olaf Dahl, retired in May."

    blocks = blocks_of(f"{first}\n\n  {second}  \nThird line\n")

    assert [first.strip(), second, "Third line"] == [block.clean.text for block in blocks]
    assert {BlockKind.PARAGRAPH} == {block.kind for block in blocks}


@pytest.mark.parametrize(
    "text",
    [
        "The mill at Tverr was built by three brothers who had learned\nthe trade in Holland and who spoke only Dutch.",
        "    It was late in the year, and the wind came from the\nnorth when the ferry of the quay at\nHov came home.",
        "   This memo is about a thing which takes more than a line to say,\n   and it ends here.",
        "We went to the\nmarket and bought\na red hen.",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_wrapped_paragraph_is_one_block(text: str, newline: str) -> None:
    assert texts(text.replace("\n", newline)) == [" ".join(text.split())]


def test_wrapped_paragraphs_may_be_divided_by_indentation_only() -> None:
    text = (
        "    The first paragraph is indented, and it is long enough that it is\nwrapped here. It ends.\n"
        "    The second is indented as well, and again it is long enough to be\nwrapped. It ends too.\n"
    )

    assert [len(paragraph) for paragraph in texts(text)] == [88, 87]


@pytest.mark.parametrize(
    "text",
    [
        "Marek Dobry\nHovedgaden 12\n1234 Hov",
        "Name: Lena Fisk, who is the harbour master of Hov\nTown: Hov, which is by the sea in the far north",
        "flour\nsugar\nbutter",
        "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\n"
        "Rough winds do shake the darling buds of May,\nAnd summer's lease hath all too short a date:",
    ],
)
def test_other_lines_stand_for_themselves(text: str) -> None:
    assert texts(text) == text.split("\n")


def test_a_hyphen_at_the_end_of_a_line_is_dropped_only_if_the_word_stands_elsewhere() -> None:
    text = "It was a well-\nknown fact that he was rec-\nognised by all, and she was recognised too."

    assert texts(text) == ["It was a well-known fact that he was recognised by all, and she was recognised too."]


def test_ligatures_and_decomposed_accents_are_folded_in_wrapped_text() -> None:
    text = unicodedata.normalize(
        "NFD", "The ﬁnal cost of the café was not known to the ofﬁcer who\r\nasked the ﬁreman for it."
    )

    assert texts(text) == ["The final cost of the café was not known to the officer who asked the fireman for it."]


def test_headings_make_a_path() -> None:
    text = (
        "The Mill\n========\n\nOld.\n\nWheel\n-----\nIt turned.\n\n"
        "THE FLOOD\n\nRain fell.\n\n3. Scope\n\nWide.\n\n3.2 Limits\n\nNone.\n\n4. Terms\n\nFew.\n"
    )

    assert [
        ("The Mill", 1, ()),
        ("Wheel", 2, ("The Mill",)),
        ("THE FLOOD", 1, ()),
        ("3. Scope", 1, ()),
        ("3.2 Limits", 2, ("3. Scope",)),
        ("4. Terms", 1, ()),
    ] == [
        (block.clean.text, block.depth, block.headings) for block in blocks_of(text) if block.kind is BlockKind.HEADING
    ]
    assert next(block for block in blocks_of(text) if block.clean.text == "None.").headings == (
        "3. Scope",
        "3.2 Limits",
    )


def test_capitals_with_a_colon_are_the_heading_of_a_list() -> None:
    assert texts("INGREDIENTS:\n- flour\n- milk\n\nNOTE:\n\nBake it.\n", BlockKind.HEADING) == ["INGREDIENTS:"]


def test_a_chapter_contains_its_title() -> None:
    text = "THE BOOK\n\nCHAPTER IV\n\nA NIGHT AT SEA\n\nIt rained.\n\nChapter 5: The Shore\n\nIt was dry.\n"

    paths = {block.clean.text: block.headings for block in blocks_of(text)}

    assert paths["It rained."] == ("THE BOOK", "CHAPTER IV", "A NIGHT AT SEA")
    assert paths["It was dry."] == ("THE BOOK", "Chapter 5: The Shore")


def test_a_short_line_after_a_wide_gap_is_a_heading() -> None:
    text = "One paragraph.\n\nAnother.\n\nA third.\n\n\nThe lost bell\n\nIt was cast in the year of the flood.\n"

    assert texts(text, BlockKind.HEADING) == ["The lost bell"]


@pytest.mark.parametrize(
    "line",
    [
        "STOP RIGHT THERE!",
        "CLICK HERE TO SIGN UP",
        "FAMOUS SINGER SEEN WITH HER SON AT THE GAME",
        "https://example.org/",
        "1. Flour",
        "The bell is lost.",
        "ABC",
    ],
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert texts(f"It began so.\n\n{line}\n\nIt went on.\n", BlockKind.HEADING) == []
    assert texts(f"It began so.\n\n{line}\n", BlockKind.HEADING) == []


@pytest.mark.parametrize(
    "contents",
    [
        "CONTENTS\n\n\n  The Winds       4\n  The Bell        5\n",
        "Contents\n\nThe Winds ..... 4\nThe Bell ..... 5\n",
        "Contents:\nChapter I. The Winds\nChapter II. The Bell\n",
        "The Winds .... 4\nThe Bell .... 5\nThe Mill .... 9\nThe Tarn .... 9\nThe Salt .... 12\n",
    ],
)
def test_tables_of_contents_are_left_out(contents: str) -> None:
    text = f"It begins.\n\n{contents}\n\nChapter I. The Winds\n\nThey blew hard.\n"

    assert texts(text) == ["It begins.", "Chapter I. The Winds", "They blew hard."]


def test_a_price_list_is_no_table_of_contents() -> None:
    assert texts("Tea .... 3\nCake .... 4\nCoffee .... 5\n") == ["Tea | 3", "Cake | 4", "Coffee | 5"]


def test_page_furniture_is_left_out_and_a_sentence_goes_on_over_the_page() -> None:
    page = "The Bell of Hov\n\n{}\n\n{}\n\f"
    text = (
        page.format("It was rung by a servant girl who", 1)
        + page.format("lived nearby.", 2)
        + page.format("She slept.", 3)
    )

    assert texts(text) == ["The Bell of Hov", "It was rung by a servant girl who lived nearby.", "She slept."]


def test_numbers_between_paragraphs_are_text() -> None:
    assert texts("1\n\nThe bell.\n\n2\n\nThe mill.\n\n3\n\nThe tarn.\n") == [
        "1",
        "The bell.",
        "2",
        "The mill.",
        "3",
        "The tarn.",
    ]


def test_drawn_lines_are_left_out() -> None:
    assert texts("It ended.\n\n* * *\n\nIt began.\n~~~~\nOnce more.\n_____\n") == [
        "It ended.",
        "It began.",
        "Once more.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\r\n\t ",
        "\f\f",
        "\u200b\n\ufeff",
        "-",
        ">",
        "> > >\n>",
        "|\n|",
        "From:\n\nx",
        "\x01\x02\n\x7f",
        "a" * 10_000,
    ],
)
def test_any_text_can_be_divided(text: str) -> None:
    blocks_of(text)


TYPICAL = """\
- one
2. two
> cited
>> twice
On Monday, Lena Fisk wrote:
--\x20
From: Lena <l@example.org>
Subject: x
MOSS: yes.
===
---
Contents
Tea ... 3
a   b
x\t1
a | b
the e\u0301nd of the of\ufb01ce is well-
known to all of us
CHAPTER I
lena | 3 Feb 2025
""".splitlines()
LINES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.text(alphabet="ab .\t|->*=1:()[]\r\f", max_size=20),
        st.sampled_from(TYPICAL),
        st.just(""),
    ),
    max_size=25,
)
WORDS = "the bell of Hov rang, Then it fell. A 12 flood (red) \u201cyes\u201d caf\u00e9".split()


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_characters_know_their_places_in_any_text(lines: list[str], newline: str) -> None:
    blocks_of(newline.join(lines))


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1), min_size=1))
def test_no_visible_character_of_prose_is_lost(paragraphs: list[list[str]]) -> None:
    lines = [" ".join([*words, "so."]) for words in paragraphs]

    blocks = blocks_of("\n\n".join(lines))

    assert lines == [block.clean.text for block in blocks]
