"""``python -m tests.helpers.terminal_pictures``: run the terminal UI in a real terminal and draw what it shows.

Needs tmux. The walk: ask, open a source, add a file, bring the index up to date, ask about it; once at 160x50
and once at 80x24. Pictures of the larger one go into the README.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

PROJECT = Path(__file__).parent.parent.parent
PICTURES = PROJECT / ".github"
QUESTIONS = (
    "Who is the president of Australia?",
    "How many North Korean troops were moved into Russia's Kursk region?",
    "Who says so?",
    "Which countries does North Korea cooperate with?",
)
FERRY = "The ferry Tordis sank in the harbour of Lindholm on 3 May 1987 after hitting a crane.\n"
PATIENCE = 120
"""Seconds to wait for something to be shown before the walk is given up."""


class Terminal:
    """A terminal of its own, in tmux."""

    def __init__(self, command: list[str], columns: int, rows: int, home: Path) -> None:
        self._name = f"qa-pictures-{os.getpid()}"
        self._columns = columns
        folders = [f"XDG_DATA_HOME={home / 'data'}", f"XDG_CONFIG_HOME={home / 'config'}", "COLORTERM=truecolor"]
        size = ["-x", str(columns), "-y", str(rows)]
        self._tmux("new-session", "-d", "-s", self._name, *size, "env", *folders, *command)
        self._tmux("set-option", "-t", self._name, "status", "off")

    def keys(self, *keys: str) -> None:
        """Press keys, by their names in tmux, and let them take effect as a person would."""
        self._tmux("send-keys", "-t", self._name, *keys)
        time.sleep(0.5)

    def text(self, text: str) -> None:
        """Type."""
        self._tmux("send-keys", "-t", self._name, "-l", text)

    def wait_for(self, text: str) -> None:
        """Wait until the screen shows ``text``.

        Raises:
            TimeoutError: it does not.
        """
        give_up = time.monotonic() + PATIENCE
        while text not in self._tmux("capture-pane", "-p", "-t", self._name):
            if time.monotonic() > give_up:
                raise TimeoutError(f"{text!r} did not come; the screen shows:\n{self.screen()}")
            time.sleep(0.1)
        time.sleep(0.5)

    def screen(self) -> str:
        """Return the screen with its colours."""
        return self._tmux("capture-pane", "-e", "-N", "-p", "-t", self._name)

    def draw(self, path: Path) -> None:
        """Write the screen as a picture."""
        console = Console(record=True, width=self._columns, file=io.StringIO(), color_system="truecolor")
        console.print(Text.from_ansi(self.screen()), no_wrap=True, crop=True, end="")
        path.parent.mkdir(exist_ok=True)
        path.write_text(console.export_svg(title="qa"), encoding="utf-8")

    def close(self) -> None:
        """End it."""
        self._tmux("kill-session", "-t", self._name)

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(["tmux", *arguments], check=True, capture_output=True, text=True).stdout


def walk(columns: int, rows: int, pictures: Path) -> None:
    """Walk through the UI and leave pictures of it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        corpus = Path(shutil.copytree(PROJECT / "seeds", home / "articles"))
        places = ["--corpus", str(corpus), "--index", str(home / "index")]
        terminal = Terminal([sys.executable, "-m", "qa", *places], columns, rows, home)
        try:
            terminal.wait_for("up to date")
            time.sleep(6)  # until the notice is gone
            for question in QUESTIONS:
                terminal.text(question)
                terminal.keys("Enter")
                time.sleep(2)
            terminal.wait_for("confidence")
            terminal.draw(pictures / "terminal-answer.svg")
            terminal.keys("Tab")
            terminal.keys("1")
            terminal.wait_for("Next citation")
            terminal.draw(pictures / "terminal-article.svg")
            terminal.keys("Escape")
            (corpus / "ferry.txt").write_text(FERRY, encoding="utf-8")
            terminal.wait_for("1 new")
            terminal.keys("F5")
            terminal.wait_for("1 added")
            terminal.keys("Escape")
            terminal.text("Which ferry sank in the harbour of Lindholm?")
            terminal.keys("Enter")
            terminal.wait_for("ferry.txt:1")
            terminal.draw(pictures / "terminal-added.svg")
        finally:
            terminal.close()


def main() -> None:
    """Take the pictures."""
    walk(160, 50, PICTURES)
    with tempfile.TemporaryDirectory() as narrow:
        walk(80, 24, Path(narrow))
        print("the walk at 80x24 went through; its pictures are not kept")
    (PICTURES / "terminal-added.svg").unlink()


if __name__ == "__main__":
    main()
