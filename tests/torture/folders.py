"""Attacks on what a corpus may do to its index: files of any kind change, fail, vanish and come back.

After each run, every article is either indexed as it is, or named; what cannot be read stays indexed; and in the end
the index is the same as one that is built from scratch.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from qa.corpus import Corpus
from qa.datatypes import IndexReport
from qa.errors import CorpusError, ExitCode, IndexMissing
from qa.index import Index
from qa.index.folder import FolderStorage
from qa.index.update import Updater
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.helpers.failing_files import Failures, failing_files
from tests.helpers.index_contents import assert_same_content
from tests.helpers.index_states import RememberingEmbedder
from tests.torture.attacks import Attempt
from tests.torture.changing_tree import LONGEST, ChangingTree, is_left_out, shown

_RUNS = 5
"""How often the index is brought up to date in an attempt."""


def folders(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Change a tree of files at random, with failures, and bring its index up to date after each change."""
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    for number in range(attempts):
        seed = generator.randrange(2**32)
        inner = folder / str(number)
        inner.mkdir()
        with failing_files() as failures:
            attack = _Attack(inner, random.Random(seed), failures, embedder)
            problem = attack.problem()
        yield Attempt(f"tree {seed}: {'; '.join(attack.steps)}", problem)
        shutil.rmtree(inner, ignore_errors=True)


class _Attack:
    """One tree and its index."""

    def __init__(self, folder: Path, chance: random.Random, failures: Failures, embedder: RememberingEmbedder) -> None:
        self.steps: list[str] = []
        """What was done."""
        self._folder = folder
        self._chance = chance
        self._failures = failures
        self._embedder = embedder
        self._tree = ChangingTree(folder / "corpus", folder / "outside", chance, failures)
        self._corpus = Corpus(folder / "corpus", max_bytes=LONGEST)

    def problem(self) -> str | None:
        """Change the tree and run, several times; return how a promise was broken."""
        try:
            self._run_checked("first run")
            for _ in range(_RUNS):
                self._chance.choice((self._change, self._change, self._vanish, self._move, self._swap))()
            self._failures.clear()
            self._tree.write_article()
            self._run_checked("all is readable")
            self._run(self._folder / "fresh")
            assert_same_content(self._folder / "index", self._folder / "fresh")
        except AssertionError as error:
            return str(error) or "the index is not that of a fresh build"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return None

    def _change(self) -> None:
        changes = [self._tree.change() for _ in range(self._chance.randint(1, 4))]
        self._run_checked(", ".join(changes))

    def _vanish(self) -> None:
        """The drive is unmounted, which leaves an empty folder or none, or cannot be listed."""
        root, aside = self._tree.root, self._folder / "aside"
        before = self._state()
        kind = self._chance.choice(("empty", "missing", "unlisted"))
        self.steps.append(f"root {kind}")
        if kind == "unlisted":
            self._failures.listing[str(root)] = self._tree.any_error()
        else:
            root.rename(aside)
        if kind == "empty":
            root.mkdir()
        error = self._error()
        assert error is not None and error.exit_code == ExitCode.NO_INDEX, f"no error for a root that is {kind}"
        assert self._state() == before, f"the index changed with a root that is {kind}"
        if kind == "unlisted":
            del self._failures.listing[str(root)]
        else:
            with suppress(FileNotFoundError):
                root.rmdir()
            aside.rename(root)
        self._run_checked("root back")

    def _move(self) -> None:
        """The corpus is moved away in the middle of a run, and perhaps back; after a change, so that files are read."""
        root, aside = self._tree.root, self._folder / "aside"
        change = self._tree.change()
        away = self._chance.randrange(30)
        back = away + self._chance.choice((1, 2, 3, 5, 8, 1_000))
        self.steps.append(f"{change}, away at call {away}, back at {back}")
        calls = 0

        def count() -> None:
            nonlocal calls
            if calls == away:
                root.rename(aside)
            if calls == back:
                aside.rename(root)
            calls += 1

        before = self._state()
        self._failures.on_call = count
        error = self._error()
        self._failures.on_call = lambda: None
        if aside.exists():
            aside.rename(root)
        after = self._state()
        assert error is None or error.exit_code == ExitCode.NO_INDEX, f"exit code {error}"
        assert error is None or after == before, "the index changed although the corpus vanished"
        lost = {path for path in before if path not in after and self._tree.is_article(path)}
        assert not lost, f"lost while the corpus was away: {sorted(lost)}"
        self._run_checked("back")

    def _swap(self) -> None:
        """A file changes while it, or the next one, is read: often in the tick of the clock in which it was read."""
        change = self._chance.choice((self._tree.change, self._tree.edit_unseen))
        calls, number = 0, self._chance.randrange(20)

        def count() -> None:
            nonlocal calls
            if calls == number:
                self.steps.append(f"at call {calls}: {change()}")
            calls += 1

        self.steps.append(self._tree.change())
        self._failures.on_call = count
        error = self._error()
        self._failures.on_call = lambda: None
        assert error is None or error.exit_code == ExitCode.NO_INDEX, f"exit code {error}"
        self._run_checked("afterwards")

    def _run(self, index: Path) -> IndexReport:
        return Updater(FolderStorage(index), self._corpus, self._embedder).run()

    def _error(self) -> CorpusError | None:
        """Bring the index up to date; return the error that says that the corpus is unusable."""
        try:
            self._run(self._folder / "index")
        except CorpusError as error:
            return error
        return None

    def _state(self) -> dict[str, str]:
        """Return the content hash of each document."""
        try:
            with closing(Index.open(self._folder / "index")) as index:
                return {entry.path: entry.content_hash for entry in index.documents()}
        except IndexMissing:
            return {}

    def _run_checked(self, step: str) -> None:
        """Bring the index up to date and check it; a second run finds nothing to do."""
        self.steps.append(step)
        before = self._state()
        try:
            report = self._run(self._folder / "index")
        except CorpusError as error:
            assert error.exit_code == ExitCode.NO_INDEX and self._state() == before
            assert not self._tree.readable(), f"an error although there are articles: {error}"
            return
        after = self._state()
        named = {file.path for file in report.skipped}
        for path in self._tree.files():
            self._check(path, before, after, named)
        for path in after:
            exists = os.path.lexists(self._tree.root / path)
            assert exists or self._failures.hides(self._tree.root / path), f"{path!r} is still in the index"
        again = self._run(self._folder / "index")
        assert again.stats == report.stats and again.unchanged, "a second run changed the index"
        assert {file.path for file in again.skipped} == named, "a second run names other files"

    def _check(self, path: str, before: dict[str, str], after: dict[str, str], named: set[str]) -> None:
        """Check what became of a file of the tree."""
        file = self._tree.root / path
        parts = Path(shown(path)).parts
        is_named = any("/".join(parts[:length]) in named for length in range(1, len(parts) + 1))
        if is_left_out(path) or not self._tree.is_article(path):
            assert path not in after or file.is_symlink(), f"{path!r} is no article"
        elif self._failures.hides(file):
            assert is_named or path in after, f"{path!r} is not named"
            assert path not in before or path in after, f"{path!r} was lost: it could only not be read"
        elif path in after:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            assert after[path] == content, f"{path!r} is indexed as it was"
        else:
            assert is_named, f"{path!r} is neither indexed nor named"
