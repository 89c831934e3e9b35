"""Answers composed of quoted sentences: which ones to quote, and when to refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.answering.composition import REFUSAL, Composition, QuotedStatement
from qa.answering.quotes import Quote, quotes_of
from qa.datatypes import Passage, Span
from qa.questions.types import QuestionType
from qa.reader.reading import Reading
from qa.text.words import content_stems, same_answer

MAX_SOURCES = 3
"""Maximum number of citations of a statement that several articles make."""
LONGEST_REASON = 12
"""Maximum number of words in the short answer to a why or how question; a longer phrase saves nothing."""
SURE_REASON = 0.6
"""Probability from which a phrase is put forward as the reason; below it, the sentences speak for themselves."""
SAME_SUBJECT = 0.6
"""Share of the question's words in a sentence that a further source must have, too."""
SAME_STATEMENT = 0.9
"""Share of common stems from which two sentences count as the same statement."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the answer to a type of question may be."""

    statements: int
    """Maximum number of statements."""
    close_enough: float
    """Minimum odds of a further sentence relative to the best one; its own odds are reduced by what it repeats."""


LIMITS = {
    QuestionType.FACT: Limits(2, 0.5),
    QuestionType.REASON: Limits(4, 0.3),
    QuestionType.YES_NO: Limits(3, 0.3),
}
OTHER_LIMITS = Limits(4, 0.3)

YesOrNo = Callable[[Passage, Span], bool | None]
"""A passage and one of its sentences -> whether the sentence means yes or no; None if it is unclear."""
SENTENCES_TRIED = 3
"""Number of sentences tried for yes or no, most probable first; each costs two short runs of the network."""


def compose_quotes(
    question: str, passages: Sequence[Passage], reading: Reading, min_confidence: float, yes_or_no: YesOrNo
) -> Composition:
    """Compose an answer; ``REFUSAL`` if the passages are less likely to answer than ``min_confidence``, 0 to 1."""
    quotes = quotes_of(passages, reading)
    if not quotes or reading.answerable < min_confidence:
        return REFUSAL
    if reading.question_type is QuestionType.YES_NO and not reading.disagree:
        for quote in quotes[:SENTENCES_TRIED]:
            verdict = yes_or_no(quote.passage, quote.span)
            if verdict is not None:
                return Composition("Yes" if verdict else "No", (_statement([quote]),))
    statements = _choose(quotes, LIMITS.get(reading.question_type, OTHER_LIMITS), content_stems(question))
    quoted = tuple(_statement(statement) for statement in statements)
    short = _short_answer(statements, reading.question_type)
    if reading.question_type is QuestionType.REASON and reading.answerable < SURE_REASON:
        short = None
    return Composition(short, quoted)


def _statement(quotes: Sequence[Quote]) -> QuotedStatement:
    """Return the statement that these quotes make, in the words of the first."""
    return QuotedStatement(quotes[0].text, tuple(stretch for quote in quotes for stretch in quote.stretches()))


def _choose(quotes: Sequence[Quote], limits: Limits, asked: frozenset[str]) -> tuple[tuple[Quote, ...], ...]:
    """Return the statements, best first, each with the quotes that make it.

    Args:
        quotes: the quotes, best first; at least one.
        limits: how long the answer may be.
        asked: the stems of the question's content words.
    """
    statements: list[list[Quote]] = [[quotes[0]]]
    for quote in quotes[1:]:
        same = next((statement for statement in statements if _says_same(quote, statement[0])), None)
        if same is not None:
            _add_source(same, quote, asked)
        elif any(chosen.contains(quote) for statement in statements for chosen in statement):
            continue
        else:
            repeated = max(quote.overlap(statement[0]) for statement in statements)
            needed = limits.close_enough * quotes[0].odds
            if len(statements) < limits.statements and quote.odds * (1.0 - repeated) >= needed:
                statements.append([quote])
    return tuple(tuple(statement) for statement in statements)


def _says_same(quote: Quote, other: Quote) -> bool:
    """Whether two quotes give the same short answer, or are the same sentence."""
    if quote.phrase and other.phrase and same_answer(quote.phrase, other.phrase):
        return True
    return quote.overlap(other) >= SAME_STATEMENT


def _add_source(statement: list[Quote], quote: Quote, asked: frozenset[str]) -> None:
    """Add a quote from another article that makes the same statement about what was asked.

    The same phrase may stand in a sentence about something else, so its sentence must have most of the question's words
    that the first one has. A copy of an article is no further source.
    """
    wanted = asked & statement[0].stems
    supports = len(wanted & quote.stems) >= SAME_SUBJECT * len(wanted)
    elsewhere = all(source.passage.story != quote.passage.story for source in statement)
    if supports and elsewhere and len(statement) < MAX_SOURCES:
        statement.append(quote)


def _short_answer(statements: Sequence[Sequence[Quote]], question_type: QuestionType) -> str | None:
    """Return the phrase that answers; None for a reason that is longer than a phrase."""
    phrases = [quotes[0].phrase for quotes in statements if quotes[0].phrase]
    if question_type is QuestionType.REASON and phrases and len(phrases[0].split()) > LONGEST_REASON:
        return None
    return phrases[0] if phrases else None
