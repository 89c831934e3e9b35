"""Which stretch of a text is shown with which question: drawn anew for each epoch, so that no two show the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from qa.reader.encoding import LONGEST_QUESTION
from qa.reader.train.tokenised import QUESTION_MARK, Ints, Kind, Split

SHORTEST, LONGEST = 64, 288
"""Tokens of text in a window that is drawn: up to what the reader is given with a usual question and title."""
LONGEST_MEASURED = 384
"""Tokens of a paragraph that the reader is measured on."""
SPECIAL = 3
"""Tokens of an input beside question, title and text."""
ROUND = 16
"""Inputs of a batch are padded to a multiple of this."""
SORTED = 40
"""Batches whose windows are sorted by length together: little padding, and still in random order."""
USUAL_LENGTH = 160
"""Tokens of a usual input."""

ANYWHERE_SHARE = 0.5
"""Share of windows that go beyond their paragraph: those with an answer, and near misses of other documents, for a
long window must not say by its length that it answers."""
SHORT_SHARE = 0.3
"""Share of windows without an answer that are shortened: a short text need not answer."""
TITLE_SHARE = 0.6
"""Share of windows with the document's title in front, where it has one."""
SLIP_SHARE, KEYWORDS_SHARE = 0.10, 0.08
"""Shares of questions with typing errors, and as keywords."""
NO_MARK_SHARE = 0.3
"""Share of questions whose question mark is left out."""
MISS_SHARE = 0.55
"""Near misses, for each question with an answer that has some."""


@dataclass(frozen=True)
class Windows:
    """Questions with stretches of text; every array has one entry a window."""

    example: Ints
    """Number of the example."""
    kind: Ints
    """What is known of the window, a ``Kind``."""
    question_start: Ints
    """First token of the question among all questions' tokens."""
    question_length: Ints
    """Tokens of the question."""
    title_start: Ints
    """First token of the title among all titles' tokens."""
    title_length: Ints
    """Tokens of the title; 0 without."""
    text_start: Ints
    """First token of the text among all documents' tokens."""
    text_length: Ints
    """Tokens of the text."""
    offset: Ints
    """First token of the text in its document."""
    first: Ints
    """First token of the answer in the text; -1 if there is none."""
    last: Ints
    """Last token of the answer in the text; -1 if there is none."""

    def __len__(self) -> int:
        return len(self.example)

    @property
    def lengths(self) -> Ints:
        """Tokens of each whole input."""
        return self.question_length + self.title_length + self.text_length + SPECIAL

    def take(self, picks: Ints | slice) -> Windows:
        """Return the windows at ``picks``, in that order."""
        return Windows(*(getattr(self, field.name)[picks] for field in fields(self)))

    def then(self, others: Windows) -> Windows:
        """Return these windows followed by ``others``."""
        pairs = ((getattr(self, field.name), getattr(others, field.name)) for field in fields(self))
        return Windows(*(np.concatenate(pair) for pair in pairs))


def draw_epoch(split: Split, rows: Ints, misses: NDArray[np.int32], rng: np.random.Generator) -> Windows:
    """Return a window for each of the examples ``rows``, and near misses for a share of them.

    Args:
        split: the questions.
        rows: numbers of the examples to draw for.
        misses: paragraphs that are near misses, -1 where there are fewer; shape (examples, any).
        rng: draws.
    """
    kinds = split.examples[rows, 1]
    available = (misses[rows] >= 0).sum(1)
    chosen = np.flatnonzero((available > 0) & (kinds == Kind.SPAN) & (rng.random(len(rows)) < MISS_SHARE))
    slots = rng.integers(0, available[chosen])
    near = misses[rows[chosen], slots].astype(np.int64)
    return draw(split, rows, rng).then(draw(split, rows[chosen], rng, near))


def draw(split: Split, rows: Ints, rng: np.random.Generator, misses: Ints | None = None) -> Windows:
    """Return a window for each of the examples ``rows``: of its own paragraph, or of the near miss given for it."""
    paragraphs, kinds = split.examples[rows, 0], split.examples[rows, 1]
    if misses is not None:
        paragraphs, kinds = misses, np.full(len(rows), int(Kind.MISS))
    document, low, high, title = split.paragraphs[paragraphs].T
    spans = kinds == Kind.SPAN
    first, last = _draw_answers(split, rows, spans, rng)
    elsewhere = document != split.paragraphs[split.examples[rows, 0], 0]
    must_hold = spans | elsewhere
    anywhere = must_hold & (rng.random(len(rows)) < ANYWHERE_SHARE)
    inside = rng.integers(low, np.maximum(high, low + 1))
    first, last = np.where(spans, first, inside), np.where(spans, last, inside)
    short = anywhere | (~spans & (rng.random(len(rows)) < SHORT_SHARE))
    low = np.where(anywhere, 0, low)
    high = np.where(anywhere, split.documents.lengths[document], high)
    offset, length, last = _cut(low, high, first, last, must_hold, short, rng)
    question_start, question_length = _draw_questions(split, rows, rng)
    return Windows(
        rows,
        kinds,
        question_start,
        question_length,
        split.titles.starts[title],
        split.titles.lengths[title] * (rng.random(len(rows)) < TITLE_SHARE),
        split.documents.starts[document] + offset,
        length,
        offset,
        np.where(spans, first - offset, -1),
        np.where(spans, last - offset, -1),
    )


