"""Answers from the structure of articles rather than from their sentences: metadata, lists under headings, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.answering.composition import Composition
from qa.answering.dated import dated_answer
from qa.answering.lists import list_answer
from qa.answering.metadata import field_answer
from qa.answering.releases import release_answer
from qa.answering.tables import cell_answer
from qa.datatypes import Document
from qa.questions.articles import ArticleQuestion
from qa.questions.terms import Question

CONFIDENCE = {"metadata": 0.9, "list": 0.85, "changelog": 0.9, "table": 0.9, "name": 0.6}
"""Probability that such an answer is right."""


@dataclass(frozen=True, slots=True)
class StructuredAnswer:
    """An answer from the structure of an article."""

    composition: Composition
    """What to say."""
    origin: str
    """What it is taken from: ``metadata``, ``list``, ``changelog``, ``table`` or ``name``."""

    @property
    def confidence(self) -> float:
        """Probability that it is right, 0 to 1."""
        return CONFIDENCE[self.origin]


def structured_fallback(question: Question, documents: Sequence[Document]) -> StructuredAnswer | None:
    """Return the answer that the name of an article gives to a question that reading does not answer."""
    composition = dated_answer(question, documents)
    return StructuredAnswer(composition, "name") if composition else None


def structured_answer(
    question: Question, about: ArticleQuestion | None, documents: Sequence[Document]
) -> StructuredAnswer | None:
    """Return the answer that the structure of an article gives, if it fits the question.

    Args:
        question: the question.
        about: what it asks about an article itself, if it does.
        documents: the articles that bear on it, best first, as they are now.
    """
    composers: dict[str, Callable[[], Composition | None]] = {
        "metadata": lambda: field_answer(about, documents) if about else None,
        "list": lambda: list_answer(question, documents),
        "changelog": lambda: release_answer(question, documents),
        "table": lambda: cell_answer(question, documents),
    }
    for origin, compose in composers.items():
        composition = compose()
        if composition is not None:
            return StructuredAnswer(composition, origin)
    return None
