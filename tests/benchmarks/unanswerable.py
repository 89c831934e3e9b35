"""Whether the reader recognises that a paragraph does not answer, with SQuAD 2.0's questions and paragraphs."""

from __future__ import annotations

from pathlib import Path

from sklearn.metrics import roc_auc_score

from qa.reader.network import SpanNetwork
from qa.settings import cache_folder
from tests.benchmarks.data import read_rows, sample
from tests.benchmarks.figures import Figure, share
from tests.benchmarks.reading import paragraph_of

QUESTIONS = 3000


def run(data: Path, work: Path) -> list[Figure]:
    """Compare the log odds of the best phrase for answerable and unanswerable questions."""
    network = SpanNetwork(cache=cache_folder())
    rows = sample(read_rows(data / "squad" / "questions_dev.jsonl"), QUESTIONS)
    scores = []
    for row in rows:
        phrases = network.read(row["question"], [paragraph_of(row, data)])[0]
        scores.append(phrases[0].score if phrases else -100.0)
    area = roc_auc_score([row["answerable"] for row in rows], scores)
    return [
        Figure(f"unanswerable in its own paragraph, {QUESTIONS:,} questions, area under the curve", share(area), ".885")
    ]
