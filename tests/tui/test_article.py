"""The article screen: marking the cited characters, and navigation."""

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
    """Wait until the article is shown, and return its text widget."""
    await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
    await driver.until(lambda: all(worker.is_finished for worker in driver.app.workers if worker.group == "article"))
    return driver.find(ArticleText)


def drawn(view: ArticleText, kind: str) -> str:
    """Return the characters on the screen that have the style of a kind of mark."""
    style = view.rich_style + view.get_component_rich_style(f"article-text--{kind}")
    rows = (view.render_line(y) for y in range(view.size.height))
    return "".join(segment.text for row in rows for segment in row if segment.style == style)


def visible(text: str) -> str:
    """Return the characters of a stretch of an article that are visible on the screen."""
    return shown(mask_controls(text)).replace("\n", "")


@pytest.mark.parametrize("action", ["enter", "number", "click"])
async def test_a_source_opens_at_its_sentence(seeds: qa.Assistant, action: str) -> None:
    """With Enter in the list, its number, or a click on its mark; exactly the quote is marked and in view."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        if action == "click":
            rows = driver.screen_text().splitlines()
            row = next(number for number, text in enumerate(rows) if "[1]" in text[:70])
            await driver.pilot.click(offset=(rows[row].index("[1]") + 1, row))
        else:
            driver.find(SourceList).focus()
            await driver.press("enter" if action == "enter" else "1")
        text = await opened_article(driver)

        citation = answer.citations[0]
        assert drawn(text, CURRENT) == visible(citation.quote)
        assert f"{citation.path}:{citation.line_start}" in driver.screen_text()


async def test_escape_restores_the_previous_screen(seeds: qa.Assistant) -> None:
    """Focus, highlighted source, scroll position and the unsent question are unchanged."""
    async with running(engine_over(seeds), (80, 24)) as driver:
        await driver.ready()
        for question in (MINISTER, TROOPS, MINISTER):
            await driver.ask(question)
        await driver.enter("half typed")
        await driver.press("pageup")
        driver.find(SourceList).focus()
        await driver.pilot.pause()
        before = driver.screen_text()
        await driver.press("alt+1")
        await opened_article(driver)
        await driver.press("down", "pagedown", "escape")

        assert driver.screen_text() == before
        assert isinstance(driver.app.focused, SourceList)


async def test_arrows_step_through_citations_across_articles(seeds: qa.Assistant) -> None:
    """Each step marks that citation, forwards, wrapping around, and backwards."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask("Which countries does North Korea cooperate with?")
        assert len({citation.path for citation in answer.citations}) > 1
        await driver.press("alt+1")
        for step in ["right"] * len(answer.citations) + ["left"]:
            await opened_article(driver)
            await driver.press(step)
        text = await opened_article(driver)

        assert drawn(text, CURRENT) == visible(answer.citations[-1].quote)
        assert f"[{len(answer.citations)}] of {len(answer.citations)}" in driver.screen_text()


