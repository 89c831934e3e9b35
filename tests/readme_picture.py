"""``python -m tests.readme_picture``: ask the question of the README and draw the real answer as its picture."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

PROJECT = Path(__file__).parent.parent
PICTURE = PROJECT / ".github" / "answer.svg"
QUESTIONS = ("Who is North Korea's defence minister?", "What is the name of Kim's daughter?")
WIDTH = 100


def screen(question: str) -> str:
    """Return what a terminal receives for ``qa ask QUESTION``."""
    primary, secondary = pty.openpty()
    command = [sys.executable, "-m", "qa", "ask", question]
    environment = os.environ | {"COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    with subprocess.Popen(command, stdout=secondary, cwd=PROJECT, env=environment):
        os.close(secondary)
        received = b""
        try:
            while piece := os.read(primary, 4096):
                received += piece
        except OSError:  # how Linux says that the other side closed
            pass
        os.close(primary)
    return received.decode().replace("\r\n", "\n")


def main() -> None:
    """Draw the picture."""
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w"), color_system="truecolor")  # noqa: SIM115, PTH123
    for question in QUESTIONS:
        console.print(Text(f'$ qa ask "{question}"', style="bold green"))
        console.print(Text.from_ansi(screen(question)), soft_wrap=True)
    PICTURE.write_text(console.export_svg(title="qa"), encoding="utf-8")


if __name__ == "__main__":
    main()
