"""``qa eval``: how a measurement looks, and whether it is good enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from qa.cli.output import dim, wrapped
from qa.evaluation import Evaluation, Outcome
from qa.text.sanitizing import single_line

_NAMES = {
    "recall@1": "right article first",
    "recall@4": "right article in the first 4",
    "recall@10": "right article in the first 10",
    "mrr": "mean reciprocal rank of the right article",
    "exact_match": "exact match of the short answer",
    "f1": "F1 of the short answer",
    "answer_shown": "answer stands in what is shown",
    "right_article": "answers that cite the right article",
    "refusal_precision": "refusals that were right (precision)",
    "refusal_recall": "unanswerable questions refused (recall)",
    "false_refusals": "answerable questions refused",
    "exact_citations": "citations that stand in the file",
    "calibration_error": "confidence off by, on average",
}

_FIGURE_OF = {
    "min_recall": "recall@10",
    "min_em": "exact_match",
    "min_f1": "f1",
    "min_refusal_precision": "refusal_precision",
    "min_refusal_recall": "refusal_recall",
}
"""Which figure an option of the command bounds."""


def print_evaluation(evaluation: Evaluation) -> None:
    """Print the figures, a line each; what nothing tells about is left out."""
    figures = evaluation.figures()
    click.echo(f"{figures['questions']} questions, {figures['answerable']} of them answerable")
    for key, name in _NAMES.items():
        value = figures[key]
        if value is not None:
            click.echo(f"{name:<42} {value:.3f}")
    times = " / ".join(f"{figures[key]:.0f}" for key in ("p50_ms", "p90_ms", "p99_ms"))
    click.echo(f"{'milliseconds, 50 / 90 / 99 of 100 within':<42} {times}")


def print_misses(evaluation: Evaluation, count: int) -> None:
    """Print the worst misses: those it was surest of."""
    for outcome in evaluation.misses()[:count]:
        click.echo(f"\n{wrapped(single_line(outcome.known.question))}")
        click.echo(dim(wrapped(f"wanted {_wanted(outcome)}", "  ")))
        click.echo(wrapped(f"got    {_got(outcome)} (confidence {outcome.answer.confidence:.2f})", "  "))


def evaluation_json(evaluation: Evaluation, misses: int) -> dict[str, Any]:
    """Return the figures, and with ``misses`` so many of the worst."""
    figures: dict[str, Any] = {
        name: round(value, 4) if isinstance(value, float) else value for name, value in evaluation.figures().items()
    }
    if misses:
        figures["misses"] = [
            {
                "question": one.known.question,
                "answers": one.known.answers,
                "answerable": one.known.answerable,
                "said": one.answer_text,
                "file": next((citation.path for citation in one.answer.citations), None),
                "confidence": round(one.answer.confidence, 4),
                "reason": one.answer.reason,
            }
            for one in evaluation.misses()[:misses]
        ]
    return figures


def below(evaluation: Evaluation, wanted: Mapping[str, float]) -> list[str]:
    """Return what is worse than ``wanted`` by option, a line each; what was not measured is not good enough."""
    figures = evaluation.figures()
    measured = {option: figures[_FIGURE_OF[option]] for option in wanted}
    return [
        f"{_FIGURE_OF[option]} is {'unknown' if value is None else f'{value:.3f}'}, below {wanted[option]:g}"
        for option, value in measured.items()
        if (value or 0.0) < wanted[option]
    ]


def _wanted(outcome: Outcome) -> str:
    if not outcome.known.answerable:
        return "a refusal"
    said = " or ".join(outcome.known.answers) or "an answer"
    return f"{said} ({', '.join(sorted(outcome.known.files))})" if outcome.known.files else said


def _got(outcome: Outcome) -> str:
    if not outcome.answer.answered:
        return f"a refusal: {outcome.answer.reason}"
    files = ", ".join(dict.fromkeys(citation.path for citation in outcome.answer.citations))
    return f"{single_line(outcome.answer_text)} ({files})"
