"""Questions that are longer than the limit, pasted or typed."""

from __future__ import annotations

from textual import events

import qa
from tests.helpers.tui_driver import engine_over, running
from tui.widgets.question_line import QuestionLine


async def test_a_paste_longer_than_a_question_is_refused(seeds: qa.Assistant) -> None:
    """The field keeps its text, and a notice names the limit."""
    async with running(engine_over(seeds)) as driver:
        driver.find(QuestionLine).value = "Who visited"
        driver.find(QuestionLine).post_message(events.Paste("North Korea " * 500))
        await driver.pilot.pause()

        assert driver.find(QuestionLine).value == "Who visited"
        assert ["Not pasted: a question has at most 4,000 characters."] == driver.notices()
