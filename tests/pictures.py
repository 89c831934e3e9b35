"""``python -m tests.pictures [FOLDER]``: draw every screen with real answers, to be looked at one by one.

Textual's own SVG export, at three sizes, dark and light. ``--readme`` updates the pictures of the README instead.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import qa
from tests.conftest import PROJECT, SEEDS
from tests.helpers.tui_driver import MINISTER, MISSING, TROOPS, Driver
from tui.app import QAApp
from tui.chat_controller import SUGGESTIONS
from tui.engine import Engine
from tui.themes import DARK, LIGHT
from tui.widgets.conversation import Welcome

SIZES = ((80, 24), (120, 40), (160, 50))
README_SIZE = (112, 24)
SURVEY = "What do the articles say about Kim Jong Un?"
CONFERENCE = "Where did Putin hold the press conference?"
_FONT_FACES = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)

Scene = Callable[[Driver], Awaitable[None]]
"""Brings a started app to what a picture shows."""


async def start(driver: Driver) -> None:
    """The first start, with suggested questions."""
    await driver.until(lambda: driver.find(Welcome).option_count == SUGGESTIONS)


async def answer(driver: Driver) -> None:
    """A short answer after a refusal."""
    for question in (MISSING, MINISTER, TROOPS):
        await driver.ask(question)


async def survey(driver: Driver) -> None:
    """A long answer with many sources."""
    await driver.ask(TROOPS)
    await driver.ask(SURVEY)


async def refusal(driver: Driver) -> None:
    """A refusal with the nearest passages."""
    await driver.ask(MISSING)


async def peek(driver: Driver) -> None:
    """The second source beside its answer."""
    await survey(driver)
    await driver.press("tab", "down")


async def article(driver: Driver) -> None:
    """An article at the cited sentence."""
    await driver.ask(MINISTER)
    await driver.press("1", "enter")


async def find(driver: Driver) -> None:
    """A search in an article."""
    await article(driver)
    await driver.press("slash")
    await driver.enter("missile")
    await driver.press("enter", "enter")


async def library(driver: Driver) -> None:
    """All articles."""
    await driver.press("f2")


async def search(driver: Driver) -> None:
    """Passages for a few words."""
    await driver.press("f6")
    await driver.enter("defence minister visit")


async def sessions(driver: Driver) -> None:
    """Saved sessions."""
    await driver.ask(TROOPS)
    await driver.press("f4")


async def why(driver: Driver) -> None:
    """Why an answer was given."""
    await driver.ask(MINISTER)
    await driver.press("f3")


async def model(driver: Driver) -> None:
    """The choice of a language model."""
    await driver.press("f7")


async def help_(driver: Driver) -> None:
    """The key bindings."""
    await driver.press("f1")


SCENES: dict[str, Scene] = {
    "start": start,
    "answer": answer,
    "survey": survey,
    "refusal": refusal,
    "peek": peek,
    "article": article,
    "find": find,
    "library": library,
    "search": search,
    "sessions": sessions,
    "why": why,
    "model": model,
    "help": help_,
}


def pictures() -> Iterator[tuple[str, Scene, tuple[int, int], str]]:
    """Yield name, scene, size and theme of every picture."""
    for name, scene in SCENES.items():
        for size in SIZES:
            for theme in (DARK, LIGHT):
                yield f"{name}-{size[0]}x{size[1]}-{theme.name}", scene, size, theme.name


async def draw(scene: Scene, size: tuple[int, int], theme: str, index: Path) -> str:
    """Return a picture of a scene as SVG without web fonts: it needs no network, and uses the viewer's own font."""
    app = QAApp(Engine(corpus=SEEDS, index=index))
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        app.ask_screen.line.cursor_blink = False
        driver = Driver(app, pilot)
        await driver.ready()
        await scene(driver)
        await pilot.pause(0.5)  # what is loaded in the background is not announced
        picture = app.export_screenshot(title="qa")
    return _FONT_FACES.sub("", picture).replace("Fira Code", "monospace")


async def _readme(index: Path) -> None:
    async def questions(driver: Driver) -> None:
        for question in (MISSING, CONFERENCE, SURVEY, TROOPS):
            await driver.ask(question)

    for name, scene in (("terminal-answer", questions), ("terminal-article", article)):
        picture = await draw(scene, README_SIZE, DARK.name, index)
        (PROJECT / ".github" / f"{name}.svg").write_text(picture, encoding="utf-8")


async def _all(folder: Path, index: Path, only: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, scene, size, theme in pictures():
        if not only or name.partition("-")[0] in only:
            (folder / f"{name}.svg").write_text(await draw(scene, size, theme, index), encoding="utf-8")


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("pictures"), help="default: pictures")
    parser.add_argument("--only", nargs="*", default=[], choices=[*SCENES], help="draw only these screens")
    parser.add_argument("--readme", action="store_true", help="update the pictures of the README")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        # The user's sessions and theme are neither shown nor changed.
        os.environ |= {f"XDG_{kind}_HOME": f"{folder}/{kind}" for kind in ("DATA", "CONFIG", "CACHE")}
        qa.open(corpus=SEEDS, index=index).close()
        asyncio.run(_readme(index) if options.readme else _all(options.folder, index, options.only))


if __name__ == "__main__":
    main()
