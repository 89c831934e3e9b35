"""Kinds of writing an index, with the states before and after: whatever happens, one of them is what is there."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from qa.corpus import Corpus
from qa.errors import QAError
from qa.index import compaction
from qa.index.folder import FolderStorage
from qa.index.update import Updater
from qa.models.embedding import Vectors
from tests.helpers.faults import Call, at_call, calls_recorded
from tests.helpers.index_states import MISSING, RememberingEmbedder, State, leftovers_of, state_of

SCENARIOS = ("update", "first build", "rebuild", "compaction")
QUERY = "Where does the ferry sail?"
ARTICLES = {
    "ferry.txt": "The ferry sails from Saltmere at noon. It costs nine crowns.\n",
    "tram.txt": "The tram stops at the ropeworks. Nobody sails there.\n",
    "choir.txt": "The choir of Tollhaven sings on Fridays.\n",
}
LATER = {"mill.txt": "The mill stands beside the ferry.\n"}
"""Added before the run that follows a fault, so that it has something to do in any case."""


@dataclass
class Workshop:
    """Indexes of a tiny corpus in known states, and copies of them that may be damaged."""

    root: Path
    """An empty folder."""
    embedder: RememberingEmbedder
    vector: Vectors
    """That of the query."""
    counter: Iterator[int] = field(default_factory=itertools.count)

    @property
    def corpus(self) -> Path:
        """The folder of articles."""
        return self.root / "articles"

    def write(self, articles: dict[str, str]) -> None:
        """Make these the articles of the corpus."""
        self.corpus.mkdir(exist_ok=True)
        for path in self.corpus.iterdir():
            if path.name not in articles:
                path.unlink()
        for name, text in articles.items():
            path = self.corpus / name
            if not path.exists() or path.read_text() != text:
                path.write_text(text)

    def update(self, index: Path, rebuild: bool = False) -> None:
        """Bring an index up to date."""
        Updater(FolderStorage(index), Corpus(self.corpus), self.embedder).run(rebuild)

    def state(self, index: Path) -> State:
        """Return the state of an index."""
        return state_of(index, QUERY, self.vector)

    def copy(self, index: Path) -> Path:
        """Return a copy of an index at a path that was never used: Chroma remembers those it has opened."""
        target = self.root / f"run-{next(self.counter)}" / "index"
        target.parent.mkdir()
        if index.exists():
            shutil.copytree(index, target)
        return target


@dataclass
class Scenario:
    """One kind of writing: from which index, by what, to which state."""

    workshop: Workshop
    before: Path
    """The index before; it need not exist."""
    act: Callable[[Path], None]
    old: State = MISSING
    new: State = MISSING
    after: State = MISSING
    """The state after a following run over one more article."""

    @classmethod
    def prepare(cls, name: str, workshop: Workshop) -> Scenario:
        """Return a scenario by name, and what is to be expected, from a run without faults."""
        index = workshop.root / "before" / "index"
        scenario = cls(workshop, index, workshop.update)
        workshop.write(ARTICLES)
        if name != "first build":
            workshop.update(index)
            workshop.write(ARTICLES | {"quay.txt": "The quay of Saltmere is made of granite.\n"})
            workshop.update(index)
        if name == "compaction":
            workshop.write(ARTICLES | {"quay.txt": "The ferry lands at the quay of Saltmere.\n"})
            workshop.update(index)
            scenario.act = lambda root: compaction.compact(FolderStorage(root))
        elif name != "first build":
            edited = ARTICLES | {"tram.txt": "The tram stops at the mill.\n", "fair.txt": "The fair is in May.\n"}
            del edited["choir.txt"]
            workshop.write(edited)
        if name == "rebuild":
            scenario.act = lambda root: workshop.update(root, rebuild=True)
        scenario.observe()
        return scenario

    def observe(self) -> None:
        """Learn the states before and after, from a run without faults."""
        self.old = self.workshop.state(self.before)
        index = self.workshop.copy(self.before)
        self.act(index)
        assert set() == leftovers_of(index)
        self.new = self.workshop.state(index)
        self.after = self._follow(index)

    def calls(self) -> list[Call]:
        """Return the calls of a run without faults."""
        index = self.workshop.copy(self.before)
        with calls_recorded() as calls:
            self.act(index)
        return calls

    def check_fault(self, number: int, call: Call, fault: BaseException) -> None:
        """Run, raise ``fault`` at the call of this number, and check everything that is promised."""
        index = self.workshop.copy(self.before)

        def raise_fault() -> None:
            raise fault

        with at_call(number, raise_fault, call), suppress(KeyboardInterrupt, QAError):
            self.act(index)
        fault.__traceback__ = fault.__context__ = None
        gc.collect()  # closes what was interrupted just after it was opened
        self.check(index)
        shutil.rmtree(index.parent)

    def check(self, index: Path) -> None:
        """Check that an index is in the old or the new state, and that the next run completes."""
        state = self.workshop.state(index)
        # A rebuild counts from 1 again if it cannot read how the old index was numbered.
        assert state in (self.old, self.new, State(1, self.new.content))
        after = self._follow(index)
        assert set() == (leftovers := leftovers_of(index)), leftovers
        assert (state.generation + 1, self.after.content) == after

    def _follow(self, index: Path) -> State:
        later = {path.name: path.read_text() for path in self.workshop.corpus.iterdir()}
        try:
            self.workshop.write(later | LATER)
            self.workshop.update(index)
            compaction.compact(FolderStorage(index))
        finally:
            for name in LATER:
                (self.workshop.corpus / name).unlink()
        return self.workshop.state(index)


def prepared(name: str, folder: Path, embedder: RememberingEmbedder) -> Scenario:
    """Return a scenario in a folder of its name."""
    (folder / name).mkdir()
    return Scenario.prepare(name, Workshop(folder / name, embedder, embedder.embed([QUERY])[0]))


@contextmanager
def many_small_writes() -> Iterator[None]:
    """Merge two segments already, flush nothing, which only a power failure would notice, and collect garbage fast."""
    gc.freeze()  # so that collecting garbage after each fault takes a millisecond instead of a hundred
    try:
        with patch.object(compaction, "MOST_SEGMENTS", 1), patch.object(os, "fsync", lambda _: None):
            yield
    finally:
        gc.unfreeze()
