"""Who did it: the doer in the passive, and a name for whom a sentence only describes.

"The delegation was led by a party secretary" names the doer after "led by", and needs "party secretary Li".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.datatypes import Passage
from qa.reader.questions import Question
from qa.sentences import Offsets
from qa.words import content_words, stem, words

_NEXT_WORD = re.compile(r" [a-z][\w-]+\b")
_NAME = r"[A-Z][\w'\u2019-]+(?: [A-Z][\w'\u2019-]+)+"
_BY = re.compile(r"\b(\w+) by ")
_DETERMINER = 8
"""Characters between "by" and the doer: "the former"."""
_WORDS_BEFORE = 6
"""Words before the name that may describe the same person."""
_SHARED = 2
"""Words that both descriptions must have."""


def asks_for_somebody(question: str) -> bool:
    """Whether the question wants a person: who, whom, whose."""
    return any(word in ("who", "whom", "whose") for word in words(question))


def finds_doer(asked: Question, sentence: str, start: int) -> bool | None:
    """Whether a phrase from character ``start`` of a sentence is the doer after a verb of the question and "by".

    None if nobody is asked for, or the sentence has no such passive.
    """
    if not asks_for_somebody(asked.text):
        return None
    stems = frozenset[str]().union(*(term.stems for term in asked.terms))
    ends = [match.end() for match in _BY.finditer(sentence) if stem(match.group(1).casefold()) in stems]
    return any(end <= start <= end + _DETERMINER for end in ends) if ends else None


def find_name(described_in: Passage, span: Offsets, passages: Sequence[Passage]) -> tuple[int, Offsets] | None:
    """Return the place of a passage and the characters of a name in it, right behind the description in ``span``.

    The description may go on for a word behind the span. None if it is a name itself, or nobody is called so.
    """
    description = described_in.text[slice(*span)]
    following = _NEXT_WORD.match(described_in.text, span[1])
    return _called(description, passages) or (_called(description + following.group(), passages) if following else None)


def _called(description: str, passages: Sequence[Passage]) -> tuple[int, Offsets] | None:
    noun = description.split()[-1:]
    if not noun or not noun[0][0].islower():
        return None
    wanted = {stem(word) for word in content_words(description)}
    called = re.compile(rf"\b{re.escape(noun[0])} ({_NAME})")
    found: list[tuple[int, int, Offsets]] = []
    for place, passage in enumerate(passages):
        for match in called.finditer(passage.text):
            before = passage.text[: match.start(1)].split()[-_WORDS_BEFORE:]
            shared = len(wanted & {stem(word) for word in words(" ".join(before))})
            if shared >= _SHARED:
                found.append((-shared, place, match.span(1)))
    return min(found)[1:] if found else None
