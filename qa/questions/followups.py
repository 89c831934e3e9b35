"""Follow-up questions ("and when was that?") with what they lean on filled in from the answer before.

Words alone decide, no model: a question leans on the one before if it begins with "and" or holds a pronoun,
and names nothing itself. What was filled in is part of the answer, so that the user sees it.
"""

from __future__ import annotations

import re

from qa.datatypes import Answer
from qa.text.english.patterns import NAME, PERSONAL_PRONOUNS
from qa.text.words import content_words

_JOINED = re.compile(r"(?:(?:and|but|so|or|then|also|ok|okay)\b[\s,]*)+", re.IGNORECASE)
_ABOUT = re.compile(r"(?:what|how) about\b", re.IGNORECASE)
_PERSON = re.compile(rf"\b(?P<own>his|their|her(?=\s+\w))\b|\b(?:{PERSONAL_PRONOUNS})\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:it|its|there|else)\b|\bso$"
    r"|(?:^|\b(?:is|was|are|were|did|does|do|has|had|about|of|after|before|by|with|for|to|in|on)\s+)"
    r"(?:that|this|those|these)\b",
    re.IGNORECASE,
)
"""What points back; "the man that" does not."""
_NAME = re.compile(rf"(?<!^)(?<![.?!] )\b{NAME}")
_IS_NAME = re.compile(NAME)
_WHICH = re.compile(r"(?:who|whom|whose|which|what)\b", re.IGNORECASE)
_NAMED = re.compile(rf"{_NAME.pattern}|\d")
_FILLED = re.compile(r"\(([^(),]*)")
"""What an earlier follow-up had filled in: a chain of them keeps to the topic of its first question."""
_ASKING = re.compile(
    r"(?:(?:who|whom|whose|what|which|when|where|why|how|many|much|long|far|old|did|do|does|is|was|are|were|has|have"
    r"|had|can|could|will|would)\b\s*)+",
    re.IGNORECASE,
)


def standalone_question(question: str, previous: Answer) -> str | None:
    """Return ``question`` so that it can be understood alone, or None if it can be already."""
    core = _JOINED.sub("", question, count=1) if _JOINED.match(question) else question
    core = core.strip().rstrip("?!. ")
    before = previous.standalone_question or previous.question
    joined = len(core) < len(question.strip().rstrip("?!. "))
    person, thing = _PERSON.search(core), _THING.search(core)
    says_little = not content_words(core) or _ABOUT.match(core) is not None
    if not says_little and (_NAMED.search(core) or not (joined or person or thing)):
        return None
    somebody = _somebody(before, previous.short_answer) if person else None
    if somebody is None:
        return _with_topic(core, before, previous.short_answer)
    filled = _PERSON.sub(lambda found: f"{somebody}'s" if found["own"] else somebody, core)
    return _with_topic(filled, before, previous.short_answer) if thing else f"{_capitalised(filled)}?"


def _somebody(before: str, short: str | None) -> str | None:
    """Return whom the question before asked for, or else the last one it named."""
    if short and _WHICH.match(before) and _IS_NAME.fullmatch(short):
        return short
    names = [found[0] for found in _NAME.finditer(before)]
    return names[-1].removesuffix("'s").removesuffix("\u2019s") if names else None


def _with_topic(core: str, before: str, short: str | None) -> str:
    """Return ``core`` with what the question before was about, and its answer."""
    filled = _FILLED.search(before)
    topic = filled[1] if filled else _ASKING.sub("", before, count=1) if _ASKING.match(before) else before
    topic = topic.strip().rstrip("?!. ")
    known = short if short and short.casefold() not in topic.casefold() else None
    return f"{_capitalised(core)} ({', '.join(part for part in (topic, known) if part)})?"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
