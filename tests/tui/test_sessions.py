"""Sessions: saving, finding, continuing, exporting, and turning history off."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import qa
from tests.helpers.tui_driver import MINISTER, MISSING, TROOPS, Driver, QuietEngine, engine_over, running
from tui.screens.sessions import SessionsScreen
from tui.sessions.export import answer_text, session_markdown, write_export
from tui.sessions.session import Session
from tui.sessions.store import SessionStore
from tui.widgets.row_list import RowList


def session_files(tmp_path: Path) -> list[Path]:
    """Return the files of the saved sessions."""
    return sorted((tmp_path / "data").rglob("*.jsonl"))


async def open_session(driver: Driver, words: str) -> None:
    """Search the saved sessions and continue the only one that matches."""
    await driver.press("f4")
    await driver.until(lambda: isinstance(driver.app.screen, SessionsScreen))
    await driver.enter(words)
    await driver.until(lambda: len(driver.find(RowList).rows) == 1)
    await driver.press("enter")


async def test_a_saved_session_can_be_continued(seeds: qa.Assistant, tmp_path: Path) -> None:
    """The next run finds it by a question, shows the same answers, and appends to the same file."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        first = await driver.ask(MINISTER)
        await driver.ask(MISSING)
    assert len(session_files(tmp_path)) == 1

    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await open_session(driver, "russian defence")
        await driver.until(lambda: len(driver.exchanges()) == 2)
        assert driver.app.ask_screen.chat.session.exchanges[0].answer == first
        await driver.press("ctrl+up")
        assert len(driver.sources()) == len(first.citations)

        await driver.ask(TROOPS)
        assert len(session_files(tmp_path)) == 1
        assert len(session_files(tmp_path)[0].read_text(encoding="utf-8").splitlines()) == 3


async def test_a_continued_session_goes_on_with_its_chain(seeds: qa.Assistant, tmp_path: Path) -> None:
    """A follow-up after reopening may refer to any turn that was saved."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.ask(TROOPS)

    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await open_session(driver, "russian defence")
        await driver.until(lambda: len(driver.exchanges()) == 2)
        follow_up = await driver.ask("who did he meet?")

    assert [turn.question for turn in follow_up.earlier] == [MINISTER, TROOPS]
    assert follow_up.standalone_question == f"Who did {follow_up.earlier[0].short_answer} meet?"
    assert len(session_files(tmp_path)) == 1


async def test_a_new_session_leaves_the_old_one_saved(seeds: qa.Assistant, tmp_path: Path) -> None:
    """The screen is empty again, and the next answer goes to another file."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("ctrl+n")
        assert driver.exchanges() == []
        assert driver.sources() == []
        await driver.ask(TROOPS)

    assert len(session_files(tmp_path)) == 2


async def test_history_can_be_turned_off(seeds: qa.Assistant, tmp_path: Path) -> None:
    """Nothing is saved, and F4 says so."""
    engine = QuietEngine(corpus=seeds.corpus.root, index=seeds.settings.index_root, history=False)
    async with running(engine) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("f4")
        assert driver.notices()[-1] == "Sessions are not saved: history is turned off."

    assert session_files(tmp_path) == []


async def test_only_the_user_may_read_sessions(seeds: qa.Assistant, tmp_path: Path) -> None:
    """Whatever the umask."""
    before = os.umask(0)
    try:
        SessionStore(tmp_path / "sessions").save(Session(), seeds.ask(MINISTER))
    finally:
        os.umask(before)

    (path,) = (tmp_path / "sessions").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_an_unwritable_folder_does_not_prevent_answers(seeds: qa.Assistant, tmp_path: Path) -> None:
    """There is a single notification."""
    (tmp_path / "data").write_text("a file where the folder should be")
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        assert (await driver.ask(MINISTER)).answered
        assert (await driver.ask(TROOPS)).answered

        warnings = [notice for notice in driver.notices() if "Sessions cannot be saved" in notice]
        assert len(warnings) == 1


