"""Between an answer and a refusal: the sentences that come nearest to a question, with a caveat."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.composition import REFUSAL, Composition, QuotedStatement
from qa.answering.quotes import Quote, quote_of, quotes_of
from qa.datatypes import Passage, Span
from qa.questions.terms import Question
from qa.reader.calibration import Calibration
from qa.reader.coverage import PassageWords
from qa.reader.reading import Reading
from qa.reader.sentences import SentenceEmbedder, cosines_of, nearest_first, score_sentences

CAVEAT = "The articles do not say this directly; the nearest:"
"""Precedes the sentences that come nearest to a question."""
LEAST_CONFIDENCE = 0.1
"""Share of the confidence required for an answer from which the nearest sentences are shown; below it are questions
that have nothing to do with the articles."""
MOST_STATEMENTS = 3
"""Number of sentences shown."""
_PASSAGES, _SENTENCES = 8, 24
"""Passages, and their sentences with most of the question's words, that are compared with the question."""


def compose_nearest(
    question: Question,
    passages: Sequence[Passage],
    reading: Reading,
    embedder: SentenceEmbedder,
    calibration: Calibration,
) -> Composition:
    """Return the sentences that come nearest to a question, with a caveat instead of a short answer.

    Two come from what was read and one from the sentences most like the question. For 14 everyday questions that were
    refused though the articles answer them, one of the three contained the answer in 11 cases, the best sentence of
    the reader alone in 7.
    """
    quotes = quotes_of(passages, reading)
    alike = _most_alike(question, passages, embedder, calibration)
    chosen: list[Quote] = []
    for quote in (*quotes[:1], *alike, *quotes[1:]):
        if len(chosen) < MOST_STATEMENTS and not any(
            other.contains(quote) or quote.contains(other) for other in chosen
        ):
            chosen.append(quote)
    statements = tuple(QuotedStatement(quote.text, tuple(quote.stretches())) for quote in chosen[:MOST_STATEMENTS])
    return Composition(None, statements, CAVEAT) if statements else REFUSAL


def _most_alike(
    question: Question, passages: Sequence[Passage], embedder: SentenceEmbedder, calibration: Calibration
) -> list[Quote]:
    """Return the sentence most like the question, as a quote; none if there is no sentence."""
    split = [PassageWords.of(passage) for passage in passages[:_PASSAGES]]
    sentences = score_sentences(question, passages, split, calibration.sentence)[:_SENTENCES]
    if not sentences:
        return []
    sentence = nearest_first(sentences, cosines_of(question, sentences, embedder))[0]
    return [quote_of(passages[sentence.passage], Span(sentence.start, sentence.end, 0.0))]
