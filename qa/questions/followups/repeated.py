"""Questions that repeat the one before with another name or time: "and Coinbase?", "and in 1983?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.datatypes import Turn
from qa.questions.followups.clauses import AUXILIARY
from qa.questions.followups.mentions import TIME, Mention, gender, names_in
from qa.questions.followups.references import has_reference, resolved
from qa.text.english.patterns import POSSESSIVE

_PHRASE = re.compile(
    rf"(?!.*\b(?:who|whom|whose|what|which|when|where|why|how|{AUXILIARY})\b)(?:\S+\s+){{0,4}}\S+", re.IGNORECASE
)
_PREPOSITION = re.compile(
    r"(in|on|at|for|from|to|with|against|about|by|of|under|during|before|after|since)\s+(?=\S)", re.IGNORECASE
)
_COUNTED = re.compile(
    rf"(?:how many|which|what)\s+(.*?s|people|men|women|children)\s+(?={AUXILIARY}\b|of\b)", re.IGNORECASE
)
_PLURAL = re.compile(r"(?:the\s+)?((?:[a-z-]+\s+)*(?:[a-z-]+s|people|men|women|children))")


def repeated_question(core: str, turns: Sequence[Turn], joined: bool) -> str | None:
    """Return the question before with ``core`` in the place of what is of the same kind; None if it is no mere phrase.

    Args:
        core: the question without "and".
        turns: the conversation before it.
        joined: whether it began with "and" or "what about".
    """
    is_phrase = _PHRASE.fullmatch(core) is not None
    if not is_phrase or not (joined or _PREPOSITION.match(core) or POSSESSIVE.search(core)):
        return None
    if has_reference(core):
        known, complete = resolved(core, turns)
        if known is None or not complete:
            return None
        core = known
    before = turns[-1]
    question = before.question.strip().rstrip("?!. ")
    if TIME.fullmatch(core):
        return _with_time(core, question)
    if preposition := _PREPOSITION.match(core):
        return _with_phrase(core, preposition[1], question, turns)
    return _with_name(core, question, turns)


def _with_time(phrase: str, question: str) -> str:
    """Return the question at another time."""
    match = TIME.search(question)
    if match is None:
        return f"{question} {phrase}"
    keeps = match[0].split()[0].islower() and not phrase[0].islower() and len(match[0].split()) > 1
    preposition = f"{match[0].split()[0]} " if keeps else ""
    return f"{question[: match.start()]}{preposition}{phrase}{question[match.end() :]}"


def _with_phrase(phrase: str, preposition: str, question: str, turns: Sequence[Turn]) -> str:
    """Return the question with another phrase that begins with the same preposition, or with it at the end."""
    for mention in names_in(question, turns[-1].text):
        before = re.search(rf"\b{preposition}\s+(?:the\s+)?$", question[: mention.start], re.IGNORECASE)
        if before:
            return f"{question[: before.start()]}{phrase}{question[mention.end :]}"
    return f"{question} {phrase}"


def _with_name(phrase: str, question: str, turns: Sequence[Turn]) -> str | None:
    """Return the question with another name in the place of the one that is most like it."""
    name = POSSESSIVE.sub("", phrase)
    mentions = [mention for mention in names_in(question, turns[-1].text) if not TIME.fullmatch(mention.text)]
    counted, plural = _COUNTED.match(question), _PLURAL.fullmatch(phrase)
    if counted and plural:
        return f"{question[: counted.start(1)]}{plural[1]}{question[counted.end(1) :]}"
    if not mentions:
        return None
    if phrase.startswith("the ") and phrase.islower():
        return None
    best = max(mentions, key=lambda mention: _likeness(mention, phrase, question, turns))
    start = best.start
    if re.match(r"the\s", phrase, re.IGNORECASE) and question[:start].casefold().endswith("the "):
        start -= len("the ")
    return f"{question[:start]}{name}{question[best.end :]}"


def _likeness(mention: Mention, phrase: str, question: str, turns: Sequence[Turn]) -> tuple[bool, bool, int]:
    """Return how like a name in the question is to ``phrase``: possessive, a person, and first in the question."""
    is_possessive = POSSESSIVE.search(phrase) is not None
    has_ending = re.match(r"['\u2019]s?(?=\s|$)", question[mention.end :]) is not None
    is_person = gender(POSSESSIVE.sub("", phrase), turns) is not None
    return (
        not is_possessive or has_ending,
        not is_person or gender(mention.text, turns) is not None,
        -mention.start,
    )
