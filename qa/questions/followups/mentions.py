"""What the turns of a conversation mention: people, places, times and things that a follow-up may refer to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.datatypes import Turn
from qa.text.english import word_set
from qa.text.english.patterns import DAY_OF_MONTH, MONTH, NAME, WEEKDAY
from qa.text.words import STOP_WORDS, words

Gender = Literal["male", "female", "unknown"]

_NAME = re.compile(rf"\b{NAME}")
_POSSESSIVE = re.compile(r"['\u2019]s$")
_CAPITALISED = r"[A-Z][\w.\u2019'-]*"
TIME = re.compile(
    rf"\b(?:(?:in|on|at|since|before|after|by|until|during|from)\s+)?(?:"
    rf"(?:{DAY_OF_MONTH}\s+)?{MONTH}(?:\s+{DAY_OF_MONTH},?)?(?:\s+(?:1[5-9]|20)\d\d)?"
    rf"|(?:1[5-9]|20)\d\d|{WEEKDAY}s?|(?:last|this|next)\s+(?:week|month|year|summer|winter|spring|autumn|season|night)"
    r"|yesterday|today|tomorrow)(?!\w)",
)
"""A time with its preposition, if there is one."""
_TITLES: dict[str, Gender] = {
    **dict.fromkeys(("mr", "sir", "king", "prince", "lord"), "male"),
    **dict.fromkeys(("mrs", "ms", "miss", "lady", "queen", "princess", "dame"), "female"),
    **dict.fromkeys(("dr", "prof", "professor", "president", "senator", "minister", "judge", "captain"), "unknown"),
}
_REQUEST = frozenset({"name", "list", "tell", "give", "show", "explain", "describe", "summarise", "summarize"})
_PRONOUN_GENDER: dict[str, Gender] = {
    **dict.fromkeys(("he", "his", "him"), "male"),
    **dict.fromkeys(("she", "her"), "female"),
}
_PLACE_BEFORE = re.compile(r"\b(in|into|to|at|near|around|inside|outside|across)\s+(?:the\s+)?$")
_WHO = re.compile(r"(?:who|whom)\b", re.IGNORECASE)
_ASKS_NAME = re.compile(r"(?:who|whom|whose|which|what)\b", re.IGNORECASE)
_IDENTITY = re.compile(rf"(?i:who(?:['\u2019]s|\s+is|\s+was))\s+(?!.*['\u2019]s\b){NAME}\W*$")
"""A question of who somebody is, whose answer is a description."""
_SUBJECT_BEFORE = re.compile(r"(?:^|\b(?:is|was|did|does|do|has|had|will|would|can|could|about|of)\s+)$", re.IGNORECASE)
_WHERE = re.compile(r"(?:where|(?:in |at )?(?:what|which) (?:city|country|town|place|village|state))\b", re.IGNORECASE)
_WHICH = re.compile(r"(?:which|what)\s+(?!is\b|are\b|was\b|were\b|did\b|does\b|do\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a question."""

    text: str
    """The name, without a possessive ending."""
    start: int
    """Its first character in the question."""
    end: int
    """One past its last character, without a possessive ending."""


def names_in(question: str, text: str = "") -> list[Mention]:
    """Return the names in a question, in order; those that are typed in lower case only if ``text`` has them."""
    mentions = [mention for match in _NAME.finditer(question) for mention in _parts(question, match)]
    if mentions:
        return mentions
    for name in dict.fromkeys(mention.text for mention in _names_within(text)):
        for match in re.finditer(rf"\b{re.escape(name.casefold())}\b", question):
            if all(match.end() <= other.start or match.start() >= other.end for other in mentions):
                mentions.append(Mention(name, *match.span()))
    return sorted(mentions, key=lambda mention: mention.start)


def gender(name: str, turns: Sequence[Turn]) -> Gender | None:
    """Return the gender of a person, as far as first names, titles and pronouns near it tell; None if no person."""
    return _gender(name, tuple(turns))


@lru_cache(maxsize=1_000)
def _gender(name: str, turns: tuple[Turn, ...]) -> Gender | None:
    text = " ".join(part for turn in turns for part in (turn.question, turn.short_answer or "", turn.text))
    if " " not in name and (fuller := re.search(rf"\b(?:{_CAPITALISED}\s+)+{re.escape(name)}\b", text)):
        name = fuller[0]
    parts = words(name)
    if not parts or not word_set("not_people").isdisjoint(parts):
        return None
    known = [listed for part in parts[: max(1, len(parts) - 1)] if (listed := _listed(part))]
    certain = next((listed for listed in known if listed != "unknown"), None)
    if certain:
        return certain
    # A pronoun usually refers to the subject of its sentence or of the one before.
    pronoun = re.search(
        rf"(?:^|[.?!]\W*\s)(?:[\w-]+\s+){{0,3}}{re.escape(name.split()[-1])}\b[^.?!]{{0,160}}?"
        r"(?:\b(he|she|his|him|her)\b|[.?!]\W*\s(He|She|His|Her)\b)",
        text,
    )
    if pronoun:
        return _PRONOUN_GENDER[(pronoun[1] or pronoun[2]).casefold()]
    return "unknown" if known else None


