"""The article screen: the cited characters are marked, and the way through them and back."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App, ComposeResult

import qa
from qa.text.sanitizing import mask_controls
from tests.helpers.tui_driver import MINISTER, TROOPS, Driver, engine_over, opened, running
from tui.editor import editor_command
from tui.screens.article import ArticleScreen
from tui.widgets.article_text import CURRENT, FOUND, ArticleText, Mark
from tui.widgets.source_list import SourceList
from tui.widgets.wrapping import shown, wrap


async def opened_article(driver: Driver) -> ArticleText:
    """Wait until the article is on the screen."""
    await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
    await driver.until(lambda: all(one.is_finished for one in driver.app.workers if one.group == "article"))
    return driver.find(ArticleText)


def drawn(view: ArticleText, kind: str) -> str:
    """Return the characters on the screen that carry the style of a kind of mark."""
    wanted = view.rich_style + view.get_component_rich_style(f"article-text--{kind}")
    rows = (view.render_line(y) for y in range(view.size.height))
    return "".join(segment.text for row in rows for segment in row if segment.style == wanted)


def visible(text: str) -> str:
    """Return what of a stretch of an article reaches the screen."""
    return shown(mask_controls(text)).replace("\n", "")


@pytest.mark.parametrize("way", ["enter", "key", "click"])
async def test_a_source_opens_at_its_sentence(seeds: qa.Assistant, way: str) -> None:
    """By Enter in the list, by its number, and by a click on its mark; exactly the quote is marked and in view."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        if way == "click":
            rows = driver.screen_text().splitlines()
            row = next(number for number, text in enumerate(rows) if "[1]" in text[:70])
            await driver.pilot.click(offset=(rows[row].index("[1]") + 1, row))
        else:
            driver.find(SourceList).focus()
            await driver.press("enter" if way == "enter" else "1")
        text = await opened_article(driver)

        citation = answer.citations[0]
        assert drawn(text, CURRENT) == visible(citation.quote)
        assert f"{citation.path}:{citation.line_start}" in driver.screen_text()


async def test_escape_goes_back_to_where_the_reader_was(seeds: qa.Assistant) -> None:
    """Focus, highlighted source, scrolling and the half typed question are as they were."""
    async with running(engine_over(seeds), (80, 24)) as driver:
        await driver.ready()
        for question in (MINISTER, TROOPS, MINISTER):
            await driver.ask(question)
        await driver.enter("half typed")
        await driver.press("pageup")
        driver.find(SourceList).focus()
        await driver.pilot.pause()
        before = driver.screen_text()
        await driver.press("1")
        await opened_article(driver)
        await driver.press("down", "pagedown", "escape")

        assert driver.screen_text() == before
        assert isinstance(driver.app.focused, SourceList)


async def test_n_and_p_walk_the_citations_across_articles(seeds: qa.Assistant) -> None:
    """Every citation is shown with its own characters marked, forwards, around, and back."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask("Which countries does North Korea cooperate with?")
        assert len({citation.path for citation in answer.citations}) > 1
        await driver.press("tab", "1")
        for step in ["n"] * len(answer.citations) + ["p"]:
            await opened_article(driver)
            await driver.press(step)
        text = await opened_article(driver)

        assert drawn(text, CURRENT) == visible(answer.citations[-1].quote)
        assert f"[{len(answer.citations)}] of {len(answer.citations)}" in driver.screen_text()


async def test_find_goes_from_place_to_place(seeds: qa.Assistant) -> None:
    """All places are marked, Enter walks them and comes around; what is not there is said."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("tab", "1")
        text = await opened_article(driver)
        await driver.press("slash")
        await driver.enter("shoigu")
        await driver.press("enter")
        assert drawn(text, FOUND)
        assert set(drawn(text, FOUND).replace("Shoigu", "")) == set()
        await driver.press(*["enter"] * (text.text.count("Shoigu") + 1))
        await driver.enter("zz")
        await driver.press("enter")
        assert driver.notices()[-1] == "shoiguzz is not in this article."

        await driver.press("escape")
        assert drawn(text, FOUND) == ""
        assert isinstance(driver.app.screen, ArticleScreen)


async def test_a_quote_that_is_gone_is_never_marked_elsewhere(corpus: Path, index: Path) -> None:
    """The file changed after it was indexed: the source says so."""
    async with opened(corpus, index) as driver:
        (cited,) = {citation.path for citation in (await driver.ask(MINISTER)).citations}
        file = corpus / cited
        file.write_text(file.read_text(encoding="utf-8").replace("Shoigu", "Sh."), encoding="utf-8")
        await driver.ask(MINISTER)
        assert "The file has changed" in driver.sources()[0]
        await driver.press("tab", "1")
        text = await opened_article(driver)

        assert drawn(text, CURRENT) == ""
        assert "This file has changed" in driver.screen_text()


