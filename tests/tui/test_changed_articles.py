"""Opening a source after its article changed."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

import qa
from tests.helpers.article_view import ArticleApp, marked, opened_article, visible
from tests.helpers.tui_driver import MINISTER, MISSING, opened
from tui.sources import Source
from tui.widgets.marks import CITED

TEXT = """# Weather

It is warm in Oslo today.

The rain in Bergen never stops, says the harbour master.

It is cold in Tromso.
"""
QUOTE = "The rain in Bergen never stops"
START = TEXT.index(QUOTE)
SOURCE = Source(1, "a.md", "Weather", None, 5, START, START + len(QUOTE), QUOTE, indexed=QUOTE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The article, as it was indexed."""
    path = tmp_path / "a.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("former", "latter", "line"),
    [
        ("# Weather", "# Weather\n\nInserted.", 7),
        ("It is warm in Oslo today.\n\n", "", 3),
        ("in Bergen never", "in\nBergen  never", 5),
        (TEXT, f"# Weather\n\n{QUOTE}.\n\n\n\n{QUOTE}.\n", 7),
    ],
)
async def test_a_quote_is_marked_where_it_stands_now(file: Path, former: str, latter: str, line: int) -> None:
    """With its line: below inserted text, above deleted text, wrapped otherwise, and the nearest of two."""
    file.write_text(TEXT.replace(former, latter), encoding="utf-8")
    app = ArticleApp(file.parent, [SOURCE])
    async with app.run_test(size=(90, 24)) as pilot:
        view = await app.shown()
        await pilot.pause()

        assert marked(view) == visible(QUOTE)
        assert f"a.md:{line}" in app.screen_text()
        assert (f"this was in line {SOURCE.line}" in app.screen_text()) == (line != SOURCE.line)


async def test_a_quote_that_is_gone_is_shown_as_it_was_indexed(file: Path) -> None:
    """Nothing is marked in a changed article; a deleted one shows the same."""
    file.write_text(TEXT.replace("never", "seldom"), encoding="utf-8")
    for notice in ("no longer contains this:", "cannot be shown: file not found"):
        app = ArticleApp(file.parent, [SOURCE])
        async with app.run_test(size=(90, 24)) as pilot:
            view = await app.shown()
            await pilot.pause()
            assert marked(view) == ""
            assert notice in app.screen_text()
            assert f"“{QUOTE}”" in app.screen_text()
        file.unlink(missing_ok=True)


async def test_coming_back_from_the_editor_looks_the_quote_up_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The editor here is a program that inserts a line."""
    insert = ["sed", "-i", "1inew-line"]
    monkeypatch.setattr("tui.screens.article.editor_command", lambda path, _: [*insert, str(path)])
    app = ArticleApp(file.parent, [SOURCE])
    async with app.run_test(size=(90, 24)) as pilot:
        await app.shown()
        monkeypatch.setattr(app, "suspend", nullcontext)
        await pilot.press("ctrl+e")
        view = await app.shown()
        await pilot.pause()

        assert marked(view) == visible(QUOTE)
        assert f"a.md:{SOURCE.line + 1}" in app.screen_text()


async def test_other_citations_in_the_article_are_looked_up_too(file: Path) -> None:
    """They have their numbers in the margin."""
    other = "It is cold in Tromso."
    start = TEXT.index(other)
    sources = [SOURCE, Source(2, "a.md", "Weather", None, 7, start, start + len(other), other, indexed=other)]
    file.write_text("Inserted.\n\n" + TEXT, encoding="utf-8")
    app = ArticleApp(file.parent, sources)
    async with app.run_test(size=(90, 24)) as pilot:
        view = await app.shown()
        await pilot.pause()

        assert marked(view, CITED) == visible(other)
        assert "2│ It is cold" in app.screen_text()


async def test_an_answer_is_looked_up_in_the_changed_file(corpus: Path, index: Path) -> None:
    """The citation of a real answer, and then the nearest passage of a refusal."""
    async with opened(corpus, index) as driver:
        citation = (await driver.ask(MINISTER)).citations[0]
        passage = (await driver.ask(MISSING)).passages[0]
        for path in {citation.path, passage.path}:
            file = corpus / path
            file.write_text("New first line.\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
        await driver.press("1", "enter")
        view = await opened_article(driver)
        assert marked(view)
        assert visible(passage.text).startswith(marked(view))

        await driver.press("escape", "ctrl+up", "1", "enter")
        view = await opened_article(driver)
        assert marked(view) == visible(citation.quote)
        assert f"{citation.path}:{citation.line_start + 2}" in driver.screen_text()


def test_sources_of_a_saved_answer_know_their_surroundings() -> None:
    """Of two equal sentences, the one in the same surroundings is marked, although the other is nearer now."""
    text = "Oslo. It rains. Open.\nBergen. It rains. Closed."
    start = text.rindex("It rains.")
    passage = qa.Passage("a.txt", "A", None, 0, len(text), 1, 2, text, 1, qa.Scores(1.0, 1.0, 1.0))
    citation = qa.Citation(1, "a.txt", "A", None, 2, 2, start, start + 9, "It rains.")
    longer = "Inserted here, of some length. " + text
    offsets = Source.of_citation(citation, [passage]).offsets_in(longer)

    assert offsets == (longer.rindex("It rains."), longer.rindex("It rains.") + 9)
