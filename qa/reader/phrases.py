"""The shortest phrase of a sentence that answers a question of a given kind: a name, date, number or place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.reader.questions import Kind, Question
from qa.sentences import Offsets
from qa.words import IRREGULAR_FORMS, STOP_WORDS, akin, content_words, stem, words

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:1\d{3}|20\d{2})"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? {_YEAR})?|{_MONTH} \d{{1,2}}(?!\d)(?:st|nd|rd|th)?(?:,? {_YEAR})?"
    rf"|{_MONTH}(?: of)? {_YEAR}|\d{{4}}-\d{{2}}-\d{{2}}|{_YEAR}s?\b(?!,\d)|(?<!\w){_MONTH}\b"
    r"|\d{1,4} BCE?|(?:\w+teenth|\d{1,2}(?:st|nd|rd|th)) century)",
)
_SPELLED = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|hundred|thousand)\b"
)
_FIGURE = r"\d+(?:,\d{3})*(?:\.\d+)?"
_NUMBER = re.compile(
    r"(?:\b(?:about|almost|approximately|around|at least|between|fewer than|less than|more than|nearly|over|roughly"
    r"|some|up to) )?"
    rf"(?:[$£€¥]\s?)?(?<![\w.,-])(?:{_FIGURE}|{_SPELLED})(?:(?:[-\u2013]| (?:to|and) )[$£€]?{_FIGURE})?"
    r"(?: ?%| percent\b| per cent\b)?(?: (?:hundred|thousand|million|billion|trillion)\b)?(?![\w-])",
    re.IGNORECASE,
)
_NAME_WORD = r"(?:[A-Z]\.(?=\s)|[A-Z]\w*(?:[-'\u2019][A-Z]?\w{2,})*)"
_NAME = re.compile(rf"\b{_NAME_WORD}(?: (?:(?:of|for|de|van|von|der|al|bin|da|di|la|le) )?{_NAME_WORD})*")
_POSSESSIVE = re.compile(r"['\u2019]s?\b|['\u2019](?= )")
_THE = re.compile(r"\bthe $", re.IGNORECASE)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|from|to|into|of|on|outside|across|throughout)(?: the| nearby)?(?: \w+)? ?$", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_APPOSITION = re.compile(r"[a-z],\s*$")
_APPOSED = re.compile(r", (?:an?|the|who)\b")
_BY = re.compile(r"\b(\w+) by ")
_DESCRIPTION = 6
"""Words after "by" that describe the doer."""
_NEXT_WORD = re.compile(r" ([a-z]+)\b")
_VERB_ENDING = ("ed", "s", "ly")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a sentence that may be the answer."""

    start: int
    """First character in the sentence."""
    end: int
    """One past the last character."""
    confidence: float
    """How sure it is, 0 to 1: how much closer to the question's words it stands than the next one."""


def find_phrase(question: Question, sentence: str) -> Phrase | None:
    """Return the phrase of ``sentence`` that answers best by its kind.

    None if the question asks for nothing that can be recognised, or the sentence has no such thing.
    """
    candidates = list(_CANDIDATES[question.kind](question, sentence)) if question.kind in _CANDIDATES else []
    if not candidates:
        return None
    anchors = _anchors(question, sentence)
    scored = sorted(((_closeness(anchors, place) + bonus, place) for place, bonus in candidates), reverse=True)
    best, (start, end) = scored[0]
    second = scored[1][0] if len(scored) > 1 else 0.0
    return Phrase(start, end, min(1.0, max(0.0, 0.5 + best - second)))


def agent_words(question: Question, sentence: str) -> frozenset[str]:
    """Return the stems that describe the doer in the passive, as in "led by a party secretary"; none without it."""
    agent = _agent(_question_stems(question), sentence)
    if agent is None:
        return frozenset()
    return frozenset(stem(word) for word in content_words(" ".join(sentence[agent:].split()[:_DESCRIPTION])))


def _anchors(question: Question, sentence: str) -> list[tuple[int, int, float]]:
    """Where the question's words stand in the sentence, with the share of the question's weight each has."""
    weights = {one: term.weight / question.weight for term in question.terms for one in term.stems}
    found = []
    for match in _WORD.finditer(sentence):
        weight = weights.get(stem(match.group().casefold()))
        if weight:
            found.append((match.start(), match.end(), weight))
    return found


