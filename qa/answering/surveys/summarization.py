"""Chooses sentences that together say the most about a topic.

A query-focused extractive summary: each sentence is scored for its relevance to the topic, its centrality among the
sentences on the topic (LexRank, Erkan and Radev 2004, doi:10.1613/jair.1523) and its place in the article. Sentences
are then chosen by maximal marginal relevance (Carbonell and Goldstein 1998, doi:10.1145/290941.291025).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.answering.sentences import Sentence
from qa.answering.surveys.articles import by_article
from qa.datatypes import Passage
from qa.models.embedding import Embedder
from qa.questions.terms import Question
from qa.reader.coverage import PassageWords, coverage
from qa.text.english.patterns import MONTH
from qa.text.words import covered_share

MOST_SENTENCES = 80
"""Sentences that are compared, those that cover the topic best first; embedding one takes 3 ms."""
LEAD = 1200
"""Characters at the beginning of an article in which sentences count more, as newspapers put the news first."""
ABOUT, MENTIONED = 0.6, 0.4
"""Score of an article's best passage, relative to the best of all, from which the article is about the topic, and from
which its sentences next to the topic's names are."""
OFTEN = 0.4
"""Share of sentences with a name of the topic from which an article without it in the title is about the topic."""
LEAST_NAMED = 0.5
"""Share of the topic's names, or of its words if it has none, that must stand near a sentence."""
RELEVANCE_WEIGHT, COVERAGE_WEIGHT, CENTRALITY_WEIGHT, LEAD_WEIGHT, ARTICLE_WEIGHT = 1.0, 0.4, 0.6, 0.15, 0.3
DEPENDENT_WEIGHT, PERSONAL_WEIGHT, SPECIFIC_WEIGHT = -0.2, -0.3, 0.1
_TIME = re.compile(rf"\d+|{MONTH}", re.IGNORECASE)
NOVELTY_WEIGHT = 0.6
"""How much likeness to a chosen sentence counts against a sentence."""
TOO_ALIKE = 0.8
"""Cosine from which a sentence repeats a chosen one."""

_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class RatedSentence(Sentence):
    """A sentence with how it bears on a topic."""

    coverage: float
    """Share of the topic's words that it covers, with its surroundings, 0 to 1."""
    relevance: float
    """Score of its article's best passage, relative to the best of all articles, 0 to 1."""


def sentences_about(topic: Question, passages: Sequence[Passage]) -> list[RatedSentence]:
    """Return the sentences of ``passages`` that may be quoted, each once, those that cover the topic best first."""
    names = _names_of(topic)
    sentences: dict[str, RatedSentence] = {}
    for article, relevance in _relevant_articles(passages):
        split = [PassageWords.of(passage) for passage in article]
        is_about = relevance >= ABOUT and _is_about(names, split)
        for passage, words in zip(article, split, strict=True):
            for number in range(len(words.offsets)):
                near = words.everything if is_about else words.sentences[number]
                sentence = _sentence(topic, passage, words, number, relevance)
                if covered_share(names, near) >= LEAST_NAMED and sentence.is_quotable:
                    sentences.setdefault(sentence.text, sentence)
    return sorted(sentences.values(), key=lambda sentence: -sentence.coverage - sentence.relevance)


def rated_sentences(topic: Question, passages: Sequence[Passage]) -> list[RatedSentence]:
    """Return all sentences of the passages of one article that may be quoted, in order."""
    sentences = [
        _sentence(topic, passage, words, number, 1.0)
        for passage in passages
        for words in [PassageWords.of(passage)]
        for number in range(len(words.offsets))
    ]
    return list({sentence.text: sentence for sentence in sentences if sentence.is_quotable}.values())


