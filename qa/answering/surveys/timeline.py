"""What happened when, oldest first, and the latest on a topic, newest first; each sentence with its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.answering.composition import REFUSAL, Composition, Draft
from qa.answering.resources import Resources
from qa.answering.surveys.articles import by_article
from qa.answering.surveys.dated_sentences import DatedSentence, dated_sentences
from qa.datatypes import Filter, Passage
from qa.questions.periods import Period, periods_in
from qa.questions.requests import Request
from qa.questions.terms import Term
from qa.text.english import word_set
from qa.text.words import contains_stem, content_words, stem, stems

CONFIDENCE = {"latest": 0.8, "timeline": 0.7, "period": 0.7}
"""Probability that such an answer is right."""
PASSAGES_SEARCHED = 60
"""Passages from which the articles about a topic are taken."""
ARTICLES_READ = 12
"""Articles of which all sentences are read, best first."""
PASSAGES_OF_ARTICLES = 400
"""Passages read of all these articles together."""
LEAD = 3
"""Sentences at the beginning of an article that say what it is about."""
LEAST_ABOUT = 0.6
"""Share of the topic's weight that title and lead of an article about it contain."""
STATEMENTS = {"latest": 5, "timeline": 8, "period": 6}
"""Maximum number of statements."""
OF_NEWEST_ARTICLE = 3
"""Statements from the newest article; those after it contribute one each."""
SAME_EVENT = 0.5
"""Share of common stems from which two sentences tell of the same event."""
LEAST_MENTIONING = 0.2
"""Share of its sentences that name the topic in an article about it whose title does not."""
MOSTLY = 0.5
"""Share of the topic's weight from which a sentence names it."""
_EVENT_STEMS = frozenset(stem(word) for word in word_set("event_words"))
_LONGEST_PERIOD = timedelta(366)
_REPORTED_WITHIN = timedelta(1)
"""Time within which news of a day is published."""
_EVER = Period(date.min, date.max)


@dataclass(frozen=True, slots=True)
class DatedArticle:
    """An article with all its sentences."""

    published: date | None
    """Its day of publication, if known."""
    about: float
    """Share of the topic's weight that its title and lead contain, 0 to 1."""
    sentences: tuple[DatedSentence, ...]
    """Its sentences, in order."""
    is_named: bool
    """Whether its title names the topic."""

    def usable(self, terms: Sequence[Term]) -> list[DatedSentence]:
        """Return the sentences that can be understood alone; they name the topic unless the title does."""
        return [
            sentence
            for sentence in self.sentences
            if not sentence.is_dependent and (self.is_named or _share(terms, sentence.stems))
        ]


