"""Comparisons: what a question compares, and what to find out about each side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.text.english import word_list
from qa.text.english.patterns import POSSESSIVE
from qa.text.words import words

LONGEST_SIDE = 12
"""Maximum number of words of a side."""

_NOUN = r"(?:articles|sources|reports|papers|texts|files|notes)"
_ARTICLES = rf"(?:the |these |those |my |our |both |all )*(?:two |three )?{_NOUN}"
_PREPOSITION = r"(?:in|on|at|of|for|from|by|about|with|between|during|after|before|to)"
_COMPARATIVE = (
    r"\b(?:more|less|fewer|better|worse|farther|further|most|least|best|worst|first|earlier|sooner|faster|longer|later"
    r"|(?!(?:\w*n?ever|other|either|neither|whether|under|over|after|former|her|together|number|member|order|per)\b)"
    r"\w{2,}(?:ier|[^aeiou\W]er|iest|[^aeiou\W]est))\b"
)
_DIFFERENCES = (
    r"(?:what(?:'s|\u2019s| is| are| was| were) |explain |describe |tell me )?(?:the )?(?:\w+ )?"
    r"(?:difference|similarit(?:y|ie))s? between"
)
_CONNECTION = r"what(?:'s|\u2019s| is| was) the (?:connection|relation|relationship|link) between"
_CONNECTED = r"(?:related|connected|linked|tied)"
_IN_TERMS_OF = r"(?: (?:in terms of|with regard to|when it comes to) (?P<topic>.+))?"
_WHICH_MORE = rf"(?P<topic>(?:which|who|whose|what|where|when)\b(?=[^,:]*{_COMPARATIVE})[^,:]+)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"compare (?P<topic>.+?) (?P<of>{_PREPOSITION}) each of the (?P<count>two|three|four|five) (?P<each>[\w-]+?)s",
        rf"compare (?P<first>.+?) (?:and|with|to|against|versus|vs\.?) (?P<second>.+?){_IN_TERMS_OF}",
        rf"{_DIFFERENCES} (?P<first>.+?) and (?P<second>.+?){_IN_TERMS_OF}",
        r"(?:what(?:'s|\u2019s| is| are| was| were) )?(?:the )?(?P<topic>(?:\w+ )?differences? between"
        r" (?:the |these )?(?:two|three|four) .+)",
        r"how (?:do|does|did|is|are|was|were) (?P<first>.+?) (?:differ|different) from (?P<second>.+)",
        r"how (?:do|does|did) (?P<first>.+?) and (?P<second>.+?) (?:differ|compare)"
        r"(?: (?:in|on|when|about|as to) (?P<topic>.+))?",
        r"how differently (?:do|does|did) (?P<first>.+?) and (?P<second>.+?) (?P<topic>\w+ .+)",
        r"what (?:do|does|did) (?P<first>.+?) and (?P<second>.+?) have in common",
        rf"(?:do|does|did) (?:{_ARTICLES}|they) (?:agree|disagree|differ|say the same)(?: thing)?"
        r" (?:on|about|over|in|as to) (?P<topic>.+)",
        r"(?:do|does|did) (?P<first>.+?) and (?P<second>.+?) (?:agree|disagree|differ) (?:on|about|over) (?P<topic>.+)",
        rf"what (?:do|does|did) (?:the |these )?(?:two|three|both) {_NOUN}"
        r" (?:on|about) (?P<topic>.+?) (?:say|report|claim|write|tell us)(?: (?:about|on))?(?P<aspect>.*)",
        rf"{_WHICH_MORE}[,:] (?P<first>[^,]+?),? or (?P<second>[^,]+)",
        rf"(?P<first>[^,:]+?),? or (?P<second>[^,:]+?)[:,] {_WHICH_MORE}",
        r"what (?:has|have|had|does|do|did) (?P<first>.+?) (?:got |have )?to do with (?P<joint>.+)",
        rf"how (?:is|are|was|were) (?P<first>.+?) {_CONNECTED} to (?P<joint>.+)",
        rf"how (?:is|are|was|were) (?P<first>.+?) and (?P<joint>.+?) {_CONNECTED}(?: to each other)?",
        rf"{_CONNECTION} (?P<first>.+?) and (?P<joint>.+)",
        r"(?P<first>(?!(?:who|which|what|where|when|how|why|is|are|was|were|do|does|did)\b).+?)"
        r" (?:vs\.?|versus|compared (?:to|with)) (?P<second>.+)",
    )
)
_STANDS_FOR_HEAD = re.compile(rf"(?:that|those|the one|the ones|it) (?P<of>{_PREPOSITION}) (?P<rest>.+)", re.IGNORECASE)
_HEAD = re.compile(rf"(?P<head>.+ {_PREPOSITION}) (?P<rest>(?:the )?[A-Z0-9].*)")
"""What two sides have in common: "the price of" in "the price of the Deck and the Switch"."""
_OWNER = re.compile(r".+['\u2019]s (?P<thing>.+)")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_WH_WORD = re.compile(
    r"^(?:which|whose|who|what|where|when) (?:(?:is|was|are|were|has|had|have|does|did) )?", re.IGNORECASE
)
_COUNTED = re.compile(r"\b(?:more|fewer|most|fewest) (\w+s)\b", re.IGNORECASE)
_MEASURES = tuple(
    (how, re.compile(pattern, re.IGNORECASE))
    for how, pattern in (
        ("when", r"^when\b|\b(?:first|earlier|sooner|later|earliest|latest)\b"),
        ("how many", _COUNTED.pattern),
        ("how old", r"\b(?:older|younger|oldest|youngest)\b"),
        ("how long", r"\blong(?:er|est)\b"),
        ("how heavy", r"\b(?:heav|light)(?:ier|iest|er|est)\b"),
        ("how tall", r"\btall(?:er|est)\b"),
        (
            "how much",
            r"\b(?:more|less|most|least|(?:bigg|larg|high|low|small|cheap|great)(?:er|est)|(?:cost|pric|weigh|earn)\w*)\b",
        ),
    )
)
"""The question word that asks for what a comparative compares."""
_AUXILIARY = re.compile(r"\b(?:has|had|have|is|are|was|were|does|did|do)\s?", re.IGNORECASE)
_COMPARED = re.compile(rf"(?:\bthe )?{_COMPARATIVE}\s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a question compares."""

    topic: str
    """What all sides have in common; may be empty."""
    sides: tuple[str, ...]
    """What tells the sides apart; empty if the sides are articles."""
    questions: tuple[str, ...]
    """For each side, what to find out about it."""
    joint: bool = False
    """Whether it asks what the sides have to do with each other."""


