"""The article screen: marking the cited characters, and navigation."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

import qa
from tests.helpers.article_view import drawn
from tests.helpers.tui_driver import MINISTER, MISSING, TROOPS, Driver, engine_over, opened, running
from tui.editor import editor_command
from tui.screens.article import ArticleScreen
from tui.sources import Source
from tui.widgets.article_text import ArticleText
from tui.widgets.find_line import FindLine
from tui.widgets.marks import CURRENT, FOUND, MATCH
from tui.widgets.source_list import SourceList


async def opened_article(driver: Driver) -> ArticleText:
    """Wait until the article is shown, and return its text widget."""
    await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
    await driver.until(lambda: all(worker.is_finished for worker in driver.app.workers if worker.group == "article"))
    return driver.find(ArticleText)


def visible(text: str) -> str:
    """Return the characters of a quote without the spaces at which it may be wrapped."""
    return "".join(text.split())


def marked(view: ArticleText, kind: str = CURRENT) -> str:
    """Return the characters on the screen that are marked, without spaces."""
    return visible(drawn(view, kind))


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
            await driver.press("enter" if action == "enter" else "alt+1")
        text = await opened_article(driver)

        citation = answer.citations[0]
        assert marked(text) == visible(citation.quote)
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

        assert marked(text) == visible(answer.citations[-1].quote)
        assert f"{len(answer.citations)} of {len(answer.citations)}  " in driver.screen_text()


async def found(driver: Driver) -> tuple[str, str]:
    """Wait for a search, and return the match that is gone to with all others, and the count that is shown."""
    await driver.until(lambda: all(worker.is_finished for worker in driver.app.workers if worker.group == "search"))
    line = driver.find(FindLine)
    return marked(driver.find(ArticleText), MATCH), str(line.border_subtitle)


async def test_find_steps_through_all_matches(seeds: qa.Assistant) -> None:
    """From the place in view, with n, N, Enter and Ctrl+G, around the end; the current match looks different."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("alt+1")
        text = await opened_article(driver)
        await driver.press("home", "slash", *"shoigu", "enter")
        match, count = await found(driver)
        total = int(count.split(" of ")[1])
        assert (match, count) == ("Shoigu", f"1 of {total}")
        assert set(marked(text, FOUND).replace("Shoigu", "")) <= set()
        assert total > 2

        counts = []
        for key in ("n", "enter", "ctrl+g", "N", "N", "N", "N"):
            await driver.press(key)
            counts.append(int((await found(driver))[1].split(" ")[0]))
        assert counts == [2, 3, 1 if total == 3 else 4, 3, 2, 1, total]

        await driver.press("escape")
        assert marked(text, MATCH) == marked(text, FOUND) == ""
        assert isinstance(driver.app.screen, ArticleScreen)


async def test_letters_are_for_the_question_unless_a_search_is_on(seeds: qa.Assistant) -> None:
    """ "n" is typed into the question field before a search and after it, and while it found nothing."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("alt+1")
        await opened_article(driver)
        await driver.press("slash", *"zzz", "enter")
        assert driver.notices()[-1] == "No match for “zzz” in this article."
        assert (await found(driver))[1] == "no match"
        await driver.press("escape", "n")

        assert driver.app.screen is driver.app.ask_screen
        assert driver.app.ask_screen.line.value == "n"


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

        assert len(marked(view)) > 200
        assert marked(view) in visible(passage.text)


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


async def test_copying_yields_the_selection_or_the_quote(seeds: qa.Assistant) -> None:
    """A selection by mouse has the article's own characters; without one, the quote is copied with its source."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        citation = (await driver.ask(MINISTER)).citations[0]
        await driver.press("alt+1")
        view = await opened_article(driver)
        await driver.press("ctrl+y")
        assert driver.app.clipboard.startswith(f"“{citation.text}”")
        assert f"{citation.path}:{citation.line_start}" in driver.app.clipboard

        texts = [view.render_line(y).text for y in range(view.size.height)]
        first = next(y for y, text in enumerate(texts) if len(text.split()) > 5 and len(texts[y + 1].split()) > 5)
        column = texts[first].index(texts[first].split()[2])
        await driver.pilot.mouse_down(view, offset=(column, first))
        await driver.pilot.hover(view, offset=(column, first + 1))
        await driver.pilot.mouse_up(view, offset=(column, first + 1))
        await driver.press("ctrl+c")

        assert driver.app.clipboard.startswith(texts[first].split()[2])
        assert view.document is not None
        assert driver.app.clipboard in " ".join(view.document.text.split())


async def test_closing_an_article_leaves_no_search_behind(seeds: qa.Assistant) -> None:
    """Escape ends the search first, then closes the article."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        before = driver.screen_text()
        await driver.press("alt+1")
        await opened_article(driver)
        await driver.press("slash", *"sho", "escape")
        assert isinstance(driver.app.screen, ArticleScreen)
        await driver.press("escape")

        assert driver.screen_text() == before


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
            assert marked(text) == visible(answer.citations[0].quote)
