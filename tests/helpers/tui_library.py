"""What the library of the terminal UI lists."""

from __future__ import annotations

import re

from tests.helpers.tui_driver import Driver
from tui.screens.library import LibraryScreen
from tui.widgets.row_list import RowList


def rows(driver: Driver) -> list[dict[str, str]]:
    """Return the rows of the table as they are drawn, by the names of their columns."""
    lines = driver.screen_text().splitlines()
    head = next(index for index, line in enumerate(lines) if re.search(r"  title( [▲▼])? ", line))
    table = driver.find(RowList)
    fitted = screen_of(driver)._table.fit(table.text_width)
    drawn = []
    for line in lines[head + 1 : head + 1 + min(len(table.rows), table.size.height - 1)]:
        cells, start = {}, 2
        for column, width in fitted:
            cells[column.name] = line[start : start + width].strip()
            start += width + 2
        drawn.append(cells)
    return drawn


def screen_of(driver: Driver) -> LibraryScreen:
    """Return the library."""
    assert isinstance(driver.app.screen, LibraryScreen)
    return driver.app.screen


def paths(driver: Driver) -> list[str]:
    """Return the paths of all rows, in order."""
    return [article.path for article in screen_of(driver).list.rows]


async def library(driver: Driver) -> None:
    """Open the library and wait for its rows."""
    await driver.press("f2")
    await driver.until(lambda: isinstance(driver.app.screen, LibraryScreen))
    await driver.until(lambda: len(driver.find(RowList).rows) == len(driver.app.articles))
