"""Opening a source after its article changed."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

import qa
from tests.helpers.article_view import marked, opened_article, visible
from tests.helpers.tui_driver import MINISTER, MISSING, opened
from tui.sources import Source


async def test_a_quote_is_found_where_it_stands_now(corpus: Path, index: Path) -> None:
    """The file was changed after the answer: text inserted above, and the quote wrapped otherwise."""
    async with opened(corpus, index) as driver:
        citation = (await driver.ask(MINISTER)).citations[0]
        file = corpus / citation.path
        wrapped = citation.quote.replace(" ", "\n", 2)
        text = file.read_text(encoding="utf-8").replace(citation.quote, wrapped)
        file.write_text("New first line.\n\nAnd another paragraph.\n\n" + text, encoding="utf-8")
        await driver.press("alt+1")
        view = await opened_article(driver)

        assert marked(view) == visible(citation.quote)
        line = file.read_text(encoding="utf-8").partition(wrapped)[0].count("\n") + 1
        assert f"{citation.path}:{line}" in driver.screen_text()
        assert f"this was in line {citation.line_start}" in driver.screen_text()


async def test_a_quote_that_is_gone_is_shown_as_it_was_indexed(corpus: Path, index: Path) -> None:
    """With what it said; nothing is marked, and a file that is deleted shows the same."""
    async with opened(corpus, index) as driver:
        citation = (await driver.ask(MINISTER)).citations[0]
        file = corpus / citation.path
        file.write_text(file.read_text(encoding="utf-8").replace("Shoigu", "Sh."), encoding="utf-8")
        await driver.press("alt+1")
        view = await opened_article(driver)
        assert marked(view) == ""
        assert "no longer contains this" in driver.screen_text()
        assert visible(citation.text)[:60] in visible(driver.screen_text())

        file.unlink()
        await driver.press("escape", "alt+1")
        await opened_article(driver)
        assert "cannot be shown: file not found" in driver.screen_text()
        assert visible(citation.text)[:60] in visible(driver.screen_text())


async def test_nearest_passages_of_a_refusal_are_looked_up_too(corpus: Path, index: Path) -> None:
    """They are marked where they stand now."""
    async with opened(corpus, index) as driver:
        passage = (await driver.ask(MISSING)).passages[0]
        file = corpus / passage.path
        file.write_text("New first line.\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
        await driver.press("alt+1")
        view = await opened_article(driver)

        assert visible(passage.text).startswith(marked(view))
        assert len(marked(view)) > 200


async def test_coming_back_from_the_editor_looks_the_quote_up_again(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The editor here is a program that inserts a line."""
    async with opened(corpus, index) as driver:
        citation = (await driver.ask(MINISTER)).citations[0]
        await driver.press("alt+1")
        await opened_article(driver)
        monkeypatch.setattr(driver.app, "suspend", nullcontext)
        monkeypatch.setattr(
            "tui.screens.article.editor_command", lambda path, _: ["sed", "-i", "1inew-line", str(path)]
        )
        await driver.press("ctrl+e")
        view = await opened_article(driver)

        assert marked(view) == visible(citation.quote)
        assert f"{citation.path}:{citation.line_start + 1}" in driver.screen_text()


def test_sources_of_a_saved_answer_know_their_surroundings() -> None:
    """Of two equal sentences, the one in the same surroundings is marked, although the other is nearer now."""
    text = "Oslo. It rains. Open.\nBergen. It rains. Closed."
    start = text.rindex("It rains.")
    scores = qa.Scores(1.0, 1.0, 1.0)
    passage = qa.Passage("a.txt", "A", None, 0, len(text), 1, 2, text, 1, scores)
    citation = qa.Citation(1, "a.txt", "A", None, 2, 2, start, start + 9, "It rains.")
    longer = "Inserted here, of some length. " + text
    offsets = Source.of_citation(citation, [passage]).offsets_in(longer)

    assert offsets == (longer.rindex("It rains."), longer.rindex("It rains.") + 9)
