"""Every screen of the terminal UI with fixed answers, for tests of what it looks like."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import date
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

import qa
from qa.datatypes import CleanText, Layout, Timings
from tests.helpers.article_view import document_of
from tui.app import QAApp
from tui.engine import Engine, SearchResults
from tui.widgets.row_list import RowList

Act = Callable[[Pilot[None]], Awaitable[None]]

ARTICLE = """# The harbour of Lindholm

The old harbour of Lindholm was closed in March 1987. A ferry had hit the crane on the pier.
Karin Osk opened the new one two years later, with a speech about herring.

The mill beside it grinds to this day; 漢字 are painted on its door.
"""
CLOSED = "The old harbour of Lindholm was closed in March 1987."
FERRY = "A ferry had hit the crane on the pier."


def citation(number: int, quote: str) -> qa.Citation:
    """Return a citation of ``quote`` in the article."""
    start = ARTICLE.index(quote)
    day = date(1989, 5, 1)
    return qa.Citation(number, "harbour.md", "The harbour of Lindholm", day, 3, 3, start, start + len(quote), quote)


def passage(rank: int, quote: str) -> qa.Passage:
    """Return ``quote`` as a passage."""
    start = ARTICLE.index(quote)
    scores = qa.Scores(1.0 / rank, 0.7 / rank, 0.88 / rank, 0.91 if rank == 1 else None)
    return qa.Passage(
        "harbour.md", "The harbour of Lindholm", None, start, start + len(quote), 3, 3, quote, rank, scores
    )


ANSWER = qa.Answer(
    question="When was the old harbour closed?",
    answered=True,
    short_answer="March 1987",
    text=f"{CLOSED} {FERRY}",
    statements=(qa.Statement(CLOSED, (1,)), qa.Statement(FERRY, (2,))),
    citations=(citation(1, CLOSED), citation(2, FERRY)),
    confidence=0.93,
    engine="extractive",
    passages=(passage(1, CLOSED), passage(2, FERRY)),
    index=qa.IndexStats(1, 2, 9),
    reason="the passages hold 3 of 3 words of the question",
    timings_ms=Timings(20.0, 80.0),
)
REFUSAL = qa.Answer(
    question="Who won at chess?",
    answered=False,
    short_answer=None,
    text="The articles don't say. No article mentions “chess”.",
    statements=(),
    citations=(),
    confidence=0.04,
    engine="extractive",
    passages=ANSWER.passages,
    index=ANSWER.index,
    reason="the passages do not hold chess",
    timings_ms=Timings(20.0, 80.0),
)
SURVEY = replace(
    ANSWER,
    question="What do the articles say about herring?",
    short_answer=None,
    text=f"2 articles. {CLOSED} {FERRY}",
    statements=(qa.Statement("2 articles.", ()), *ANSWER.statements),
    citations=(citation(1, CLOSED), replace(citation(2, FERRY), path="mill.txt", title="The mill", published=None)),
    understood="Articles from 1989",
    caveat="The articles do not say this directly; the nearest:",
)
TIMELINE = replace(
    ANSWER,
    question="What is the latest on the ferry?",
    short_answer=None,
    text=f"1 May 1989: {FERRY}",
    statements=(qa.Statement(f"1 May 1989: {FERRY}", (1,)),),
    citations=(replace(citation(1, FERRY), path="lindholm/1989/the-old-harbour-and-what-became-of-it.md", text=FERRY),),
    confidence=0.7,
)
ANSWERS = {answer.question: answer for answer in (ANSWER, REFUSAL, SURVEY, TIMELINE)}


class StubEngine(Engine):
    """An engine with fixed answers: snapshots must not depend on the last digit of a model's score."""

    async def articles(self) -> list[qa.ArticleStatus]:
        return [
            qa.ArticleStatus(
                "harbour.md",
                qa.ArticleState.INDEXED,
                310,
                "The harbour of Lindholm",
                "The Courier",
                date(1989, 5, 1),
                7,
            ),
            qa.ArticleStatus("mill.txt", qa.ArticleState.CHANGED, 1_234, "The mill", None, None, 2),
            qa.ArticleStatus("scan.txt", qa.ArticleState.SKIPPED, 99_000, "scan.txt", reason="binary"),
        ]

    async def article(self, path: str) -> qa.Document:
        return document_of(ARTICLE, path)

    async def is_current(self) -> bool:
        return True

    async def word_counts(self, paths: Collection[str]) -> dict[str, int]:
        return dict.fromkeys(paths, 1_048)

    async def left_out(self) -> str:
        return "1 .html, 1 .pdf not supported"

    async def search(self, query: str, *_: object) -> SearchResults:
        passages = (passage(1, CLOSED), passage(2, FERRY))
        read = [replace(each, layout=Layout(CleanText(each.text, ()))) for each in passages]
        return SearchResults(query, 'Searched for "crane" instead of "carne".', read)

    async def warm_up(self) -> None:
        pass

    async def suggestion(self) -> tuple[bool, str | None]:
        return False, None

    async def find(self, question: str, *_: object) -> qa.Answer:
        return ANSWERS[question]


