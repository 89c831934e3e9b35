"""Sentences in which something was read, extended backwards if they begin with a pronoun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.sentences import QUOTATION_MARKS, Sentence, refers_back
from qa.datatypes import Layout, Passage, Span
from qa.grounding.citations import Stretch
from qa.reader.reading import Reading
from qa.text.sanitizing import single_line
from qa.text.words import content_stems

_FULL_STOP = re.compile(r"(?<=\w{4})\.$")
"""The full stop of a sentence; after a shorter word it may belong to an abbreviation."""


@dataclass(frozen=True, slots=True)
class Quote(Sentence):
    """A sentence that answers, perhaps with the one before it."""

    span: Span
    """The sentence in it that answers."""
    stems: frozenset[str]
    """The stems of the span's content words."""

    @property
    def phrase(self) -> str | None:
        """The phrase of the span that answers, on one line, without the full stop of its sentence."""
        if self.span.phrase is None:
            return None
        return _FULL_STOP.sub("", single_line(self.passage.layout.text[slice(*self.span.phrase)]))

    @property
    def odds(self) -> float:
        """The odds of its span, which still differ when probabilities are all close to 1."""
        return self.span.probability / max(1e-9, 1.0 - self.span.probability)

    def in_file(self) -> Stretch:
        """Return the characters of the file that it consists of."""
        return Stretch.of_passage(self.passage, self.start, self.end)

    def contains(self, other: Quote) -> bool:
        """Whether this quote already contains ``other``, because it was extended by the previous sentence."""
        own, theirs = self.in_file(), other.in_file()
        return self.passage.path == other.passage.path and own.start <= theirs.end - 1 < own.end

    def overlap(self, other: Quote) -> float:
        """Return the share of the stems of both quotes that they have in common, 0 to 1."""
        return len(self.stems & other.stems) / (len(self.stems | other.stems) or 1)


def quotes_of(passages: Sequence[Passage], reading: Reading, by_phrase: bool = False) -> list[Quote]:
    """Return the spans of a reading as quotes, most probable first, each sentence, or each phrase, of a file once."""
    quotes: dict[tuple[str, int], Quote] = {}
    pairs = [(passage, span) for passage, spans in zip(passages, reading.spans, strict=True) for span in spans]
    for passage, span in sorted(pairs, key=lambda pair: -pair[1].probability):
        start, end = span.phrase if by_phrase and span.phrase else (span.start, span.end)
        position = Stretch.of_passage(passage, start, end).start
        quotes.setdefault((passage.path, position), quote_of(passage, span))
    return list(quotes.values())


def quote_of(passage: Passage, span: Span) -> Quote:
    """Return a span of a passage as a quote."""
    stems = content_stems(passage.layout.text[span.start : span.end])
    return Quote(passage, _understandable_from(passage.layout, span), span.end, span, stems)


def _understandable_from(layout: Layout, span: Span) -> int:
    """Return where the quote starts: one sentence earlier if the span begins with a pronoun."""
    if not refers_back(layout.text[span.start : span.end]):
        return span.start
    before = [start for start, end in layout.sentences if end <= span.start and _is_sentence(layout.text[start:end])]
    return before[-1] if before else span.start


def _is_sentence(text: str) -> bool:
    return text.rstrip(QUOTATION_MARKS + ")").endswith((".", "!", "?"))