def compose_timeline(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft | None:
    """Return what happened when, or the latest; ``REFUSAL`` if no article is about the topic.

    None if the articles have no dates.

    Args:
        request: the topic, perhaps with a time, and whether the newest comes first.
        passages: the passages retrieved for it, best first.
        resources: the index, to find further passages.
    """
    published = resources.index.published()
    if published is None:
        return None
    topic, period = _without_period(request.topic, published[1])
    terms = _terms(topic, resources)
    articles = _articles(topic or request.topic, terms, period, resources)
    if request.newest and not period:
        kind, chosen = "latest", _latest(terms, articles)
    elif period:
        kind, chosen = "period", _within(period, terms, articles)
    else:
        kind, chosen = "timeline", _timeline(terms, articles)
    if not chosen:
        return Draft(REFUSAL, tuple(passages), 1.0 - CONFIDENCE[kind], "no article tells of it with a date")
    composition = Composition(None, tuple(sentence.dated() for sentence in chosen))
    reason = f"{len(chosen)} sentences from articles about the topic, by date"
    return Draft(composition, _ranked(chosen, passages), CONFIDENCE[kind], reason)


def _without_period(topic: str, newest: date) -> tuple[str, Period | None]:
    """Return the topic without the time that it names, and that time."""
    named = periods_in(topic, newest)
    if not named:
        return topic, None
    return f"{topic[: named[0].start]} {topic[named[0].end :]}".strip(), named[0].period


def _terms(topic: str, resources: Resources) -> tuple[Term, ...]:
    """Return the words of the topic that an article about it has to contain."""
    if not content_words(topic):
        return ()
    terms = resources.parse(topic).topical
    return tuple(term for term in terms if term.stem not in _EVENT_STEMS) or terms


def _articles(topic: str, terms: Sequence[Term], period: Period | None, resources: Resources) -> list[DatedArticle]:
    """Return the articles about a topic with all their sentences; of a period, those published then too."""
    hits = resources.search(topic, PASSAGES_SEARCHED)
    if period and period.overlaps(*(resources.index.published() or _EVER)):
        hits = [*_published_in(period, topic, resources), *hits]
    paths = list(dict.fromkeys(passage.path for passage in hits))[:ARTICLES_READ]
    if not paths:
        return []
    inside = replace(resources, scope=Filter(paths=tuple(paths)), preferred=())
    articles = by_article(inside.search(topic, PASSAGES_OF_ARTICLES))
    read = (_read(terms, articles[path]) for path in paths if path in articles)
    return [article for article in read if article.about >= LEAST_ABOUT and article.sentences]


def _published_in(period: Period, topic: str, resources: Resources) -> list[Passage]:
    """Return passages of articles that report on a period."""
    scope = resources.scope
    last = period.last + _REPORTED_WITHIN if period.last else None
    since = max((day for day in (scope.since, period.first) if day), default=None)
    until = min((day for day in (scope.until, last) if day), default=None)
    limited = replace(resources, scope=replace(scope, since=since, until=until), preferred=())
    return limited.search(topic, ARTICLES_READ)


def _read(terms: Sequence[Term], parts: Sequence[Passage]) -> DatedArticle:
    """Return an article and how much it is about the topic: not if title and most sentences do not name it."""
    sentences = tuple(dated_sentences(parts))
    title = stems(parts[0].title)
    lead = title.union(*(sentence.stems for sentence in sentences[:LEAD]))
    is_named = _share(terms, title) >= MOSTLY
    mentioning = sum(_share(terms, sentence.stems) >= MOSTLY for sentence in sentences)
    is_about = is_named or mentioning >= LEAST_MENTIONING * len(sentences)
    return DatedArticle(parts[0].published, _share(terms, lead) if is_about else 0.0, sentences, is_named)


def _share(terms: Sequence[Term], known: frozenset[str]) -> float:
    """Return the share of the terms' weight that ``known`` contains, 0 to 1; 1 without any terms."""
    total = sum(term.weight for term in terms)
    return sum(term.weight for term in terms if contains_stem(known, term.stem)) / total if total else 1.0


def _latest(terms: Sequence[Term], articles: Sequence[DatedArticle]) -> list[DatedSentence]:
    """Return the sentences that say most, of the newest articles, newest first."""
    dated = [article for article in articles if article.published]
    dated.sort(key=lambda article: (article.published or date.min, article.about), reverse=True)
    chosen: list[DatedSentence] = []
    for article in dated:
        wanted = 1 if chosen else OF_NEWEST_ARTICLE
        best = sorted(article.usable(terms), key=lambda sentence: -_weight(terms, article, sentence, LEAD))
        of_article = [replace(sentence, period=None) for sentence in _distinct(best, terms, wanted, chosen)]
        chosen += sorted(of_article, key=lambda sentence: sentence.number)
        if len(chosen) >= STATEMENTS["latest"]:
            break
    return chosen[: STATEMENTS["latest"]]


def _timeline(terms: Sequence[Term], articles: Sequence[DatedArticle]) -> list[DatedSentence]:
    """Return the sentences about the topic that state a time, and the beginnings of articles, oldest first."""
    candidates: list[tuple[float, DatedSentence]] = []
    for article in articles:
        for sentence in article.usable(terms):
            stated = sentence.period is not None and _is_short(sentence.period)
            if stated or (sentence.number == 0 and article.published):
                candidates.append((_weight(terms, article, sentence) + stated, sentence))
    return _oldest_first(candidates, terms, STATEMENTS["timeline"])


def _within(period: Period, terms: Sequence[Term], articles: Sequence[DatedArticle]) -> list[DatedSentence]:
    """Return the sentences that tell what happened in a period, oldest first.

    They state a time in it, or begin an article that was published then, or on the day after if it is one day.
    """
    until = Period(period.first, period.last + _REPORTED_WITHIN) if period.day and period.last else period
    candidates: list[tuple[float, DatedSentence]] = []
    for article in articles:
        for sentence in article.usable(terms):
            if sentence.period:
                tells = sentence.period.first in period and sentence.period.last in period
            else:
                tells = article.published in until and sentence.number < LEAD
            if tells:
                candidates.append((_weight(terms, article, sentence) + bool(sentence.period), sentence))
    return _oldest_first(candidates, terms, STATEMENTS["period"])


def _weight(
    terms: Sequence[Term], article: DatedArticle, sentence: DatedSentence, sentences_per_point: int = 30
) -> float:
    """Return how well a sentence of an article fits: it names the topic, begins a paragraph, and comes early."""
    form = 0.5 * sentence.is_opening - sentence.is_personal
    return article.about + 0.5 * _share(terms, sentence.stems) + form - sentence.number / (2 * sentences_per_point)


def _is_short(period: Period) -> bool:
    return period.first is not None and period.last is not None and period.last - period.first <= _LONGEST_PERIOD


def _oldest_first(
    candidates: Iterable[tuple[float, DatedSentence]], terms: Sequence[Term], most: int
) -> list[DatedSentence]:
    ordered = (sentence for _, sentence in sorted(candidates, key=lambda each: -each[0]))
    chosen = _distinct(ordered, terms, most)
    return sorted(chosen, key=lambda sentence: (sentence.day, sentence.passage.path, sentence.number))


def _distinct(
    sentences: Iterable[DatedSentence], terms: Sequence[Term], most: int, others: Sequence[DatedSentence] = ()
) -> list[DatedSentence]:
    """Return the first sentences that tell of different events, also from ``others``; the topic's words aside."""
    topic = {term.stem for term in terms}
    chosen: list[DatedSentence] = []
    for sentence in sentences:
        if len(chosen) == most:
            break
        own = sentence.stems - topic
        if all(_overlap(own, other.stems - topic) < SAME_EVENT for other in (*others, *chosen)):
            chosen.append(sentence)
    return chosen


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / (min(len(first), len(second)) or 1)


def _ranked(chosen: Sequence[DatedSentence], others: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return the passages of the chosen sentences and then the others, with their ranks."""
    unique = {(passage.path, passage.start): passage for passage in (*(each.passage for each in chosen), *others)}
    return tuple(replace(passage, rank=rank) for rank, passage in enumerate(unique.values(), 1))
