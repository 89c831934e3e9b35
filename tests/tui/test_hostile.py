"""Untrusted text in every widget: it never crashes, styles or controls anything."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

import qa
from qa.text.sanitizing import single_line
from tests.helpers.tui_driver import Driver, running
from tui.engine import Engine
from tui.safe import safe
from tui.screens.library import LibraryScreen
from tui.screens.why import WhyScreen
from tui.sessions.export import answer_text, session_markdown
from tui.sessions.session import Exchange, Session
from tui.widgets.article_text import ArticleText
from tui.widgets.conversation import Conversation, ExchangeView
from tui.widgets.marks import CURRENT, Mark
from tui.widgets.row_list import RowList
from tui.widgets.source_list import SourceList
from tui.widgets.status_line import StatusLine

FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal would interpret."""

CARELESS = "\x1b]0;7331\x07\x9b31m\u202e\ud800 7331"
NASTY = st.sampled_from(
    (
        "[/etc]", "[b]x", "[link=http://e.vil]y[/link]", "[@click=app.quit]z", "[", "]", "[[", "\\[", "[$error]",
        "\x1b[2J", "\x1b]8;;http://e.vil\x1b\\link", "\x1b]0;title\x07", "\x9b31m", "\x00", "\x08\x08", "\r",
        "\t", "\x7f",         "\u202eevil", "\u2066", "\u200f", "\u200b\u200d", "\u6f22\u5b57", 
        "\U0001f469\u200d\U0001f467", "\U0001f1f0\U0001f1f7", "e\u0301\u0301\u0301", "\ufeff",
        "\u2028", "\n", "  ",         "$title", "{x}", "%s", "<b>", "&amp;", "ﷺ", "\U000e0041", "\ud7ff",
    )
)  # fmt: skip
UNTRUSTED = st.lists(st.one_of(NASTY, st.text(max_size=8)), max_size=12).map("".join)


def answer_of(text: str, answered: bool = True) -> qa.Answer:
    """Return an answer in which every string is ``text``."""
    citation = qa.Citation(1, text, text, date(2024, 1, 2), 1, 1, 0, len(text), text, stale=True)
    passage = qa.Passage(text, text, None, 0, len(text), 1, 1, text, 1, qa.Scores(1.0, 0.5, 0.8, 0.9))
    return qa.Answer(
        question=text,
        answered=answered,
        short_answer=text or None,
        text=text,
        statements=(qa.Statement(text, (1,)),),
        citations=(citation,),
        confidence=0.5,
        engine="extractive",
        passages=(passage,),
        index=qa.IndexStats(1, 1, 1),
        reason=text,
        standalone_question=text,
    )


class StubEngine(Engine):
    """An engine that returns the same answer and article for everything."""

    def __init__(self, text: str, root: Path) -> None:
        super().__init__(corpus=root, index=root / "index", history=False)
        self.text = text

    async def articles(self) -> list[qa.ArticleStatus]:
        return [
            qa.ArticleStatus(self.text, state, 7, self.text, self.text, None, 1, self.text)
            for state in (qa.ArticleState.INDEXED, qa.ArticleState.SKIPPED)
        ]

    async def article(self, path: str) -> qa.Document:
        return qa.Document(path, self.text, "utf-8", "", 1, 1)

    async def is_current(self) -> bool:
        return True

    async def warm_up(self) -> None:
        pass

    async def suggestion(self) -> tuple[bool, str | None]:
        return False, None

    async def find(self, question: str, *_: object) -> qa.Answer:
        return answer_of(self.text)


