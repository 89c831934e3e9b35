"""Keeping corpus, index and what is shown of them together."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from textual.worker import Worker, WorkerError

import qa
from tui.indexing import Indexing
from tui.messages import CorpusChanged, Suggested

if TYPE_CHECKING:
    from tui.app import QAApp

SUGGESTIONS = 3
"""Questions offered to begin with."""


class Upkeep:
    """Brings the index up to date in a process of its own, and notices when it is not."""

    def __init__(self, app: QAApp) -> None:
        self._app = app
        self._worker: Worker[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether the index is being written."""
        return self._worker is not None and not self._worker.is_finished

    def begin(self, settings: qa.Settings, rebuild: bool) -> None:
        """Bring the index up to date, or build it from scratch; the old one answers meanwhile."""
        if self.busy:
            self._app.notify("The index is being written already; Ctrl+X stops that.", severity="warning")
            return
        self._worker = self._app.run_worker(self.run(settings, rebuild), group="index", exit_on_error=False)

    def cancel(self) -> None:
        """Stop writing the index; the one before stays."""
        if self._worker is not None and self.busy:
            self._worker.cancel()

    async def finished(self) -> None:
        """Wait until the index is written, or that was given up."""
        if self._worker is not None:
            with suppress(WorkerError):
                await self._worker.wait()

    async def run(self, settings: qa.Settings, rebuild: bool) -> None:
        """Write the index and show how far it is; a failure is a notice, and the old index stays."""
        app, indexing = self._app, Indexing(settings, rebuild)
        steps = aiter(indexing)
        try:
            async for app.progress in steps:
                pass
            await app.engine.reopen()
            app.articles = await app.engine.articles()
            app.notify(f"The index is up to date: {indexing.outcome}.")
        except qa.QAError as problem:
            app.notify(str(problem), severity="error", markup=False, timeout=10)
        finally:
            app.progress = None
            await steps.aclose()  # type: ignore[attr-defined]

    async def watch(self) -> None:
        """Tell the app whenever a file of the corpus changes."""
        from watchfiles import awatch  # 0.05 s that the first frame does not wait for

        async for _ in awatch(self._app.corpus_root):
            self._app.post_message(CorpusChanged())

    async def suggest(self) -> None:
        """Look for questions to begin with, as long as nothing was asked."""
        found, more = 0, True
        while more and found < SUGGESTIONS and not self._app.asking.session.exchanges:
            more, question = await self._app.engine.suggestion()
            if question is not None:
                found += 1
                self._app.post_message(Suggested(question))
