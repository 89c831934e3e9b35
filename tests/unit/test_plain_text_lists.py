"""Lists and tables in plain text."""

from __future__ import annotations

import pytest

from qa.datatypes import BlockKind
from tests.helpers.blocks import blocks_of, texts


def test_items_are_nested_and_lose_their_markers() -> None:
    text = "To buy:\n- milk\n- eggs, of which we need\n  a dozen\n  * brown\n\n1) wash\n2) cook\n\n[ ] sell\n[x] eat\n"

    items = [block for block in blocks_of(text) if block.kind is BlockKind.ITEM]

    assert [
        ("milk", 1, 1, None),
        ("eggs, of which we need a dozen", 1, 1, None),
        ("brown", 2, 1, None),
        ("wash", 1, 2, None),
        ("cook", 1, 2, None),
        ("sell", 1, 3, False),
        ("eat", 1, 3, True),
    ] == [(block.clean.text, block.depth, block.group, block.checked) for block in items]
    assert text[items[0].start : items[0].end] == "- milk"


def test_lines_of_an_item_that_are_not_wrapped_are_separated() -> None:
    assert texts("- Marek Dobry\n  Hovedgaden 12\n\n  1234 Hov\n") == ["Marek Dobry; Hovedgaden 12; 1234 Hov"]


def test_a_dash_or_number_that_begins_a_line_of_prose_is_no_item() -> None:
    text = (
        "He told us of the long road to the north and of the year\n"
        "- and of the flood - that took the mill away from chapter\n"
        "12. And then he slept."
    )

    assert texts(text, BlockKind.ITEM) == []


@pytest.mark.parametrize(
    "table",
    [
        "Name    Age\n-----------\nLena     43\nMarek    51\n",
        "Name    Age\nLena     43\nMarek    51\n",
        "Name\tAge\nLena\t43\nMarek\t51\n",
        "| Name | Age |\n|---|---|\n| Lena | 43 |\n| Marek | 51 |\n",
    ],
)
def test_rows_say_the_names_of_their_columns(table: str) -> None:
    rows = blocks_of(f"They are:\n\n{table}")[1:]

    assert ["Name: Lena; Age: 43", "Name: Marek; Age: 51"] == [row.clean.text for row in rows]
    assert {("Name", "Age")} == {row.columns for row in rows}
    assert [["Lena", "43"], ["Marek", "51"]] == [[cell.text for cell in row.cells] for row in rows]
    assert [1, 1] == [row.group for row in rows]


def test_rows_without_header_and_empty_cells() -> None:
    rows = blocks_of("Tea | green | 3.00\nCoffee | | 4.50\n")

    assert ["Tea | green | 3.00", "Coffee | 4.50"] == [row.clean.text for row in rows]
    assert ("", 3) == (rows[1].cells[1].text, len(rows[1].cells))
    assert {()} == {row.columns for row in rows}


def test_empty_cells_of_aligned_columns_are_empty_cells() -> None:
    text = (
        "Item         Price   Stock\n--------------------------\n"
        "Red bell     12.00       4\nBlue bell                7\n"
    )

    rows = blocks_of(text)

    assert ["Item: Red bell; Price: 12.00; Stock: 4", "Item: Blue bell; Stock: 7"] == [row.clean.text for row in rows]


def test_running_text_with_wide_spaces_is_no_table() -> None:
    assert texts("It ended.   Then it began.\nIt went on.   Then it slept.\n", BlockKind.ROW) == []
    assert texts("1.   Flour\n2.   Milk\n", BlockKind.ITEM) == ["Flour", "Milk"]
