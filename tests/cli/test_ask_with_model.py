"""What ``qa ask`` shows on a terminal while a language model writes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rich.console import Console
from rich.text import Text

import qa
from qa.cli.waiting import fitted
from tests.helpers.ollama_server import REPLY, ollama_server
from tests.helpers.silent_server import WORDS, silent_server
from tests.helpers.terminal import ESCAPES, Terminal
from tests.helpers.tui_driver import TROOPS

# A shell starts background jobs, such as these tests may be, with SIGINT ignored.
RESTORE_SIGINT = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"


@contextmanager
def asked(seeds: qa.Assistant, address: str, *arguments: str) -> Iterator[Terminal]:
    """Ask in a terminal, with a model at an address."""
    options = ["--corpus", str(seeds.corpus.root), "--index", str(seeds.settings.index_root)]
    arguments = ("ask", TROOPS, *options, *arguments, "--llm", "ollama/tiny")
    terminal = Terminal(*arguments, first=RESTORE_SIGINT, OLLAMA_HOST=address)
    try:
        yield terminal
    finally:
        terminal.close()


def text_of(output: bytes) -> str:
    return " ".join(ESCAPES.sub(b"", output).decode().split())


def after_erasure(terminal: Terminal) -> str:
    """Return what is left on the terminal in the end."""
    return text_of(terminal.output.rpartition(b"\x1b[2K")[2])


@pytest.mark.parametrize("words", [(), WORDS], ids=["before the first word", "in the middle"])
def test_ctrl_c_keeps_the_answer_without_the_model(seeds: qa.Assistant, words: tuple[str, ...]) -> None:
    """It is shown before the model has written a word; Ctrl+C closes the connection, and the exit code is 130."""
    without = seeds.ask(TROOPS)
    with silent_server(words) as (address, handler), asked(seeds, address) as terminal:
        terminal.until("very likely")
        terminal.until("tiny is writing")
        if words:
            terminal.until("".join(words).strip())
        while not handler.asked.is_set():
            terminal.drain(0.1)
        terminal.press("\x03")
        code = terminal.wait()
        handler.left.wait()
    shown = after_erasure(terminal)

    assert code == 130
    assert shown.startswith("11,000 ")
    assert " ".join(without.statements[0].text.split()) in shown
    assert shown.endswith(":4 Interrupted.")
    assert "is writing" not in shown


def test_the_written_answer_takes_its_place(seeds: qa.Assistant) -> None:
    """Nothing else is left on the terminal."""
    with ollama_server() as address, asked(seeds, address) as terminal:
        terminal.until("tiny is writing")
        code = terminal.wait()
    shown = after_erasure(terminal)

    assert code == 0
    assert shown.startswith(f"11,000 {REPLY.removesuffix(' [1].')}. [1] Sources [1] ")
    assert "is writing" not in shown


def test_json_is_the_only_answer(seeds: qa.Assistant) -> None:
    """The model is waited for with a line, but the answer is not shown as text before."""
    with ollama_server() as address, asked(seeds, address, "--json") as terminal:
        terminal.until("tiny is writing")
        assert terminal.wait() == 0

    assert "very likely" not in text_of(terminal.output)


@pytest.mark.parametrize("draft", [1, 5, 100])
@pytest.mark.parametrize("answer", [0, 1, 100])
def test_a_long_answer_leaves_space_for_the_status(answer: int, draft: int) -> None:
    """What does not fit cannot be erased: the beginning of the answer is shown, and the end of the draft."""
    console = Console(file=io.StringIO(), width=40, height=12)
    lines = "\n".join(f"answer {number}" for number in range(answer))
    words = "\n".join(f"draft {number}" for number in range(draft))
    console.print(fitted(console, lines, Text("status"), words))
    shown = console.file.getvalue().splitlines()  # type: ignore[attr-defined]

    assert len(shown) < console.height
    assert "status" in shown
    assert shown[-1] == f"draft {draft - 1}"
    assert not answer or shown[0] == "answer 0"
