"""The article screen: marking the cited characters, and navigation."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

import qa
from tests.helpers.article_view import marked, opened_article, visible
from tests.helpers.tui_driver import MINISTER, TROOPS, engine_over, running
from tui.editor import editor_command
from tui.widgets.source_list import SourceList


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
            await driver.press(*([] if action == "enter" else ["1"]), "enter")
        text = await opened_article(driver)

        citation = answer.citations[0]
        assert marked(text) == visible(citation.quote)
        assert f"{citation.path}:{citation.line_start}" in driver.screen_text()


async def test_escape_restores_the_previous_screen(seeds: qa.Assistant) -> None:
    """Highlighted source, scroll position and the unsent question are unchanged; the question field has the focus."""
    async with running(engine_over(seeds), (80, 24)) as driver:
        await driver.ready()
        for question in (MINISTER, TROOPS, MINISTER):
            await driver.ask(question)
        await driver.enter("half typed")
        await driver.press("pageup")
        before = driver.screen_text()
        await driver.press("tab", "enter")
        await opened_article(driver)
        await driver.press("down", "pagedown", "escape")

        assert driver.screen_text() == before
        assert driver.app.ask_screen.line.has_focus


async def test_arrows_step_through_citations_across_articles(seeds: qa.Assistant) -> None:
    """Each step marks that citation, forwards, wrapping around, and backwards."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask("Which countries does North Korea cooperate with?")
        assert len({citation.path for citation in answer.citations}) > 1
        await driver.press("1", "enter")
        for step in ["right"] * len(answer.citations) + ["left"]:
            await opened_article(driver)
            await driver.press(step)
        text = await opened_article(driver)

        assert marked(text) == visible(answer.citations[-1].quote)
        assert f"{len(answer.citations)} of {len(answer.citations)}  " in driver.screen_text()


async def test_an_unusable_editor_is_reported(seeds: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """No editor, a terminal that cannot be suspended, an unparsable command: a notification each."""
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("PATH", "")
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("1", "enter")
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


async def test_a_resize_leaves_the_citation_in_view(seeds: qa.Assistant) -> None:
    """At every size exactly the quote is marked and visible."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        await driver.press("1", "enter")
        text = await opened_article(driver)
        for size in ((60, 20), (150, 50), (80, 24)):
            await driver.pilot.resize_terminal(*size)
            await driver.pilot.pause()
            await asyncio.sleep(0)
            assert marked(text) == visible(answer.citations[0].quote)
