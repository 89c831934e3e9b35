"""Lists the articles that mention something, by full text, or that are about something, by relevance."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qa.answering.composition import Composition, Draft, QuotedStatement
from qa.answering.resources import Resources
from qa.answering.sentences import Sentence, most_readable, sentences_in
from qa.answering.surveys.articles import copies_noted, earliest_copies, listed, original_paths, without_copies
from qa.answering.surveys.mentions import (
    Phrase,
    articles_with,
    articles_with_words,
    sentence_with_phrase,
    sentence_with_words,
)
from qa.answering.surveys.relevance import articles_about
from qa.datatypes import Passage
from qa.index import ChunkText, Index
from qa.questions.requests import Request
from qa.text.english import capitalized, counted
from qa.text.words import content_stems, words

MOST_LISTED = 12
"""Articles that are listed; of the others only the number is given."""
CONFIDENCE = {
    "phrase": 0.97,
    "phrases": 0.9,
    "words": 0.6,
    "about": 0.75,
    "only mentioned": 0.6,
    "none": 0.1,
    "dated": 0.95,
}
"""Probability that such a list is what was asked for: articles contain the very phrase, phrases joined by "and" or
"or", its words in one sentence; they are about the topic, or only mention it; there is no such article; it is the
article with the first or the last date."""

_FRAME = re.compile(
    r"^(?:(?:any|some)(?:thing|one|body) (?:about|of) |(?:the )?(?:words?|names?|terms?|phrases?|expressions?|person"
    r"|topics?|subjects?) (?:of )?(?=\S)|both |either )",
    re.IGNORECASE,
)
"""Words before a topic that do not belong to it."""
_ARTICLE = re.compile(r"^(?:the|an?) (?=\w)", re.IGNORECASE)
"""The word before a phrase that articles need not contain."""
_TAIL = re.compile(r"(?:[\s,]+(?:at all|anywhere|by name|at least once|in (?:them|it|the text)))?[\s,?.!]*$", re.I)
_JOINED = re.compile(r",?\s+(?P<word>and|or)\s+(?:the\s+)?|,\s+(?:the\s+)?", re.IGNORECASE)

Articles = Mapping[str, Sequence[ChunkText]]
"""Chunks by the path of their article."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The articles that mention something."""

    articles: Articles
    """The chunks of each that mention it."""
    sentence: Callable[[Sequence[ChunkText]], Sentence | None]
    """Returns the sentence to show of an article, from its chunks."""
    origin: str
    """How they were found: a key of ``CONFIDENCE``."""


