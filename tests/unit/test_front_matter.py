"""Front matter, valid and not: each field has its value and its place."""

from __future__ import annotations

from datetime import date

import pytest

from qa.corpus.metadata import describe
from tests.helpers.fields import stated, values

# YAML


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "\n\n", "\ufeff", "\ufeff\n"])
def test_each_field_of_yaml_has_its_lines(newline: str, before: str) -> None:
    """A list reaches from its key to its last item; comments and blank lines below it are not part of it."""
    text = (
        f"{before}---\ntitle: Gulls return # at last\nauthors:\n  - name: A. Hand\n    role: editor\n  - B. Foot\n\n"
        "# the rest\ntags: [sea, birds]\nlayout: post\nempty:\n---\nThey do.\n"
    ).replace("\n", newline)

    metadata = describe(text)

    assert {"title": "Gulls return", "author": "A. Hand, B. Foot", "tags": "sea, birds", "layout": "post"} == values(
        metadata
    )
    assert "title: Gulls return # at last" == stated(text, "title")
    assert "authors:\n  - name: A. Hand\n    role: editor\n  - B. Foot".replace("\n", newline) == stated(text, "author")
    assert "tags: [sea, birds]" == stated(text, "tags")
    assert "They do." == text[metadata.body_start :].strip()
    assert "" == metadata.notice


@pytest.mark.parametrize(
    ("lines", "name", "value"),
    [
        ("Headline: Gulls", "title", "Gulls"),
        ("title: Gulls\nsubject: Sea", "subject", "Sea"),
        ("author: {name: A. Hand, role: editor}", "author", "A. Hand"),
        ("author:\n  role: editor\n  name: A. Hand", "author", "A. Hand"),
        ("byline: A. Hand <hand@example.org>", "author", "A. Hand"),
        ("creator: [[A. Hand]]", "author", "A. Hand"),
        ('author: "[[people/hand|A. Hand]]"', "author", "A. Hand"),
        ("pubDate: 2024-05-14", "date", "2024-05-14"),
        ("publish date: 2024-05-14", "date", "2024-05-14"),
        ("lastmod: 2024-05-14", "updated", "2024-05-14"),
        ("Categories:\n- sea\n- birds", "tags", "sea, birds"),
        ("site: The Gazette", "source", "The Gazette"),
        ("Slug: gulls-return", "slug", "gulls-return"),
        ("description: >\n  They return\n  in May.", "description", "They return in May."),
        ("draft: yes\nyear: 1984", "year", "1984"),
        ("{title: Gulls}", "title", "Gulls"),
        ("first: &hand A. Hand\nauthor: *hand", "author", "A. Hand"),
    ],
)
def test_yaml_is_read_as_people_write_it(lines: str, name: str, value: str) -> None:
    """Several keys have the same meaning; others keep their own name."""
    metadata = describe(f"---\n{lines}\n---\nWords.")

    assert value == values(metadata)[name]
    assert "" == metadata.notice


@pytest.mark.parametrize(
    ("lines", "name", "value", "number"),
    [
        ("title: Heat pumps: what the town learned\nauthor: R. Dahl", "title", "Heat pumps: what the town learned", 2),
        ("layout: post\ntitle: @home", "title", "@home", 3),
        ("title: `code` matters", "title", "code matters", 2),
        ("title: %s is not a title", "title", "%s is not a title", 2),
        ("title:\tGulls return", "title", "Gulls return", 2),
        ('title: "Gulls return\nauthor: A. Hand', "author", "A. Hand", 2),
        ('title: "Gulls\nreturn"\nlayout: @post', "title", "Gulls return", 4),
        ("title: [unclosed", "title", "unclosed", 2),
        ("title: Gulls\nup: [[Birds]], [[Sea]]", "up", "Birds, Sea", 3),
        ("title: a: b\ntags:\n  - sea\n  - birds: big\n", "tags", "sea, birds: big", 2),
        ("title: a: b\nauthor:\n  role: editor\n  name: 'A. Hand'\n", "author", "A. Hand", 2),
        ("title: a: b\nauthor: {name: A. Hand, role: x}\n", "author", "A. Hand", 2),
        ("title: a: b\nauthor: 'Ann O''Hand'", "author", "Ann O'Hand", 2),
        ("title: a: b\ntags: [sea, 'birds']\n", "tags", "sea, birds", 2),
        ("title: a: b\nsource: [Gazette](https://example.org)", "source", "Gazette", 2),
    ],
)
def test_invalid_yaml_is_read_line_by_line(lines: str, name: str, value: str, number: int) -> None:
    """It is never body text, and a notice names the line."""
    text = f"---\n{lines}\n---\n\nWords."

    metadata = describe(text)

    assert value == values(metadata)[name]
    assert "Words." == text[metadata.body_start :].strip()
    assert f"front matter is not valid YAML (line {number}); read line by line" == metadata.notice