class AllWidgetsApp(App[None]):
    """All widgets that show untrusted text, on one screen."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        yield Conversation()
        yield SourceList()
        yield ArticleText()

    async def on_mount(self) -> None:
        for widget in (Conversation, SourceList, ArticleText):
            self.query_one(widget).styles.height = 20
        for answer in (answer_of(self.text), answer_of(self.text, answered=False)):
            exchange = Exchange(0, self.text, answer=answer)
            self.query_one(Conversation).add(exchange)
        self.query_one(Conversation).add(Exchange(1, self.text, problem=self.text))
        self.query_one(SourceList).show(answer_of(self.text))
        view = self.query_one(ArticleText)
        await view.show(qa.Document("a.txt", self.text, "utf-8", "", 1, 1))
        view.mark([Mark(1, len(self.text) // 2, CURRENT)])


def screen_text(screen: Screen[object]) -> str:
    """Return the text drawn on a screen."""
    rows = screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in row) for row in rows)


async def drawn(text: str) -> tuple[str, str]:
    """Return what all widgets draw for a text, and the content of the first exchange."""
    app = AllWidgetsApp(text)
    async with app.run_test(size=(90, 70)) as pilot:
        await pilot.pause()
        content = app.query(ExchangeView).first().text
        return screen_text(app.screen), content


@given(UNTRUSTED)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_untrusted_text_is_shown_literally(text: str) -> None:
    """Any text is drawn literally, except for characters that a terminal would interpret."""
    screen, content = asyncio.run(drawn(text))

    assert not FORBIDDEN.search(screen)
    assert safe(text) in content


async def test_markup_in_articles_has_no_effect(tmp_path: Path) -> None:
    """On every screen the brackets are visible, and there are no links or actions but the app's."""
    (tmp_path / "a.txt").write_text("x")
    text = "[/etc] [b]bold[/b] [link=http://e.vil]go[/link] [@click=app.quit]quit[/] \x1b[31mred\x1b[0m"
    async with running(StubEngine(text, tmp_path), (240, 40)) as driver:
        await driver.ready()
        await driver.ask(text)
        plain = single_line(text)
        await _check_shown(driver, plain)
        for keys, kind in ((["f3"], WhyScreen), (["escape", "f2"], LibraryScreen)):
            await driver.press(*keys)
            await _wait_for_screen(driver, kind)
            await _check_shown(driver, plain)
        await driver.until(lambda: plain in str(driver.find(Static, "#preview").visual))
        await driver.press("escape", "1", "enter")
        await _check_shown(driver, plain)
        await driver.press("slash")
        await driver.enter(text)
        await driver.press("enter", "f1", "escape")
        await driver.press("escape", "escape")
        assert driver.app.is_running


async def _wait_for_screen(driver: Driver, kind: type[Screen[Any]]) -> None:
    def has_rows() -> bool:
        return any(len(rows.rows) for rows in driver.app.screen.query(RowList)) or any(
            table.row_count for table in driver.app.screen.query(DataTable)
        )

    await driver.until(lambda: isinstance(driver.app.screen, kind) and has_rows())


async def _check_shown(driver: Driver, text: str) -> None:
    await driver.until(lambda: text in driver.screen_text())
    assert not FORBIDDEN.search(driver.screen_text())
    for row in driver.app.screen._compositor.render_strips():
        for segment in row:
            meta = segment.style.meta if segment.style else {}
            assert "app.quit" not in str(meta)
            assert not (segment.style and segment.style.link)


async def test_a_megabyte_in_every_text(tmp_path: Path) -> None:
    """Titles, names and statements of a megabyte are shortened, and the app stays usable."""
    (tmp_path / "a.txt").write_text("x")
    async with running(StubEngine("[/x] " * 200_000, tmp_path), (100, 40)) as driver:
        await driver.ready()
        answer = await driver.ask("[/x] " * 800)
        assert len(answer.text) == 1_000_000
        await driver.press("f3", "escape", "f2", "escape", "1", "enter", "escape")

        assert max(len(text) for text in driver.exchanges()) < 50_000


async def test_control_characters_reach_no_line(tmp_path: Path) -> None:
    """Even if somebody forgets to make a text safe before it is shown."""
    (tmp_path / "a.txt").write_text("x")
    async with running(StubEngine("x", tmp_path)) as driver:
        await driver.ready()
        driver.app.notify(CARELESS, title=CARELESS, markup=False)
        driver.app.ask_screen.query_one(Conversation).hint(Content(CARELESS))
        driver.find(StatusLine).update(Content(CARELESS))
        await driver.until(lambda: driver.screen_text().count("7331") > 3)

        assert not FORBIDDEN.search(driver.screen_text())
        driver.screen_text().encode()


async def test_copies_and_exports_are_plain_text() -> None:
    """They may be pasted into a shell, or printed in a terminal."""
    session = Session()
    session.begin(CARELESS).answer = answer_of(CARELESS)
    session.begin(CARELESS).problem = CARELESS
    session.begin(CARELESS).answer = answer_of(CARELESS, answered=False)
    texts = [session_markdown(session, Path(f"/{CARELESS}"))]
    texts += [answer_text(answer_of(CARELESS, answered)) for answered in (True, False)]

    assert not any(FORBIDDEN.search(text) for text in texts)


def test_safe_text_is_one_line() -> None:
    """Whichever character the text contains."""
    for code in (*range(0x300), 0x2028, 0x2029, 0x202E, 0x1F600):
        shown = safe(f"a{chr(code)}b")
        assert "\n" not in shown
        assert all(unicodedata.category(letter) != "Cc" for letter in shown)
