"""Suggested questions: what a person might ask of this corpus, each verified by its answer before it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from qa.answering.surveys.articles import original_paths
from qa.datatypes.answers import CERTAINTY
from qa.questions.types import QuestionType
from qa.suggestions.facts import Fact, facts_of
from qa.suggestions.names import SharedName, shared_names
from qa.text.sanitizing import single_line
from qa.text.words import same_answer

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.datatypes import Answer
    from qa.index import DocumentEntry, Index

MIN_CONFIDENCE = 0.6
"""Confidence required of an answer; a fact has to be called very likely, and a list of articles too."""
MAX_FACTS, MAX_NAMES, MAX_TITLES = 8, 3, 4
"""Questions of a kind that are tried; each takes about 0.1 s, in a large corpus 0.3 s."""
ARTICLES_FOR_TOPICS = 3
"""Articles that a corpus needs for a question for its topics."""
DAYS_OF_NEWS = 3
"""Days on which articles about something appeared that a question for the latest on it needs."""
MOST_LISTED = 12
"""Articles of a list worth a question; about as many again mention a name later than in their beginnings."""
ARTICLES_SEARCHED = 60
"""Articles whose sentences are searched for facts, spread evenly over the corpus."""
FACTS_PER_ARTICLE = 2
"""Facts of an article that are tried."""
LONGEST_TITLE = 60
"""Characters of a title that is part of a question."""


class Candidate(NamedTuple):
    """A question, and what tells whether its answer is good enough to suggest it."""

    question: str
    """The question."""
    passes: Callable[[Answer], bool]
    """Whether this answer is what a person would expect."""
    name: str = ""
    """The name it is about, of which no other question is suggested."""


def suggest_questions(assistant: Assistant) -> Iterator[str | None]:
    """Yield each question that is answered well, and None for each attempt that is not.

    An attempt takes a moment, so the caller can give precedence to other work between two of them. The first questions
    differ in kind: the topics of the articles, what they say about somebody, a fact, the latest on somebody, which
    articles mention somebody; then come an article by its title and one more fact.
    """
    index = assistant.index
    originals = original_paths(index.documents(), index)
    entries = [entry for entry in index.documents() if entry.path in originals]
    names, facts, titles = shared_names(entries, index), _facts(entries, index), _titles(entries)
    kinds = (
        (_topics(entries), 1),
        (_about(names, len(entries)), MAX_NAMES),
        (facts, MAX_FACTS),
        (_latest(names), MAX_NAMES),
        (_mentions(names, len(entries)), MAX_NAMES),
        (titles, MAX_TITLES),
        (facts, MAX_FACTS),
        (titles, MAX_TITLES),
    )
    used: set[str] = set()
    for candidates, attempts in kinds:
        unused = (candidate for candidate in candidates if candidate.name not in used)
        for candidate in islice(unused, attempts):
            if candidate.passes(assistant.find(candidate.question)):
                used.update(filter(None, [candidate.name]))
                yield candidate.question
                break
            yield None


def _topics(entries: list[DocumentEntry]) -> Iterator[Candidate]:
    if len(entries) >= ARTICLES_FOR_TOPICS:
        yield Candidate("What topics come up in these articles?", _gathers(QuestionType.OVERVIEW))


def _about(names: list[SharedName], articles: int) -> Iterator[Candidate]:
    says = "do the articles say" if articles > 1 else "does the article say"
    for name in names:
        passes = _gathers(QuestionType.TOPIC, least_articles=min(articles, 2))
        yield Candidate(f"What {says} about {name.text}?", passes, name.text)


def _latest(names: list[SharedName]) -> Iterator[Candidate]:
    for name in names:
        if name.days >= DAYS_OF_NEWS:
            yield Candidate(f"What is the latest on {name.text}?", _gathers(QuestionType.TIMELINE), name.text)


def _mentions(names: list[SharedName], articles: int) -> Iterator[Candidate]:
    for name in names:
        if name.articles <= min(articles, MOST_LISTED) / 2:
            passes = _gathers(QuestionType.WHICH_ARTICLES, CERTAINTY[0][0])
            yield Candidate(f"Which articles mention {name.text}?", passes, name.text)


def _titles(entries: list[DocumentEntry]) -> Iterator[Candidate]:
    counts = Counter(entry.title for entry in entries)
    for entry in entries:
        title = single_line(entry.title)
        if counts[entry.title] == 1 and len(title) <= LONGEST_TITLE and not set(title) & set('"\u201c\u201d\u2026'):
            yield Candidate(f"What does the article titled \u201c{title}\u201d say?", _summarises(entry.path))


def _facts(entries: list[DocumentEntry], index: Index) -> Iterator[Candidate]:
    for entry in entries[:: -(-len(entries) // ARTICLES_SEARCHED)]:
        for fact in islice(facts_of(entry.path, index), FACTS_PER_ARTICLE):
            yield Candidate(fact.question, _states(fact))


def _gathers(kind: QuestionType, least: float = MIN_CONFIDENCE, least_articles: int = 2) -> Callable[[Answer], bool]:
    """Return whether an answer is of this kind, quotes several statements, and of so many articles."""

    def passes(answer: Answer) -> bool:
        cited = {citation.path for citation in answer.citations}
        return (
            _is_plain(answer, kind)
            and answer.confidence >= least
            and len(answer.citations) > 1
            and len(cited) >= least_articles
        )

    return passes


def _summarises(path: str) -> Callable[[Answer], bool]:
    """Return whether an answer quotes this article, and no other."""

    def passes(answer: Answer) -> bool:
        return _is_plain(answer, QuestionType.SUMMARY) and {citation.path for citation in answer.citations} == {path}

    return passes


def _states(fact: Fact) -> Callable[[Answer], bool]:
    """Return whether an answer is this fact, and very likely."""

    def passes(answer: Answer) -> bool:
        is_same = answer.short_answer is not None and same_answer(answer.short_answer, fact.answer)
        return is_same and _is_plain(answer) and answer.confidence >= CERTAINTY[0][0]

    return passes


def _is_plain(answer: Answer, kind: QuestionType | None = None) -> bool:
    """Whether a question is answered, and was taken as it stands."""
    is_kind = kind is None or answer.question_type == kind.value
    return is_kind and answer.is_stated and not answer.notice
