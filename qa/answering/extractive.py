"""Answers made of the articles' own sentences: which ones to quote, and when to say there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from qa.datatypes import NOT_ANSWERED, Answer, Citation, IndexStats, Passage, Span, Statement
from qa.reader import Reader, Reading
from qa.reader.questions import Form
from qa.sentences import sentence_offsets
from qa.text import plain
from qa.words import PRONOUN, agree, content_words, is_among, stem

MAX_SOURCES = 3
"""Citations of one statement that several articles share."""
LONGEST_REASON = 12
"""Words of a phrase that is shown for why and how; a longer one is no shorter than its sentence."""
SAME = 0.9
"""Share of common words from which two sentences are one statement."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How much an answer of one form may say."""

    statements: int
    """Sentences at most."""
    close_enough: float
    """A further sentence needs this share of the best one's odds, after what it repeats is taken off."""


MEASURES = {
    Form.PHRASE: Measure(2, 0.5),
    Form.LIST: Measure(8, 0.3),
    Form.EXPLANATION: Measure(4, 0.3),
    Form.TOPIC: Measure(4, 0.3),
    Form.DECISION: Measure(3, 0.3),
}

Cite = Callable[[int, Passage, int, int], Citation]
"""Number, passage, start and end in the passage -> the citation, checked against the file."""

Decide = Callable[[str, Passage, Span], bool | None]
"""Question, passage and a sentence of it -> whether that says yes or no; None if neither is sure."""
DECIDING = 3
"""Sentences tried for a yes or no, the likeliest first; each costs two readings of a few sentences."""

_QUOTES = "\"'\u2018\u2019\u201c\u201d"
_LEANING = re.compile(rf"[{_QUOTES}(]?(?:{PRONOUN.pattern}|(?:such|both|the latter|the former)\b)", re.IGNORECASE)
"""How a sentence begins that can not be understood alone."""
_FULL_STOP = re.compile(r"(?<=\w{4})\.$")
"""The dot after a short word may be an abbreviation's."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a passage that could be quoted."""

    passage: Passage
    """Where it stands."""
    start: int
    """First character in the passage's text."""
    end: int
    """One past the last character."""
    span: Span
    """The sentence that answers, inside it."""
    stems: frozenset[str]
    """The stems of its content words."""

    @property
    def short(self) -> str | None:
        """The phrase of the span that answers, on one line, without the full stop of its sentence."""
        return _FULL_STOP.sub("", plain(self.passage.text[slice(*self.span.short)])) if self.span.short else None


