"""The reader alone: whether it finds the answer in the paragraph that contains it."""

from __future__ import annotations

from pathlib import Path

from qa.datatypes import Passage, Scores
from qa.evaluation.scores import exact_match, f1
from qa.reader.network import SHIPPED, SpanNetwork
from tests.benchmarks.data import Row, sample, squad_questions
from tests.benchmarks.figures import Figure, share
from tests.helpers.passages import passage

QUESTIONS = 2000


def run(data: Path, work: Path) -> list[Figure]:
    """Read SQuAD's development paragraphs for their answerable questions, without refusals."""
    exact, agreement = measure(data, QUESTIONS)
    return [
        Figure(
            "reader given the right SQuAD paragraph, EM / F1",
            f"{share(exact)} / {share(agreement)}",
            ".80 / .885",
            "minilm-uncased-squad2: F1 .85",
        )
    ]


def measure(data: Path, questions: int, folder: Path = SHIPPED) -> tuple[float, float]:
    """Return exact match and F1 of the reader in ``folder``."""
    network = SpanNetwork(folder)
    rows = sample(squad_questions(data), questions)
    exact = agreement = 0.0
    for row in rows:
        paragraph = paragraph_of(row, data)
        spans = network.read(row["question"], [paragraph])[0]
        phrase = paragraph.layout.text[spans[0].start : spans[0].end] if spans else ""
        known = [answer["text"] for answer in row["answers"]]
        exact += exact_match(phrase, known)
        agreement += f1(phrase, known)
    return exact / len(rows), agreement / len(rows)


def paragraph_of(row: Row, data: Path) -> Passage:
    """Return the paragraph of a question, without the title of its article, to measure the reader alone."""
    text = (data / "squad" / "articles" / row["file"]).read_bytes().decode("utf-8")
    text = text[row["para_start"] : row["para_end"]]
    return passage(text, scores=Scores(0.0, 0.0, 0.0))