async def ready(pilot: Pilot[None]) -> None:
    """Wait until questions can be answered."""
    app = pilot.app
    assert isinstance(app, QAApp)
    app.screen.query_one("#line", Input).cursor_blink = False
    while not app.ask_screen.chat.ready.is_set():
        await pilot.pause()


async def ask(pilot: Pilot[None], *answers: qa.Answer) -> None:
    """Ask a question without an answer, then one with an answer, or those that have these answers."""
    await ready(pilot)
    app = pilot.app
    assert isinstance(app, QAApp)
    for question in (answer.question for answer in answers or (REFUSAL, ANSWER)):
        app.ask_screen.ask(question)
        while app.ask_screen.chat.busy:
            await pilot.pause()
        await pilot.pause()
        while any(worker.group == "peek" and not worker.is_finished for worker in app.workers):
            await pilot.pause()
    await pilot.pause()


async def survey(pilot: Pilot[None]) -> None:
    """A long answer, and one with a date."""
    await ask(pilot, SURVEY, TIMELINE)


async def refuse(pilot: Pilot[None]) -> None:
    """A refusal, selected again."""
    await ask(pilot)
    await pilot.press("ctrl+up")


async def article(pilot: Pilot[None]) -> None:
    """A source."""
    await ask(pilot)
    await pilot.press("2", "enter")
    await pilot.pause()


async def sources(pilot: Pilot[None]) -> None:
    """The list of sources with the focus, and the highlighted one in its article."""
    await survey(pilot)
    await pilot.press("tab", "down")
    await pilot.pause()


async def find(pilot: Pilot[None]) -> None:
    """A search in an article."""
    await article(pilot)
    await pilot.press("slash", *"harbour", "enter")
    await pilot.pause()


async def model(pilot: Pilot[None]) -> None:
    """The choice of a language model."""
    await ready(pilot)
    await pilot.press("f7")
    await pilot.pause()


async def rebuild(pilot: Pilot[None]) -> None:
    """A question before something that takes long."""
    await library(pilot)
    await pilot.press("ctrl+r")
    await pilot.pause()


async def library(pilot: Pilot[None]) -> None:
    """All articles."""
    await ready(pilot)
    await pilot.press("f2")
    pilot.app.screen.query_one("#field", Input).cursor_blink = False
    await pilot.pause()


async def search(pilot: Pilot[None]) -> None:
    """Passages for two words."""
    await ready(pilot)
    await pilot.press("f6")
    field = pilot.app.screen.query_one("#field", Input)
    field.cursor_blink = False
    field.value = "old crane"
    while not pilot.app.screen.query_one(RowList).rows:
        await pilot.pause()


async def why(pilot: Pilot[None]) -> None:
    """Why there is an answer."""
    await ask(pilot)
    await pilot.press("f3")
    await pilot.pause()


async def help_(pilot: Pilot[None]) -> None:
    """The key bindings."""
    await ask(pilot)
    await pilot.press("f1")
    await pilot.pause()


def app_over(folder: Path) -> QAApp:
    """Return an app whose screens can be shown, over a new folder of articles in ``folder``."""
    (folder / "articles").mkdir()
    return QAApp(StubEngine(corpus=folder / "articles", index=folder / "index", history=False))


SCREENS: dict[str, Act] = {
    "start": ready,
    "answer": ask,
    "survey": survey,
    "refusal": refuse,
    "article": article,
    "library": library,
    "search": search,
    "why": why,
    "help": help_,
}
"""Each brings an app that has started to a screen."""
FURTHER_SCREENS: dict[str, Act] = {"sources": sources, "find": find, "model": model, "rebuild": rebuild}
"""Others, which are like those in most respects."""
