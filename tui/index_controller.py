"""Bringing the index up to date while the app runs, and noticing that it is not."""

from __future__ import annotations

from contextlib import suppress

from textual.worker import Worker, WorkerError

import qa
from tui.indexing import IndexingRun
from tui.messages import CorpusChanged
from tui.state import StatefulApp


class IndexController:
    """Brings the index up to date in a separate process; the old index keeps answering meanwhile."""

    def __init__(self, app: StatefulApp) -> None:
        self._app = app
        self._worker: Worker[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether the index is being written."""
        return self._worker is not None and not self._worker.is_finished

    def start(self, settings: qa.Settings, rebuild: bool) -> None:
        """Start to bring the index up to date, or to build it from scratch."""
        if self.busy:
            self._app.notify("The index is already being written; Ctrl+X stops that.", severity="warning")
            return
        self._worker = self._app.run_worker(self.run(settings, rebuild), group="index", exit_on_error=False)

    def cancel(self) -> None:
        """Stop writing the index; the previous one stays."""
        if self._worker is not None and self.busy:
            self._worker.cancel()

    async def finished(self) -> None:
        """Wait until the index is written, or the run has failed or was cancelled."""
        if self._worker is not None:
            with suppress(WorkerError):
                await self._worker.wait()

    async def run(self, settings: qa.Settings, rebuild: bool) -> None:
        """Write the index and show the progress; after a failure the old index stays."""
        app, indexing = self._app, IndexingRun(settings, rebuild)
        steps = aiter(indexing)
        try:
            async for app.progress in steps:
                pass
            await app.engine.reopen()
            app.articles = await app.engine.articles()
            app.notify(f"The index is up to date: {indexing.outcome}.")
        except qa.QAError as error:
            app.notify(str(error), severity="error", markup=False, timeout=10)
        finally:
            app.progress = None
            await steps.aclose()  # type: ignore[attr-defined]

    async def watch(self) -> None:
        """Tell the app whenever a file of the corpus changes."""
        from watchfiles import awatch  # 0.05 s that the first frame does not wait for

        async for _ in awatch(self._app.engine.corpus_root):
            self._app.post_message(CorpusChanged())