def _closeness(anchors: list[tuple[int, int, float]], place: Offsets) -> float:
    """Sum up the weight of the question's words, each less the farther away it stands."""
    total = 0.0
    for start, end, weight in anchors:
        gap = max(start - place[1], place[0] - end, 0)
        total += weight / (1.0 + gap / 20.0)
    return total


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}


def _question_stems(question: Question) -> set[str]:
    return {one for term in question.terms for one in term.stems}


def _dates(question: Question, sentence: str) -> Iterator[tuple[Offsets, float]]:
    asked = set(words(question.text))
    for match in _DATE.finditer(sentence):
        if not set(words(match.group())) <= asked:
            yield match.span(), 0.0


def _numbers(question: Question, sentence: str) -> Iterator[tuple[Offsets, float]]:
    asked = set(words(question.text))
    dates = [match.span() for match in _DATE.finditer(sentence)]
    for match in _NUMBER.finditer(sentence):
        inside = any(start <= match.start() and match.end() <= end for start, end in dates)
        if set(words(match.group())) <= asked:
            continue
        if question.counted:
            after = _stems(" ".join(sentence[match.end() :].split()[:4]))
            if not question.counted.isdisjoint(after):
                yield match.span(), 0.2
        elif not inside:
            yield match.span(), 0.0


def _names(question: Question, sentence: str) -> Iterator[tuple[Offsets, float]]:
    asked = _question_stems(question)
    agent = _agent(asked, sentence)
    for found in _capitalised(sentence):
        start, end = _without_role(asked, sentence, found)
        own = _stems(sentence[start:end])
        if start == end or own & asked or own & _CALENDAR or _modifies(sentence, end):
            continue
        if _THE.search(sentence[:start]) and " " not in sentence[start:end]:
            continue
        if agent is not None and not agent <= start <= agent + 40:
            continue
        bonus = 0.1 if " " in sentence[start:end] else 0.0
        if _APPOSITION.search(sentence[:start]) or _APPOSED.match(sentence, end) or start > found[0]:
            bonus += 0.15
        if _PLACE_BEFORE.search(sentence[:start]):
            bonus -= 0.3
        if _POSSESSIVE.match(sentence, end):
            bonus -= 0.1
        yield (start, end), bonus


def _agent(asked: set[str], sentence: str) -> int | None:
    """Return where the doer is named after a verb of the question, as in "led by"; None without one."""
    for match in _BY.finditer(sentence):
        if stem(match.group(1).casefold()) in asked:
            return match.end()
    return None


def _without_role(asked: set[str], sentence: str, place: Offsets) -> Offsets:
    """Drop leading words that the question has: "Chinese President Xi Jinping" -> "Xi Jinping"."""
    start, end = place
    for match in _WORD.finditer(sentence, start, end):
        one = stem(match.group().casefold())
        if not any(one == other or akin(one, other) for other in asked):
            # "Carnegie Endowment for International Peace" is one name.
            return (match.start(), end) if match.group()[0].isupper() else (end, end)
    return end, end


def _modifies(sentence: str, end: int) -> bool:
    """Whether a noun seems to follow, so that the name only qualifies it, as in "Russian defence"."""
    if sentence[end : end + 1] == "-":
        return True
    following = _NEXT_WORD.match(sentence, end)
    if following is None:
        return False
    word = following.group(1)
    return not (word.endswith(_VERB_ENDING) or word in STOP_WORDS or word in IRREGULAR_FORMS)


def _places(question: Question, sentence: str) -> Iterator[tuple[Offsets, float]]:
    asked = _question_stems(question)
    for start, end in _capitalised(sentence):
        own = _stems(sentence[start:end])
        if own & asked or own & _CALENDAR or _modifies(sentence, end):
            continue
        if _PLACE_BEFORE.search(sentence[:start]):
            yield (start, end), 0.0


def _capitalised(sentence: str) -> Iterator[Offsets]:
    """Yield stretches of capitalised words, without the ordinary first word of the sentence."""
    for match in _NAME.finditer(sentence):
        start, end = match.span()
        tokens = list(_WORD.finditer(sentence, start, end))
        if tokens and tokens[0].group().casefold() in STOP_WORDS:
            if len(tokens) == 1:
                continue
            start = tokens[1].start()
        elif start == 0 and len(tokens) == 1 and not _POSSESSIVE.match(sentence, end):
            continue
        yield start, end


_CALENDAR = _stems(
    "January February March April May June July August September October November December "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
)

_CANDIDATES = {Kind.PERSON: _names, Kind.DATE: _dates, Kind.NUMBER: _numbers, Kind.PLACE: _places}
