"""Follow-up questions ("and when was that?"), completed from the turns before, without a model.

A question refers to the turns before it if it says little ("why?"), contains a word that stands for something else
("she", "it", "there"), names a thing only by what it is ("the price"), or begins with "and" and names nothing. The
completed question is part of the answer, so that the user sees it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.datatypes import Turn
from qa.questions.followups.clauses import AUXILIARY, clause
from qa.questions.followups.mentions import names_in
from qa.questions.followups.references import completed, has_reference, resolved
from qa.questions.followups.repeated import repeated_question
from qa.text.english import capitalized
from qa.text.words import content_words

_JOINED = re.compile(r"(?:(?:and|but|so|or|then|also|ok|okay)\b[\s,]*)+", re.IGNORECASE)
_ABOUT = re.compile(r"(?:what|how) about\s+", re.IGNORECASE)
_ADVERB = re.compile(
    r"((?:(?:since|until|from|to|by|with)\s+)?(?:why|when|where|how|whom)"
    r"|(?:in|at|on|for|to|from|with|against|by)\s+(?:how many|which|what|whose)\s+\w+)(?: exactly| then)?"
    rf"(?:\s+(?:{AUXILIARY}\s+)?(?:that|this)(?:\s+(?:happen|be|occur|so|come about|the case))?)?",
    re.IGNORECASE,
)
"""A question word alone, or with "that", which stands for what was asked before."""
_WHEN_IT = re.compile(r"(why|when|how)\s+(?:is|was|did)\s+it(?:\s+(?:happen|be|occur|so))?", re.IGNORECASE)
_ELSE = re.compile(r"(who|what|where|when|which\s+\w+)\s+else", re.IGNORECASE)
_FRAGMENT = re.compile(rf"(?!.*\b{AUXILIARY}\b).+\s(?:who|whom|what|where|when|which)", re.IGNORECASE)
"""A question whose question word comes last: "threats from where"."""
_ADDED_TOPIC = re.compile(r"\(([^(),]*)")
"""The topic that was added to a follow-up question; a chain of them retains the topic of its first question."""
_LONGEST = 4_000
"""Characters of a question or answer that a follow-up may refer to; each name in them is looked for in all of them."""
_QUESTION_WORDS = re.compile(
    r"(?:(?:who|whom|whose|what|which|when|where|why|how|many|much|long|far|old|did|do|does|is|was|are|were|has|have"
    r"|had|can|could|will|would)\b\s*)+",
    re.IGNORECASE,
)


def standalone_question(question: str, turns: Sequence[Turn]) -> str | None:
    """Return ``question`` rewritten to be understood alone, or None if it already can be.

    Args:
        question: as asked.
        turns: the conversation before it, oldest first, each question as it was understood.
    """
    if not turns:
        return None
    turns = [_beginning(turn) for turn in turns]
    text = question.strip().rstrip("?!. ")
    core = _JOINED.sub("", text, count=1) if _JOINED.match(text) else text
    about = _ABOUT.sub("", core, count=1) if _ABOUT.match(core) else None
    joined = len(core) < len(text) or about is not None
    before = turns[-1]
    rewritten = _asked_again(core, before) or repeated_question(about or core, turns, joined)
    if rewritten is None:
        rewritten = _referring(core, turns, joined)
    return f"{capitalized(rewritten)}?" if rewritten else None


def _beginning(turn: Turn) -> Turn:
    """Return a turn without what is too far down in a very long answer for a follow-up to mean it."""
    short = turn.short_answer
    return Turn(turn.question[:_LONGEST], short and short[:_LONGEST], turn.text[:_LONGEST])


def _asked_again(core: str, before: Turn) -> str | None:
    """Return the question before with another question word: "why?", "and when was that?", "who else?"."""
    if match := _ELSE.fullmatch(core):
        first = re.match(rf"{match[1]}\b", before.question, re.IGNORECASE)
        return f"{match[0]}{before.question[first.end() :].rstrip('?!. ')}" if first else None
    match = _ADVERB.fullmatch(core) or _WHEN_IT.fullmatch(core)
    if match is None:
        return None
    known = clause(before.question, before.short_answer, is_reason=match[1].casefold() == "why")
    return f"{match[1]} {known}" if known else None


def _referring(core: str, turns: Sequence[Turn], joined: bool) -> str | None:
    """Return a question with what its words refer to; with the topic before it where that is not known."""
    says_little = not content_words(core) or _ABOUT.match(core) or _FRAGMENT.fullmatch(core)
    if not has_reference(core):
        if says_little or (joined and not names_in(core) and not re.search(r"\d", core)):
            return completed(core, turns) or _with_topic(core, turns[-1])
        return completed(core, turns)
    rewritten, is_complete = resolved(core, turns)
    if rewritten is None:
        return None
    return rewritten if is_complete else _with_topic(rewritten, turns[-1])


def _with_topic(core: str, before: Turn) -> str:
    """Return ``core`` with the topic of the previous question and its answer."""
    question, short = before.question, before.short_answer
    added = _ADDED_TOPIC.search(question)
    # Without a match at the start, the pattern would replace question words in the middle.
    topic = _QUESTION_WORDS.sub("", question, count=1) if _QUESTION_WORDS.match(question) else question
    topic = (added[1] if added else topic).strip().rstrip("?!. ")
    answer = short if short and short.casefold() not in topic.casefold() else None
    return f"{core} ({', '.join(part for part in (topic, answer) if part)})"