async def test_an_article_that_vanished_is_a_line(corpus: Path, index: Path) -> None:
    """Opening it says what happened instead of showing something else."""
    async with opened(corpus, index) as driver:
        answer = await driver.ask(MINISTER)
        (corpus / answer.citations[0].path).unlink()
        await driver.press("tab", "1")
        await opened_article(driver)

        assert "cannot be shown: file not found" in driver.screen_text()


async def test_without_an_editor_it_says_what_to_set(seeds: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """And where no room can be made for one, it says that; the app goes on."""
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("tab", "1")
        await opened_article(driver)
        await driver.press("e")
        assert "export EDITOR=nano" in driver.notices()[-1]
        monkeypatch.setenv("EDITOR", sys.executable)
        await driver.press("e")
        assert "can not make room" in driver.notices()[-1]
        monkeypatch.setenv("EDITOR", "vi 'unbalanced")
        await driver.press("e")
        assert "export EDITOR=nano" in driver.notices()[-1]


@pytest.mark.parametrize(
    ("editor", "expected"),
    [
        ("nano", ["nano", "+7", "/a b.txt"]),
        ("emacs -nw", ["emacs", "-nw", "+7", "/a b.txt"]),
        ("/usr/bin/code --wait", ["/usr/bin/code", "--wait", "--goto", "/a b.txt:7"]),
        ("hx", ["hx", "/a b.txt:7"]),
        ("  ", None),
    ],
)
def test_editors_open_at_the_line(monkeypatch: pytest.MonkeyPatch, editor: str, expected: list[str] | None) -> None:
    """Each in its own way."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)

    assert editor_command(Path("/a b.txt"), 7) == expected


class TextApp(App[None]):
    """Nothing but the text of an article."""

    CSS_PATH = str(Path(sys.modules["tui"].__file__ or "").parent / "app.tcss")

    def compose(self) -> ComposeResult:
        yield ArticleText()


PIECES = {
    "plain": ("word", "sentence.", "A longer stretch of text, with commas.", "1,234", "\n", "\n\n"),
    "markdown": ("# Heading", "**bold**", "- item", "[link](a.md)", "`code`", "| a | b |", "\n", "[b]x", "[/etc]"),
    "crlf": ("line", "another line", "\r\n", "\r\n\r\n", "\tindented"),
    "wide": (
        "漢字かな",
        "한국어",
        "emoji 👍🏽 🇰🇷",
        "e\u0301cole",
        "z\u200bero",
        "עברית\u200f",
        "\x1b[31mred\x1b[0m",
        "\n",
        "ﬁ",
    ),
}


def articles() -> Iterator[tuple[str, str]]:
    """Yield articles of each kind, always the same ones."""
    dice = random.Random(7)
    for kind, pieces in PIECES.items():
        for _ in range(5):
            yield kind, " ".join(dice.choices(pieces, k=300))


async def test_exactly_the_cited_characters_are_marked() -> None:
    """200 citations in articles of four kinds, before and after a change of size."""
    dice = random.Random(11)
    checked = 0
    app = TextApp()
    async with app.run_test(size=(70, 60)) as pilot:
        view = app.query_one(ArticleText)
        for _, text in articles():
            starts = [dice.randrange(len(text) - 2) for _ in range(10)]
            quotes = [(start, min(len(text), start + dice.randint(1, 250))) for start in starts]
            await view.show(text)
            for width in (70, 43):
                await pilot.resize_terminal(width, 60)
                for start, end in quotes:
                    view.mark([Mark(start, end, CURRENT)])
                    view.reveal(start)
                    assert drawn(view, CURRENT) == shown(mask_controls(text)[start:end]).replace("\n", "")
            checked += len(quotes)
    assert checked == 200


@pytest.mark.parametrize("width", [10, 33, 80])
def test_wrapping_keeps_every_character_and_the_width(width: int) -> None:
    """Rows follow each other without gap; none is wider than the screen; lines are numbered once."""
    from rich.cells import cell_len

    for _, original in articles():
        text = mask_controls(original)
        rows = wrap(text, width)
        assert "".join(text[row.start : row.end] for row in rows) == text.replace("\n", "")
        assert all(cell_len(shown(text[row.start : row.end])) <= width for row in rows)
        assert [row.line for row in rows if row.line] == list(range(1, text.count("\n") + 2))


async def test_a_change_of_size_keeps_the_citation_in_view(seeds: qa.Assistant) -> None:
    """The reader does not lose the place."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        await driver.press("tab", "1")
        text = await opened_article(driver)
        for size in ((60, 20), (150, 50), (80, 24)):
            await driver.pilot.resize_terminal(*size)
            await driver.pilot.pause()
            await asyncio.sleep(0)
            assert drawn(text, CURRENT) == visible(answer.citations[0].quote)


async def test_a_megabyte_in_one_line_can_be_read() -> None:
    """It is wrapped like any other text, and marked at its end."""
    text = "word " * 200_000 + "漢 the end."
    app = TextApp()
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(ArticleText)
        await view.show(text)
        view.mark([Mark(len(text) - 8, len(text), CURRENT)])
        view.reveal(len(text) - 8)
        await pilot.pause()

        assert drawn(view, CURRENT) == "the end."
