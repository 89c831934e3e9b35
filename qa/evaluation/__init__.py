"""Evaluation: measures the quality of answers on questions whose answers are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qa.assistant import Assistant
from qa.datatypes import Answer, Citation
from qa.evaluation.questions import KnownQuestion, read_questions
from qa.evaluation.scores import calibration_error, contains, exact_match, f1, percentile

__all__ = ["Evaluation", "KnownQuestion", "Outcome", "evaluate", "read_questions"]

MIN_F1 = 0.5
"""F1 from which a short answer counts as right; so does a text that contains a known answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one question."""

    known: KnownQuestion
    """The question, with its known answers and files."""
    answer: Answer
    """The answer to evaluate."""
    exact_citations: int
    """Number of citations whose quote is in the file at the stated offsets."""

    @property
    def answer_text(self) -> str:
        """The text compared with the known answers: the short answer if any, else all; empty for a refusal."""
        return (self.answer.short_answer or self.answer.text) if self.answer.is_stated else ""

    @property
    def exact(self) -> float:
        """1.0 if the answer matches a known one exactly, else 0.0."""
        return exact_match(self.answer_text, self.known.answers)

    @property
    def f1(self) -> float:
        """F1 against the closest known answer, 0 to 1."""
        return f1(self.answer_text, self.known.answers)

    @property
    def right(self) -> bool:
        """Whether the answer or refusal is right, as far as known."""
        if not self.known.answerable:
            return not self.answer.is_stated
        if not self.answer.answered:
            return False
        if self.known.answers:
            return self.f1 >= MIN_F1 or contains(self.answer.text, self.known.answers)
        return self.cites_right_article

    @property
    def cites_right_article(self) -> bool:
        """Whether the first citation is from an article known to answer the question, or no such article is known."""
        files = [citation.path for citation in self.answer.citations[:1]]
        return self.answer.answered and (not self.known.files or not self.known.files.isdisjoint(files))

    @property
    def rank(self) -> int | None:
        """Rank of the first passage from a right article, from 1; None if none was retrieved."""
        ranks = (passage.rank for passage in self.answer.passages if passage.path in self.known.files)
        return next(ranks, None)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcomes of all questions."""

    outcomes: tuple[Outcome, ...]
    """The outcomes in the order of the questions."""

    def figures(self) -> dict[str, float | int | None]:
        """Return all metrics by name; shares are 0 to 1, times in milliseconds; None if there is no data."""
        answerable = [outcome for outcome in self.outcomes if outcome.known.answerable]
        figures: dict[str, float | int | None] = {"questions": len(self.outcomes), "answerable": len(answerable)}
        return figures | _retrieval(answerable) | _answers(answerable) | _refusals(self.outcomes) | self._quality()

    def misses(self) -> list[Outcome]:
        """Return the outcomes that are not right, in descending order of confidence."""
        wrong = [outcome for outcome in self.outcomes if not outcome.right]
        return sorted(wrong, key=lambda outcome: -outcome.answer.confidence)

    def _quality(self) -> dict[str, float | int | None]:
        judged = [
            outcome
            for outcome in self.outcomes
            if outcome.answer.is_stated and (outcome.known.answers or not outcome.known.answerable)
        ]
        times = [outcome.answer.timings_ms.total for outcome in self.outcomes]
        citations = sum(len(outcome.answer.citations) for outcome in self.outcomes)
        confidences = [outcome.answer.confidence for outcome in judged]
        error = calibration_error(confidences, [outcome.right for outcome in judged])
        return {
            "citations": citations,
            "exact_citations": _share([outcome.exact_citations for outcome in self.outcomes], citations),
            "calibration_error": error if judged else None,
            "p50_ms": percentile(times, 0.5),
            "p90_ms": percentile(times, 0.9),
            "p99_ms": percentile(times, 0.99),
        }


def evaluate(
    assistant: Assistant, questions: Sequence[KnownQuestion], progress: Callable[[], None] = lambda: None
) -> Evaluation:
    """Ask all ``questions``; ``progress`` is called after each.

    Raises:
        UsageError: a question contains no searchable words.
    """
    outcomes = []
    for known in questions:
        answer = assistant.ask(known.question)
        exact = sum(_is_exact(assistant, citation) for citation in answer.citations)
        outcomes.append(Outcome(known, answer, exact))
        progress()
    return Evaluation(tuple(outcomes))


def _is_exact(assistant: Assistant, citation: Citation) -> bool:
    text = assistant.corpus.read(citation.path).text
    return bool(citation.quote.strip()) and text[citation.start : citation.end] == citation.quote


def _retrieval(answerable: Iterable[Outcome]) -> dict[str, float | int | None]:
    ranks = [outcome.rank for outcome in answerable if outcome.known.files]
    recall = {f"recall@{k}": _share([rank is not None and rank <= k for rank in ranks]) for k in (1, 4, 10)}
    return recall | {"mrr": _share([1 / rank if rank else 0.0 for rank in ranks])}


def _answers(answerable: Sequence[Outcome]) -> dict[str, float | int | None]:
    with_answers = [outcome for outcome in answerable if outcome.known.answers]
    with_files = [outcome for outcome in answerable if outcome.known.files and outcome.answer.answered]
    shown = [
        outcome.answer.answered and contains(outcome.answer.text, outcome.known.answers) for outcome in with_answers
    ]
    return {
        "exact_match": _share([outcome.exact for outcome in with_answers]),
        "f1": _share([outcome.f1 for outcome in with_answers]),
        "answer_shown": _share(shown),
        "right_article": _share([outcome.cites_right_article for outcome in with_files]),
    }


def _refusals(outcomes: Sequence[Outcome]) -> dict[str, float | int | None]:
    refused = [outcome for outcome in outcomes if not outcome.answer.is_stated]
    unanswerable = [outcome for outcome in outcomes if not outcome.known.answerable]
    answerable = [outcome for outcome in outcomes if outcome.known.answerable]
    return {
        "refusal_precision": _share([not outcome.known.answerable for outcome in refused]),
        "refusal_recall": _share([not outcome.answer.is_stated for outcome in unanswerable]),
        "false_refusals": _share([not outcome.answer.is_stated for outcome in answerable]),
        "shown_with_caveat": _share([bool(outcome.answer.caveat) for outcome in answerable]),
    }


def _share(values: Sequence[float], total: int | None = None) -> float | None:
    """Return the mean, or the sum divided by ``total``; None if the divisor would be 0."""
    count = len(values) if total is None else total
    return sum(values) / count if count else None
