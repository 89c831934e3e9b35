"""The text of a line of Markdown without its markup, and the characters of the file that it comes from."""

from __future__ import annotations

import re

import pytest

from qa.corpus.markdown import markdown_blocks
from qa.datatypes import BlockKind, CleanText


def clean_of(text: str) -> CleanText:
    """Return the clean text of the only block."""
    (block,) = markdown_blocks(text)
    return block.clean


LINES = {
    "[the site](https://x.org/a) rests": "the site rests",
    '[a](<b c.md> "title") rests': "a rests",
    "[a](https://x.org/b_(c)_d 'title') rests": "a rests",
    "[a [nested] b](c.md) rests": "a [nested] b rests",
    "[the *big* site](c.md) rests": "the big site rests",
    "[![alt](pier.png)](c.md) rests": "alt rests",
    "an ![alt *text*](pier.png) rests": "an alt text rests",
    "a []() link rests": "a link rests",
    "<https://x.org> and <me@x.org> rest": "https://x.org and me@x.org rest",
    "https://x.org/a_b_c rests": "https://x.org/a_b_c rests",
    "[Port] and [ ] rest": "[Port] and [ ] rest",
    "[[Port]] rests": "Port rests",
    "[[Port|the old port]] rests": "the old port rests",
    "[[The siege|1745]] rests": "1745 rests",
    "![[Port]] rests": "Port rests",
    "a ![[pier.png]] rests": "a rests",
    "a ![[pier.png|300x200]] rests": "a rests",
    "a ==marked== word, b == c": "a marked word, b == c",
    "a *word*, _word_, **word**, __word__, ***word***": "a word, word, word, word, word",
    "half*way*, snake_case_name, 2 * 3 * 4": "halfway, snake_case_name, 2 * 3 * 4",
    "~~old~~ new": "new",
    "`a*b*c` and `` d`e `` rest": "a*b*c and d`e rest",
    "`](x)` and `**` rest": "](x) and ** rest",
    r"\*no\* \[link\](x) \\ \# rest": r"*no* [link](x) \ # rest",
    "a &amp; b &copy; &#169; &#xA9; &nbsp; &nothing; c": "a & b © © © &nothing; c",
    "a <b>bold</b> <span class='x'>word</span>, <br> rest": "a bold word, rest",
    "a < b and b > c": "a < b and b > c",
    "5 * 3 = 15 #tag": "5 * 3 = 15 #tag",
    "The port ^block-1": "The port",
    "The port {#id .class}": "The port",
    "a word[^1] and[^note] rest": "a word and rest",
    "a  b   c": "a b c",
    "a **b":  "a **b",
    "a [b](c": "a [b](c",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LINES.items())
@pytest.mark.parametrize(
    ("before", "kind"),
    [("", BlockKind.PARAGRAPH), ("- ", BlockKind.ITEM), ("> ", BlockKind.QUOTE), ("### ", BlockKind.HEADING)],
)
def test_markup_is_left_out(text: str, expected: str, before: str, kind: BlockKind) -> None:
    """The text that a reader sees is the same in each kind of block."""
    (block,) = markdown_blocks(before + text)

    assert (kind, expected) == (block.kind, block.clean.text)


