"""What a question asks for: the form of its answer, and its words with the weight each one carries."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from qa.words import NAME, content_words, stem, words


class Form(Enum):
    """What the answer has to look like."""

    PHRASE = "phrase"
    """Who, when, where, how many, which: a name, a date, a number."""
    LIST = "list"
    """Which countries: all that are found."""
    EXPLANATION = "explanation"
    """Why, how: sentences, and the phrase in them if there is one."""
    TOPIC = "topic"
    """Tell me about, describe: sentences."""
    DECISION = "decision"
    """Yes or no: the sentences that decide it."""


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question."""

    word: str
    """As asked, folded."""
    stem: str
    """Its stem."""
    weight: float
    """How much it decides: rare words more, words that only frame a question less."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart."""

    text: str
    """As asked."""
    form: Form
    """What its answer has to look like."""
    terms: tuple[Term, ...]
    """Its content words; never empty if it has words at all."""

    @property
    def counted(self) -> tuple[Term, ...]:
        """The term after "how many", unless it is one that texts leave out, as people are after "serves 4"."""
        asked = _COUNTED.search(self.text)
        stems = {stem(word) for word in words(asked[1])} if asked else set()
        return tuple(term for term in self.terms if term.stem in stems - _FRAME)

    @property
    def named(self) -> tuple[Term, ...]:
        """The terms that are names or numbers; the first word, whose capital says nothing, is neither."""
        _, *rest = words(self.text) or [""]
        named = {stem(word) for match in _NAMED.finditer(self.text) for word in words(match[0])}
        later = {stem(word) for word in rest}
        return tuple(term for term in self.terms if term.stem in named & later)

    @property
    def weight(self) -> float:
        """The weight of all terms together."""
        return sum(term.weight for term in self.terms) or 1.0


MOST_TERMS = 20
"""Terms from which on a question counts as long: no single sentence covers all of it."""

_COUNTED = re.compile(r"\bhow many (?:more |other |of the )?(\w+)", re.IGNORECASE)

_NAMED = re.compile(rf"{NAME}|\S*\d\S*")

_MEASURES = frozenset(
    """
    many much old long far tall high large big fast deep wide heavy often soon late close near early likely
    common expensive hot cold small short thick strong
    """.split()
)
"""Words after "how" that ask for a figure."""

_AUXILIARIES = frozenset(
    """
    is are was were am do does did has have had can could will would shall should may might must isn aren wasn weren
    don doesn didn hasn haven hadn can couldn won wouldn shouldn
    """.split()
)
"""Words that begin a question to be answered with yes or no."""

_TELL = ("explain", "describe", "summarise", "summarize", "tell me", "what about", "what happened", "what is known")
"""What begins a request to tell more."""

_FRAME = frozenset(
    stem(word)
    for word in """
    give make take say tell happen use call know mean kind type sort form number amount year date day
    month decade century place city country people person thing way term word part role purpose reason
    example describe explain refer consider think believe main certain according old long far large big
    high percentage
    """.split()
)
_FRAME_WEIGHT = 0.3
"""Share of its weight that a word keeps which frames a question more often than it names the topic."""


def parse_question(text: str, document_frequency: Callable[[str], int], chunks: int) -> Question:
    """Take ``text`` apart; ``document_frequency`` tells how many of all ``chunks`` hold a stem."""
    sequence = words(text)
    terms = tuple(_term(word, document_frequency, chunks) for word in content_words(text) or sequence)
    return Question(text, _form(sequence), terms)


def _term(word: str, document_frequency: Callable[[str], int], chunks: int) -> Term:
    root = stem(word)
    found = min(chunks, document_frequency(root))
    rarity = math.log1p((chunks - found + 0.5) / (found + 0.5)) / math.log1p((chunks + 0.5) / 0.5)
    return Term(word, root, max(rarity, 0.05) * (_FRAME_WEIGHT if root in _FRAME else 1.0))


def _form(sequence: list[str]) -> Form:
    opening = " ".join(sequence[:3])
    if sequence[0] in _AUXILIARIES and "or" not in sequence:
        return Form.DECISION
    if opening.startswith(_TELL):
        return Form.TOPIC
    if sequence[0] == "why" or _asks_how(sequence):
        return Form.EXPLANATION
    if sequence[0] == "list" or any(_asks_for_several(sequence, place) for place in range(len(sequence) - 1)):
        return Form.LIST
    return Form.PHRASE


def _asks_how(sequence: list[str]) -> bool:
    return sequence[0] == "how" and sequence[1:2] != [] and sequence[1] not in _MEASURES


def _asks_for_several(sequence: list[str], place: int) -> bool:
    """Whether ``which`` or ``what`` at ``place`` is followed by a plural: "which two towns", "what are the names"."""
    if sequence[place] not in ("what", "which", "who"):
        return False
    following = sequence[place + 1 : place + 4]
    if following[0] in ("are", "were"):
        return True
    for word in following:
        if word in _AUXILIARIES or sequence[place] == "who":
            return False
        if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ous")):
            return True
    return False
