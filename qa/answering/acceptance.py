"""Whether what a language model wrote may replace the articles' own words: only if it is no worse."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.material import FROM_READING
from qa.datatypes import Answer, Statement
from qa.llm.reply import verdict_of
from qa.questions.types import QuestionType
from qa.text.words import STOP_WORDS, content_stems, stem, words

LEAST_COVERED = 0.4
"""Minimum share of what a composer put together that a written text must say, too."""
LEAST_READ = 0.75
"""The same of sentences that were read for an answer, without a phrase that says which of them has it."""
SAME_STATEMENT = 0.5
"""Share of the words of a composer's statement that a written statement has which says the same."""
_SEPARATOR = re.compile(r", and |, or |, |; | and | or ")
_FROM_PHRASES = (QuestionType.LIST, QuestionType.REASON)
"""Types of questions whose short answer is several things, or a clause that may be worded otherwise."""


def objection(extractive: Answer, statements: Sequence[Statement], name: str) -> str:
    """Return in a sentence what speaks against a written text in place of an extractive answer; empty if nothing.

    Args:
        extractive: the answer that it was written from.
        statements: the written statements, checked.
        name: the name of the model.
    """
    supported = [statement.text for statement in statements if statement.supported]
    if not supported:
        return f"The articles support nothing that {name} wrote"
    if 2 * len(supported) < len(statements):
        return f"The articles do not support most of what {name} wrote"
    if not statements[0].supported:
        return f"The articles do not support how {name} began"
    kind = QuestionType(extractive.question_type)
    if extractive.short_answer:
        is_given = holds(" ".join(supported), extractive.short_answer, kind)
        return "" if is_given else f"What {name} wrote is not the answer that the articles give"
    is_covered = _covered_share(extractive, supported) >= (LEAST_READ if kind in FROM_READING else LEAST_COVERED)
    return "" if is_covered else f"{name} left out most of what the articles say"


def is_bare(extractive: Answer, statements: Sequence[Statement]) -> bool:
    """Whether a written text is no more than the short answer, which the extractive answer gives with its sentence."""
    written = content_stems(" ".join(statement.text for statement in statements))
    return bool(written) and extractive.short_answer is not None and written <= content_stems(extractive.short_answer)


def holds(text: str, phrase: str, question_type: QuestionType) -> bool:
    """Whether a text gives the short answer ``phrase`` to a question of this type."""
    if question_type is QuestionType.YES_NO and (verdict := verdict_of(phrase)):
        return verdict_of(text) == verdict
    if question_type in _FROM_PHRASES:
        known = content_stems(text)
        return all(content_stems(part) <= known for part in _SEPARATOR.split(phrase))
    wanted, given = _sequence(phrase), _sequence(text)
    return any(given[start : start + len(wanted)] == wanted for start in range(len(given) - len(wanted) + 1))


def _sequence(text: str) -> list[str]:
    """Return the stems of the content words of a text in order; all its words if these are all stop words."""
    folded = words(text)
    return [stem(word) for word in folded if word not in STOP_WORDS] or folded


def _covered_share(extractive: Answer, written: Sequence[str]) -> float:
    """Return the share of the cited statements of an extractive answer that written statements make, too."""
    quoted = [content_stems(statement.text) for statement in extractive.statements if statement.citations]
    given = [content_stems(text) for text in written]
    covered = [stems for stems in quoted if any(_alike(stems, other) for other in given)]
    return len(covered) / len(quoted) if quoted else 1.0


def _alike(stems: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two statements with these words may say the same."""
    return len(stems & other) >= SAME_STATEMENT * min(len(stems), len(other))
