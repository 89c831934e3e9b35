"""The types of questions, and how to tell questions for a fact, a list, a reason or a decision apart."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise

from qa.text.english import word_set


class QuestionType(Enum):
    """The kind of answer that a question needs."""

    FACT = "fact"
    """Who, when, where, how many, which: a name, a date, a number."""
    LIST = "list"
    """Which countries: everything that matches."""
    REASON = "reason"
    """Why, how: sentences, with the phrase that explains, if there is one."""
    YES_NO = "yes/no"
    """Is, did, can: the sentences that decide the question, with yes or no if they are clear."""
    TOPIC = "topic"
    """Tell me about, what do the articles say about: what all articles say about something."""
    SUMMARY = "article summary"
    """Summarise the article about: what one article says."""
    OVERVIEW = "overview"
    """What is in this collection: the corpus as a whole."""
    WHICH_ARTICLES = "which articles"
    """Which articles mention: a list of articles."""
    COMPARISON = "comparison"
    """How do two differ: what the articles say about each of them."""
    TIMELINE = "timeline"
    """What happened when, what is the latest on: what the articles say, by date."""


_AUXILIARIES = word_set("auxiliaries")
_MEASURES = word_set("measure_words")
_SINGULAR = word_set("singular_nouns")
_BODIES = word_set("bodies")
_PREPOSITIONS = ("about", "at", "by", "for", "from", "in", "like", "of", "on", "to", "with")
_ANYWHERE = (("can", "you"), ("can", "i"), ("can", "we"), ("can", "one"), ("can", "people"), ("could", "you"))


def question_type(words: Sequence[str]) -> QuestionType:
    """Return the type of a question that asks for no more than a passage can answer.

    Args:
        words: its folded words, in order; at least one.
    """
    if words[0] in _AUXILIARIES and "or" not in words:
        return QuestionType.YES_NO
    if words[0] == "why" or _asks_how(words):
        return QuestionType.REASON
    if words[0] in ("list", "name") or _asks_for_members(words) or _asks_for_several_at_the_end(words):
        return QuestionType.LIST
    if any(_asks_for_several(words, index) for index in range(len(words) - 1)):
        return QuestionType.LIST
    return QuestionType.FACT


def _asks_how(words: Sequence[str]) -> bool:
    """Whether a question asks about manner, not about quantity or degree."""
    return words[0] == "how" and len(words) > 1 and words[1] not in _MEASURES


def _asks_for_several(words: Sequence[str], index: int) -> bool:
    """Whether the word at ``index`` asks for several things: "which two towns", "what are the names"."""
    if words[index] not in ("what", "which", "who"):
        return False
    following = words[index + 1 : index + 4]
    if following[0] in ("are", "were"):
        return words[-1] not in _PREPOSITIONS
    for word in following:
        if word in _AUXILIARIES or word in _SINGULAR or words[index] == "who":
            return False
        if _is_plural(word):
            return True
    return False


def _asks_for_members(words: Sequence[str]) -> bool:
    """Whether a question asks who belongs to something or where one can go: "who is on the board", "where can you"."""
    if words[0] == "who" and words[1:2] and words[1] in ("is", "was", "sits", "sat", "serves", "served", "else"):
        return words[1] == "else" or (words[2:3] != [] and words[2] in ("on", "in") and not _BODIES.isdisjoint(words))
    if words[0] == "where":
        return any(pair in _ANYWHERE for pair in pairwise(words))
    return False


def _asks_for_several_at_the_end(words: Sequence[str]) -> bool:
    """Whether the last noun asks for several: "whom does he see as enemies", "who scored the goals"."""
    if words[0] in ("who", "whom") and "as" in words[2:-1]:
        return words[1] in ("do", "does", "did") and _is_plural(words[-1])
    return words[:2] == ["who", "scored"] and any(map(_is_plural, words[2:]))


def _is_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ous"))
