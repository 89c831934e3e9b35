"""How the terminal UI ends: the terminal is as before, and nothing that the user typed is lost."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from tests.helpers.terminal import Terminal
from tests.helpers.tui_driver import QuietEngine, engine_over, running

READY = "sk your articles"
ASKED, DRAFT = "Who lit the lamps?", "Who met whom in Pyongyang?"


class Open:
    """Opens ``qa`` in terminals over the small corpus."""

    def __init__(self, assistant: qa.Assistant) -> None:
        self._paths = ["--corpus", str(assistant.corpus.root), "--index", str(assistant.settings.index_root)]
        self.terminals: list[Terminal] = []

    def __call__(self, first: str = "", is_controlling: bool = True) -> Terminal:
        self.terminals.append(Terminal(*self._paths, first=first, is_controlling=is_controlling))
        return self.terminals[-1]


@pytest.fixture
def open_terminal(small: qa.Assistant) -> Iterator[Open]:
    """A function that runs ``qa`` in a terminal."""
    opened = Open(small)
    yield opened
    for terminal in opened.terminals:
        terminal.close()


def with_draft(terminal: Terminal) -> Terminal:
    """Type a question but do not send it, once the terminal UI is ready, and return its terminal."""
    terminal.until(READY)
    terminal.press(DRAFT)
    terminal.until(DRAFT)
    return terminal


def drafts(folder: Path) -> list[Path]:
    """Return the files of what was typed and not asked."""
    return [*folder.rglob("draft.txt")]


def test_a_signal_restores_the_terminal_and_keeps_what_was_typed(open_terminal: Open, tmp_path: Path) -> None:
    """Also after the app was stopped and continued, as a shell does; the code says which signal it was."""
    terminal = with_draft(open_terminal())
    terminal.process.send_signal(signal.SIGTSTP)
    os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED | os.WNOWAIT)
    terminal.drain(0.1)
    assert terminal.changes() == []
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until(DRAFT)

    assert terminal.end(signal.SIGTERM) == 128 + signal.SIGTERM
    assert terminal.changes() == []
    (draft,) = drafts(tmp_path)
    assert draft.read_text() == DRAFT
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600


@pytest.mark.parametrize("is_controlling", [True, False])
def test_a_process_whose_terminal_is_gone_ends(open_terminal: Open, tmp_path: Path, is_controlling: bool) -> None:
    """With a signal from the terminal or without one."""
    terminal = with_draft(open_terminal(is_controlling=is_controlling))
    terminal.hang_up()

    assert terminal.process.wait() == 128 + signal.SIGHUP
    assert [draft.read_text() for draft in drafts(tmp_path)] == [DRAFT]


def test_an_app_that_hangs_ends_too(open_terminal: Open, tmp_path: Path) -> None:
    """The terminal is then restored without it."""
    hang = "import tui.app, time; tui.app.QAApp.exit = lambda *_, **__: time.sleep(1000)"
    terminal = with_draft(open_terminal(first=hang))

    assert terminal.end(signal.SIGTERM) == 128 + signal.SIGTERM
    assert terminal.changes() == []
    assert [draft.read_text() for draft in drafts(tmp_path)] == [DRAFT]


def test_an_error_in_a_screen_is_one_line(open_terminal: Open, tmp_path: Path) -> None:
    """It is reported like that of any command, after the terminal is restored."""
    fail = "import tui.screens.ask as ask; ask.AskScreen.action_new_session = lambda self: 1 / 0"
    terminal = with_draft(open_terminal(first=fail))
    terminal.press("\x0e")

    assert terminal.wait() == qa.ExitCode.FAILURE
    assert terminal.changes() == []
    assert b"qa: ZeroDivisionError: division by zero. This is a bug in qa" in terminal.output
    assert b"Traceback" not in terminal.output
    assert [draft.read_text() for draft in drafts(tmp_path)] == [DRAFT]


async def test_what_was_typed_is_there_again(small: qa.Assistant, tmp_path: Path) -> None:
    """Once, also a question that had no answer yet; not if history is turned off."""
    async with running(engine_over(small)) as driver:
        await driver.ready()
        driver.app.ask_screen.chat.ready.clear()
        await driver.enter(ASKED)
        await driver.press("enter")
        await driver.enter(DRAFT)
    async with running(engine_over(small)) as driver:
        await driver.ready()
        assert driver.app.ask_screen.unanswered() == [DRAFT]
        await driver.press("up")
        assert driver.app.ask_screen.unanswered() == [ASKED]
        assert drafts(tmp_path) == []
    engine = QuietEngine(corpus=small.corpus.root, index=small.settings.index_root, history=False)
    async with running(engine) as driver:
        await driver.ready()
        assert driver.app.ask_screen.unanswered() == [""]


def test_the_indexing_process_ends_with_the_app() -> None:
    """However that ends: the process notices that the other end of its stdin is closed."""
    endless = "import qa, time; qa.Assistant.refresh = lambda *_: print(flush=True) or time.sleep(1000)"
    code = f'{endless}; import tui.indexing_worker as worker; worker.main(\'{{"rebuild": false, "corpus": "."}}\')'
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    process.stdout.readline()
    process.stdin.close()

    assert process.wait() == 1
    process.stdout.close()
