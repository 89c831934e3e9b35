"""The terminal UI as a separate process in a real terminal."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from tests.conftest import RunQA
from tests.helpers.terminal import Terminal
from tests.helpers.tui_driver import MINISTER
from tui.indexing import IndexingRun


@pytest.fixture
def terminal(seeds: qa.Assistant, tmp_path: Path) -> Iterator[Terminal]:
    """Run ``qa`` without a command over the seeds, with an editor that records its arguments."""
    editor = tmp_path / "editor.py"
    editor.write_text(f"import sys; open({str(tmp_path / 'called')!r}, 'w').write('\\n'.join(sys.argv[1:]))")
    options = ["--corpus", str(seeds.corpus.root), "--index", str(seeds.settings.index_root)]
    opened = Terminal(*options, EDITOR=shlex.join([sys.executable, str(editor)]))
    yield opened
    opened.close()


def test_ask_open_edit_and_quit(terminal: Terminal, seeds: qa.Assistant, tmp_path: Path) -> None:
    """``qa`` without a command opens the UI, Ctrl+E opens a source at its line, and Ctrl+Q exits with 0."""
    terminal.until("sk your articles")
    terminal.press(f"{MINISTER}\r")
    terminal.until("likely")
    terminal.press("\t")
    terminal.until("Sources")
    terminal.press("\r")
    terminal.until("Find")
    citation = seeds.ask(MINISTER).citations[0]
    while not (tmp_path / "called").exists():
        # The footer is drawn before the article is loaded; until then the key has no effect.
        terminal.press("\x05")
        terminal.drain(2)
        assert terminal.process.poll() is None
    called = (tmp_path / "called").read_text().splitlines()

    assert terminal.quit() == 0
    assert called == [f"+{citation.line_start}", str(seeds.corpus.root / citation.path)]


def test_without_a_terminal_the_error_names_qa_ask(run_qa: RunQA) -> None:
    """``qa tui`` is a usage error, and ``qa`` without a command prints the help."""
    refused, without_command = run_qa("tui"), run_qa()

    assert refused.returncode == 2
    assert "qa ask QUESTION" in refused.stderr
    assert without_command.returncode == 0
    assert without_command.stdout.startswith("Usage: qa")


def test_python_m_tui_is_equivalent(tmp_path: Path) -> None:
    """It takes the same options and also requires a terminal."""
    command = [sys.executable, "-m", "tui", "--corpus", "nowhere"]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert "needs a terminal" in result.stderr


async def test_files_in_the_current_folder_do_not_shadow_modules(corpus: Path, index: Path, tmp_path: Path) -> None:
    """The indexing process must not import a json.py of the user."""
    (tmp_path / "json.py").write_text("raise SystemExit('loaded')")
    indexing = IndexingRun(qa.load_settings(corpus=corpus, index=index), rebuild=False, total=1)
    async for _ in indexing:
        pass

    assert indexing.outcome == "5 added"


async def test_a_crashed_indexing_process_is_an_error(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hint names the command that shows the cause."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    indexing = IndexingRun(qa.load_settings(corpus=corpus, index=index), rebuild=False, total=1)

    with pytest.raises(qa.QAError, match="stopped unexpectedly") as caught:
        async for _ in indexing:
            pass
    assert "qa index" in caught.value.hint