def test_damaged_lines_are_skipped(seeds: qa.Assistant, tmp_path: Path) -> None:
    """A truncated line loses only that answer, and the file as it was gets another name; other files are ignored."""
    store = SessionStore(tmp_path)
    session = Session()
    for question in (MINISTER, TROOPS):
        store.save(session, seeds.ask(question))
    assert session.path is not None
    with session.path.open("ab") as file:
        file.write(b'{"question": "cut in the mid')
    (tmp_path / "notes.jsonl").write_text("{}\n")
    (tmp_path / "2020-01-01T000000.jsonl").write_text("nothing of value\n")

    (saved,) = store.saved()
    assert saved.path == session.path
    assert saved.questions == (MINISTER, TROOPS)
    content = saved.path.read_bytes()
    loaded = store.load(saved.path)
    assert [exchange.question for exchange in loaded.exchanges] == [MINISTER, TROOPS]
    assert loaded.damaged is not None
    assert loaded.damaged.read_bytes() == content
    store.save(loaded, seeds.ask(MISSING))
    reloaded = store.load(saved.path)
    assert [exchange.question for exchange in reloaded.exchanges] == [MINISTER, TROOPS, MISSING]
    assert reloaded.damaged is None


def test_a_loaded_answer_equals_the_saved_one(seeds: qa.Assistant, tmp_path: Path) -> None:
    """Including scores, dates and citations."""
    store, session = SessionStore(tmp_path), Session()
    answer = replace(seeds.ask(MINISTER), standalone_question="Understood so?")
    store.save(session, answer)
    assert session.path is not None

    assert store.load(session.path).exchanges[0].answer == answer


def test_sessions_begun_in_the_same_second_have_separate_files(seeds: qa.Assistant, tmp_path: Path) -> None:
    """The second and third get a number in their names."""
    store = SessionStore(tmp_path)
    sessions = [Session(), Session(), Session()]
    for session in sessions:
        store.save(session, seeds.ask(MINISTER))

    assert len({session.path for session in sessions}) == 3
    assert len(store.saved()) == 3


def test_exported_markdown_shows_untrusted_text_literally(seeds: qa.Assistant, tmp_path: Path) -> None:
    """Headings, emphasis, links and HTML in an article are escaped; control characters are removed."""
    answer = seeds.ask(MINISTER)
    hostile = "# [x](http://e.vil) *b* <script> `c` \x1b[31mred"
    statement = replace(answer.statements[0], text=hostile)
    session = Session()
    session.begin("1. hostile?").answer = replace(answer, statements=(statement,), short_answer=None)
    text = session_markdown(session, Path("/corpus"))

    assert "\\# \\[x\\](http://e.vil) \\*b\\* \\<script\\> \\`c\\` red" in text
    assert "## \\1. hostile?" in text
    assert "\x1b" not in answer_text(replace(answer, statements=(statement,)))


@pytest.mark.parametrize("count", [1, 3])
def test_exports_never_overwrite(tmp_path: Path, count: int) -> None:
    """Each export gets a new file name."""
    from datetime import datetime

    now = datetime(2026, 1, 2, 3, 4)
    paths = [write_export(str(number), tmp_path, now) for number in range(count)]

    assert [path.read_text() for path in paths] == [str(number) for number in range(count)]


def test_sessions_of_version_0_1_0_can_be_loaded(seeds: qa.Assistant, tmp_path: Path) -> None:
    """Their answers have other field names."""
    answer = seeds.ask(MINISTER)
    saved = json.loads(TypeAdapter(qa.Answer).dump_json(answer))
    saved["short"] = saved.pop("short_answer")
    saved["standing"] = saved.pop("standalone_question")
    saved["timings_ms"] = {"search": answer.timings_ms.search, "answer": answer.timings_ms.answer, "total": 99.0}
    for item in (*saved["citations"], *saved["passages"]):
        item["file"] = item.pop("path")
    path = tmp_path / "2026-01-02T030405.jsonl"
    path.write_text(json.dumps(saved) + "\n", encoding="utf-8")
    store = SessionStore(tmp_path)

    assert [(path, (MINISTER,))] == [(session.path, session.questions) for session in store.saved()]
    assert [answer] == [exchange.answer for exchange in store.load(path).exchanges]
