"""``qa eval``: prints an evaluation, and checks it against minimums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from qa.cli.output import dim, wrapped
from qa.evaluation import Evaluation, Outcome
from qa.text.english import counted
from qa.text.sanitizing import single_line

_NAMES = {
    "recall@1": "right article ranked first",
    "recall@4": "right article in the top 4",
    "recall@10": "right article in the top 10",
    "mrr": "mean reciprocal rank of the right article",
    "exact_match": "exact match of the short answer",
    "f1": "F1 of the short answer",
    "answer_shown": "known answer is in the full answer",
    "right_article": "answers that cite the right article",
    "refusal_precision": "refusals that are right (precision)",
    "refusal_recall": "unanswerable questions refused (recall)",
    "false_refusals": "answerable questions refused",
    "shown_with_caveat": "answerable questions shown the nearest only",
    "exact_citations": "citations found verbatim in the file",
    "calibration_error": "expected calibration error",
}

_METRIC_OF = {
    "min_recall": "recall@10",
    "min_em": "exact_match",
    "min_f1": "f1",
    "min_refusal_precision": "refusal_precision",
    "min_refusal_recall": "refusal_recall",
}
"""The metric that each option of the command sets a minimum for."""


def print_evaluation(evaluation: Evaluation) -> None:
    """Print one line for each metric that has data."""
    figures = evaluation.figures()
    click.echo(f"{counted(len(evaluation.outcomes), 'question')}, {figures['answerable']} of them answerable")
    for key, name in _NAMES.items():
        value = figures[key]
        if value is not None:
            click.echo(f"{name:<42} {value:.3f}")
    times = " / ".join(f"{figures[key]:.0f}" for key in ("p50_ms", "p90_ms", "p99_ms"))
    click.echo(f"{'milliseconds per question, p50 / p90 / p99':<42} {times}")


def print_misses(evaluation: Evaluation, count: int) -> None:
    """Print the ``count`` most confident wrong outcomes, each with what was expected."""
    for outcome in evaluation.misses()[:count]:
        click.echo(f"\n{wrapped(single_line(outcome.known.question))}")
        click.echo(dim(wrapped(f"expected {single_line(_expected(outcome))}", "  ")))
        confidence = f"(confidence {outcome.answer.confidence:.2f})"
        click.echo(wrapped(f"got      {single_line(_actual(outcome))} {confidence}", "  "))


def evaluation_json(evaluation: Evaluation, misses: int) -> dict[str, Any]:
    """Return all metrics, and the ``misses`` most confident wrong outcomes."""
    figures: dict[str, Any] = {
        name: round(value, 4) if isinstance(value, float) else value for name, value in evaluation.figures().items()
    }
    if misses:
        figures["misses"] = [
            {
                "question": outcome.known.question,
                "answers": outcome.known.answers,
                "answerable": outcome.known.answerable,
                "said": outcome.answer_text,
                "file": next((citation.path for citation in outcome.answer.citations), None),
                "confidence": round(outcome.answer.confidence, 4),
                "reason": outcome.answer.reason,
            }
            for outcome in evaluation.misses()[:misses]
        ]
    return figures


def below_minimums(evaluation: Evaluation, minimums: Mapping[str, float]) -> list[str]:
    """Return a line for each metric below its minimum, by option; a metric without data counts as 0."""
    figures = evaluation.figures()
    measured = {option: figures[_METRIC_OF[option]] for option in minimums}
    return [
        f"{_METRIC_OF[option]} is {'unknown' if value is None else f'{value:.3f}'}, below {minimums[option]:g}"
        for option, value in measured.items()
        if (value or 0.0) < minimums[option]
    ]


def _expected(outcome: Outcome) -> str:
    if not outcome.known.answerable:
        return "a refusal"
    answers = " or ".join(outcome.known.answers) or "an answer"
    return f"{answers} ({', '.join(sorted(outcome.known.files))})" if outcome.known.files else answers


def _actual(outcome: Outcome) -> str:
    if not outcome.answer.answered:
        return f"a refusal: {outcome.answer.reason}"
    files = ", ".join(dict.fromkeys(citation.path for citation in outcome.answer.citations))
    return f"{outcome.answer_text} ({files})"
