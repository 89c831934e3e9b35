"""What kind of phrase a question asks for, and whether a phrase may be of that kind, by its form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.words import PRONOUN

_NUMBER = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?"
    r"|millions?|billions?|trillions?|dozens?|half|halves|quarters?|thirds?|twice|once|doubled?|tripled?|none|zero"
    r"|several|few|all|both|an?)\b"
)
_SPAN_OF_TIME = (
    r"\b(?:centur(?:y|ies)|decades?|years?|months?|weeks?|days?|hours?|minutes?|seconds?|hrs?|mins?|secs?|yrs?"
    r"|night|morning|life|lifetime|season|term)\b"
)
_EXTENT = (
    r"\b(?:[kcm]?m|kilomet(?:er|re)s?|met(?:er|re)s?|centimet(?:er|re)s?|millimet(?:er|re)s?|miles?|yards?|feet|foot"
    r"|ft|inch(?:es)?|in|km|mi|light[- ]years?|leagues?|fathoms?|blocks?|stor(?:ey|y|ies))\b|[\u2032\u2033'\"]"
)
_RATE = r"/|\b(?:mph|kph|km/h|kmh|knots?|per|an hour|a second|a minute|times|mbps|gbps|hz|[kmg]hz)\b"
_MONEY = (
    r"[$\u20ac\u00a3\u00a5\u20b9]|\b(?:dollars?|euros?|pounds?|pence|cents?|yen|yuan|rupees?|francs?|roubles?|rubles?"
    r"|krone?r?|kronor|won|usd|eur|gbp|free|nothing|billions?|millions?|[kmb]n?)\b|\d(?:bn|tn|[kmb])\b"
)
_MOMENT = (
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tomorrow|tonight|evening|afternoon|noon|midnight"
    r"|spring|summer|autumn|fall|winter|easter|christmas|before|after|during|when|while|until|since|ago|now|soon"
    r"|later|era|age|period|early|late|mid|every|always|never)\b|" + _SPAN_OF_TIME
)


@dataclass(frozen=True, slots=True)
class AnswerType:
    """A kind of phrase."""

    name: str
    """What it is, in a word."""
    asked: re.Pattern[str]
    """How a question asks for it."""
    form: re.Pattern[str]
    """What a phrase of this kind holds."""

    def may_be(self, phrase: str) -> bool:
        """Whether ``phrase`` may be of this kind."""
        return self.form.search(phrase) is not None


def _kind(name: str, asked: str, form: str, flags: re.RegexFlag = re.IGNORECASE) -> AnswerType:
    return AnswerType(name, re.compile(asked, re.IGNORECASE), re.compile(form, flags))


ANYTHING = _kind("anything", "", r"\w")
"""What a question asks for that does not say."""

_FIRST = r"^\W*(?:(?:and|but|so|by|to|for|with|from|of|in|on|at|since|until|about|against|how|exactly)\s+)*"
"""What may stand before a question word; elsewhere it begins a clause: "who was mayor when it closed"."""
_IS = r"(?:is |was |are |were )?(?:the |its |their )?(?:\w+ )?"
_PAYING = (
    r"\b(?:costs?|pa(?:y|id|ys)|worth|earn\w*|charge[ds]?|spen[dt]|raised?|invest\w*|donat\w*|owes?|fined?|sold"
    r"|money)\b"
)
_PART = r"\d|percent|per cent|\b(?:half|thirds?|quarters?|all|most|majority)\b"
TYPES = (
    _kind("share", r"\bhow (?:large|big|much)\b.*\b(?:share|stake|proportion)\b", _PART.replace(r"\d", "%")),
    _kind("share", r"\b(?:what|which) (?:\w+ )?(?:percentage|percent|proportion|share)\b", _PART),
    _kind("money", rf"\bhow much\b.*{_PAYING}|\bwhat\b.*\b(?:costs?|worth)\b", rf"{_MONEY}|\d"),
    _kind("money", rf"\bwhat {_IS}(?:price|salary|fee|fine|budget|valuation|revenue)\b", rf"{_MONEY}|\d"),
    _kind("extent", r"\bhow (?:tall|high|deep|wide|far|thick)\b", rf"{_EXTENT}|\d"),
    _kind("duration", r"\bhow long\b", f"{_SPAN_OF_TIME}|{_EXTENT}|{_MOMENT}"),
    _kind("speed", r"\bhow (?:fast|quick|often)\b", f"{_RATE}|{_NUMBER}"),
    _kind("number", r"\bhow (?:many|much|old|large|big|heavy|likely|hot|cold)\b", _NUMBER),
    _kind("number", rf"\bwhat {_IS}(?:number|amount|age|height|weight|population|temperature|score)\b", _NUMBER),
    _kind(
        "moment", rf"{_FIRST}when\b|\bwhen\W*$|\b(?:what|which) (?:time|year|date|day|month|decade|century)\b", _MOMENT
    ),
    _kind("somebody", rf"{_FIRST}who(?:m|se)?\b|\bwho(?:m|se)?\W*$", r"\b[A-Z]", re.NOFLAG),
    _kind(
        "place",
        rf"{_FIRST}where\b|\bwhere\W*$|\b(?:what|which) (?:city|town|country|state|continent)\b",
        r"\b[A-Z]",
        re.NOFLAG,
    ),
)
"""The narrower before the wider: the first that a question asks for counts."""


def answer_type(question: str) -> AnswerType:
    """Return what kind of phrase ``question`` asks for."""
    return next((kind for kind in TYPES if kind.asked.search(question)), ANYTHING)


def is_other_type(phrase: str, wanted: AnswerType) -> bool:
    """Whether the form of ``phrase`` speaks against its being what was asked for."""
    return PRONOUN.fullmatch(phrase) is not None or not wanted.may_be(phrase)