def person(wanted: Gender, turns: Sequence[Turn]) -> str | None:
    """Return the person whom "he" or "she" refers to: the one mentioned last of those whom the pronoun fits."""
    for minimum in (2, 1):
        for turn in reversed(turns):
            ranks = [(_fit(name, wanted, turn, turns), name) for name in _candidates(turn)]
            best = max((rank for rank, _ in ranks), default=0)
            if best >= minimum:
                return next(name for rank, name in ranks if rank == best)
        if minimum == 2 and (name := _in_texts(wanted, turns)):
            return name
    return None


def people(turns: Sequence[Turn]) -> list[str]:
    """Return the people that the last turn is about: those in its short answer and its question."""
    turn = turns[-1]
    names = [name for name in _candidates(turn) if gender(name, turns) or _is_who(name, turn)]
    return [name for name in names if not any(name != other and name in other for other in names)]


def location(turns: Sequence[Turn]) -> str | None:
    """Return the place that "there" refers to, with its preposition."""
    for turn in reversed(turns):
        if turn.short_answer and _WHERE.match(turn.question):
            short = turn.short_answer
            return short if re.match(r"(?:in|at|on|near|to|from)\b", short) else f"{_preposition(short, turn)} {short}"
        for mention in names_in(turn.question, turn.text):
            before = _PLACE_BEFORE.search(turn.question[: mention.start])
            if before and not gender(mention.text, turns):
                return turn.question[before.start() : mention.end]
    return None


def time(turns: Sequence[Turn]) -> str | None:
    """Return the time that "then" refers to, with its preposition."""
    for turn in reversed(turns):
        match = TIME.search(turn.short_answer or "") or TIME.search(turn.question)
        if match:
            return match[0] if " " in match[0] and match[0][0].islower() else f"in {match[0]}"
    return None


def is_named_answer(turn: Turn) -> bool:
    """Whether a turn asks for a thing by "which" or "what", and the answer is its name."""
    return bool(turn.short_answer and _WHICH.match(turn.question) and _NAME.fullmatch(turn.short_answer))


def _parts(text: str, match: re.Match[str]) -> Iterator[Mention]:
    """Yield the names in a match: without the first word of a question, and divided at possessive endings."""
    start, end = match.span()
    first = match[0].split()[0]
    bare = _POSSESSIVE.sub("", first).casefold()
    is_name = start > 0 and _listed(bare) is not None
    if not is_name and bare in STOP_WORDS | word_set("auxiliaries") | _REQUEST:
        start += len(first)
        start += len(text[start:end]) - len(text[start:end].lstrip())
    for piece in re.finditer(r"(?:(?!['\u2019]s\s).)+?(?=['\u2019]s(?:\s|$)|$)", text[start:end]):
        offset = len(piece[0]) - len(piece[0].lstrip("'\u2019s ")) if piece.start() else 0
        begin = start + piece.start() + offset
        if counter := re.search(r"(?<!\S)\d{1,3}\s$", text[:begin]):  # "10 Minute School"
            begin = counter.start()
        name = text[begin : start + piece.end()].rstrip(".'\u2019-")
        if name and not TIME.fullmatch(name):
            yield Mention(name, begin, begin + len(name))


def _names_within(text: str) -> Iterator[Mention]:
    """Yield the names of a text that are no names only because a sentence begins with them."""
    for match in _NAME.finditer(text):
        begins = match.start() == 0 or text[: match.start()].rstrip()[-1:] in ".?!:;'\u2019\u201d\""
        if " " in match[0] or not begins:
            yield from (mention for mention in _parts(text, match) if len(mention.text) > 2)


def _listed(first_name: str) -> Gender | None:
    """Return the gender of a first name or title; None if it is neither."""
    if first_name in _TITLES:
        return _TITLES[first_name]
    for listed in ("male", "female"):
        if first_name in word_set(f"{listed}_first_names"):
            return listed
    return "unknown" if first_name in word_set("shared_first_names") else None


def _candidates(turn: Turn) -> list[str]:
    """Return the names that a turn puts forward: the short answer, then those in the question."""
    asks_name = _ASKS_NAME.match(turn.question) and not _IDENTITY.match(turn.question)
    answers = names_in(turn.short_answer) if turn.short_answer and asks_name else []
    return [mention.text for mention in (*answers[:2], *names_in(turn.question, turn.text))]


def _is_who(name: str, turn: Turn) -> bool:
    """Whether a turn asks who, and ``name`` is its answer, or asks who that is."""
    if _IDENTITY.match(turn.question):
        return name in turn.question
    return _WHO.match(turn.question) is not None and name in (turn.short_answer or "")


def _fit(name: str, wanted: Gender, turn: Turn, turns: Sequence[Turn]) -> int:
    """Return how well a pronoun fits a name: 3 the right gender, 2 a person, 1 it may be a person, 0 not at all."""
    known = gender(name, turns)
    if known in ("male", "female"):
        return 3 if known == wanted else 0
    if known == "unknown" or _is_who(name, turn):
        return 2
    position = turn.question.find(name)
    return int(position >= 0 and _SUBJECT_BEFORE.search(turn.question[:position]) is not None)


def _in_texts(wanted: Gender, turns: Sequence[Turn]) -> str | None:
    """Return the first person of this gender in the newest answer that names one."""
    for turn in reversed(turns):
        for match in _NAME.finditer(turn.text):
            for mention in _parts(turn.text, match):
                if gender(mention.text, turns) == wanted:
                    return mention.text
    return None


def _preposition(place_name: str, turn: Turn) -> str:
    before = re.search(rf"\b(in|at|on|near)\s+(?:the\s+)?{re.escape(place_name)}", turn.text)
    return before[1] if before else "in"
