"""The types of questions, and how to tell questions for a fact, a list, a reason or a decision apart."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

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


def question_type(words: Sequence[str]) -> QuestionType:
    """Return the type of a question that asks for no more than a passage can answer.

    Args:
        words: its folded words, in order; at least one.
    """
    if words[0] in _AUXILIARIES and "or" not in words:
        return QuestionType.YES_NO
    if words[0] == "why" or _asks_how(words):
        return QuestionType.REASON
    if words[0] == "list" or any(_asks_for_several(words, index) for index in range(len(words) - 1)):
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
        return True
    for word in following:
        if word in _AUXILIARIES or words[index] == "who":
            return False
        if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ous")):
            return True
    return False
