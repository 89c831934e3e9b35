"""Searching an article, and copying from it."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from tests.helpers.article_view import ArticleApp, marked, opened_article
from tests.helpers.tui_driver import MINISTER, engine_over, running
from tui.screens.article import ArticleScreen
from tui.sources import Source
from tui.widgets.find_line import FindLine
from tui.widgets.marks import FOUND, MATCH

TEXT = "# Fish\n\n" + "\n\n".join(
    f"Paragraph {number} is about **many** [herrings](a.md)\nand other fish that live in the cold water of the north."
    for number in range(40)
)


@pytest.fixture
def app(tmp_path: Path) -> ArticleApp:
    """An article of forty paragraphs, opened in the tenth."""
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    quote = "Paragraph 10"
    start = TEXT.index(quote)
    return ArticleApp(tmp_path, [Source(1, "a.md", "Fish", None, 1, start, start + len(quote), quote, indexed=quote)])


async def test_find_steps_through_all_matches(app: ArticleApp) -> None:
    """From the place in view, with n, N, Enter and Ctrl+G, around the end; the current match looks different."""
    async with app.run_test(size=(80, 24)) as pilot:
        view = await app.shown()
        await pilot.press("slash", *"many", "space", *"herr", "enter")
        await app.shown()
        await pilot.pause()
        line = app.screen.query_one(FindLine)
        first, _, total = str(line.border_subtitle).partition(" of ")
        assert total == "40"
        assert 6 <= int(first) <= 11
        assert marked(view, MATCH) == "manyherr"
        assert set(marked(view, FOUND).split("manyherr")) == {""}

        numbers = []
        for key in ("n", "enter", "ctrl+g", *"NNN", *"N" * int(first)):
            await pilot.press(key)
            numbers.append(int(str(line.border_subtitle).split()[0]) - int(first))
            assert marked(view, MATCH) == "manyherr"
        assert numbers[:6] == [1, 2, 3, 2, 1, 0]
        assert numbers[-1] == 40 - int(first)

        await pilot.press("escape")
        assert marked(view, MATCH) == marked(view, FOUND) == ""


async def test_letters_are_for_the_question_unless_a_search_is_on(seeds: qa.Assistant) -> None:
    """After a search without a match, n is typed into the question field."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        before = driver.screen_text()
        await driver.press("1", "enter")
        await opened_article(driver)
        await driver.press("slash", *"sho", "escape")
        assert isinstance(driver.app.screen, ArticleScreen)
        await driver.press("escape")
        assert driver.screen_text() == before

        await driver.press("1", "enter")
        await opened_article(driver)
        await driver.press("slash", *"zzz", "enter")
        assert driver.notices()[-1] == "No match for “zzz” in this article."
        assert str(driver.find(FindLine).border_subtitle) == "no match"
        await driver.press("escape", "n")
        assert driver.screen_text() != before
        assert driver.app.ask_screen.line.value == "n"


async def test_copying_yields_the_selection_or_the_quote(app: ArticleApp) -> None:
    """A selection has the article's own words, however they are wrapped; else the quote is copied with its source."""
    async with app.run_test(size=(80, 24)) as pilot:
        view = await app.shown()
        await pilot.press("ctrl+y")
        assert app.clipboard == "“Paragraph 10”\nFish · a.md:33\n"

        texts = [view.render_line(y).text for y in range(view.size.height)]
        first = next(y for y, text in enumerate(texts) if "is about many" in text and "water" not in text)
        await pilot.mouse_down(view, offset=(texts[first].index("many"), first))
        await pilot.hover(view, offset=(8, first + 1))
        await pilot.mouse_up(view, offset=(8, first + 1))
        await pilot.press("ctrl+c")

        copied = app.clipboard
        assert copied.startswith("many herrings and other fish that live in the")
        assert copied in TEXT.replace("**", "").replace("[", "").replace("](a.md)\n", " ")
