"""Updates the index while the app runs, and watches the corpus for changes."""

from __future__ import annotations

from contextlib import suppress

from textual.worker import Worker, WorkerError

import qa
from tui.indexing import IndexingRun
from tui.messages import CorpusChanged
from tui.state import StatefulApp


class IndexController:
    """Updates the index in a separate process; meanwhile questions are answered from the old index."""

    def __init__(self, app: StatefulApp) -> None:
        self._app = app
        self._worker: Worker[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether an update is running."""
        return self._worker is not None and not self._worker.is_finished

    def start(self, settings: qa.Settings, rebuild: bool) -> None:
        """Start an update of the index, or a rebuild from scratch."""
        if self.busy:
            self._app.notify("The index is already being updated; press Ctrl+X to cancel.", severity="warning")
            return
        self._worker = self._app.run_worker(self.run(settings, rebuild), group="index", exit_on_error=False)

    def cancel(self) -> None:
        """Cancel the update; the old index stays."""
        if self._worker is not None and self.busy:
            self._worker.cancel()

    async def finished(self) -> None:
        """Wait until the update has succeeded, failed or been cancelled."""
        if self._worker is not None:
            with suppress(WorkerError):
                await self._worker.wait()

    async def run(self, settings: qa.Settings, rebuild: bool) -> None:
        """Update the index and show the progress; after a failure the old index stays."""
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
        from watchfiles import awatch  # takes 0.05 s, which must not delay the first frame

        async for _ in awatch(self._app.engine.corpus_root):
            self._app.post_message(CorpusChanged())
