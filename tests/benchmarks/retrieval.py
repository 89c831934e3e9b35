"""How often the right passage is found: MultiHop-RAG by its own script, SQuAD's articles as a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.data import holds_answer, open_folder, print_table, read_rows, sample, squad_questions


def run(data: Path, work: Path) -> None:
    """Measure both sets and print a table."""
    multihop = _multihop(data, work)
    squad = _squad(data, work)
    rows = [
        ("MultiHop-RAG dev Hits@10", f"{multihop['Hits@10']:.4f}", ".925", ".747"),
        ("MultiHop-RAG dev Hits@4", f"{multihop['Hits@4']:.4f}", ".81", ".663"),
        ("MultiHop-RAG dev MRR@10", f"{multihop['MRR@10']:.4f}", ".665", ".586"),
        ("SQuAD dev folder, answer in passage 1", f"{squad[1]:.4f}", ".79", ""),
        ("SQuAD dev folder, answer in passages 1-5", f"{squad[5]:.4f}", ".95", ""),
    ]
    print_table(("figure", "measured", "bar", "best published"), rows)
    print(
        "\nPublished: voyage-02 with bge-reranker-large, 256-token chunks with 200 of overlap; ours do not overlap so."
    )


def _multihop(data: Path, work: Path) -> dict[str, float]:
    gold = data / "multihop" / "queries_dev.jsonl"
    answers = work / "multihop-run.jsonl"
    with open_folder("multihop", data, work) as assistant, answers.open("w", encoding="utf-8") as file:
        for row in read_rows(gold):
            found = assistant.search(row["query"], top_k=10)
            file.write(json.dumps({"query": row["query"], "retrieved": [one.text for one in found]}) + "\n")
    command = [sys.executable, str(data / "score_multihop.py"), str(answers), "--gold", str(gold), "--json"]
    scores = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return dict(scores["all"])


def _squad(data: Path, work: Path) -> dict[int, float]:
    rows = sample(squad_questions(data), 1000)
    hits = dict.fromkeys((1, 5), 0)
    with open_folder("squad", data, work) as assistant:
        for row in rows:
            found = assistant.search(row["question"], top_k=5)
            for depth in hits:
                hits[depth] += any(holds_answer(passage, row) for passage in found[:depth])
    return {depth: count / len(rows) for depth, count in hits.items()}