def whole_paragraphs(split: Split, rows: Ints) -> Windows:
    """Return the paragraphs of the examples ``rows`` with their titles and questions as they are, to measure with."""
    document, low, high, title = split.paragraphs[split.examples[rows, 0]].T
    return Windows(
        rows,
        split.examples[rows, 1],
        split.questions.starts[rows],
        split.questions.lengths[rows],
        split.titles.starts[title],
        split.titles.lengths[title],
        split.documents.starts[document] + low,
        np.minimum(high - low, LONGEST_MEASURED),
        low,
        *_first_answers(split, rows, low),
    )


def in_batches(windows: Windows, rng: np.random.Generator, tokens: int) -> Iterator[Windows]:
    """Yield the windows in random order, in batches of at most ``tokens`` tokens with padding, or one window."""
    lengths = -(-windows.lengths // ROUND) * ROUND
    order = rng.permutation(len(windows))
    together = max(1, SORTED * tokens // USUAL_LENGTH)
    batches: list[Ints] = []
    for start in range(0, len(order), together):
        part = order[start : start + together]
        part = part[np.argsort(lengths[part], kind="stable")]
        first = 0
        for end in range(1, len(part) + 1):
            if end == len(part) or (end + 1 - first) * lengths[part[end]] > tokens:
                batches.append(part[first:end])
                first = end
    for number in rng.permutation(len(batches)):
        yield windows.take(batches[number])


def _draw_answers(split: Split, rows: Ints, spans: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return first and last token in the document of one answer to each example; 0 where there is none."""
    _, _, begin, count = split.examples[rows].T
    picks = (begin + rng.integers(0, np.maximum(count, 1)))[spans]
    first, last = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    first[spans], last[spans] = split.answers[picks].T
    return first, last


def _first_answers(split: Split, rows: Ints, offset: Ints) -> tuple[Ints, Ints]:
    """Return first and last token of each example's first answer, counted from ``offset``; -1 where there is none."""
    first, last = np.full(len(rows), -1, np.int64), np.full(len(rows), -1, np.int64)
    _, kinds, begin, _ = split.examples[rows].T
    spans = kinds == Kind.SPAN
    first[spans], last[spans] = split.answers[begin[spans]].T - offset[spans]
    cut = last >= LONGEST_MEASURED
    first[cut], last[cut] = -1, -1
    return first, last


def _cut(
    low: Ints,
    high: Ints,
    first: Ints,
    last: Ints,
    must_hold: NDArray[np.bool_],
    short: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:
    """Cut stretches out of the tokens from ``low`` to ``high`` that hold those from ``first`` to ``last``.

    Args:
        low: first token that a stretch may have.
        high: one past the last that it may have.
        first: first token that it holds, if it ``must_hold`` any.
        last: last token that it holds then.
        must_hold: which stretches.
        short: which are of a length that is drawn; the others are as long as they may be.
        rng: draws.

    Returns:
        First token and length of each stretch, and ``last``, moved where what it must hold is longer.
    """
    drawn = rng.integers(SHORTEST, LONGEST + 1, len(low))
    length = np.minimum(np.where(short, drawn, LONGEST), high - low)
    last = np.where(must_hold, np.minimum(last, first + length - 1), last)
    least = np.where(must_hold, np.maximum(low, last + 1 - length), low)
    most = np.where(must_hold, np.minimum(first, high - length), high - length)
    return rng.integers(least, most + 1), length, last


def _draw_questions(split: Split, rows: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return first token and length of each question, in one of its wordings."""
    count = len(split.examples)
    number = rows
    if len(split.questions) == 3 * count:
        share = rng.random(len(rows))
        wording = np.where(share < SLIP_SHARE, 1, np.where(share < SLIP_SHARE + KEYWORDS_SHARE, 2, 0))
        number = rows + wording * count
    length = np.minimum(split.questions.lengths[number], LONGEST_QUESTION)
    marked = (length > 1) & (split.questions.ids[split.questions.bounds[number + 1] - 1] == QUESTION_MARK)
    return split.questions.starts[number], length - (marked & (rng.random(len(rows)) < NO_MARK_SHARE))
