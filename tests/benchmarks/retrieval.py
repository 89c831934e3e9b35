"""Retrieval: MultiHop-RAG, scored by its own script, and SQuAD's articles as a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from qa.datatypes import Passage
from tests.benchmarks.data import contains_answer, open_folder, read_rows, sample, squad_questions
from tests.benchmarks.figures import Figure, share

OTHERS = "best published: .747 / .663 / .586"
"""voyage-02 with bge-reranker-large, on chunks of 256 tokens with an overlap of 200; ours overlap far less."""


def run(data: Path, work: Path) -> list[Figure]:
    """Measure the retriever alone, and after re-ranking by the reader."""
    with open_folder("multihop", data, work) as assistant:
        retrieved = multihop_scores(data, work, lambda query: assistant.search(query, top_k=10))
        reranked = multihop_scores(data, work, lambda query: assistant.ask(query).passages)
    first, five = _squad(data, work)
    return [
        Figure("MultiHop-RAG, Hits@10 / Hits@4 / MRR@10, retriever", retrieved, ".925 / .81 / .665", OTHERS),
        Figure("the same, re-ranked by the reader", reranked, ".925 / .815 / .668", OTHERS),
        Figure("25 Wikipedia articles, answer in passage 1 / first 5, retriever", f"{first} / {five}", ".79 / .95"),
    ]


def multihop_scores(data: Path, work: Path, passages: Callable[[str], Sequence[Passage]]) -> str:
    """Return Hits@10, Hits@4 and MRR@10 of what a search returns for the development queries."""
    gold = data / "multihop" / "queries_dev.jsonl"
    answers = work / "multihop-run.jsonl"
    with answers.open("w", encoding="utf-8") as file:
        for row in read_rows(gold):
            texts = [passage.text for passage in passages(row["query"])]
            file.write(json.dumps({"query": row["query"], "retrieved": texts}) + "\n")
    command = [sys.executable, str(data / "score_multihop.py"), str(answers), "--gold", str(gold), "--json"]
    scores = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["all"]
    return " / ".join(share(scores[name]) for name in ("Hits@10", "Hits@4", "MRR@10"))


def _squad(data: Path, work: Path) -> list[str]:
    rows = sample(squad_questions(data), 1000)
    hits = dict.fromkeys((1, 5), 0)
    with open_folder("squad", data, work) as assistant:
        for row in rows:
            passages = assistant.search(row["question"], top_k=5)
            for depth in hits:
                hits[depth] += any(contains_answer(passage, row) for passage in passages[:depth])
    return [share(count / len(rows)) for count in hits.values()]
