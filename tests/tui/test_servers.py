"""The terminal UI over an index on servers: others update it, and F5 does."""

from __future__ import annotations

from pathlib import Path

import qa
from tests.helpers.servers import ServerLocation
from tests.helpers.tui_driver import MINISTER, QuietEngine, running
from tests.tui.test_updates import FERRY_QUESTION, add_ferry


async def test_a_question_reads_what_others_have_indexed(corpus: Path, server_location: ServerLocation) -> None:
    """New articles are neither looked for nor read before a question; F5 reads them, and answers come from servers."""
    index, vectors = server_location.index, server_location.vectors
    with qa.Assistant(qa.load_settings(corpus=corpus, index=index, vectors=vectors)) as others:
        others.refresh()
        engine = QuietEngine(corpus=corpus, index=index, vectors=vectors)
        async with running(engine) as driver:
            await driver.ready()
            assert (await driver.ask(MINISTER)).is_stated

            add_ferry(corpus)
            assert not (await driver.ask(FERRY_QUESTION)).is_stated
            others.refresh()
            assert (await driver.ask(FERRY_QUESTION)).is_stated

            (corpus / "mill.txt").write_text("The mill of Saltmere was built in 1887.\n", encoding="utf-8")
            await driver.press("f5")
            await driver.until(lambda: "up to date: 1 added" in driver.screen_text())
            assert (await driver.ask("When was the mill of Saltmere built?")).is_stated
            await engine.reopen()  # closes what is open
