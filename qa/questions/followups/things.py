"""What "it" and "they" refer to: the things that the questions and answers before are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.datatypes import Turn
from qa.questions.followups.mentions import TIME, gender, is_named_answer, names_in, people
from qa.questions.followups.verbs import is_irregular_base, past_base
from qa.text.english import word_set
from qa.text.words import STOP_WORDS

_DEFINITION = re.compile(
    r"(?:what(?:['\u2019]s| is| are| was| were)|tell me about|what do you know about|what happened (?:to|at|in|with))"
    r"\s+(.+)",
    re.IGNORECASE,
)
_WHO = re.compile(r"who\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:the|this|that|these|those)\s+", re.IGNORECASE)
_OF = re.compile(r"(?:the\s+)?(?:\w+\s+)*?(\w+)\s+of\s+(.+)", re.IGNORECASE)
_IN_PLACE = re.compile(r"\b(?:in|at|near|from|on)\s+(?:the\s+)?$", re.IGNORECASE)
_PLURAL = re.compile(
    r"\b(?i:(which|what|how many|the|these|those|of|about|any|some|on|for))\s+((?:[\w-]+\s+){0,2}?)"
    r"(?!does\b|has\b|is\b|was\b|this\b)([a-z]+(?<![sui])s|people|men|women|children)\b",
)
_POSSESSIVE = re.compile(r"['\u2019]s?\s+")
_CUT = (STOP_WORDS - {"of"}) | {"\u2014", "-"}


def thing(turns: Sequence[Turn]) -> str | None:
    """Return what "it" refers to: the first thing in the newest question that mentions one, or its named answer."""
    for turn in reversed(turns):
        if is_named_answer(turn) and not gender(turn.short_answer or "", turns):
            return turn.short_answer
        phrases = [*_things(turn, turns)]
        if phrases:
            return phrases[0]
    return None


def several(turns: Sequence[Turn]) -> str | None:
    """Return what "they" refers to: two people, who was asked for, several things, an organisation, else a person."""
    names = people(turns)
    if len(names) >= 2:
        return f"{names[-1]} and {names[0]}"
    for turn in reversed(turns):
        match = _PLURAL.search(turn.question)
        is_plural = match is not None and not past_base(match[2].split()[-1] if match[2].strip() else "-")
        if is_plural or (_WHO.match(turn.question) and not people([turn])):
            answer = _short_phrase(turn)
            if answer and (match is None or match[1].casefold() in ("which", "what")):
                return answer
        if match and is_plural:
            before = match[2].split()
            described = [word for word in before if word not in STOP_WORDS]
            return " ".join(["the", *described, match[3]])
        things = [*_things(turn, turns)]
        if things or people([turn]):
            return things[0] if things else people([turn])[0]
    return None


def _short_phrase(turn: Turn) -> str | None:
    """Return the short answer of a turn up to a comma or relative clause, if it fits into a question."""
    phrase = re.split(r",|\s(?:that|who|which)\s", turn.short_answer or "")[0].strip()
    return phrase if phrase and len(phrase.split()) <= 6 else None


def contest(turn: Turn) -> str | None:
    """Return two sides that a question sets against each other, as "between Belgium and England"."""
    match = re.search(r"\b(?:against|v|vs\.?|versus|beat|beats|defeat|defeated)\b", turn.question)
    if match is None:
        return None
    mentions = [mention for mention in names_in(turn.question, turn.text) if not TIME.fullmatch(mention.text)]
    before = [mention.text for mention in mentions if mention.end <= match.start()]
    after = [mention.text for mention in mentions if mention.start >= match.end()]
    return f"between {before[-1]} and {after[0]}" if before and after else None


def is_attribute(noun: str) -> bool:
    """Whether a noun names what something has, like "price", and not the thing itself."""
    return noun.casefold() in word_set("attributes")


def _things(turn: Turn, turns: Sequence[Turn]) -> Iterator[str]:
    """Yield the things that a question mentions, best first: those that are no places, then those that are."""
    question = turn.question.strip().rstrip("?!. ")
    definition = _DEFINITION.fullmatch(question)
    if definition and len(definition[1].split()) <= 5 and not gender(definition[1], turns):
        phrase = _without_attribute(definition[1])
        if phrase:
            yield phrase
            return
    places: list[str] = []
    for start, end in _spans(question, turn, turns):
        phrase = _without_attribute(question[start:end])
        if not phrase or _is_person(phrase, turns):
            continue
        if _IN_PLACE.search(question[:start]):
            places.append(phrase)
        else:
            yield phrase
    yield from places


def _is_person(phrase: str, turns: Sequence[Turn]) -> bool:
    """Whether a noun phrase names a person, or a relative of one."""
    _, possessive, owned = phrase.replace("\u2019", "'").partition("'s ")
    return owned.split()[-1] in word_set("relatives") if possessive else gender(phrase, turns) is not None


def _spans(question: str, turn: Turn, turns: Sequence[Turn]) -> list[tuple[int, int]]:
    """Return where the noun phrases of a question are: those with "the", and names that no other one contains."""
    text = f"{turn.text} {turn.short_answer or ''}".casefold()
    spans = [(match.start(), _end(question, match.end(), text)) for match in _DEFINITE.finditer(question)]
    spans = [(start, end) for start, end in spans if end > start]
    for mention in names_in(question, turn.text):
        start, end = mention.start, mention.end
        if any(first <= start and end <= last for first, last in spans):
            continue
        if possessive := _POSSESSIVE.match(question, end):
            end = _end(question, possessive.end(), text) or end
            if is_attribute(question[mention.start : end].split()[-1]):
                end = mention.end
        elif gender(mention.text, turns):
            continue
        spans.append((start, end))
    return sorted(spans)


def _end(question: str, begin: int, text: str) -> int:
    """Return where the noun phrase ends whose first word after "the" begins at ``begin``; 0 if that is not clear.

    It ends where the answer no longer has the same words, or before a verb, preposition or the end of the question.
    """
    tokens: list[re.Match[str]] = []
    for match in re.finditer(r"[^\s,;:()]+", question[begin:]):
        between = question[begin + (tokens[-1].end() if tokens else 0) : begin + match.start()]
        within = match[0] == "the" and tokens and tokens[-1][0] == "of"
        if (match[0].casefold() in _CUT and not within) or (between.strip() and tokens):
            break
        tokens.append(match)
    count = len(tokens)
    while tokens and tokens[-1][0] in ("of", "the"):
        tokens.pop()
    while tokens and tokens[-1][0].islower() and _is_verb(tokens[-1][0]) and not is_attribute(tokens[-1][0]):
        tokens.pop()
    ends_before_verb = len(tokens) < count
    for count in range(len(tokens), 0, -1):
        phrase = question[begin : begin + tokens[count - 1].end()]
        is_whole = tokens[count - 1][0] not in ("of", "the")
        if is_whole and re.search(rf"\b{re.escape(phrase.casefold())}\b", text):
            return begin + tokens[count - 1].end()
    capitals = [match for match in tokens if match[0][0].isupper()]
    if capitals:
        return begin + capitals[-1].end()
    is_clear = tokens and (ends_before_verb or begin + tokens[-1].end() >= len(question))
    return begin + tokens[-1].end() if is_clear and len(tokens) <= 3 else 0


def _is_verb(word: str) -> bool:
    return past_base(word) is not None or is_irregular_base(word)


def _without_attribute(phrase: str) -> str | None:
    """Return the thing in a noun phrase: "the Cyberbeast" of "the top speed of the Cyberbeast"."""
    while (match := _OF.fullmatch(phrase)) and is_attribute(match[1]):
        phrase = match[2]
    head = phrase.split(" of ")[0].split()[-1]
    return None if head.islower() and (is_attribute(head) or head in word_set("roles")) else phrase