def choose(
    sentences: Sequence[RatedSentence], topic: str, embedder: Embedder, limit: int, per_article: int
) -> list[RatedSentence]:
    """Return at most ``limit`` sentences that together say the most about ``topic``, best first.

    Args:
        sentences: the sentences to choose from; only the first ``MOST_SENTENCES`` are compared.
        topic: what the summary is about.
        embedder: the embedding model.
        limit: the maximum number of sentences.
        per_article: the maximum number from one article.
    """
    compared = sentences[:MOST_SENTENCES]
    if not compared:
        return []
    vectors = embedder.embed([topic, *(sentence.text for sentence in compared)])
    likeness = vectors[1:] @ vectors[1:].T
    scores = _scores(compared, vectors[1:] @ vectors[0], likeness)
    chosen: list[int] = []
    articles: Counter[str] = Counter()
    repeated = np.zeros(len(compared), np.float32)
    while len(chosen) < limit:
        gain = scores - NOVELTY_WEIGHT * repeated
        allowed = [
            index
            for index in range(len(compared))
            if repeated[index] < TOO_ALIKE
            and index not in chosen
            and articles[compared[index].passage.path] < per_article
        ]
        if not allowed:
            break
        best = max(allowed, key=lambda index: gain[index])
        chosen.append(best)
        articles[compared[best].passage.path] += 1
        repeated = np.maximum(repeated, likeness[best])
    return [compared[index] for index in chosen]


def in_order(sentences: Sequence[RatedSentence]) -> list[RatedSentence]:
    """Return sentences article by article, oldest first, each article's in its own order; undated articles last."""

    def key(sentence: Sentence) -> tuple[bool, str, str, int]:
        published = sentence.passage.published
        return published is None, published.isoformat() if published else "", sentence.passage.path, sentence.position

    return sorted(sentences, key=key)


def _scores(
    sentences: Sequence[RatedSentence], relevance: NDArray[np.float32], likeness: NDArray[np.float32]
) -> NDArray[np.float32]:
    others = np.maximum(likeness, 0.0) * np.maximum(relevance, 0.0)
    centrality = others.sum(1) - np.diag(others)
    centrality /= max(float(centrality.max()), 1e-6)
    own = [
        COVERAGE_WEIGHT * sentence.coverage
        + ARTICLE_WEIGHT * sentence.relevance
        + LEAD_WEIGHT * max(0.0, 1.0 - sentence.position / LEAD)
        + DEPENDENT_WEIGHT * sentence.is_dependent
        + PERSONAL_WEIGHT * sentence.is_personal
        + SPECIFIC_WEIGHT * bool(_FIGURE.search(sentence.text))
        for sentence in sentences
    ]
    scores: NDArray[np.float32] = (
        RELEVANCE_WEIGHT * relevance + CENTRALITY_WEIGHT * centrality + np.array(own, np.float32)
    )
    return scores


def _relevant_articles(passages: Sequence[Passage]) -> Iterator[tuple[list[Passage], float]]:
    """Yield the passages of each article that says something on the topic, and how relevant it is, 0 to 1."""
    articles = by_article(passages)
    best = {path: max(passage.scores.fused for passage in article) for path, article in articles.items()}
    most = max(best.values(), default=0.0) or 1.0
    for path, article in articles.items():
        if best[path] / most >= MENTIONED:
            yield article, best[path] / most


def _names_of(topic: Question) -> list[str]:
    """Return the stems of a topic's names, or of its words if it has none; a time is no name."""
    named = [term.stem for term in topic.named if not _TIME.fullmatch(term.word)]
    return named or [term.stem for term in topic.topical]


def _is_about(names: Sequence[str], split: Sequence[PassageWords]) -> bool:
    """Whether an article is about the topic with these names, rather than mentioning it."""
    sentences = [sentence for words in split for sentence in words.sentences]
    named = sum(not sentence.isdisjoint(names) for sentence in sentences)
    return named >= OFTEN * len(sentences) or covered_share(names, split[0].title) >= LEAST_NAMED


def _sentence(topic: Question, passage: Passage, words: PassageWords, number: int, relevance: float) -> RatedSentence:
    start, end = words.offsets[number]
    return RatedSentence(passage, start, end, coverage(topic, words.scopes(number, number)[:2]), relevance)
