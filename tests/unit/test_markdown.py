"""Markdown divided into blocks: what counts as a block, and where each stands in the file."""

from __future__ import annotations

import pytest

from qa.corpus.markdown import markdown_blocks
from qa.datatypes import Block, BlockKind


def kinds(text: str) -> list[tuple[BlockKind, str]]:
    """Return kind and clean text of each block."""
    return [(block.kind, block.clean.text) for block in markdown_blocks(text)]


def texts(text: str) -> list[str]:
    """Return the clean text of each block."""
    return [block.clean.text for block in markdown_blocks(text)]


def lines(text: str) -> list[str]:
    """Return the characters of the file that belong to each block."""
    return [text[block.start : block.end] for block in markdown_blocks(text)]


def only(text: str, kind: BlockKind) -> list[Block]:
    """Return the blocks of this kind."""
    return [block for block in markdown_blocks(text) if block.kind is kind]


def test_each_block_has_its_kind() -> None:
    """Headings, paragraphs, items, rows, quotes, captions and code each have their own."""
    text = "# Port\n\nIt rains.\n\n- boat\n\n> Go!\n\n![The pier](pier.png)\n\n```\nrun\n```\n\n| A |\n|---|\n| 1 |\n"

    assert [
        (BlockKind.HEADING, "Port"),
        (BlockKind.PARAGRAPH, "It rains."),
        (BlockKind.ITEM, "boat"),
        (BlockKind.QUOTE, "Go!"),
        (BlockKind.CAPTION, "The pier"),
        (BlockKind.CODE, "run"),
        (BlockKind.ROW, "A: 1"),
    ] == kinds(text)


def test_headings_form_a_path() -> None:
    """A block stands under the headings above it; a heading of a higher level ends those of lower ones."""
    blocks = markdown_blocks("# A *b*\n### C\nOne.\n## D #\nTwo.\n# E\nThree.")

    assert [
        ("A b", (), 1),
        ("C", ("A b",), 3),
        ("One.", ("A b", "C"), 0),
        ("D", ("A b",), 2),
        ("Two.", ("A b", "D"), 0),
        ("E", (), 1),
        ("Three.", ("E",), 0),
    ] == [(block.clean.text, block.headings, block.depth) for block in blocks]


def test_setext_headings_are_headings() -> None:
    """A line under a paragraph makes it a heading, to which the line belongs."""
    text = "Old\n port\n====\n\nNews\n---\n\nIt rains.\n"

    assert [(BlockKind.HEADING, "Old port"), (BlockKind.HEADING, "News"), (BlockKind.PARAGRAPH, "It rains.")] == kinds(
        text
    )
    assert ["Old\n port\n====", "News\n---", "It rains."] == lines(text)
    assert ("Old port", "News") == markdown_blocks(text)[-1].headings


@pytest.mark.parametrize("text", ["#\n\nIt rains.", "***\nIt rains.\n\n- - -", "It rains.\n\n[a]: https://x.org 'T'"])
def test_what_has_no_text_is_no_block(text: str) -> None:
    """Empty headings, rules and the targets of links have nothing to read."""
    assert [(BlockKind.PARAGRAPH, "It rains.")] == kinds(text)


def test_front_matter_is_skipped() -> None:
    """Blocks begin at ``start``, and their offsets count from the beginning of the file."""
    text = "---\ntitle: Port\n---\n# Port\n\nIt *rains*.\n"
    blocks = markdown_blocks(text, text.index("# Port"))

    assert ["# Port", "It *rains*."] == [text[block.start : block.end] for block in blocks]
    assert (text.index("rains"), text.index("rains") + 5) == blocks[1].clean.in_file(3, 8)


def test_items_know_list_and_depth() -> None:
    """The items of one list share a group; those of a list in an item are one level deeper."""
    blocks = markdown_blocks("- a\n  - b\n  - c\n- d\n\nText.\n\n1. e\n2) f\n")
    groups = {block.clean.text: block.group for block in blocks}

    assert [1, 2, 2, 1, 0, 1, 1] == [block.depth for block in blocks]
    assert groups["a"] == groups["d"] != groups["b"] == groups["c"]
    assert 0 == groups["Text."]
    assert 4 == len({groups[name] for name in "abef"})


