"""Passages that qa's own retriever finds for a question and that do not answer it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from qa.corpus import Corpus
from qa.datatypes import Passage
from qa.embedding import Embedder
from qa.index import Generations, Index
from qa.index.update import Updater
from qa.reader.train.examples import Article, Example
from qa.reader.train.windows import NearMiss, holds_answer
from qa.retrieval import Retriever

PASSAGES = 12
"""How many passages are looked at for a question."""
OF_SAME, OF_OTHERS = 3, 2
"""How many are kept of the article that answers, and of other articles."""


def find_near_misses(
    examples: Sequence[Example], embedder: Embedder, work: Path, report: Callable[[str], None]
) -> list[NearMiss]:
    """Return near misses for the questions on articles; found once, kept in the folder ``work``."""
    articles = {_file(example.article): example.article for example in examples if example.article.title}
    kept = work / "near_misses.jsonl"
    if not kept.exists():
        report(f"Indexing {len(articles)} articles to find near misses ...")
        corpus = work / "articles"
        corpus.mkdir(exist_ok=True)
        for name, article in articles.items():
            (corpus / name).write_bytes(article.text.encode("utf-8"))
        Updater(Generations(work / "index"), Corpus(corpus), embedder).run()
        retriever = Retriever(Index.open(work / "index"), embedder)
        aside = kept.with_suffix(".part")
        with aside.open("w", encoding="utf-8") as file:
            for number, example in enumerate(examples):
                if number % 2000 == 0:
                    report(f"Looking for near misses: {number} of {len(examples)} questions")
                if example.article.title:
                    for passage in _choose(example, retriever.search(example.question, PASSAGES)):
                        file.write(json.dumps([number, passage.file, passage.start, passage.end]) + "\n")
        aside.replace(kept)
    misses = []
    for line in kept.read_text(encoding="utf-8").splitlines():
        number, name, start, end = json.loads(line)
        misses.append(NearMiss(number, articles[name], articles[name].tokens_of(start, end)))
    return misses


def _file(article: Article) -> str:
    return re.sub(r"\W+", "_", article.title) + ".txt"


def _choose(example: Example, passages: Sequence[Passage]) -> list[Passage]:
    own = _file(example.article)
    missing = [passage for passage in passages if not holds_answer(passage.text, example)]
    same = [passage for passage in missing if passage.file == own]
    others = [passage for passage in missing if passage.file != own]
    return same[:OF_SAME] + others[:OF_OTHERS]
