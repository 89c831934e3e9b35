"""Corruptions of an index: every command gives the right answer, or names the command that fixes it; and that works.

Run by itself, this module makes the attempts and prints each as a line of JSON: it forks, which only a process that
has not used Chroma may do.
"""

from __future__ import annotations

import json
import pickle
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import chromadb.api.rust  # noqa: F401  # loaded before forking, as all that takes long

from qa.corpus import Corpus
from qa.errors import ExitCode
from qa.index import Index, compaction, integrity
from qa.index.folder import FolderStorage
from qa.index.update import Updater
from qa.reader.network import SpanNetwork
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.conftest import PROJECT
from tests.helpers.corruptions import draw
from tests.helpers.forks import Ended, Outcome, in_fork, run_forked
from tests.helpers.index_states import RememberingEmbedder
from tests.torture.attacks import Attempt

MANY = 1_050
"""Articles from which Chroma has its graph on disk."""
FEW = 40
"""Articles of an index that is built fast."""
LONG = 100
"""Attempts from which building an index of so many is worth it."""
_SHARE_OF_MANY = 0.25
"""Of the attempts, how many are made on it: they take three times as long."""
FIX = "qa index"
"""The command that fixes an index; with ``--rebuild``, unless it now looks like one of an earlier version."""
HARMLESS = frozenset({"LOCK", "COMPACTING", "BUILD", "catalog.sqlite-shm", "catalog.sqlite-wal"})
"""Files whose damage loses nothing: locks, markers, and the log of SQLite, which discards what is damaged in it."""
NAMED = 0.95
"""Share of the damage that ``qa doctor`` must name or repair."""
_SECONDS = 120.0
_REPAIRED = re.compile("derived again|removed")


