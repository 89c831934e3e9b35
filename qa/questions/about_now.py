"""Questions about now: an office, a price or a rule that may have changed between two articles."""

from __future__ import annotations

import re

from qa.text.english.patterns import JOINED

_NOW = re.compile(
    r"\b(?:currently|nowadays|these days|now|at the moment|at present|as of today|still|current)\b", re.IGNORECASE
)
_OFFICE = (
    r"(?:ceo|chief|head|boss|chair\w*|president|vice[- ]president|director|manager|coach|captain|leader|owner|minister"
    r"|chancellor|mayor|governor|secretary|speaker|editor|king|queen|pope|champion|holder|landlord|principal)"
)
_STATE = re.compile(
    rf"{JOINED}(?:who(?:'s| is| are) (?:the |an? )?(?:[\w'\u2019-]+ ){{0,3}}?{_OFFICE}\b"
    r"|who (?:runs|owns|leads|heads|chairs|manages|coaches|edits)\b"
    r"|how much (?:is|are|does|do)\b|what (?:does|do) .+ cost\b"
    r"|what(?:'s| is| are) the (?:[\w'\u2019-]+ ){0,3}?"
    r"(?:price|cost|fee|fare|rent|rate|limit|rule|deadline|salary)s?\b)",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|did|had|been|ago|former|first|originally|in \d{4})\b", re.IGNORECASE)


def asks_about_now(question: str) -> bool:
    """Whether a question asks for an office, a price or a rule as it is now."""
    return not _PAST.search(question) and bool(_NOW.search(question) or _STATE.match(question))
