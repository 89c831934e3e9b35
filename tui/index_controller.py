"""Updates the index while the app runs, and watches the corpus for changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from textual.worker import Worker, WorkerError

import qa
from tui.indexing import IndexingProgress, IndexingRun
from tui.messages import CorpusChanged
from tui.state import StatefulApp, changes, unread

_WAITING = "waiting until new articles are read; Ctrl+X answers without them"


class IndexController:
    """Updates the index in a separate process; meanwhile the old one can answer questions."""

    def __init__(self, app: StatefulApp) -> None:
        self._app = app
        self._worker: Worker[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether an update is running."""
        return self._worker is not None and not self._worker.is_finished

    def start(self, settings: qa.Settings, rebuild: bool) -> None:
        """Start an update of the index, which goes on where a cancelled one stopped, or a rebuild from scratch."""
        if self.busy:
            self._app.notify("The index is already being updated; press Ctrl+X to stop.", severity="warning")
            return
        self._app.auto_update = settings.refresh and settings.server is None
        self._worker = self._app.run_worker(self.run(settings, rebuild), group="index", exit_on_error=False)

    def cancel(self) -> None:
        """Stop the update until the user starts it again; the old index answers."""
        if self._worker is not None and self.busy:
            self._app.auto_update = False
            self._worker.cancel()

    async def finished(self) -> None:
        """Wait until the update has succeeded, failed or been cancelled."""
        if self._worker is not None:
            with suppress(WorkerError):
                await self._worker.wait()

    async def bring_up_to_date(self, on_step: Callable[[str], None] = lambda _: None) -> None:
        """Read new and changed articles, unless the settings or the user declined it, and wait until that is done.

        Raises:
            QAError: the corpus is missing, or the index is unusable.
        """
        app = self._app
        if app.settings is None or not app.auto_update or await app.engine.is_current():
            return
        on_step(_WAITING)
        app.articles = await app.engine.articles()
        await self.read_changes()

    async def read_changes(self) -> None:
        """Read the new and changed ones of ``app.articles``, unless that was declined, and wait until it is done."""
        app = self._app
        if app.settings is None or not app.auto_update or not changes(app.articles):
            return
        if not self.busy:
            self.start(app.settings, rebuild=False)
        await self.finished()

    async def run(self, settings: qa.Settings, rebuild: bool) -> None:
        """Update the index and show the progress; after a failure the old index stays."""
        app = self._app
        total = len(app.articles) if rebuild else len(unread(app.articles))
        app.progress = IndexingProgress(total=total)  # the process takes a second to start
        indexing = IndexingRun(settings, rebuild, total)
        steps = aiter(indexing)
        try:
            async for app.progress in steps:
                pass
            await app.engine.reopen()
            app.outcome, app.articles = indexing.outcome, await app.engine.articles()
        except qa.QAError as error:
            app.notify(str(error), severity="error", markup=False, timeout=10)
        finally:
            app.progress = None
            await steps.aclose()  # type: ignore[attr-defined]

    async def watch(self) -> None:
        """Tell the app whenever a file of the corpus changes; of millions, ``qa index --watch`` does it instead."""
        if self._app.settings is None or self._app.settings.server is not None:
            return
        from watchfiles import awatch  # takes 0.05 s, which must not delay the first frame

        async for _ in awatch(self._app.engine.corpus_root):
            self._app.post_message(CorpusChanged())
