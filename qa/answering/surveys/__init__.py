"""Surveys: answers that gather what several passages or articles say, without a phrase that answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.answering.composition import Draft
from qa.answering.resources import Resources
from qa.answering.surveys.comparison import compose_comparison
from qa.answering.surveys.overview import compose_overview
from qa.answering.surveys.timeline import compose_timeline
from qa.answering.surveys.topics import compose_summary, compose_topic
from qa.answering.surveys.which_articles import compose_which_articles
from qa.datatypes import Passage
from qa.questions.requests import Request
from qa.questions.types import QuestionType

Composer = Callable[[Request, Sequence[Passage], Resources], Draft | None]
"""A request, the passages retrieved for its topic, best first, and resources -> a survey; None if it cannot be made."""

COMPOSERS: dict[QuestionType, Composer] = {
    QuestionType.TOPIC: compose_topic,
    QuestionType.SUMMARY: compose_summary,
    QuestionType.OVERVIEW: compose_overview,
    QuestionType.WHICH_ARTICLES: compose_which_articles,
    QuestionType.COMPARISON: compose_comparison,
    QuestionType.TIMELINE: compose_timeline,
}
"""The composers of the question types that a survey answers."""


def survey(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft | None:
    """Return the survey that answers a request, or None if its type needs none or it cannot be made."""
    composer = COMPOSERS.get(request.type)
    return composer(request, passages, resources) if composer else None
