"""Questions for facts, made from sentences whose grammar leaves no doubt about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from qa.datatypes import BlockKind, Layout, Turn
from qa.index import Index
from qa.questions.followups.mentions import gender
from qa.text.english import line_list, word_set
from qa.text.english.patterns import MONTH, NAME, PRONOUN
from qa.text.sanitizing import single_line
from qa.text.words import STOP_WORDS

CHUNKS_PER_ARTICLE = 2
"""Chunks at the beginning of an article whose sentences are tried."""
DEED_WORDS = range(4, 16)
"""Words that a sentence has after the verb that says what somebody did."""
LONGEST_NAME = 4
"""Words of a name; longer ones are titles or lines in capital letters."""

_CLAUSE = r"[^,;:!?()\[\]\"\u201c\u201d\u2013\u2014]"
_DEED = re.compile(rf"(?P<answer>{NAME}) (?P<rest>(?P<verb>[a-z-]+) {_CLAUSE}+)\.")
_SO_MANY_WERE = re.compile(
    rf"(?P<before>.*?\b)(?P<answer>\d[\d,.]*\d|\d) (?P<rest>(?:[A-Za-z-]+ ){{0,3}}[a-z]{{3,}}s (?:were|being) "
    rf"[a-z]+(?:ed|en|ld|lt|nt|ght) {_CLAUSE}{{8,90}})[.,]"
)
_OFFICES = "|".join(sorted(map(re.escape, line_list("offices")), key=len, reverse=True))
_HOLDS_OFFICE = re.compile(rf"(?P<answer>{NAME}), (?:the )?(?P<office>{_OFFICES}) of (?P<body>(?:the )?{NAME})(?=[,.])")
_CHIEF_EXECUTIVE = re.compile(
    rf"(?P<before>\S*) ?\b(?P<body>{NAME}) (?P<office>CEO|chief executive),? (?P<answer>{NAME})"
)
_WAS_FOUNDED = re.compile(
    rf"(?P<subject>{NAME}) was (?P<verb>founded|built|opened|established|launched|published|born|created|abolished"
    rf"|destroyed|demolished|closed) (?:{_CLAUSE}{{0,60}} )?in (?:{MONTH} )?(?P<answer>1\d\d\d|20\d\d)\b"
)
_LEANING = re.compile(
    rf"{PRONOUN.pattern}|\b(?:who|whom|which|whose|when|while|after|before|because|as|but|than|so|if|we|us|our|I|me|my|you"
    r"|your|there|here|then|now|ago|last|next|today|tonight|yesterday|tomorrow|recently|earlier|later|also|both|same|such"
    r"|other|another|\w+day|is|are|was|has|have|had|can|could|will|would|may|might|should|must|does|do)\b"
)
"""A word with which a sentence means something only in its place, or that makes its grammar doubtful."""
_SPECIFIC = re.compile(r"[A-Z]|\d")
_PROSE = (BlockKind.PARAGRAPH, BlockKind.QUOTE)


class Fact(NamedTuple):
    """A question, and the phrase that a sentence answers it with."""

    question: str
    """The question."""
    answer: str
    """The phrase."""


def facts_of(path: str, index: Index) -> Iterator[Fact]:
    """Yield the facts that sentences at the beginning of an article state."""
    chunks = index.chunks(index.keys_of(path)[:CHUNKS_PER_ARTICLE])
    layouts = [entry.chunk.layout for entry in chunks.values()]
    text = " ".join(layout.text for layout in layouts)
    for layout in layouts:
        for sentence in _sentences(layout):
            for make in _MAKERS:
                if fact := make(sentence, text):
                    yield fact


def _sentences(layout: Layout) -> Iterator[str]:
    for start, end in layout.sentences:
        block = layout.block_at(start)
        if block is not None and block.kind in _PROSE:
            yield single_line(layout.text[start:end])


def _deed(sentence: str, text: str) -> Fact | None:
    """Return who did something: "Karin Osk opened the harbour of Lindholm in 1989."."""
    match = _DEED.fullmatch(sentence)
    if match is None or match["verb"] not in word_set("deeds") or not _is_person(match["answer"], text):
        return None
    _, clause = match["rest"].split(" ", 1)
    if len(clause.split()) not in DEED_WORDS or _LEANING.search(clause) or not _SPECIFIC.search(clause):
        return None
    return Fact(f"Who {match['rest']}?", match["answer"])


def _number(sentence: str, text: str) -> Fact | None:
    """Return how many there were: "In the first year 412 boats were moored at the long pier."."""
    match = _SO_MANY_WERE.match(sentence)
    subject, clause = re.split(" (?:were|being) ", match["rest"], maxsplit=1) if match else ("", "")
    if match is None or _LEANING.search(clause) or match["before"].endswith(("$", "€", "£", "-")):
        return None
    return Fact(f"How many {subject} were {clause}?", match["answer"])


def _office(sentence: str, text: str) -> Fact | None:
    """Return who holds an office: "Karin Osk, the mayor of Lindholm, ..."; "Lindholm Ferries CEO Karin Osk ..."."""
    match = _HOLDS_OFFICE.search(sentence)
    if match is None:
        match = _CHIEF_EXECUTIVE.search(sentence)
        if match is None or match["before"].casefold() in ("former", "ex", "then", "interim"):
            return None
        if match["body"].isupper():
            return None  # Whether it is "the NAACP" or "FTX" cannot be seen.
    body = re.sub(r"['\u2019]s?$", "", match["body"])
    if not _is_name(body.removeprefix("the ")) or not _is_person(match["answer"], text):
        return None
    return Fact(f"Who is the {match['office']} of {body}?", match["answer"])


def _year(sentence: str, text: str) -> Fact | None:
    """Return when something began or ended: "Lindholm was founded by herring fishers in 1641."."""
    match = _WAS_FOUNDED.match(sentence)
    if match is None or not _is_name(match["subject"]):
        return None
    return Fact(f"When was {match['subject']} {match['verb']}?", match["answer"])


_MAKERS: tuple[Callable[[str, str], Fact | None], ...] = (_deed, _number, _office, _year)


def _is_person(name: str, text: str) -> bool:
    return " " in name and _is_name(name) and gender(name, [Turn("", None, text)]) is not None


def _is_name(name: str) -> bool:
    parts = name.casefold().split()
    return len(parts) <= LONGEST_NAME and STOP_WORDS.isdisjoint(parts) and not parts[0].startswith(("former", "ex-"))
