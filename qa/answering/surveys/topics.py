"""What the articles say about a topic, and what one article says: their most telling sentences."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.composition import REFUSAL, Composition, Draft
from qa.answering.refusals import unknown_terms
from qa.answering.resources import Resources
from qa.answering.surveys.summarization import ABOUT, RatedSentence, choose, in_order, rated_sentences, sentences_about
from qa.datatypes import Passage
from qa.questions.requests import Request
from qa.questions.terms import Question
from qa.text.words import content_stems, covered_share

PASSAGES_SUMMARISED = 30
"""Passages whose sentences may be quoted on a topic."""
MOST_STATEMENTS, STATEMENTS_PER_ARTICLE = 7, 3
"""Sentences quoted on a topic, and those from one article if several are about it."""
STATEMENTS_OF_ONE_ARTICLE = 6
"""Sentences quoted from the only article, or from the one that a question names."""
CHUNKS_OF_ARTICLE = 60
"""Chunks at the beginning of an article that are summarised: some 30 pages."""
CONFIDENCE = 0.9
"""Probability that sentences are what was asked for if one of them covers the whole topic."""
LEAST_COVERED = 0.45
"""Share of the topic's words that some sentence must cover with its surroundings; else nothing is said about it."""
TITLE_WEIGHT = 0.5
"""Weight of the words in an article's title, against the score of its best passage, in finding the article meant."""
IN_TITLE = 0.6
"""Share of the words of a question that the title of the article it means has."""
CLOSE = 0.85
"""Score of another article's best passage, relative to the first, from which the question may mean that one too."""


def compose_topic(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft | None:
    """Return what the articles say about a topic, article by article, oldest first; None if they hardly name it.

    If no article has one of its words, the draft is a refusal.
    """
    topic = _parsed(request.topic, resources)
    retrieved = resources.search(request.topic, PASSAGES_SUMMARISED)
    sentences = sentences_about(topic, retrieved)
    covered = max((sentence.coverage for sentence in sentences), default=0.0)
    if covered < LEAST_COVERED:
        unknown = unknown_terms(topic, resources.index.document_frequency)
        return Draft(REFUSAL, tuple(passages), covered, "no article has its words") if unknown else None
    articles = {sentence.passage.path for sentence in sentences if sentence.relevance >= ABOUT}
    limits = (MOST_STATEMENTS, STATEMENTS_PER_ARTICLE) if len(articles) > 1 else (STATEMENTS_OF_ONE_ARTICLE,) * 2
    chosen = in_order(choose(sentences, request.topic, resources.embedder, *limits))
    return _draft(chosen, retrieved[: len(passages)], covered)


def compose_summary(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft | None:
    """Return what the article that a question names says, in its own order."""
    topic = _parsed(request.topic, resources)
    path = _meant(request.topic, passages)
    if path is None:
        return compose_topic(request, passages, resources)
    retrieved = resources.passages_of(path, CHUNKS_OF_ARTICLE)
    covered = max((sentence.coverage for sentence in sentences_about(topic, passages)), default=0.0)
    chosen = choose(
        rated_sentences(topic, retrieved),
        f"{retrieved[0].title}. {request.topic}",
        resources.embedder,
        STATEMENTS_OF_ONE_ARTICLE,
        STATEMENTS_OF_ONE_ARTICLE,
    )
    return _draft(in_order(chosen), passages, covered)


def _parsed(topic: str, resources: Resources) -> Question:
    # A first word is never taken for a name, since any word is capitalised there.
    return resources.parse(f"about {topic}")


def _meant(topic: str, passages: Sequence[Passage]) -> str | None:
    """Return the path of the article that a question names; None if it may be any of several, or none."""
    wanted = content_stems(topic)
    best: dict[str, float] = {}
    titles: dict[str, float] = {}
    for passage in passages:
        named = covered_share(wanted, content_stems(f"{passage.title} {passage.layout.context} {passage.path}"))
        titles[passage.path] = max(named, titles.get(passage.path, 0.0))
        best[passage.path] = max(passage.scores.fused, best.get(passage.path, 0.0))
    ordered = sorted(best, key=lambda path: -best[path] - TITLE_WEIGHT * titles[path])
    if not ordered:
        return None
    first, *others = ordered
    is_clear = titles[first] >= IN_TITLE or all(best[other] < CLOSE * best[first] for other in others)
    return first if is_clear else None


def _draft(sentences: Sequence[RatedSentence], passages: Sequence[Passage], covered: float) -> Draft:
    composition = Composition(None, tuple(sentence.statement() for sentence in sentences))
    articles = len({sentence.passage.path for sentence in sentences})
    reason = f"{len(sentences)} sentences of {articles} articles, the best covers {covered:.2f} of the topic"
    return Draft(composition if sentences else REFUSAL, tuple(passages), CONFIDENCE * covered, reason)
