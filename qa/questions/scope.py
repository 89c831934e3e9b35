"""Which articles a question means: those of a time, of an outlet or author, or one that it names.

A date usually says when something happened, so it limits the articles only where a question asks for reports of that
time: "What did the articles say in November?"; else it only makes articles of that day come first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from qa.datatypes import NO_FILTER, Filter
from qa.questions.named_articles import article_named_in
from qa.questions.outlets import NamedOutlet, only_outlet, outlets_in, tidied
from qa.questions.periods import NamedPeriod, Period, periods_in
from qa.questions.requests import COLLECTION, THE_ARTICLES, parse_request, without_courtesy
from qa.questions.terms import MANY_TERMS
from qa.questions.types import QuestionType
from qa.text.english import word_set
from qa.text.words import content_words

REPORTED_WITHIN = timedelta(2)
"""Time within which news of a day is published."""

_MAY_NAME_A_TIME = re.compile(
    r"\d|\b(?:(?:jan|febr)(?:uary)?|feb|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|(?:this|last) (?:year|month|week))\b",
    re.IGNORECASE,
)
_DATED_NOUN = rf"(?:{COLLECTION}|news|coverage|entr(?:y|ies)|headlines?|reporting|updates?|developments?)"
_PUBLISHED = r"(?:published|written|posted|dated|released|that (?:came out|appeared))"
_ARTICLES_OF = re.compile(rf"(?:{_DATED_NOUN}|\b{_PUBLISHED})\s*(?:{_PUBLISHED}\s*)?$", re.IGNORECASE)
"""What comes before the time of articles: "the articles from", "news of", "published in"."""
_SAID_THEN = re.compile(
    rf"what (?:was|were|has been|is) (?:reported|written|published|posted|said|in the news)\b"
    rf"|what (?:do|does|did|have|has) {THE_ARTICLES} (?:say|said|report|reported|write|written|tell)\b",
    re.IGNORECASE,
)
_NEWS_WORDS = word_set("overview_words") | {"news", "new", "reported", "published", "posted", "written"}
_ASKS_FOR_MORE = re.compile(rf"\b(?:{COLLECTION}|how|who|whom|whose|when|where|why|which)\b", re.IGNORECASE)
OVERVIEW_QUESTION = "What are the articles about?"
"""What a question asks that has no topic but a time or an outlet."""
_ANY_TIME = (QuestionType.WHICH_ARTICLES, QuestionType.OVERVIEW)
"""Types of questions about articles, in which a time is that of articles."""


class Articles(Protocol):
    """What the index knows about the articles."""

    def sources(self) -> list[str]:
        """Return the outlets and authors of the articles."""
        ...

    def published(self) -> tuple[date, date] | None:
        """Return the first and the last day of publication; None if no article has a date."""
        ...

    def titles(self, words: str) -> dict[str, str]:
        """Return the titles of articles that contain some of these words, by path, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles a question means."""

    question: str
    """The question without the words that say which articles."""
    filter: Filter = NO_FILTER
    """The articles that it means."""
    preferred: tuple[Filter, ...] = ()
    """Articles that come first although others may answer as well; each filter stands for some of them."""
    understood: str = ""
    """What it means, in words, such as "Articles from November 2023"; empty if it means all articles."""


def scope_of(question: str, articles: Articles) -> Scope:
    """Return which articles a question means.

    Args:
        question: the question.
        articles: the articles of the index; they are looked up only if the question may mean some of them.
    """
    sources = articles.sources()
    outlets, without = outlets_in(question, sources)
    is_long = len(content_words(question)) >= MANY_TERMS
    outlet = None if is_long else only_outlet(outlets, without, sources)
    rest = without if outlet else question
    published = articles.published() if _MAY_NAME_A_TIME.search(rest) else None
    named = periods_in(rest, published[1]) if published else []
    limiting = _limiting(rest, named, *published) if published and not is_long else None
    preferred = tuple(_preferred(outlets, (each.period for each in named if each is not limiting)))
    if limiting:
        rest = _cut(rest, limiting)
    titles: dict[str, str] = {}
    if not is_long and parse_request(rest).type is not QuestionType.SUMMARY:
        titles, rest = article_named_in(rest, articles.titles)
    if not outlet and not limiting and not titles:
        return Scope(question, preferred=preferred)
    first, last = limiting.period if limiting else (None, None)
    meant = Filter(first, last, outlet.sources if outlet else (), paths=tuple(titles))
    return Scope(_or_overview(rest), meant, preferred, _in_words(outlet, limiting, titles.values()))


def _limiting(question: str, named: Sequence[NamedPeriod], first: date, last: date) -> NamedPeriod | None:
    """Return the time to which a question limits the articles; None if it names several."""
    limiting = [each for each in named if _limits(question, each, first, last)]
    return limiting[0] if len(limiting) == 1 else None


def _limits(question: str, named: NamedPeriod, first: date, last: date) -> bool:
    """Whether a question asks for articles of this time; ``first`` and ``last`` are the days of all articles."""
    if _ARTICLES_OF.search(question[: named.start]):
        return True
    if not named.preposition or not named.period.overlaps(first, last):
        return False
    if _SAID_THEN.match(without_courtesy(question)):
        return True
    request = parse_request(_cut(question, named))
    return request.type in _ANY_TIME or request.newest


def _cut(question: str, named: NamedPeriod) -> str:
    """Return the question without the time that it names."""
    return tidied(f"{question[: named.start].rstrip(' ,')} {question[named.end :].lstrip(' ,')}")


def _or_overview(question: str) -> str:
    """Return the rest of a question, or a question for an overview if it asks only for news or what was reported."""
    if _ASKS_FOR_MORE.search(question) or not _NEWS_WORDS.issuperset(content_words(question)):
        return question
    return OVERVIEW_QUESTION


def _preferred(outlets: Sequence[NamedOutlet], periods: Iterable[Period]) -> Iterator[Filter]:
    for outlet in outlets:
        yield Filter(sources=outlet.sources)
    for period in periods:
        if period.day:
            yield Filter(period.day, period.day + REPORTED_WITHIN)


def _in_words(outlet: NamedOutlet | None, limiting: NamedPeriod | None, titles: Iterable[str]) -> str:
    if named := " and ".join(f"\u201c{title}\u201d" for title in titles):
        return named
    period = limiting.period.in_words() if limiting else ""
    if outlet:
        return ", ".join(part for part in (f"Articles from {outlet.name}", period) if part)
    return f"Articles {period}" if period.startswith(("since", "until")) else f"Articles from {period}"
