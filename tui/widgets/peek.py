"""A glance at the highlighted source: its article around the quote, beside the answer."""

from __future__ import annotations

from textual import work

from tui.engine import Engine
from tui.safe import safe
from tui.sources import Source
from tui.widgets.article_text import ArticleText
from tui.widgets.marks import CURRENT, Mark


class Peek(ArticleText):
    """Shows the article of one source, with its quote marked and in view."""

    def __init__(self, engine: Engine, id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self._engine = engine

    @work(exclusive=True, group="peek", exit_on_error=False)
    async def show_source(self, source: Source) -> None:
        """Show a source where it stands now."""
        located = await self._engine.located(source)
        self.border_title = safe(source.title)
        self.border_subtitle = safe(located.notice)
        if located.document is not self.document:
            await self.show(located.document)
        start, end = located.offsets or (source.start, source.start)
        self.mark([Mark(start, end, CURRENT, str(source.number))] if located.offsets else [])
        self.reveal(start)