async def test_find_steps_through_all_matches(seeds: qa.Assistant) -> None:
    """All matches are marked, Enter goes to the next and wraps around; no match is reported."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("alt+1")
        text = await opened_article(driver)
        await driver.press("slash")
        await driver.enter("shoigu")
        await driver.press("enter")
        assert drawn(text, FOUND)
        assert set(drawn(text, FOUND).replace("Shoigu", "")) == set()
        await driver.press(*["enter"] * (text.text.count("Shoigu") + 1))
        await driver.enter("zz")
        await driver.press("enter")
        assert driver.notices()[-1] == "No match for “shoiguzz” in this article."

        await driver.press("escape")
        assert drawn(text, FOUND) == ""
        assert isinstance(driver.app.screen, ArticleScreen)


async def test_a_missing_quote_is_reported_and_not_marked(corpus: Path, index: Path) -> None:
    """Neither in the list nor in the article."""
    async with opened(corpus, index) as driver:
        (cited,) = {citation.path for citation in (await driver.ask(MINISTER)).citations}
        file = corpus / cited
        file.write_text(file.read_text(encoding="utf-8").replace("Shoigu", "Sh."), encoding="utf-8")
        await driver.ask(MINISTER)
        assert "The file no longer contains the quote" in driver.sources()[0]
        await driver.press("alt+1")
        text = await opened_article(driver)

        assert drawn(text, CURRENT) == ""
        assert "This file no longer contains the quote" in driver.screen_text()


async def test_opening_a_deleted_article_shows_an_error(corpus: Path, index: Path) -> None:
    """The heading says what happened."""
    async with opened(corpus, index) as driver:
        answer = await driver.ask(MINISTER)
        (corpus / answer.citations[0].path).unlink()
        await driver.press("alt+1")
        await opened_article(driver)

        assert "cannot be shown: file not found" in driver.screen_text()


async def test_an_unusable_editor_is_reported(seeds: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """No editor, a terminal that cannot be suspended, an unparsable command: a notification each."""
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("PATH", "")
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("alt+1")
        await opened_article(driver)
        await driver.press("ctrl+e")
        assert "export EDITOR=nano" in driver.notices()[-1]
        monkeypatch.setenv("EDITOR", sys.executable)
        await driver.press("ctrl+e")
        assert "cannot be opened from this terminal" in driver.notices()[-1]
        monkeypatch.setenv("EDITOR", "vi 'unbalanced")
        await driver.press("ctrl+e")
        assert "export EDITOR=nano" in driver.notices()[-1]


@pytest.mark.parametrize(
    ("editor", "expected"),
    [
        ("nano", ["nano", "+7", "/a b.txt"]),
        ("emacs -nw", ["emacs", "-nw", "+7", "/a b.txt"]),
        ("code --wait", ["code", "--wait", "--goto", "/a b.txt:7"]),
        ("hx", ["hx", "/a b.txt:7"]),
        ("  ", ["nano", "+7", "/a b.txt"]),
        ("missing --flag", ["nano", "+7", "/a b.txt"]),
        ("vi 'unbalanced", ["nano", "+7", "/a b.txt"]),
    ],
)
def test_editors_open_at_the_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, editor: str, expected: list[str] | None
) -> None:
    """Each gets the line in the syntax that it understands; one that is not installed is passed over."""
    for name in ("nano", "emacs", "code", "hx"):
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("VISUAL", "also-missing")
    monkeypatch.setenv("EDITOR", editor)

    assert editor_command(Path("/a b.txt"), 7) == expected


class TextApp(App[None]):
    """An app that shows only the text of an article."""

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
    """Yield five articles of each kind, the same in every run."""
    dice = random.Random(7)
    for kind, pieces in PIECES.items():
        for _ in range(5):
            yield kind, " ".join(dice.choices(pieces, k=300))


async def test_exactly_the_cited_characters_are_marked() -> None:
    """200 citations in articles of four kinds, before and after a resize."""
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
def test_wrapping_preserves_every_character_within_the_width(width: int) -> None:
    """Rows are contiguous, none is wider than the screen, and each line is numbered once."""
    from rich.cells import cell_len

    for _, original in articles():
        text = mask_controls(original)
        rows = wrap(text, width)
        assert "".join(text[row.start : row.end] for row in rows) == text.replace("\n", "")
        assert all(cell_len(shown(text[row.start : row.end])) <= width for row in rows)
        assert [row.line for row in rows if row.line] == list(range(1, text.count("\n") + 2))


async def test_a_resize_leaves_the_citation_in_view(seeds: qa.Assistant) -> None:
    """At every size exactly the quote is marked and visible."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        await driver.press("alt+1")
        text = await opened_article(driver)
        for size in ((60, 20), (150, 50), (80, 24)):
            await driver.pilot.resize_terminal(*size)
            await driver.pilot.pause()
            await asyncio.sleep(0)
            assert drawn(text, CURRENT) == visible(answer.citations[0].quote)


async def test_a_line_of_a_megabyte_is_wrapped_and_marked() -> None:
    """A mark at its very end is drawn."""
    text = "word " * 200_000 + "漢 the end."
    app = TextApp()
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(ArticleText)
        await view.show(text)
        view.mark([Mark(len(text) - 8, len(text), CURRENT)])
        view.reveal(len(text) - 8)
        await pilot.pause()

        assert drawn(view, CURRENT) == "the end."
