"""How good the answers about one's own folder are, measured on questions whose answers are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qa.assistant import Assistant
from qa.datatypes import Answer, Citation
from qa.evaluation.questions import KnownQuestion, read_questions
from qa.evaluation.scores import calibration_error, contains, exact_match, f1, percentile

__all__ = ["Evaluation", "KnownQuestion", "Outcome", "evaluate", "read_questions"]

RIGHT_FROM = 0.5
"""F1 from which a short answer counts as right for calibration; the answer standing in a statement does too."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question."""

    known: KnownQuestion
    """What was asked, and what is known of it."""
    answer: Answer
    """What was answered."""
    exact_citations: int
    """Citations whose quote stands in the file at the place given."""

    @property
    def said(self) -> str:
        """What is compared with the known answers: the short answer, else the whole one; nothing if refused."""
        return (self.answer.short_answer or self.answer.text) if self.answer.answered else ""

    @property
    def exact(self) -> float:
        """1.0 if it says a known answer to the letter, else 0.0."""
        return exact_match(self.said, self.known.answers)

    @property
    def f1(self) -> float:
        """How far it agrees with the nearest known answer, 0 to 1."""
        return f1(self.said, self.known.answers)

    @property
    def right(self) -> bool:
        """Whether the answer given is right, as far as known."""
        if not self.known.answerable:
            return not self.answer.answered
        if not self.answer.answered:
            return False
        if self.known.answers:
            return self.f1 >= RIGHT_FROM or contains(self.answer.text, self.known.answers)
        return self.cites_right_article

    @property
    def cites_right_article(self) -> bool:
        """Whether the first citation is of an article that is known to answer, or none is known."""
        files = [citation.path for citation in self.answer.citations[:1]]
        return self.answer.answered and (not self.known.files or not self.known.files.isdisjoint(files))

    @property
    def rank(self) -> int | None:
        """Place of the first passage of a right article, from 1; None if it was not found."""
        places = (one.rank for one in self.answer.passages if one.path in self.known.files)
        return next(places, None)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcomes of all questions."""

    outcomes: tuple[Outcome, ...]
    """In the order asked."""

    def figures(self) -> dict[str, float | int | None]:
        """Return what was measured, by name; shares are 0 to 1, times in milliseconds, None where nothing tells."""
        answerable = [one for one in self.outcomes if one.known.answerable]
        figures: dict[str, float | int | None] = {"questions": len(self.outcomes), "answerable": len(answerable)}
        return figures | _retrieval(answerable) | _answers(answerable) | _refusals(self.outcomes) | self._quality()

    def misses(self) -> list[Outcome]:
        """Return what was not right, the surest first."""
        wrong = [one for one in self.outcomes if not one.right]
        return sorted(wrong, key=lambda one: -one.answer.confidence)

    def _quality(self) -> dict[str, float | int | None]:
        given = [
            one for one in self.outcomes if one.answer.answered and (one.known.answers or not one.known.answerable)
        ]
        times = [one.answer.timings_ms.total for one in self.outcomes]
        citations = sum(len(one.answer.citations) for one in self.outcomes)
        error = calibration_error([one.answer.confidence for one in given], [one.right for one in given])
        return {
            "citations": citations,
            "exact_citations": _share([one.exact_citations for one in self.outcomes], citations),
            "calibration_error": error if given else None,
            "p50_ms": percentile(times, 0.5),
            "p90_ms": percentile(times, 0.9),
            "p99_ms": percentile(times, 0.99),
        }


def evaluate(
    assistant: Assistant, questions: Sequence[KnownQuestion], progress: Callable[[], None] = lambda: None
) -> Evaluation:
    """Ask all ``questions``; ``progress`` is called after each.

    Raises:
        UsageError: a question names nothing to look for.
    """
    outcomes = []
    for known in questions:
        answer = assistant.ask(known.question)
        exact = sum(_stands(assistant, citation) for citation in answer.citations)
        outcomes.append(Outcome(known, answer, exact))
        progress()
    return Evaluation(tuple(outcomes))


def _stands(assistant: Assistant, citation: Citation) -> bool:
    text = assistant.corpus.read(citation.path).text
    return bool(citation.quote.strip()) and text[citation.start : citation.end] == citation.quote


def _retrieval(answerable: Iterable[Outcome]) -> dict[str, float | int | None]:
    ranks = [one.rank for one in answerable if one.known.files]
    recall = {f"recall@{k}": _share([rank is not None and rank <= k for rank in ranks]) for k in (1, 4, 10)}
    return recall | {"mrr": _share([1 / rank if rank else 0.0 for rank in ranks])}


def _answers(answerable: Sequence[Outcome]) -> dict[str, float | int | None]:
    known = [one for one in answerable if one.known.answers]
    given = [one for one in answerable if one.known.files and one.answer.answered]
    return {
        "exact_match": _share([one.exact for one in known]),
        "f1": _share([one.f1 for one in known]),
        "answer_shown": _share([contains(one.answer.text, one.known.answers) and one.answer.answered for one in known]),
        "right_article": _share([one.cites_right_article for one in given]),
    }


def _refusals(outcomes: Sequence[Outcome]) -> dict[str, float | int | None]:
    refused = [one for one in outcomes if not one.answer.answered]
    return {
        "refusal_precision": _share([not one.known.answerable for one in refused]),
        "refusal_recall": _share([not one.answer.answered for one in outcomes if not one.known.answerable]),
        "false_refusals": _share([not one.answer.answered for one in outcomes if one.known.answerable]),
    }


def _share(values: Sequence[float], of: int | None = None) -> float | None:
    """Return the mean, or the sum over ``of``; None where there is nothing to divide by."""
    count = len(values) if of is None else of
    return sum(values) / count if count else None
