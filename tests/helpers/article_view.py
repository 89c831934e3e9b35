"""Articles without a corpus, and what the terminal UI draws of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from textual.app import App, ComposeResult

import qa
from qa.corpus.blocks import blocks_of
from qa.corpus.metadata import describe
from qa.datatypes import Document
from tests.helpers.tui_driver import Driver
from tui.engine import Engine
from tui.screens.article import ArticleScreen
from tui.sources import Source
from tui.widgets.article_text import ArticleText
from tui.widgets.marks import CURRENT


def document_of(text: str, path: str = "article.md") -> Document:
    """Return an article as it would be read from a file."""
    metadata = describe(text, path)
    return qa.Document(
        path,
        text,
        "utf-8",
        "",
        len(text),
        1,
        metadata.title,
        metadata.source,
        metadata.published,
        metadata.body_start,
        metadata.has_title,
        metadata.fields,
        blocks=tuple(blocks_of(path, text, metadata.body_start)),
    )


class TextApp(App[None]):
    """An app that shows only the text of an article."""

    CSS_PATH = str(Path(sys.modules["tui"].__file__ or "").parent / "app.tcss")

    def compose(self) -> ComposeResult:
        """Show the text alone."""
        yield ArticleText()

    @property
    def view(self) -> ArticleText:
        """The text."""
        return self.query_one(ArticleText)


def rows(view: ArticleText) -> list[str]:
    """Return the rows on the screen, without spaces at their ends."""
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def drawn(view: ArticleText, kind: str) -> str:
    """Return the characters on the screen that have the background of a kind of mark."""
    style = view.get_component_rich_style(f"article-text--{kind}")
    strips = (view.render_line(y) for y in range(view.size.height))
    return "".join(
        segment.text
        for strip in strips
        for segment in strip
        if segment.style
        and segment.style.bgcolor == style.bgcolor
        and segment.style.reverse == style.reverse
        and bool(segment.style.bold) >= bool(style.bold)
    )


async def opened_article(driver: Driver) -> ArticleText:
    """Wait until the article is shown, and return its text widget."""
    await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
    await driver.until(lambda: all(worker.is_finished for worker in driver.app.workers if worker.group == "article"))
    return driver.find(ArticleText)


def visible(text: str) -> str:
    """Return the characters of a quote without the spaces at which it may be wrapped."""
    return "".join(text.split())


def marked(view: ArticleText, kind: str = CURRENT) -> str:
    """Return the characters on the screen that are marked, without spaces."""
    return visible(drawn(view, kind))


class ArticleApp(App[None]):
    """An app that shows only an article screen."""

    CSS_PATH = TextApp.CSS_PATH

    def __init__(self, corpus: Path, sources: Sequence[Source]) -> None:
        super().__init__()
        self._article = ArticleScreen(Engine(corpus=corpus, index=corpus / "no-index", history=False), sources)

    async def on_mount(self) -> None:
        """Open the article."""
        await self.push_screen(self._article)

    async def shown(self) -> ArticleText:
        """Wait until the article is shown, and what was searched is found; return its text."""
        await self.workers.wait_for_complete()
        return self._article.text

    def screen_text(self) -> str:
        """Return the text on the screen, row by row."""
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())