def compose_which_articles(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft | None:
    """Return the list of the articles that mention the topic of a request, or that are about it."""
    if not request.topic and (request.newest or request.oldest):
        return _by_date(request, passages, resources)
    topic = _TAIL.sub("", _FRAME.sub("", request.topic))
    phrase = _ARTICLE.sub("", topic)
    if not words(phrase):
        return None
    index = resources.index
    originals = original_paths(resources.documents(), index)
    earliest = earliest_copies(originals, index)
    if not request.exact:
        about = [sentence for sentence in articles_about(phrase, resources) if sentence.passage.path in originals]
        if about:
            distinct = without_copies([sentence.passage.path for sentence in about], earliest)
            about = [sentence for sentence in about if sentence.passage.path in distinct]
            stories = {earliest.get(path, path) for path in distinct}
            count = sum(earliest.get(path, path) in stories for path in originals)
            opening = f"{_share(count, len(originals), 'is', 'are')} about {topic}{copies_noted(count - len(about))}"
            return _draft(opening, len(about), about, "about", phrase)
    mentions = _mentions(phrase, index, originals)
    if mentions is None or (mentions.origin == "words" and not request.exact):
        refusal = f"No article {'mentions' if request.exact else 'is about'} {topic}."
        return Draft(
            Composition(None, (), refusal), tuple(passages), CONFIDENCE["none"], f"no article contains {topic}"
        )
    count = len(mentions.articles)
    distinct = without_copies(mentions.articles, earliest)
    most = sorted((mentions.articles[path] for path in distinct), key=len, reverse=True)[:MOST_LISTED]
    shown = [sentence for chunks in most if (sentence := mentions.sentence(chunks))]
    origin = mentions.origin if request.exact else "only mentioned"
    opening = _opening(topic, origin, count, len(originals)) + copies_noted(count - len(distinct))
    return _draft(opening, len(distinct), shown, origin, phrase)


def _by_date(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft:
    """Return the newest or the oldest article with the first sentence that says most alone."""
    documents = resources.documents()
    originals = original_paths(documents, resources.index)
    dated = [entry for entry in documents if entry.published and entry.path in originals]
    days = [entry.published for entry in dated if entry.published]
    if not days:
        return Draft(Composition(None, (), "No article has a date."), tuple(passages), 0.0, "no article has a date")
    day = max(days) if request.newest else min(days)
    shown = [
        sentence
        for entry in [entry for entry in dated if entry.published == day][:MOST_LISTED]
        if (sentence := most_readable(sentences_in(resources.passages_of(entry.path, 1))))
    ]
    statements = tuple(map(listed, shown))
    reason = f"of {counted(len(dated), 'article')} with a date"
    return Draft(Composition(None, statements), tuple(passages), CONFIDENCE["dated"], reason)


def _opening(topic: str, origin: str, count: int, total: int) -> str:
    """Return how many articles mention a topic, or what they do instead."""
    if origin == "words":
        return f"No article has exactly {topic}; {_share(count, total, 'has', 'have')} its words in one sentence"
    mentioning = f"{_share(count, total, 'mentions', 'mention')} {topic}"
    return f"No article is mainly about {topic}; {mentioning}" if origin == "only mentioned" else mentioning


def _mentions(text: str, index: Index, originals: Collection[str]) -> Mentions | None:
    """Return the articles that contain a phrase, or the phrases that it joins, or its words in one sentence."""
    phrase = Phrase(text)
    articles = _among(articles_with(phrase, index), originals)
    if articles:
        return Mentions(articles, lambda chunks: sentence_with_phrase([phrase], chunks, index), "phrase")
    parts = [part for part in _JOINED.split(text) if part and part.lower() not in ("and", "or") and words(part)]
    if len(parts) > 1:
        phrases = [Phrase(part) for part in parts]
        every = [_among(articles_with(part, index), originals) for part in phrases]
        either = any(match["word"] == "or" for match in _JOINED.finditer(text))
        paths = set[str]().union(*every) if either else set(every[0]).intersection(*every)
        articles = {path: [chunk for part in every for chunk in part.get(path, ())] for path in sorted(paths)}
        if articles:
            return Mentions(articles, lambda chunks: sentence_with_phrase(phrases, chunks, index), "phrases")
    if len(content_stems(text)) < 2:
        return None
    articles = _among(articles_with_words(text, index), originals)
    if not articles:
        return None
    return Mentions(articles, lambda chunks: sentence_with_words(text, chunks, index), "words")


def _draft(opening: str, count: int, sentences: Sequence[Sentence], origin: str, phrase: str) -> Draft:
    """Return a list of articles, newest first; at most ``MOST_LISTED``."""
    shown = sorted(sentences[:MOST_LISTED], key=lambda sentence: sentence.passage.published or date.min, reverse=True)
    more = count - len(shown)
    statements = [QuotedStatement(f"{capitalized(opening)}.", ()), *map(listed, shown)]
    if more:
        query = " ".join(words(phrase))
        statements.append(
            QuotedStatement(f"And {more} more, which this finds: qa search \u201c{query}\u201d -k 100", ())
        )
    reason = f"{counted(count, 'article')} by {'relevance' if origin == 'about' else 'full text'}"
    passages = tuple(sentence.passage for sentence in shown)
    return Draft(Composition(None, tuple(statements)), passages, CONFIDENCE[origin], reason)


def _share(count: int, total: int, singular: str, plural: str) -> str:
    """Return how many of all articles do something."""
    if count == total:
        return f"the only article {singular}" if total == 1 else f"all {total} articles {plural}"
    return f"{count} of {total} articles {singular if count == 1 else plural}"


def _among(articles: Articles, paths: Collection[str]) -> dict[str, Sequence[ChunkText]]:
    return {path: articles[path] for path in articles if path in paths}