def test_an_item_is_one_block() -> None:
    """The lines of an item belong together; further paragraphs in it are blocks of the same list."""
    blocks = markdown_blocks("- The *ferry*\n  sails\n\n  It is late.\n- End")

    assert [
        (BlockKind.ITEM, "The ferry sails"),
        (BlockKind.PARAGRAPH, "It is late."),
        (BlockKind.ITEM, "End"),
    ] == [(block.kind, block.clean.text) for block in blocks]
    assert 1 == len({block.group for block in blocks})


def test_tasks_are_open_or_done() -> None:
    """The box of a task is not part of its text; other items are no tasks."""
    blocks = markdown_blocks("- [ ] buy *rope*\n- [x] paint\n- [X] [sail](x.md)\n- [y] no\n- rest\n")

    assert [("buy rope", False), ("paint", True), ("sail", True), ("[y] no", None), ("rest", None)] == [
        (block.clean.text, block.checked) for block in blocks
    ]


def test_rows_name_their_columns() -> None:
    """Each cell of a row is given with its column; the row's range is its line."""
    text = "| Boat | Built |\n|:--|--:|\n| *Ada* | 1887 |\n| Eva | 1901 |\n"
    ada, eva = markdown_blocks(text)

    assert ("Boat: Ada; Built: 1887", "Boat: Eva; Built: 1901") == (ada.clean.text, eva.clean.text)
    assert ("Boat", "Built") == ada.columns == eva.columns
    assert ["Ada", "1887"] == [cell.text for cell in ada.cells]
    assert ada.group == eva.group != 0
    assert "| *Ada* | 1887 |" == text[ada.start : ada.end]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (r"| a \| b | c |", ["a | b", "c"]),
        ("| [a](b) | **c** `d` |", ["a", "c d"]),
        ("| a | b | c |", ["a", "b"]),
        ("| a |", ["a", ""]),
        ("| | b |", ["", "b"]),
        ("a | b", ["a", "b"]),
        ("| a<br>b | &amp; |", ["a b", "&"]),
        (r"| [[Port\|a]] | b |", ["a", "b"]),
    ],
)
def test_cells_of_unusual_rows(row: str, cells: list[str]) -> None:
    """Escaped pipes stay in the cell; missing cells are empty, surplus ones ignored; markup is left out."""
    (block,) = markdown_blocks(f"| X | Y |\n|---|---|\n{row}\n")

    assert cells == [cell.text for cell in block.cells]
    assert "; ".join(f"{name}: {cell}" for name, cell in zip("XY", cells, strict=True) if cell) == block.clean.text


def test_a_column_may_have_no_name() -> None:
    """A cell under an empty header is given alone."""
    assert ["Sales; Q1: 4"] == texts("| | Q1 |\n|---|---|\n| Sales | 4 |")


@pytest.mark.parametrize("prefix", ["> ", "  "])
def test_tables_in_quotes_and_items(prefix: str) -> None:
    """The marks of the quote around a table do not get into its cells."""
    table = "".join(f"{prefix}{line}\n" for line in ("| A | B |", "|---|---|", "| 1 | 2 |"))
    (row,) = only(f"- item\n\n{table}", BlockKind.ROW)

    assert (("A", "B"), ["1", "2"]) == (row.columns, [cell.text for cell in row.cells])


@pytest.mark.parametrize("fence", ["```", "~~~", "```` py"])
def test_each_line_of_code_is_a_block(fence: str) -> None:
    """Lines of fenced code share a group; the fences and the name of the language are no blocks."""
    code = only(f"{fence}\nx = *y*\n\n  # z\n{fence.split()[0]}\n", BlockKind.CODE)

    assert ["x = *y*", "# z"] == [block.clean.text for block in code]
    assert 1 == len({block.group for block in code})


