"""Between an answer and a refusal: the sentences that come nearest to a question, with a caveat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.composition import REFUSAL, Composition
from qa.answering.quotes import Quote, quote_of, quotes_of
from qa.answering.refusals import NAMED_LETTERS, no_article_mentions, telling_words, unknown_terms
from qa.answering.resources import Resources
from qa.datatypes import Passage, Span
from qa.questions.terms import Question
from qa.questions.types import QuestionType
from qa.reader.calibration import load_calibration
from qa.reader.coverage import PassageWords
from qa.reader.network import SHIPPED
from qa.reader.reading import Reading
from qa.reader.sentences import cosines_of, nearest_first, score_sentences
from qa.text.english import word_set
from qa.text.words import words

CAVEAT = "The articles do not say this directly; the nearest:"
"""Precedes the sentences that come nearest to a question."""
LEAST_CONFIDENCE = 0.1
"""Share of the confidence required for an answer from which the nearest sentences are shown; below it are questions
that have nothing to do with the articles."""
CLOSE_ENOUGH = 0.25
"""Odds of a further sentence, relative to the best one, from which it is shown."""
MOST_STATEMENTS = 3
"""Number of sentences shown."""
_BEGINNINGS = word_set("question_words") | word_set("auxiliaries")
_PASSAGES, _SENTENCES = 8, 24
"""Passages, and their sentences with most of the question's words, that are compared with the question."""


def compose_near_refusal(
    question: Question, passages: Sequence[Passage], reading: Reading, resources: Resources
) -> Composition:
    """Return the sentences that come nearest to a question, or a refusal if it has nothing to do with the articles."""
    unknown = unknown_terms(question, resources.index.document_frequency)
    has_unknown_name = any(term in question.named for term in unknown)
    if has_unknown_name or reading.answerable < LEAST_CONFIDENCE * resources.min_confidence:
        return REFUSAL
    nearest = compose_nearest(question, passages, reading, resources)
    missing = no_article_mentions(telling_words(question, unknown, NAMED_LETTERS))
    return replace(nearest, caveat=f"{missing} {nearest.caveat}".strip())


def compose_nearest(
    question: Question, passages: Sequence[Passage], reading: Reading, resources: Resources
) -> Composition:
    """Return the sentences that come nearest to a question, with a caveat instead of a short answer.

    Two come from what was read and one from the sentences most like the question. For 14 everyday questions that were
    refused though the articles answer them, one of the three contained the answer in 11 cases, the best sentence of
    the reader alone in 7.
    """
    quotes = quotes_of(passages, reading)
    alike = _most_alike(question, passages, resources)[:1]
    probable = [quote for quote in quotes[1:] if quote.odds >= CLOSE_ENOUGH * quotes[0].odds]
    chosen = _distinct([*quotes[:1], *alike, *probable])[:MOST_STATEMENTS]
    statements = tuple(quote.statement() for quote in chosen)
    return Composition(None, statements, CAVEAT) if statements else REFUSAL


def with_nearest(
    composition: Composition, question: Question, passages: Sequence[Passage], resources: Resources
) -> Composition:
    """Return an answer to keywords, which may mean several questions, with the sentences most like them."""
    shown = {statement.text for statement in composition.statements}
    alike = _distinct(_most_alike(question, passages, resources))
    added = [quote.statement() for quote in alike if not any(quote.text in text for text in shown)]
    limit = max(0, MOST_STATEMENTS - len(composition.statements))
    return replace(composition, statements=(*composition.statements, *added[:limit]))


def is_keywords(question: Question) -> bool:
    """Whether a question is only words to look for, such as "steam deck price"."""
    first = words(question.text)[:1]
    is_sentence = not _BEGINNINGS.isdisjoint(first) or question.text.endswith("?")
    return question.type is QuestionType.FACT and not is_sentence


def _distinct(quotes: Sequence[Quote]) -> list[Quote]:
    """Return quotes that say something alone, each once; without any, the first."""
    chosen: list[Quote] = []
    for quote in quotes:
        repeats = any(other.contains(quote) or quote.contains(other) for other in chosen)
        if not repeats and quote.is_quotable:
            chosen.append(quote)
    return chosen or list(quotes[:1])


def _most_alike(question: Question, passages: Sequence[Passage], resources: Resources) -> list[Quote]:
    """Return the sentences most like the question, best first, as quotes."""
    split = [PassageWords.of(passage) for passage in passages[:_PASSAGES]]
    sentences = score_sentences(question, passages, split, load_calibration(SHIPPED).sentence)[:_SENTENCES]
    if not sentences:
        return []
    return [
        quote_of(passages[sentence.passage], Span(sentence.start, sentence.end, 0.0))
        for sentence in nearest_first(sentences, cosines_of(question, sentences, resources.embedder))[:MOST_STATEMENTS]
    ]