def test_a_list_in_invalid_yaml_has_all_its_lines() -> None:
    """As in valid YAML."""
    text = "---\ntitle: a: b\ntags:\n  - sea\n  - birds\nlayout: post\n---\n"

    assert "tags:\n  - sea\n  - birds" == stated(text, "tags")


def test_a_repeated_key_is_noticed() -> None:
    """The first value counts."""
    metadata = describe("---\ntitle: Gulls\ntitle: Terns\n---\nWords.")

    assert ("Gulls", "front matter states “title” more than once; the first one counts") == (
        metadata.title,
        metadata.notice,
    )


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nOnce there was a gull.\n\n---\n\nThen two.",
        "---\nHe came home with a long list: apples\nand pears.\n---\n",
        "---\nRemember: at noon\n\nWe meet.\n\nWe eat.\n\nWe sing: loudly.\n---\n",
        "---\ntitle: Gulls\n\nNo end.",
        "---\n" + "key: value\n" * 2_000 + "---\n",
        "+++\ntitle = 'Gulls'\n\nNo end.",
        "+++\njust words\n+++\n",
        "--- \n- a\n- b\n---\n",
        "---\n---\nWords.",
    ],
)
def test_prose_between_thematic_breaks_is_body_text(text: str) -> None:
    """So is a block without an end, or with an end too far below."""
    metadata = describe(text)

    assert (0, "") == (metadata.body_start, metadata.notice)


def test_long_front_matter_is_read() -> None:
    """Some programs write thousands of characters."""
    text = "---\ntitle: Gulls\n" + "".join(f"- {'x' * 90}\n" for _ in range(100)).replace("-", "more:\n  -", 1)
    text = text.replace("\n- ", "\n  - ") + "---\nWords."

    assert "Words." == text[describe(text).body_start :]


# TOML


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_each_field_of_toml_has_its_lines(newline: str) -> None:
    """Values that are not text are given as written."""
    text = (
        '+++\ntitle = "Street lamps" # solar\ndate = 2024-05-17T09:30:00Z # noon\n'
        'authors = [\n  "P. Novak",\n  "I. Roe",\n]\n'
        'weight = 1_000\n\n[editor]\nname = "U. Patel"\n\n[extra]\nauthor = "nobody"\n+++\n\nThe council.'
    ).replace("\n", newline)

    metadata = describe(text)

    assert {
        "title": "Street lamps",
        "date": "2024-05-17T09:30:00Z",
        "author": "P. Novak, I. Roe",
        "weight": "1_000",
        "editor": "U. Patel",
    } == values(metadata)
    assert 'authors = [\n  "P. Novak",\n  "I. Roe",\n]'.replace("\n", newline) == stated(text, "author")
    assert '[editor]\nname = "U. Patel"'.replace("\n", newline) == stated(text, "editor")
    assert ("Street lamps", date(2024, 5, 17), "P. Novak, I. Roe") == (
        metadata.title,
        metadata.published,
        metadata.source,
    )
    assert "The council." == text[metadata.body_start :].strip()


def test_invalid_toml_is_read_line_by_line() -> None:
    """As invalid YAML is."""
    text = '+++\ntitle = Gulls return\nauthors = ["A. Hand", "B. Foot"]\n+++\nWords.'

    metadata = describe(text)

    assert {"title": "Gulls return", "author": "A. Hand, B. Foot"} == values(metadata)
    assert "front matter is not valid TOML (line 2); read line by line" == metadata.notice
    assert "Words." == text[metadata.body_start :]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('+++\ntitle = "Gulls"\n[extra]\nauthor = "Zelda Morrow"\n+++\n\nWords.', 'author = "Zelda Morrow"'),
        ("---\ntitle: Gulls\nparams:\n  author: Zelda Morrow\n---\n\nWords.", "  author: Zelda Morrow"),
    ],
)
def test_a_theme_s_own_table_may_name_the_author(text: str, line: str) -> None:
    """Where Zola and Hugo put what a theme defines."""
    assert "Zelda Morrow" == values(describe(text))["author"]
    assert line == stated(text, "author")
