"""Articles drawn as documents: every character in its place, marked to the very character."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from qa.datatypes import CleanText
from qa.text.sanitizing import mask_controls
from tests.helpers.article_view import TextApp, document_of, drawn, rows
from tui.typesetting import Rows, parts_of
from tui.typesetting.emphasis import emphasis_of
from tui.typesetting.search import matches_of
from tui.widgets.marks import CURRENT, Mark

ARTICLE = """---
title: The harbour of Lindholm
source: The Courier
date: 2024-05-01
tags: [harbour, ferries]
---

# The harbour of Lindholm

The old harbour was **closed in March 1987**. A ferry had hit the *crane* on the pier, as the
[report of the commission](https://example.org/a_b) says, and `crane.log` was empty.

## What followed
> The crane was **not** lit.

- The pier was rebuilt:
  - in granite,
  1. at once.
- [x] The ferry was ~~painted~~ sold.

| Year | Ships | Remarks |
|------|------:|---------|
| 1987 | 214 | closed in March |
| 1989 | 380 | opened |

```python
def ships():
    return [1]

ships()
```

---

<!-- hidden -->
Text with [/etc] and [b]markup[/b] &amp; <b>tags</b>.
"""
DRAWN = """
The harbour of Lindholm
The Courier · 2024-05-01
tags: harbour, ferries

The old harbour was closed in March 1987. A ferry had hit
the crane on the pier, as the report of the commission
says, and crane.log was empty.

What followed

▌ The crane was not lit.

• The pier was rebuilt:
  • in granite,
  1. at once.
[x] The ferry was painted sold.

Year │ Ships │ Remarks
1987 │ 214   │ closed in March
1989 │ 380   │ opened

  def ships():
      return [1]

  ships()

──────────────────────────────────────────────────────────

Text with [/etc] and [b]markup[/b] & tags.
"""


async def test_an_article_is_drawn_as_a_document() -> None:
    """Head, headings, lists, quotes, tables, code and rules, none of the markup, and nothing hidden."""
    app = TextApp()
    async with app.run_test(size=(64, 40)):
        await app.view.show(document_of(ARTICLE))
        lines = [row[5:] for row in rows(app.view)]

    assert "\n".join(lines).strip() == DRAWN.strip()


async def test_long_rows_are_centred() -> None:
    """Text is at most 90 columns wide, with the same space on both sides."""
    app = TextApp()
    async with app.run_test(size=(160, 20)):
        await app.view.show(document_of("word " * 200, "a.txt"))
        widest = max(rows(app.view), key=len)

    space = len(widest) - len(widest.lstrip())
    assert len(widest.strip()) <= 90
    assert abs((160 - 90) // 2 - space) <= 3


def emphasized(paragraph: str) -> dict[str, list[str]]:
    """Return the texts of each kind of emphasis in a paragraph."""
    (part,) = parts_of(document_of(paragraph))
    texts: dict[str, list[str]] = {}
    for start, end, kind in emphasis_of(part.clean, paragraph, part.start):
        texts.setdefault(kind, []).append(part.clean.text[start:end])
    return texts


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("It is **very** *wet* now.", {"strong": ["very"], "italic": ["wet"]}),
        ("It is ***very wet***", {"strong": ["very wet"], "italic": ["very wet"]}),
        ("- **Rain** and __snow__", {"strong": ["Rain", "snow"]}),
        ("* a `b*c*d` e", {"code": ["b*c*d"]}),
        ("See [the **old** page](https://x.org/a_b_c).", {"link": ["the old page"], "strong": ["old"]}),
        ("See [[target|the page]] and [[other]].", {"link": ["the page", "other"]}),
        ("2 * 3 * 4 is a_b_c, \\*not\\* bold [x] here", {}),
        ("See [the page](https://example.org/long/address/without/end)", {"link": ["the page"]}),
        ("A <b class='*'>tag</b> and a note[^1] of *it*.", {"italic": ["it"]}),
        ("The ~~old~~ door", {"struck": ["old"]}),
        ("> quoted **text goes on** here", {"strong": ["text goes on"]}),
    ],
)
def test_emphasis_is_read_from_the_markup(paragraph: str, expected: dict[str, list[str]]) -> None:
    """Only from what the parser took for markup."""
    assert emphasized(paragraph) == expected


LONGER = "A longer stretch of text, with commas."
PIECES = {
    "plain.txt": ["word", "sentence.", LONGER, "1,234", "\n", "\n\n", "- item\n"],
    "markdown.md": ["# Head\n", "**bold**", "\n- item", "[link](a.md)", "`code`", "\n|a|\n|-|\n|c *d*|\n", "\n\n"],
    "crlf.md": ["line", "another line", "\r\n", "\r\n\r\n", "\tindented", "\r\n    code\r\n"],
    "wide.txt": ["漢字かな", "한국어", "👍🏽 🇰🇷", "e\u0301cole", "z\u200bero", "\x1b[31mred\x1b[0m", "\n", "ﬁ"],
    "hostile.md": [
        "[/etc]",
        "[b]x[/b]",
        "<script>x</script>",
        "\x1b]8;;a\x07",
        "<!-- x -->",
        "> ",
        "***",
        "\n\n",
        "\t",
    ],
}


def articles() -> Iterator[tuple[str, str]]:
    """Yield two articles of each kind, the same in every run."""
    dice = random.Random(7)
    for name, pieces in PIECES.items():
        for _ in range(2):
            yield name, "Begin. " + " ".join(dice.choices(pieces, k=100)) + " End."


def within(clean: CleanText, start: int, end: int) -> str:
    """Return the visible characters of a clean text that come from ``start`` to ``end`` of the file."""
    characters = []
    for position, character in enumerate(mask_controls(clean.text)):
        offsets = clean.in_file(position, position + 1)
        if offsets and offsets[0] < end and offsets[1] > start and character != "\u200b":
            characters.append(character)
    return "".join(characters)


async def test_exactly_the_cited_characters_are_marked() -> None:
    """Random quotes in articles of five kinds, before and after a resize."""
    dice = random.Random(11)
    checked = 0
    app = TextApp()
    async with app.run_test(size=(70, 60)) as pilot:
        for name, text in articles():
            document = document_of(text, name)
            await app.view.show(document)
            for width in (70, 43):
                await pilot.resize_terminal(width, 60)
                for block in dice.choices(document.blocks, k=5):
                    clean = block.cells[0] if block.cells else block.clean
                    first, last = sorted(dice.choices(range(len(clean.text) + 1), k=2))
                    offsets = clean.in_file(first, last)
                    if offsets is None or block.kind.value in ("code", "heading"):
                        continue
                    app.view.mark([Mark(*offsets, CURRENT)])
                    app.view.reveal(offsets[0])
                    assert "".join(drawn(app.view, CURRENT).split()) == "".join(within(clean, *offsets).split())
                    checked += 1
    assert checked > 60


@pytest.mark.parametrize("width", [25, 60, 90])
def test_rows_have_every_character_and_the_width(width: int) -> None:
    """No row is wider than the screen, whatever the text; plain text loses nothing that can be seen."""
    for name, text in articles():
        laid_out = Rows(parts_of(document_of(text, name)), width)
        lines = [laid_out[index] for index in range(len(laid_out))]
        assert all(cell_len(line.lead + line.text) <= width for line in lines)
        if name == "plain.txt":
            shown = "".join(line.text for line in lines if line.clean.stands_here(line.start, line.end))
            assert re.sub(r"[-\s]", "", shown) == re.sub(r"[-\s]", "", text)


def test_the_row_of_an_offset_draws_it() -> None:
    """For every character that is drawn; and a row's offset leads back to it."""
    document = document_of(ARTICLE)
    laid_out = Rows(parts_of(document), 40)
    for word in ("Courier", "2024", "closed in", "commission", "granite", "380", "return", "[/etc]"):
        row = laid_out[laid_out.index_of(document.text.index(word))]
        assert word.split()[0] in row.text
    for index in range(len(laid_out)):
        if laid_out[index].is_first:
            assert laid_out.index_of(laid_out.offset_of(index)) == index


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("CRANE", []),
        ("crane", ["crane", "crane", "crane"]),
        ("harbour  was closed", ["harbour was **closed"]),
        ("the\treport", ["the\n[report"]),
        ("march", ["March", "March"]),
        ("not lit", ["not** lit"]),
        ("[/etc]", ["[/etc]"]),
        ("", []),
        ("hidden", []),
    ],
)
def test_search_reads_as_people_do(query: str, expected: list[str]) -> None:
    """Over markup and line breaks; upper case in the query counts; what is hidden is not searched."""
    document = document_of(ARTICLE)
    matches = matches_of(parts_of(document), query)

    assert [document.text[slice(*offsets)] for offsets in matches if offsets[0] > document.body_start + 30] == expected


def test_quotes_and_dashes_are_found_as_typed() -> None:
    """Nobody types typographic ones."""
    document = document_of("She said \u201cit\u2019s a well\u2011known fish\u201d.", "a.txt")

    assert len([*matches_of(parts_of(document), '"it\'s a well-known fish"')]) == 1


async def test_a_line_of_a_megabyte_is_wrapped_and_marked() -> None:
    """A mark at its very end is drawn."""
    text = "word " * 200_000 + "漢 the end."
    app = TextApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.view.show(document_of(text, "a.txt"))
        app.view.mark([Mark(len(text) - 8, len(text), CURRENT)])
        app.view.reveal(len(text) - 8)
        await pilot.pause()

        assert drawn(app.view, CURRENT) == "the end."


async def test_a_narrow_pane_shows_an_article() -> None:
    """Thirty columns are enough, without a screen around it; None empties it."""
    app = TextApp()
    async with app.run_test(size=(30, 60)):
        await app.view.show(document_of(ARTICLE))
        assert all(len(row) <= 30 for row in rows(app.view))
        assert "Ships" in "\n".join(rows(app.view))
        await app.view.show(None)
        assert not any(rows(app.view))
