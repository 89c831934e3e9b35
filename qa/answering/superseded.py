"""Two answers to a question about now that articles of different days give: the newer one, and what it replaced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qa.answering.quotes import Quote
from qa.text.words import content_stems, same_answer

SIMILAR = 0.15
"""Odds of another answer, relative to those of the most probable one, from which it counts."""


def newer_and_older(question: str, quotes: Sequence[Quote]) -> tuple[Quote, Quote] | None:
    """Return the newest answer and the most probable older one, if articles of different days answer differently.

    Both must have all words of the question that the most probable one has, since another article may tell of
    another thing. None if all agree.

    Args:
        question: a question about now.
        quotes: the quotes, most probable first; at least one.
    """
    best = quotes[0]
    asked = content_stems(question) & best.stems
    answers = [
        quote
        for quote in quotes
        if quote.phrase and quote.passage.published and quote.odds >= SIMILAR * best.odds and asked <= quote.stems
    ]
    if best not in answers:
        return None
    latest = max(answers, key=_day)
    newest = best if _same(latest, best) else latest
    older = [quote for quote in answers if _day(quote) < _day(newest) and not _same(quote, newest)]
    return (newest, older[0]) if older else None


def _day(quote: Quote) -> date:
    return quote.passage.published or date.min


def _same(quote: Quote, other: Quote) -> bool:
    return same_answer(quote.phrase or "", other.phrase or "")