@pytest.mark.parametrize("text", LINES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_words_come_from_where_they_stand(text: str, newline: str) -> None:
    """In order, every word of the clean text comes from that very word of the file."""
    whole = f"> Before.{newline}{newline}> {text}{newline}"
    clean = markdown_blocks(whole)[1].clean
    previous = 0

    for match in re.finditer(r"[a-z]+", clean.text):
        start, end = clean.in_file(*match.span()) or (0, 0)
        assert match[0] == whole[start:end].replace("*", "")
        assert previous <= start
        previous = end


@pytest.mark.parametrize("target", ["[port]: https://x.org 'Title'", "[Port]: <a b.md>", '[port]: x.md\n  "Title"'])
@pytest.mark.parametrize("link", ["[the port][port]", "[the port][Port]", "![the port][port]"])
def test_references_are_links(target: str, link: str) -> None:
    """A target that stands elsewhere in the file is hidden like any other, before the link or after it."""
    assert "See the port now." == clean_of(f"See {link} now.\n\n{target}\n").text
    assert "See the port now." == clean_of(f"{target}\n\nSee {link} now.\n").text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cafe\u0301 **Mu\u0308ller**", "Caf\u00e9 M\u00fcller"),
        ("the \ufb01nal of\ufb01ce", "the final office"),
        ("\uff21\uff22\uff23 \uff11\uff12", "ABC 12"),
        ("har\u00adbour of\u200bfice", "harbour office"),
        ("5\u00a0000\u202fkm", "5 000 km"),
        ("a \U0001f600 *b*", "a \U0001f600 b"),
        ("東京は*雨*です。", "東京は雨です。"),
    ],
)
def test_odd_characters_are_folded(text: str, expected: str) -> None:
    """Accents, ligatures, full-width forms, soft hyphens and odd spaces become the characters that people type."""
    clean = clean_of(text)

    assert expected == clean.text
    assert len(text.rstrip("*")) == (clean.in_file(0, len(expected)) or (0, 0))[1]


def test_a_ligature_is_not_divided() -> None:
    """Each letter of it comes from the one character of the file."""
    clean = clean_of("*the* \ufb01nal")

    assert [(6, 7), (6, 7), (7, 8)] == [clean.in_file(start, start + 1) for start in (4, 5, 6)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ferry sails\\\nfrom *here*", ["The ferry sails", "from here"]),
        ("The ferry sails  \nfrom *here*", ["The ferry sails", "from here"]),
        ("Ferry\nBus", ["Ferry", "Bus"]),
        ("A link [of two\nlines](x.md\n'title') rests", ["A link of two lines rests"]),
        ("The ferry to Lindholm\nand [Sandvik](x.md)", ["The ferry to Lindholm and Sandvik"]),
    ],
)
def test_line_breaks(text: str, expected: list[str]) -> None:
    """A line that goes on in the next one belongs to it, and other lines are blocks of their own."""
    blocks = [block.clean.text for block in markdown_blocks(text)]

    assert " ".join(expected) == " ".join(blocks)
    assert len(blocks) in (1, len(expected))


def test_html_blocks_are_read_without_tags() -> None:
    """Tags may have several lines; each line with text is a paragraph; entities are the characters they stand for."""
    text = (
        '<div class="a"\n  id="b">\n<p>Hello <b>Ada</b> &amp;&nbsp;Eva</p>\n<img src="x.png"\n alt="y">\nBye\n</div>\n'
    )
    blocks = markdown_blocks(text)

    assert ["Hello Ada & Eva", "Bye"] == [block.clean.text for block in blocks]
    assert (text.index("Eva"), text.index("Eva") + 3) == blocks[0].clean.in_file(12, 15)


def test_markdown_between_tags_is_markdown() -> None:
    """After a blank line, what stands between tags is read as usual."""
    blocks = markdown_blocks("<details>\n<summary>More</summary>\n\nIt **rains**.\n\n- a\n\n</details>\n")

    assert ["More", "It rains.", "a"] == [block.clean.text for block in blocks]


@pytest.mark.parametrize("size", ["200", "200x100"])
def test_the_size_of_an_image_is_no_text(size: str) -> None:
    """Neither in a paragraph nor in a cell, where the pipe before it is escaped."""
    (row,) = markdown_blocks(f"| A | B |\n|---|---|\n| a | ![[pier.png\\|{size}]] |\n")

    assert "A: a" == row.clean.text


def test_an_empty_task_is_no_block() -> None:
    """A box without text has nothing to do."""
    assert ["paint"] == [block.clean.text for block in markdown_blocks("- [ ]\n- [x] paint\n")]