def attack(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Corrupt copies of an index: a bit, a piece, a whole file or folder, or the rows and tables of its catalog."""
    arguments = [str(folder), str(attempts), str(generator.randrange(1 << 32))]
    command = [sys.executable, "-m", "tests.torture.corruptions", *arguments]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield Attempt(*json.loads(line))
    if process.returncode:
        yield Attempt("all", f"the attempts ended with {process.returncode}")


class Target:
    """Indexes of made-up articles, and what is answered from them."""

    def __init__(self, folder: Path, articles: int) -> None:
        self.folder = folder
        self.corpus = folder / "articles"
        self.articles = articles
        self.embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
        self.index, self.logged, self.other = (folder / name / "index" for name in ("whole", "logged", "other"))
        self.questions = [question(number) for number in (3, articles // 2, articles + 3)]
        self.expected: dict[str, Outcome] = {}

    def prepare(self) -> None:
        """Build the indexes, each in a process of its own, and ask."""
        self.folder.mkdir(parents=True)
        vectors = self.folder / "vectors"
        assert in_fork(lambda: self._build(vectors), 600) is None, "building failed"
        self.embedder.__dict__["_vectors"] = pickle.loads(vectors.read_bytes())
        self.embedder.warm_up()
        SpanNetwork(cache=cache_folder()).warm_up()
        index = Path(shutil.copytree(self.index, self.folder / "expected" / "index"))
        ended = self.run(self.commands(index))
        assert ended.problem is None, ended
        self.expected = {" ".join(outcome.arguments[:2]): outcome for outcome in ended.outcomes}
        for outcome in ended.outcomes:
            assert outcome.code == 0, outcome

    def commands(self, index: Path) -> list[list[str]]:
        """Return the commands that are tried on an index."""
        asks = [["ask", each, "--json"] for each in self.questions]
        rest = [["search", self.questions[0], "--json"], ["status"], ["index"]]
        return [[*each, *self.options(index)] for each in (*asks[:2], *rest, asks[2])]

    def run(self, commands: list[list[str]]) -> Ended:
        """Run commands in a fork, with an embedding model that remembers vectors."""
        with patch("qa.assistant.Embedder", lambda *_: self.embedder):
            return run_forked(commands, self.folder / "record", _SECONDS)

    def options(self, index: Path) -> list[str]:
        """Return the options that choose corpus and index."""
        return ["--corpus", str(self.corpus), "--index", str(index)]

    def _build(self, vectors: Path) -> None:
        self.corpus.mkdir()
        write_articles(self.corpus, range(self.articles))
        updater = Updater(FolderStorage(self.other), Corpus(self.corpus), self.embedder)
        updater.run()
        updater = Updater(FolderStorage(self.index), Corpus(self.corpus), self.embedder)
        updater.run()
        write_articles(self.corpus, range(self.articles, self.articles + 10))
        with closing(Index.open(self.index)):
            updater.run()
            shutil.copytree(self.index, self.logged)
        self.embedder.embed(self.questions)
        vectors.write_bytes(pickle.dumps(self.embedder.__dict__["_vectors"]))


def question(number: int) -> str:
    """Return what article ``number`` answers."""
    return f"Who built the {_thing(number)} of {_town(number)}?"


def write_articles(folder: Path, numbers: range) -> None:
    """Write short articles, each with a title and a day."""
    for number in numbers:
        thing, town = _thing(number), _town(number)
        text = f"The {thing} of {town} was built by {_name(number)} in {1700 + number % 300}. It has {number} windows."
        day = f"20{10 + number % 10}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        (folder / f"{number}.md").write_text(f"---\ntitle: The {thing}\ndate: {day}\n---\n\n{text}\n", encoding="utf-8")


def _thing(number: int) -> str:
    return ("mill", "bridge", "harbour", "library", "tower", "theatre", "market")[number % 7]


def _town(number: int) -> str:
    starts, ends = ("Alder", "Birch", "Crane", "Dun", "Elm", "Fern", "Glen"), ("moor", "ford", "wick", "ham", "stead")
    return f"{starts[number // 7 % 7]}{ends[number // 49 % 5]}{('', 'bury', 'gate', 'holm', 'ness')[number // 245 % 5]}"


def _name(number: int) -> str:
    first, last = ("Anna", "Boris", "Clara", "David", "Elsa"), ("Quist", "Rask", "Sund", "Toft", "Ulm", "Vang")
    return f"{first[number % 5]} {last[number // 5 % 6]}{'son' * (number % 2)}"


def main() -> None:
    """Make the attempts, print them as lines of JSON, and what ``qa doctor`` named to stderr."""
    folder, attempts, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    targets = [Target(folder / str(articles), articles) for articles in ((FEW, MANY) if attempts >= LONG else (FEW,))]
    for target in targets:
        target.prepare()
    generator = random.Random(seed)
    counts: Counter[str] = Counter()
    for number in range(attempts):
        target = targets[-1 if generator.random() < _SHARE_OF_MANY else 0]
        print(json.dumps(_attempt(target, generator, target.folder / "runs" / str(number), counts)), flush=True)
    print(f"corruptions: {dict(sorted(counts.items()))}", file=sys.stderr, flush=True)
    if counts["named"] < NAMED * counts["damaging"]:
        shares = f"qa doctor names {counts['named']} of {counts['damaging']}"
        print(json.dumps(Attempt("share of damage that is named", shares)), flush=True)


def _attempt(target: Target, generator: random.Random, folder: Path, counts: Counter[str]) -> Attempt:
    """Corrupt two copies of the index in the same manner; use one, check the other, and rebuild the first."""
    pristine = target.logged if generator.random() < 0.2 else target.index
    corruption = draw(pristine, generator)
    is_large, is_merging = generator.random() < 0.3, generator.random() < 0.4
    used, checked = (Path(shutil.copytree(pristine, folder / name / "index")) for name in ("used", "checked"))
    drawn, _ = (corruption.apply(copy, target.other) for copy in (used, checked))
    notes = [*["large"] * is_large, *["merging"] * is_merging, *["log"] * (pristine == target.logged)]
    description = " ".join([corruption.name, corruption.path, drawn, *notes])
    is_changed = _content(checked / corruption.path) != _content(pristine / corruption.path)
    with patch.object(integrity, "LARGEST_CHECKED", 0 if is_large else integrity.LARGEST_CHECKED):
        with patch.object(compaction, "MOST_SEGMENTS", 1 if is_merging else compaction.MOST_SEGMENTS):
            ended = target.run(target.commands(used))
        problems = [ended.problem, *(_problem(target, outcome, is_large) for outcome in ended.outcomes)]
        doctor = target.run([["doctor", *target.options(checked)]])
        problems += [doctor.problem, *(_problem_of_doctor(outcome) for outcome in doctor.outcomes)]
    problems += _problems_of_rebuild(target, used)
    is_named = any(outcome.code or _REPAIRED.search(outcome.out) for outcome in doctor.outcomes)
    is_fatal = any(outcome.code == ExitCode.NO_INDEX for outcome in ended.outcomes)
    counts["exit 3" if is_fatal else "answered"] += 1
    if (
        is_changed
        and not is_large
        and (is_fatal or not _is_harmless(pristine / corruption.path, checked / corruption.path))
    ):
        counts["damaging"] += 1
        counts["named"] += is_named
        if not is_named:
            print(f"not named: {description}", file=sys.stderr, flush=True)
    shutil.rmtree(folder)
    return Attempt(description, next(filter(None, problems), None))


def _problem(target: Target, outcome: Outcome, is_large: bool) -> str | None:
    """Return how a command broke the promise: exit code 3 and what to do, or what is answered from a whole index.

    Damaged full text of a large index may find something else, but what is cited must be true.
    """
    command = " ".join(outcome.arguments[:2])
    lines = (outcome.out + outcome.err).strip()
    if outcome.code == ExitCode.NO_INDEX:
        is_one_line = outcome.err.count("\n") == 1 or "--json" in outcome.arguments
        return None if FIX in lines and is_one_line else f"{command}: {lines}"
    expected = target.expected[command]
    if "--json" not in outcome.arguments:
        return None if outcome.code == expected.code else f"{command}: exit code {outcome.code}: {lines}"
    if outcome.code not in (expected.code, ExitCode.NOT_IN_CORPUS if is_large else expected.code):
        return f"{command}: exit code {outcome.code}: {lines}"
    facts = _facts(outcome)
    if is_large:
        return next(filter(None, (_untrue(target, citation) for citation in facts.get("citations", ()))), None)
    return None if facts == _facts(expected) else f"{command}: {facts}"


def _facts(outcome: Outcome) -> dict[str, Any]:
    """Return what a command said, without scores and order, which an update may change a little."""
    answer = json.loads(outcome.out)
    if "passages" in answer and "statements" not in answer:
        return {"passages": sorted(passage["text"] for passage in answer["passages"])[:1]}
    return {name: answer[name] for name in ("answered", "short_answer", "text", "statements", "citations")}


def _untrue(target: Target, citation: dict[str, Any]) -> str | None:
    """Return what is wrong with a citation, if anything."""
    text = (target.corpus / citation["path"]).read_text(encoding="utf-8")
    is_right = text[citation["start"] : citation["end"]] == citation["quote"] and not citation["stale"]
    metadata = f"title: {citation['title']}\ndate: {citation['published']}\n"
    return None if is_right and metadata in text else f"cited: {citation}"


def _problem_of_doctor(outcome: Outcome) -> str | None:
    lines = (outcome.out + outcome.err).strip()
    is_right = outcome.code in (0, ExitCode.FAILURE) and not outcome.err and "bug" not in lines
    is_helpful = outcome.code == 0 or "Run: qa index" in lines
    return None if is_right and is_helpful else f"doctor: exit code {outcome.code}: {lines}"


def _problems_of_rebuild(target: Target, index: Path) -> list[str | None]:
    """Return what is wrong with an index after the command that fixes it."""
    commands = [["index", "--rebuild"], ["ask", target.questions[0], "--json"], ["doctor"]]
    ended = target.run([[*command, *target.options(index)] for command in commands])
    problems = [f"after a rebuild: {ended.problem}"] if ended.problem else []
    problems += [f"rebuild: {each}" for each in ended.outcomes if each.code != 0]
    problems += [
        f"rebuild: {each}"
        for each in ended.outcomes[1:2]
        if _facts(each) != _facts(target.expected[" ".join(each.arguments[:2])])
    ]
    return [*problems]


def _is_harmless(path: Path, corrupted: Path) -> bool:
    """Whether nothing is lost with a file: HARMLESS ones, and those of a graph of Chroma that it does not read."""
    is_unread = path.suffix == ".bin" and not (path.parent / "index_metadata.pickle").exists()
    return path.name in HARMLESS or (is_unread and corrupted.is_file())


def _content(path: Path) -> object:
    """Return what is at a path, so that it can be compared."""
    if path.is_symlink() or not path.exists():
        return "a link or nothing"
    if path.is_file():
        return path.read_bytes()
    return sorted(child.name for child in path.iterdir()) if path.is_dir() else "something else"


if __name__ == "__main__":
    main()
