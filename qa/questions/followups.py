"""Follow-up questions ("and when was that?"), completed from the previous question and its answer.

This needs no model: a question refers to the previous question if it begins with "and" or contains a pronoun, and
names nothing itself. The completed question is part of the answer, so that the user sees it.
"""

from __future__ import annotations

import re

from qa.datatypes import Answer
from qa.text.english.patterns import NAME, PERSONAL_PRONOUNS
from qa.text.words import content_words

_JOINED = re.compile(r"(?:(?:and|but|so|or|then|also|ok|okay)\b[\s,]*)+", re.IGNORECASE)
_ABOUT = re.compile(r"(?:what|how) about\b", re.IGNORECASE)
_PERSON = re.compile(rf"\b(?P<possessive>his|their|her(?=\s+\w))\b|\b(?:{PERSONAL_PRONOUNS})\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:it|its|there|else)\b|\bso$"
    r"|(?:^|\b(?:is|was|are|were|did|does|do|has|had|about|of|after|before|by|with|for|to|in|on)\s+)"
    r"(?:that|this|those|these)\b",
    re.IGNORECASE,
)
"""Words that refer back; the "that" of "the man that" does not."""
_NAME = re.compile(rf"(?<!^)(?<![.?!] )\b{NAME}")
_IS_NAME = re.compile(NAME)
_WHICH = re.compile(r"(?:who|whom|whose|which|what)\b", re.IGNORECASE)
_NAMED = re.compile(rf"{_NAME.pattern}|\d")
_ADDED_TOPIC = re.compile(r"\(([^(),]*)")
"""The topic that was added to a follow-up question; a chain of them retains the topic of its first question."""
_QUESTION_WORDS = re.compile(
    r"(?:(?:who|whom|whose|what|which|when|where|why|how|many|much|long|far|old|did|do|does|is|was|are|were|has|have"
    r"|had|can|could|will|would)\b\s*)+",
    re.IGNORECASE,
)


def standalone_question(question: str, previous: Answer) -> str | None:
    """Return ``question`` rewritten to be understood alone, or None if it already can be."""
    core = _JOINED.sub("", question, count=1) if _JOINED.match(question) else question
    core = core.strip().rstrip("?!. ")
    before = previous.standalone_question or previous.question
    joined = len(core) < len(question.strip().rstrip("?!. "))
    pronoun, thing = _PERSON.search(core), _THING.search(core)
    says_little = not content_words(core) or _ABOUT.match(core) is not None
    if not says_little and (_NAMED.search(core) or not (joined or pronoun or thing)):
        return None
    name = _person(before, previous.short_answer) if pronoun else None
    if name is None:
        return _with_topic(core, before, previous.short_answer)
    completed = _PERSON.sub(lambda match: f"{name}'s" if match["possessive"] else name, core)
    return _with_topic(completed, before, previous.short_answer) if thing else f"{_capitalised(completed)}?"


def _person(before: str, short: str | None) -> str | None:
    """Return the person that the previous question asked for, or else the last name in it."""
    if short and _WHICH.match(before) and _IS_NAME.fullmatch(short):
        return short
    names = [match[0] for match in _NAME.finditer(before)]
    return names[-1].removesuffix("'s").removesuffix("\u2019s") if names else None


def _with_topic(core: str, before: str, short: str | None) -> str:
    """Return ``core`` with the topic of the previous question and its answer."""
    added = _ADDED_TOPIC.search(before)
    # Without a match at the start, the pattern would replace question words in the middle.
    topic = added[1] if added else _QUESTION_WORDS.sub("", before, count=1) if _QUESTION_WORDS.match(before) else before
    topic = topic.strip().rstrip("?!. ")
    answer = short if short and short.casefold() not in topic.casefold() else None
    return f"{_capitalised(core)} ({', '.join(part for part in (topic, answer) if part)})?"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