def parse_comparison(text: str) -> Comparison | None:
    """Return what a question compares; None if it compares nothing.

    Args:
        text: the question without courtesy and end mark.
    """
    for pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match and all(len(words(side or "")) <= LONGEST_SIDE for side in match.groups()):
            return _comparison({name: (value or "").strip() for name, value in match.groupdict().items()})
    return None


def _comparison(groups: dict[str, str]) -> Comparison:
    topic = groups.get("topic", "")
    if groups.get("each"):
        count = word_list("numerals").index(groups["count"].lower())
        sides = tuple(f"the {ordinal} {groups['each']}" for ordinal in _ORDINALS[:count])
        return Comparison(topic, sides, tuple(f"{topic} {groups['of']} {side}" for side in sides))
    if "joint" in groups:
        sides = (groups["first"], groups["joint"])
        return Comparison("", sides, sides, joint=True)
    if not groups.get("first"):
        topic = f"the {topic}" if topic.startswith("difference") else topic
        return Comparison(f"{topic} {groups.get('aspect', '')}".strip(), (), ())
    first, second = POSSESSIVE.sub("", groups["first"]), POSSESSIVE.sub("", groups["second"])
    first, second = next(_with_common_head(first, second), (first, second))
    sides = _without_common_words(first, second)
    return Comparison(topic, sides, tuple(_question(side, topic) for side in (first, second)))


def _question(side: str, topic: str) -> str:
    """Return what to find out about a side: "how much was Ana's boat", for "whose boat was more expensive"."""
    aspect = _WH_WORD.sub("", topic)
    aspect = _AUXILIARY.sub("", _COMPARED.sub("", aspect)).strip()
    measure = next((how for how, pattern in _MEASURES if pattern.search(topic)), "")
    if not measure:
        return f"{side} {aspect or topic}".strip()
    if topic.lower().startswith("whose"):
        return f"{measure} was {side}'s {aspect}"
    counted = _COUNTED.search(topic)
    if counted:
        verb = aspect.replace(counted[1], "").strip()
        return f"{measure} {counted[1]} {side} {verb}".strip()
    return f"{measure} is {side} {aspect}".strip()


def _with_common_head(first: str, second: str) -> Iterator[tuple[str, str]]:
    """Yield both sides in full if the second one leaves out what it has in common with the first."""
    pronoun = _STANDS_FOR_HEAD.fullmatch(second)
    if pronoun:
        head, preposition, rest = first.rpartition(f" {pronoun['of']} ")
        if preposition and rest:
            yield first, f"{head}{preposition}{pronoun['rest']}"
    owner = _OWNER.fullmatch(first)
    if pronoun and owner and pronoun["of"].lower() == "of":
        yield first, f"{pronoun['rest']}'s {owner['thing']}"
    head_of_first = _HEAD.fullmatch(first)
    is_name = second[:1].isupper() or second.startswith("the ")
    if head_of_first and is_name and not re.search(rf"\b{_PREPOSITION}\b", second):
        yield first, f"{head_of_first['head']} {second}"


def _without_common_words(first: str, second: str) -> tuple[str, str]:
    """Return both sides without the words that both begin or end with."""
    left, right = first.split(), second.split()
    while len(left) > 1 and len(right) > 1 and left[0].lower() == right[0].lower():
        left, right = left[1:], right[1:]
    while len(left) > 1 and len(right) > 1 and left[-1].lower() == right[-1].lower():
        left, right = left[:-1], right[:-1]
    sides = " ".join(left), " ".join(right)
    return (first, second) if any(side.isdigit() for side in sides) else sides
