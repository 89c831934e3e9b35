"""New and changed articles are read while the app runs; meanwhile the old index answers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import qa
from tests.helpers.index_files import build_of
from tests.helpers.tui_driver import MINISTER, MISSING, Driver, QuietEngine, opened, running
from tui.indexing import Pace

FERRY = "The ferry Tordis sank in the harbour of Lindholm on 3 May 1987 after hitting a crane.\n"
LONG = "log.txt"
FERRY_QUESTION = "Which ferry sank in the harbour of Lindholm?"


def add_ferry(corpus: Path) -> None:
    """Add an article to the corpus."""
    (corpus / "ferry.txt").write_text(FERRY, encoding="utf-8")


def add_long_article(corpus: Path) -> None:
    """Add an article that takes much longer to read than any of the tests here takes."""
    words = random.Random(1).choices(["ferry", "harbour", "crane", "pier", "mast", "tide", "buoy", "gull"], k=300_000)
    sentences = (" ".join(words[start : start + 12]).capitalize() + "." for start in range(0, len(words), 12))
    (corpus / LONG).write_text(" ".join(sentences), encoding="utf-8")


async def ask_without_waiting(driver: Driver, question: str) -> None:
    """Type a question and press Enter."""
    await driver.enter(question)
    await driver.press("enter")


async def test_an_added_file_is_read_before_the_next_question(corpus: Path, index: Path) -> None:
    """Whether it is noticed at once or not; the status line says what was added."""
    async with opened(corpus, index) as driver:
        add_ferry(corpus)
        answer = await driver.ask(FERRY_QUESTION)
        assert answer.short_answer is not None
        assert "Tordis" in answer.short_answer
        assert answer.citations[0].path == "ferry.txt"
        assert "up to date: 1 added" in driver.screen_text()


async def test_an_added_file_is_read_without_a_question(corpus: Path, index: Path) -> None:
    """As soon as it is noticed."""
    async with opened(corpus, index) as driver:
        add_ferry(corpus)
        await driver.until(lambda: "6 articles · up to date: 1 added" in driver.screen_text())


async def test_reading_new_articles_can_be_declined(corpus: Path, index: Path) -> None:
    """With ``refresh = false``, F5 reads them; until then a refusal says that there are some."""
    with qa.open(corpus, index):
        pass
    async with running(QuietEngine(corpus=corpus, index=index, refresh=False)) as driver:
        await driver.ready()
        add_ferry(corpus)
        await driver.until(lambda: "1 new; F5 updates the index" in driver.screen_text())
        refusal = await driver.ask(FERRY_QUESTION)
        assert not refusal.is_stated
        assert "1 article has not been read yet: F5 reads what is new." in driver.exchanges()[0]

        await driver.press("f5")
        await driver.until(lambda: "up to date: 1 added" in driver.screen_text())
        assert (await driver.ask(FERRY_QUESTION)).is_stated
        assert "not been read" not in driver.exchanges()[1]


async def test_stopped_reading_lets_the_old_index_answer(corpus: Path, index: Path) -> None:
    """A question waits for new articles; Ctrl+X answers it without them, and nothing more is read until F5 goes on."""
    async with opened(corpus, index) as driver:
        add_long_article(corpus)
        await ask_without_waiting(driver, MISSING)
        await driver.until(lambda: "Ctrl+X answers without them" in driver.exchanges()[0])
        await driver.until(lambda: driver.app.progress is not None and driver.app.progress.share > 0)
        assert "of 1 article" in driver.screen_text()
        await driver.press("ctrl+x")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        assert "1 article has not been read yet" in driver.exchanges()[0]
        assert (await driver.ask(MINISTER)).answered
        assert "1 new; F5 updates the index" in driver.screen_text()

        await driver.press("f5")
        await driver.until(lambda: driver.app.progress is not None and driver.app.progress.share > 0)
        await driver.press("ctrl+x")
        await driver.until(lambda: not driver.app.index_controller.busy)


async def test_a_stopped_rebuild_preserves_the_old_index(corpus: Path, index: Path) -> None:
    """Questions are answered from the old index during and after the rebuild, since it is up to date."""
    with qa.open(corpus, index):
        pass
    before = (index / "CURRENT").read_text()
    async with opened(corpus, index) as driver:
        await driver.press("f2", "ctrl+r", "right", "enter")
        await driver.until(lambda: driver.app.progress is not None)
        await driver.press("escape")
        await driver.press("ctrl+x")
        assert (await driver.ask(MINISTER)).answered
        await driver.until(lambda: not driver.app.index_controller.busy)

        assert (index / "CURRENT").read_text() == before
        assert driver.app.progress is None
        assert (await driver.ask(MINISTER)).answered


async def test_without_an_index_a_stopped_start_says_what_to_do(corpus: Path, index: Path) -> None:
    """The question that waits is answered after F5."""
    add_long_article(corpus)
    async with running(QuietEngine(corpus=corpus, index=index)) as driver:
        await driver.until(lambda: driver.app.progress is not None and driver.app.progress.share > 0)
        await ask_without_waiting(driver, MINISTER)
        await driver.press("ctrl+x")
        await driver.until(lambda: "There is no index" in driver.exchanges()[0])
        (corpus / LONG).unlink()
        await driver.press("f5")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        assert "Sergei Shoigu" in driver.exchanges()[0]


def test_the_time_left_follows_the_pace_of_the_last_seconds() -> None:
    """What was reused from an earlier run, in no time, does not make the rest look short."""
    pace = Pace()
    assert pace.seconds_left(0.0, 0.0) is None
    assert pace.seconds_left(0.5, 0.1) is None
    assert pace.seconds_left(0.51, 30.0) is None
    assert pace.seconds_left(0.52, 40.0) == pytest.approx(0.48 * 10 / 0.01)


@pytest.mark.parametrize("problem", ["missing", "empty", "unnamed"])
async def test_without_articles_there_is_a_hint_and_f5_retries(tmp_path: Path, index: Path, problem: str) -> None:
    """A question sent before is answered once the corpus exists."""
    corpus = tmp_path / "articles"
    if problem == "empty":
        corpus.mkdir()
    engine = QuietEngine(index=index) if problem == "unnamed" else QuietEngine(corpus=corpus, index=index)
    async with running(engine) as driver:
        await driver.until(lambda: "A corpus is a folder of articles" in driver.screen_text())
        assert "--corpus DIR" in driver.screen_text()
        await driver.enter(FERRY_QUESTION)
        await driver.press("enter")
        assert "--corpus DIR" in driver.exchanges()[0]

        corpus.mkdir(exist_ok=True)
        (corpus / "ferry.txt").write_text(FERRY, encoding="utf-8")
        if problem == "unnamed":
            Path("qa.toml").write_text('corpus = "articles"\n', encoding="utf-8")
        await driver.press("f5")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        answer = driver.app.ask_screen.chat.session.exchanges[0].answer
        assert answer is not None
        assert answer.short_answer is not None
        assert "Tordis" in answer.short_answer


async def test_a_damaged_index_can_be_rebuilt(corpus: Path, index: Path) -> None:
    """The hint names the remedy, and R in the library rebuilds the index."""
    with qa.open(corpus, index):
        pass
    (build_of(index) / "catalog.sqlite").unlink()
    async with running(QuietEngine(corpus=corpus, index=index)) as driver:
        await driver.until(lambda: "--rebuild" in driver.screen_text())
        await driver.press("f2", "ctrl+r", "right", "enter")
        await driver.ready()
        await driver.press("escape")
        assert (await driver.ask(MINISTER)).answered


async def test_a_locked_index_still_answers(corpus: Path, index: Path) -> None:
    """Another process is writing: a notification, and answers from the old index."""
    from filelock import FileLock

    with qa.open(corpus, index):
        pass
    (corpus / "ferry.txt").write_text(FERRY, encoding="utf-8")
    with FileLock(index / "LOCK"):
        async with opened(corpus, index) as driver:
            assert (await driver.ask(MINISTER)).answered
            assert any("is writing the index" in notice for notice in driver.notices())
            assert "1 new" in driver.screen_text()