def test_indented_code_is_code() -> None:
    """Lines indented by four spaces or a tab are code."""
    assert [(BlockKind.CODE, "*a*"), (BlockKind.CODE, "b"), (BlockKind.PARAGRAPH, "Text.")] == kinds(
        "    *a*\n\tb\n\nText."
    )


def test_lines_of_a_wrapped_paragraph_belong_together() -> None:
    """A paragraph that an editor wrapped is one block; short lines are blocks of their own."""
    wrapped = (
        "The old harbour of Lindholm was closed in the month of *March*\n"
        "of the year 1987, and it had served boats for a full century."
    )

    assert [wrapped.replace("\n", " ").replace("*", "")] == texts(wrapped)
    assert [wrapped] == lines(wrapped)
    assert ["Mon: closed", "Tue: open", "Wed: open"] == texts("Mon: closed\nTue: open  \nWed: open")


def test_callouts_admonitions_definitions_and_footnotes() -> None:
    """Their text is read like any other; the names of their kinds are not."""
    assert ["Tip", "Take a rope."] == texts("> [!note]- Tip\n> Take a rope.")
    assert ["Tip", "Take a rope.", "End."] == texts('!!! note "Tip"\n    Take a rope.\n\nEnd.')
    assert ["Port", "Where boats lie."] == texts("Port\n: Where boats lie.")
    assert ["It rains.", "Since May."] == texts("It rains.[^1]\n\n[^1]: Since May.")
    assert ["Take a rope."] == texts("::: warning\nTake a rope.\n:::")


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_breaks_of_other_systems(newline: str) -> None:
    """Blocks are the same, at the offsets of the file, whatever ends its lines."""
    text = "# Port\n\nIt *rains*.\n\n- a\n  - b\n\n| A | B |\n|---|---|\n| 1 | *2* |\n\n```\nrun\n```\n\n> Go!\n"
    other = text.replace("\n", newline)

    assert kinds(text) == kinds(other)
    assert [line.replace("\n", newline) for line in lines(text)] == lines(other)
    row = only(other, BlockKind.ROW)[0]
    assert (other.index("2"), other.index("2") + 1) == row.clean.in_file(len(row.clean.text) - 1, len(row.clean.text))


@pytest.mark.parametrize(("prefix", "end"), [("> ", "> ```\n"), ("  ", "  ```\n"), ("> ", ""), ("", ""), ("  ", "")])
def test_code_in_quotes_and_items(prefix: str, end: str) -> None:
    """Quote marks and indentation are no code; a fence that nothing closes ends with the quote, item or file."""
    code = only(f"- item\n\n{prefix}```\n{prefix}run *x*\n{prefix}\n{prefix}  stop\n{end}", BlockKind.CODE)

    assert ["run *x*", "stop"] == [block.clean.text for block in code]


def test_a_list_of_links_to_headings_is_left_out() -> None:
    """A table of contents states nothing."""
    text = "# Manual\n\n- [The pump](#pump)\n- [The *well*](#well)\n\n## Pump\n\n- [Maker](https://maker.example)\n"

    assert ["Manual", "Pump", "Maker"] == [block.clean.text for block in markdown_blocks(text)]


def test_a_line_in_bold_is_a_heading_below_the_real_ones() -> None:
    """Not if it ends like a sentence, is part of one, or an item."""
    text = "## Minutes\n\n**Present**\n\nKarin\n\n**Be careful.**\n\n- **Tape**\n\n## Next\n\nRest\n"
    blocks = {block.clean.text: block for block in markdown_blocks(text)}

    assert blocks["Present"].kind is BlockKind.HEADING
    assert ("Minutes", "Present") == blocks["Karin"].headings
    assert blocks["Be careful."].kind is BlockKind.PARAGRAPH
    assert blocks["Tape"].kind is BlockKind.ITEM
    assert ("Next",) == blocks["Rest"].headings
