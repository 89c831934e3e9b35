"""The sentences of an article, each with the time that the text gives for what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qa.answering.composition import QuotedStatement
from qa.answering.sentences import Sentence, sentences_in
from qa.datatypes import Passage
from qa.grounding.citations import Stretch
from qa.questions.periods import Period, periods_in
from qa.text.english import written_out
from qa.text.words import content_stems, words

_LENGTH = range(5, 71)
"""Words of a sentence that is dated: wider limits than for others, as no other may tell of the same event."""
_FUTURE = re.compile(r"\b(?:will|would|set to|scheduled|expected|due|plans?|next|upcoming)\b", re.IGNORECASE)
_LATER = {True: timedelta(300), False: timedelta(45)}
"""How long after publication a day without a year may be, in a sentence about the future and in another one, since an
article may be updated."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(
    rf"(?<!next )(?<!coming )(?<!every )\b(?P<weekday>{'|'.join(_WEEKDAYS)})\b(?!s|\u2019s|'s)", re.IGNORECASE
)
_TODAY = re.compile(
    r"^\W*today,|\b(?:(?:earlier|later) today|(?:said|announced|confirmed|revealed|published|reported) today"
    r"|this (?:morning|afternoon|evening)|(?P<yesterday>yesterday))\b(?!['\u2019])",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:this|last) (?:year|month|week)\b", re.IGNORECASE)
_NAME_AFTER = re.compile(r"\s[A-Z]")
_LONGEST_DATE = 5
"""Words of a line that is a date and nothing else, under which a timeline tells what happened."""


@dataclass(frozen=True, slots=True)
class DatedSentence(Sentence):
    """A sentence of an article with its time."""

    number: int
    """Its place among the sentences of the article, from 0."""
    period: Period | None
    """When what it says happened, if the text says so."""
    is_relative: bool = False
    """Whether the text gives the time relative to its own day: "on Friday"."""

    @property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return content_stems(self.passage.layout.text[self.start : self.end])

    @property
    def is_opening(self) -> bool:
        """Whether it begins a paragraph."""
        return self.block is not None and self.block.start == self.start

    @property
    def day(self) -> date:
        """The first day of its period, or else the day of publication; the last day there is if neither is known."""
        stated = (self.period.first or self.period.last) if self.period and not self.is_relative else None
        return stated or self.passage.published or date.max

    def dated(self) -> QuotedStatement:
        """Return it as a statement that begins with the time that its text states, or the day of its article.

        A day like "on Friday" is left as it is: the article may be older or newer than its date.
        """
        published = self.passage.published
        if self.period and not self.is_relative:
            return self.statement(self.period.in_words() if self.period.is_usual else "")
        return self.statement(written_out(published) if published else "")


def dated_sentences(passages: Sequence[Passage]) -> Iterator[DatedSentence]:
    """Yield the sentences of an article that state something and can be quoted, in order.

    A line that is only a date holds for what follows, up to the next such line.

    Args:
        passages: all passages of one article.
    """
    section: Period | None = None
    number, read = 0, -1
    for passage in sorted(passages, key=lambda passage: passage.start):
        section = _heading_period(passage) or section
        for sentence in sentences_in([passage]):
            first, text = Stretch.of_passage(passage, sentence.start, sentence.end).start, sentence.text
            if first <= read:
                continue
            read = first
            if len(words(text)) <= _LONGEST_DATE and (dated := _only_date(text, passage.published)):
                section = dated
            elif len(words(text)) in _LENGTH and sentence.is_statement:
                stated = stated_period(text, passage.published) or section
                relative = None if stated or not passage.published else relative_day(text, passage.published)
                yield DatedSentence(
                    passage, sentence.start, sentence.end, number, stated or relative, relative is not None
                )
                number += 1


def stated_period(text: str, published: date | None) -> Period | None:
    """Return the first time that a sentence states, of an article of this day; None if it states none."""
    reference = (published or date(1, 1, 1)) + _LATER[_FUTURE.search(text) is not None]
    named = periods_in(text, reference)
    # Without a day of publication, only a year says when it was.
    for each in named:
        shown = text[each.start : each.end]
        has_year = re.search(r"[12]\d{3}", shown) is not None
        # "August Alsina" and "October Prime Day" are no months.
        is_usual = re.search(r"\d", shown) or (each.preposition and not _NAME_AFTER.match(text, each.end))
        if is_usual and not _RELATIVE.search(shown) and (published or has_year):
            return each.period
    return None


def relative_day(text: str, published: date) -> Period | None:
    """Return the day that "on Friday" or "yesterday" means in an article of this day; None if it names none."""
    if weekday := _WEEKDAY.search(text):
        if _FUTURE.search(text):
            return None
        day = published - timedelta((published.weekday() - _WEEKDAYS.index(weekday["weekday"].lower())) % 7)
        return Period(day, day)
    if relative := _TODAY.search(text):
        day = published - timedelta(bool(relative["yesterday"]))
        return Period(day, day)
    return None


def _heading_period(passage: Passage) -> Period | None:
    """Return the time that the headings above a passage state, the innermost first."""
    for heading in reversed(passage.layout.context.split(" | ")):
        if heading != passage.title and (period := _only_date(heading, passage.published)):
            return period
    return None


def _only_date(text: str, published: date | None) -> Period | None:
    """Return the time that a line states if it states nothing else."""
    if published is None and not re.search(r"[12]\d{3}", text):
        return None
    named = periods_in(f"in {text.strip()}", (published or date.max - _LATER[False]) + _LATER[False])
    if len(named) != 1:
        return None
    rest = f"in {text.strip()}"[named[0].end :].strip(" :.,\u2013\u2014-")
    return named[0].period if not rest or rest.lower() in _WEEKDAYS else None
