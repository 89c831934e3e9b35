"""What an answer must look like: a figure, an amount of money, a time."""

from __future__ import annotations

import re
from collections.abc import Callable

from qa.text.english import word_set
from qa.text.english.patterns import MONTH
from qa.text.words import stem, stems

_BEFORE = r"\W*(?:(?:and|so|but|about|roughly|since|until|by|in|on|at|from) )?"
_QUANTITY = re.compile(rf"{_BEFORE}how (?:many|much|old|tall|deep|wide|heavy|high)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    rf"{_BEFORE}what(?:'s| is| are| was| were) the (?:[\w-]+ )?(?:price|cost|fee|fare|rent|charge)s?\b"
    rf"|{_BEFORE}how much\b.*\b(?:costs?|priced?|pays?|paid|charge[sd]?|fee|rent|spend|spent|earn(?:s|ed)?|salary|worth"
    r"|budget)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"{_BEFORE}(?:when (?:did|was|were|is|will|has|had)|(?:what|which) (?:year|date|day|month|century|decade))\b"
    r"(?!.*\b(?:what|which|who|whose|where|how)\b)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?:(?<![\w-])|(?<=^-)|(?<=\s-))\d|[\u00bc-\u00be\u2150-\u215e]"
    r"|\b(?:\w+ty|half|halves|quarters?|thirds?|doubled?|twice|triple|\w+fold|dozens?|hundreds?|thousands?|millions?|billions?"
    r"|trillions?|nothing|none|no|free|all|both|several|few|many|most|majority|scores?|pair|couple|single|once|nil|any|every"
    r"|each|entire|whole|lot|much|little|less|more|minimal|number)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(rf"{_BEFORE}(?:which|what) (?:[\w.+-]+ ){{0,2}}versions?\b", re.IGNORECASE)
_CURRENCY = re.compile(r"[$\u20ac\u00a3\u00a5\u20b9]")
_OTHER_UNIT = re.compile(
    r"\d\s*(?:(?:second|minute|hour|day|night|week|month|year|metre|meter|kilomet(?:re|er)|mile|foot|feet|inch|kilo|kilogram"
    r"|gram|ton|tonne|litre|liter|degree)(?:e?s)?|m|cm|mm|km|kg|g|l|ml|h|min)\b",
    re.IGNORECASE,
)
_TEMPORAL = re.compile(
    rf"\d|{MONTH}|^\W*(?:as|at|upon)\b"
    r"|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|spring|summer|autumn|fall|winter|morning|noon|afternoon"
    r"|evening|night|midnight|mid\w*|dawn|dusk|days?|weeks?|weekends?|months?|years?|decades?|century|centuries|hours?|minutes?"
    r"|today|tomorrow|yesterday|tonight|now|currently|recently|soon|later|earlier|once|never|always|after|before|during|until"
    r"|since|when|while|next|last|christmas|easter|ramadan|eve|season|era|age|period|end|beginning|start|early|late"
    r"|birth|death|war|reign|modern|ancient|medieval|prehistoric|times?)\b",
    re.IGNORECASE,
)


_DIMENSIONS = {
    "tall high height": re.compile(r"how (?:tall|high)\b|\bheight\b", re.I),
    "wide broad width breadth": re.compile(r"how (?:wide|broad)\b|\b(?:width|breadth)\b", re.I),
    "long length": re.compile(r"how long is\b|\blength\b", re.I),
    "deep depth": re.compile(r"how deep\b|\bdepth\b", re.I),
    "heavy weigh weight": re.compile(r"how heavy\b|\b(?:weigh|weight)\b", re.I),
    "old age aged": re.compile(r"how old\b|\bage\b", re.I),
}


def measures_something_else(question: str, sentence: str) -> bool:
    """Whether a question asks for one dimension, such as height, and a sentence only states others, such as length."""
    asked = next((names.split() for names, pattern in _DIMENSIONS.items() if pattern.search(question)), None)
    if asked is None:
        return False
    stated = stems(sentence)
    others = [names.split() for names in _DIMENSIONS if names.split() != asked]
    has_other = any(stem(word) in stated for names in others for word in names)
    return has_other and not any(stem(word) in stated for word in asked)


def asks_for_quantity(question: str) -> bool:
    """Whether a question asks for a number or an amount of money."""
    return bool(_QUANTITY.match(question) or _AMOUNT.match(question))


def may_answer(question: str) -> Callable[[str], bool]:
    """Return whether a phrase can be the kind of thing that a question asks for, as a function of the phrase."""
    if _AMOUNT.match(question):
        return lambda phrase: _is_figure(phrase) and (bool(_CURRENCY.search(phrase)) or not _OTHER_UNIT.search(phrase))
    if _QUANTITY.match(question):
        return _is_figure
    if _VERSION.match(question):
        return lambda phrase: any(character.isdigit() for character in phrase)
    if _TIME.match(question):
        return lambda phrase: _TEMPORAL.search(phrase) is not None or _is_figure(phrase)
    return lambda _: True


def _is_figure(phrase: str) -> bool:
    numerals = word_set("numerals")
    return _FIGURE.search(phrase) is not None or not numerals.isdisjoint(re.split(r"\W+", phrase.lower()))
