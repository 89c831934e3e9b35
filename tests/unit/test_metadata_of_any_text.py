"""Metadata of arbitrary text, and what is imported to extract it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qa.corpus.metadata import describe

PROJECT = Path(__file__).parent.parent.parent


def test_plain_text_needs_no_parser() -> None:
    """YAML, TOML, mail and date parsers are imported only for the articles that need them."""
    code = (
        "import sys; from qa.corpus.metadata import describe;"
        "describe('Gulls return\\n\\n2024-05-14\\nThey do.', 'a.md');"
        "print(*{'yaml', 'tomllib', 'email.utils', 'dateparser'} & set(sys.modules))"
    )

    assert "" == subprocess.check_output([sys.executable, "-c", code], text=True, cwd=PROJECT).strip()


PARTS = st.sampled_from(
    [
        *"--- +++ ... - : = # [ ] [[ ]] { } | > \" ' ` @ % &a *a !! < \\ * _ ~~ é 🎶 word \\UFFFFFFFF".split(),
        *"\n|\n\n|\r\n|\r|\t|  |: |- |\n- |\ufeff|\x85|\u2028|\x1b[2J|%YAML 9".split("|"),
        *"key = |# |![x](y)|[x](y)|Word one two".split("|"),
        *"title|title: |author: |date: |tags:|name: |From: |Subject: |Date: |=?utf-8?q?|?=|a@b.c|Updated ".split("|"),
        *"By Ann Hand|2024-05-14|May 14, 2024|Mon, 3 Feb 2025 11:40:00 +0100".split("|"),
    ]
)
MESSY_TEXT = st.lists(PARTS | st.text(max_size=8), max_size=40).map("".join)
FENCED_TEXT = st.builds(
    lambda fence, block, body: f"{fence}\n{block}\n{fence}\n{body}",
    st.sampled_from(["---", "+++"]),
    MESSY_TEXT,
    MESSY_TEXT,
)


@given(text=MESSY_TEXT | FENCED_TEXT, path=st.text(max_size=30))
def test_any_text_has_metadata(text: str, path: str) -> None:
    """Nothing is raised, and every field lies on whole lines of the text."""
    metadata = describe(text, path)

    assert 0 <= metadata.body_start <= len(text)
    for field in metadata.fields:
        assert field.name and field.value
        assert 0 <= field.start <= field.end <= len(text)
        assert "\n" not in field.value
        if field.start < field.end:
            assert field.end <= metadata.body_start or field.start <= metadata.body_start + 1_001
            assert field.start == 0 or text[field.start - 1] in "\r\n\ufeff"
            assert field.end == len(text) or text[field.end] in "\r\n"


WORDS = st.from_regex(r"[A-Za-zé][a-zé:@%`\"'-]{0,8}( [A-Za-zé][a-zé:'-]{0,8}){0,4}", fullmatch=True)
KEYS = st.sampled_from("title author authors date tags layout phone description updated source".split())


def folded(text: str) -> str:
    """Return ``text`` without white space, quotation marks and markup."""
    return re.sub(r"[\s\"'`*_~=\\]", "", text)


@st.composite
def articles(draw: st.DrawFn) -> str:
    """Return an article with header lines, or front matter of whatever validity."""
    style = draw(st.sampled_from(["yaml", "toml", "plain"]))
    lines = []
    for key in draw(st.lists(KEYS, min_size=1, max_size=6)):
        items = draw(st.lists(WORDS, min_size=1, max_size=3))
        if style == "plain":
            lines.append(f"{key}: {items[0]}")
        elif style == "toml":
            lines.append(f"{key} = {items[0]}" if len(items) == 1 else f"{key} = [{', '.join(map(repr, items))}]")
        else:
            lines.append(f"{key}: {items[0]}" if len(items) == 1 else "\n- ".join([f"{key}:", *items]))
    fence = {"yaml": "---\n", "toml": "+++\n", "plain": ""}[style]
    return fence + "\n".join(lines) + f"\n{fence}\nBy Ann Hand\nPublished 2024-05-14\n\nWords.\n"


@given(text=articles(), newline=st.sampled_from(["\n", "\r\n"]))
def test_the_lines_of_a_field_state_its_value(text: str, newline: str) -> None:
    """At least its first item, apart from white space and quotation marks."""
    text = text.replace("\n", newline)

    metadata = describe(text)

    for field in metadata.fields:
        assert folded(field.value.split(",")[0]) in folded(text[field.start : field.end])
