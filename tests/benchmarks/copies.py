"""Near-identical articles: edited copies of 200 articles among all others, and what finding them costs."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from qa.corpus import Corpus
from qa.datatypes import Chunk, CleanText, Layout
from qa.index.chunking import Chunker, options_for
from qa.index.connections import create
from qa.index.manifest import Manifest
from qa.index.near_duplicates import NearDuplicates
from qa.index.schema import PAGE_SIZE
from qa.index.sqlite_catalog_writer import SqliteCatalogWriter
from qa.models.embedding import Embedder
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.benchmarks.edited_copies import RATES, CopyMaker
from tests.benchmarks.figures import Figure, share
from tests.benchmarks.made_up_articles import MadeUpArticles

CHOSEN = 200
MOST_COPIES = 4
SEED = 2
"""The parameters were chosen with seed 1."""
MADE_UP = 20_000
TIMED = 200

Pair = frozenset[str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A folder of articles and edited copies of some."""

    source: dict[str, str]
    """The article that each file is, or is a copy of."""
    rate: dict[str, float]
    """The share of changed words of each copy."""
    cut: frozenset[str]
    """The copies that end early."""

    def pairs(self) -> set[Pair]:
        """Return all pairs of files that are the same story."""
        files: dict[str, list[str]] = {}
        for path, source in self.source.items():
            files.setdefault(source, []).append(path)
        return {frozenset(pair) for same in files.values() for pair in combinations(same, 2)}


def run(data: Path, work: Path) -> list[Figure]:
    """Group the articles of MultiHop-RAG and SQuAD with edited copies, and measure the cost."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        planted = plant(data, Path(folder), SEED)
        grouped_pairs = grouped(Path(folder))
    true = planted.pairs()
    right = len(grouped_pairs & true)
    precision, recall = right / max(1, len(grouped_pairs)), right / len(true)
    rates = [
        _recall_at(planted, grouped_pairs, {path for path, each in planted.rate.items() if each == rate})
        for rate in RATES
    ]
    first, last, size = _cost(data)
    return [
        Figure(
            f"{len(planted.rate)} edited copies of {CHOSEN} articles, precision / recall of pairs",
            f"{share(precision)} / {share(recall)}",
            ".98 / .95",
        ),
        Figure("copies found with their article, by share of changed words, 5 to 30 %", " / ".join(rates), ""),
        Figure("of those that were also cut down", _recall_at(planted, grouped_pairs, planted.cut), ""),
        Figure(
            f"finding the copies of an article, the first {TIMED} / at {MADE_UP:,} articles",
            f"{first:.1f} / {last:.1f} ms of CPU",
            "",
        ),
        Figure("index size for it, an article", f"{size:.0f} bytes", ""),
    ]


def plant(data: Path, folder: Path, seed: int) -> Planted:
    """Write the articles, and 1 to ``MOST_COPIES`` edited copies of ``CHOSEN`` of them, into a folder."""
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for name in ("multihop", "squad")
        for path in sorted((data / name / "articles").glob("*.txt"))
    }
    chance, maker = random.Random(seed), CopyMaker([*texts.values()], seed)
    planted = Planted({name: name for name in texts}, {}, frozenset())
    cut = set()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in chance.sample(sorted(texts), CHOSEN):
        for number in range(chance.randint(1, MOST_COPIES)):
            copy, path = maker.copy(texts[name], chance.choice(RATES)), f"wire-{number}-{name}"
            (folder / path).write_text(copy.text, encoding="utf-8")
            planted.source[path], planted.rate[path] = name, copy.rate
            if copy.is_cut:
                cut.add(path)
    return Planted(planted.source, planted.rate, frozenset(cut))


def grouped(folder: Path) -> set[Pair]:
    """Return the pairs of articles in a folder that are in one group."""
    embedder, corpus = Embedder(DEFAULT_MODEL, cache_folder()), Corpus(folder)
    chunker = Chunker(embedder.tokenizer, options_for(embedder.card.max_tokens))
    manifest = Manifest.describing(embedder.card, corpus, folder)
    with (
        tempfile.TemporaryDirectory() as index,
        closing(SqliteCatalogWriter.create(Path(index) / "catalog.sqlite", manifest)) as catalog,
    ):
        for path in sorted(corpus.require_articles().files):
            for document in corpus.read_file(path):
                catalog.add(document, chunker.split(document))
        catalog.publish()
        groups = set(catalog.copies_of().values())
    return {frozenset(pair) for group in groups for pair in combinations([entry.path for entry in group], 2)}


def _recall_at(planted: Planted, grouped_pairs: set[Pair], copies: Iterable[str]) -> str:
    """Return the share of these copies that are in the group of their article."""
    pairs = [frozenset((path, planted.source[path])) for path in copies]
    return share(sum(pair in grouped_pairs for pair in pairs) / max(1, len(pairs)))


def _cost(data: Path) -> tuple[float, float, float]:
    """Return the CPU milliseconds for one of the first and of the last made-up articles, and the bytes of each."""
    articles = MadeUpArticles(data / "multihop" / "articles")
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder, closing(create(Path(folder) / "catalog.sqlite")) as connection:

        def select(sql: str, values: Collection[object]) -> list[tuple[object, ...]]:
            return connection.execute(sql.format(",".join("?" * len(values))), [*values]).fetchall()

        def size() -> int:
            return int(connection.execute("PRAGMA page_count").fetchone()[0]) * PAGE_SIZE

        empty = size()
        duplicates = NearDuplicates(connection, select, lambda number: [_whole(articles.text(number))])
        for number in range(MADE_UP):
            chunk = _whole(articles.text(number))
            started = time.process_time()
            duplicates.add(number, [chunk])
            duplicates.group()
            times.append(1_000 * (time.process_time() - started))
        return statistics.median(times[:TIMED]), statistics.median(times[-TIMED:]), (size() - empty) / MADE_UP


def _whole(text: str) -> Chunk:
    """Return a text as a single chunk."""
    return Chunk("", 0, len(text), text, 1, "", "", "", Layout(CleanText.verbatim(text)))
