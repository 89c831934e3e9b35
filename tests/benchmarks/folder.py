"""End-to-end short answers, with SQuAD's articles as one folder and refusals counted as wrong."""

from __future__ import annotations

from pathlib import Path

from qa.evaluation import Evaluation, KnownQuestion, evaluate
from tests.benchmarks.data import Row, contains_answer, open_folder, sample, squad_questions
from tests.benchmarks.figures import Figure, share

QUESTIONS = 1000


def run(data: Path, work: Path) -> list[Figure]:
    """Answer 1,000 questions from the folder that contains their answers."""
    rows = sample(squad_questions(data), QUESTIONS)
    with open_folder("squad", data, work) as assistant:
        evaluation = evaluate(assistant, [known(row) for row in rows])
    figures = evaluation.figures()
    first, five = (_passage_hits(evaluation, rows, depth) for depth in (1, 5))
    return [
        Figure(
            "25 Wikipedia articles as a folder, short answer, EM / F1, refusals as wrong",
            f"{share(figures['exact_match'] or 0)} / {share(figures['f1'] or 0)}",
            ".74 / .81",
            "Haystack, MiniLM and a roberta-class reader, 490 articles: .54 / .594",
        ),
        Figure("of the answers, the right article cited", share(figures["right_article"] or 0), ".92", "Haystack: .78"),
        Figure("answer in passage 1 / in the first 5, re-ranked", f"{share(first)} / {share(five)}", ".86 / .96"),
        Figure("answer in the sentences shown, refusals as wrong", share(figures["answer_shown"] or 0), ""),
        Figure("expected calibration error of answers", share(figures["calibration_error"] or 0), "at most .05"),
    ]


def known(row: Row) -> KnownQuestion:
    """Return a SQuAD row as a question with a known answer."""
    answers = tuple(answer["text"] for answer in row["answers"])
    return KnownQuestion(row["question"], answers, frozenset({row["file"]}), True)


def _passage_hits(evaluation: Evaluation, rows: list[Row], depth: int) -> float:
    """Return the share of questions whose gold answer is in one of the first ``depth`` passages."""
    pairs = zip(evaluation.outcomes, rows, strict=True)
    hits = [any(contains_answer(passage, row) for passage in outcome.answer.passages[:depth]) for outcome, row in pairs]
    return sum(hits) / len(hits)