class ExtractiveAnswerer:
    """Chooses the sentences that answer and cites each of them."""

    def __init__(self, reader: Reader, cite: Cite, decide: Decide, min_confidence: float) -> None:
        self._reader = reader
        self._cite = cite
        self._decide = decide
        self._min_confidence = min_confidence

    def answer(self, question: str, passages: Sequence[Passage], stats: IndexStats) -> Answer:
        """Answer ``question`` from ``passages``, best first, or say that they do not."""
        reading = self._reader.read(question, passages)
        quotes = _quotes(passages, reading)
        answered = bool(quotes) and reading.answerable >= self._min_confidence
        decided = self._decided(question, quotes) if answered and reading.form is Form.DECISION else None
        best = _choose(quotes, MEASURES[reading.form]) if answered else []
        chosen = [[decided[1]]] if decided else best
        statements, citations = self._statements(chosen)
        return Answer(
            question=question,
            answered=answered,
            short=decided[0] if decided else _short(chosen, reading.form),
            text=" ".join(statement.text for statement in statements) or NOT_ANSWERED,
            statements=statements,
            citations=citations,
            confidence=reading.confidence,
            engine=self._reader.name,
            passages=_ranked(passages, reading),
            index=stats,
            reason=reading.reason,
        )

    def _decided(self, question: str, quotes: Sequence[Quote]) -> tuple[str, Quote] | None:
        """Return yes or no with the first sentence that decides it; None if none does."""
        for quote in quotes[:DECIDING]:
            decision = self._decide(question, quote.passage, quote.span)
            if decision is not None:
                return "Yes" if decision else "No", quote
        return None

    def _statements(self, chosen: Sequence[Sequence[Quote]]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
        statements: list[Statement] = []
        citations: list[Citation] = []
        for group in chosen:
            first = len(citations) + 1
            for number, quote in enumerate(group, first):
                citations.append(self._cite(number, quote.passage, quote.start, quote.end))
            text = plain(group[0].passage.text[group[0].start : group[0].end])
            statements.append(Statement(text, tuple(range(first, len(citations) + 1))))
        return tuple(statements), tuple(citations)


def _quotes(passages: Sequence[Passage], reading: Reading) -> list[Quote]:
    """Return what the reader found, likeliest first, one entry for each place in a file."""
    found: dict[tuple[str, int], Quote] = {}
    pairs = [(passage, span) for passage, spans in zip(passages, reading.spans, strict=True) for span in spans]
    for passage, span in sorted(pairs, key=lambda pair: -pair[1].probability):
        start = _understandable_from(passage.text, span)
        stems = _stems(passage.text[span.start : span.end])
        found.setdefault((passage.file, passage.start + span.start), Quote(passage, start, span.end, span, stems))
    return list(found.values())


def _understandable_from(text: str, span: Span) -> int:
    """Return where to start the quote: a sentence earlier if the span begins with a pronoun."""
    if not _LEANING.match(text, span.start):
        return span.start
    before = [start for start, end in sentence_offsets(text[: span.start]) if _is_sentence(text[start:end])]
    return before[-1] if before else span.start


def _is_sentence(text: str) -> bool:
    return text.rstrip(_QUOTES + ")").endswith((".", "!", "?"))


def _ranked(passages: Sequence[Passage], reading: Reading) -> tuple[Passage, ...]:
    """Return the passages in the reader's order, with its scores."""
    return tuple(
        replace(passages[place], rank=rank, scores=passages[place].scores._replace(reader=reading.relevance[place]))
        for rank, place in enumerate(reading.order, 1)
    )


def _choose(quotes: Sequence[Quote], measure: Measure) -> list[list[Quote]]:
    """Return the statements, best first, each with the quotes that say it."""
    groups: list[list[Quote]] = [[quotes[0]]]
    for quote in quotes[1:]:
        same = next((group for group in groups if _says_same(quote, group[0])), None)
        if same is not None:
            _add_source(same, quote)
        elif any(_covers(one, quote) for group in groups for one in group):
            continue
        else:
            repeats = max(_overlap(quote, group[0]) for group in groups)
            needed = measure.close_enough * _odds(quotes[0])
            if len(groups) < measure.statements and _odds(quote) * (1.0 - repeats) >= needed:
                groups.append([quote])
    return groups


def _says_same(one: Quote, other: Quote) -> bool:
    """Whether two quotes give the same short answer, or are the same sentence."""
    if one.short and other.short and agree(one.short, other.short):
        return True
    return _overlap(one, other) >= SAME


def _add_source(group: list[Quote], quote: Quote) -> None:
    """Add another article that says the same."""
    if len(group) < MAX_SOURCES and all(one.passage.file != quote.passage.file for one in group):
        group.append(quote)


def _odds(quote: Quote) -> float:
    """Return probability as odds: they still differ where probabilities are all close to 1."""
    return quote.span.probability / max(1e-9, 1.0 - quote.span.probability)


def _overlap(one: Quote, other: Quote) -> float:
    """Return the share of common words among those of both."""
    return len(one.stems & other.stems) / (len(one.stems | other.stems) or 1)


def _covers(one: Quote, other: Quote) -> bool:
    """Whether ``other`` stands inside ``one`` already, as the sentence before a pronoun does."""
    place = other.passage.start + other.span.start - one.passage.start
    return one.passage.file == other.passage.file and one.start <= place < one.end


def _short(chosen: Sequence[Sequence[Quote]], form: Form) -> str | None:
    """Return the phrase that answers; for a list, those of all statements."""
    found = [group[0].short for group in chosen if group[0].short]
    if form is Form.LIST:
        return ", ".join(one for place, one in enumerate(found) if _adds(one, found[:place])) or None
    if form is Form.EXPLANATION and found and len(found[0].split()) > LONGEST_REASON:
        return None
    return found[0] if found else None


def _adds(item: str, before: Sequence[str]) -> bool:
    """Whether an item of a list has a word that the items before it lack, "Russian" counting as "Russia"."""
    known = frozenset[str]().union(*map(_stems, before))
    return any(not is_among(one, known) for one in _stems(item))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(text))
