"""``python -m tests.helpers.screenshots``: update the screenshots in the README with Textual's export."""

from __future__ import annotations

import asyncio
import re
import tempfile

import qa
from tests.conftest import PROJECT, SEEDS
from tests.helpers.tui_driver import Driver, QuietEngine
from tui.app import QAApp
from tui.screens.article import ArticleScreen

PICTURES = PROJECT / ".github"
SIZE = (118, 34)
QUESTIONS = (
    "Which articles mention Putin?",
    "Who won the football World Cup in 2022?",
    "Where did Putin hold the press conference?",
    "How many North Korean troops were moved into Russia's Kursk region?",
)
_FONT_FACES = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


async def main() -> None:
    """Take screenshots of answers and of an opened source."""
    with tempfile.TemporaryDirectory() as folder:
        qa.open(corpus=SEEDS, index=f"{folder}/index").close()
        app = QAApp(QuietEngine(corpus=SEEDS, index=f"{folder}/index", history=False))
        async with app.run_test(size=SIZE) as pilot:
            driver = Driver(app, pilot)
            await driver.ready()
            for question in QUESTIONS:
                await driver.enter(question)
                await driver.press("enter")
                await driver.until(lambda: not app.ask_screen.chat.busy)
            _write(app, "terminal-answer")
            await driver.press("tab", "enter")
            await driver.until(lambda: isinstance(app.screen, ArticleScreen))
            await pilot.pause(0.5)
            _write(app, "terminal-article")


def _write(app: QAApp, name: str) -> None:
    picture = app.export_screenshot(title="qa")
    # Without web fonts, the picture needs no network and uses the viewer's monospaced font.
    text = _FONT_FACES.sub("", picture).replace("Fira Code", "monospace")
    (PICTURES / f"{name}.svg").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
