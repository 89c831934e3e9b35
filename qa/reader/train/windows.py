"""Draw the windows of text that are paired with questions, anew for each epoch so that they vary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from qa.reader.encoding import LONGEST_QUESTION
from qa.reader.train.tokenised import QUESTION_MARK, Ints, Kind, Split

SHORTEST, LONGEST = 64, 288
"""Tokens of text in a drawn window; the maximum is what fits beside a typical question and title."""
LONGEST_MEASURED = 384
"""Maximum tokens of a paragraph used for evaluation."""
SPECIAL = 3
"""Tokens of an input besides question, title and text."""
ROUND = 16
"""Inputs are padded to a multiple of this."""
SORTED = 40
"""Number of batches sorted by length together, a trade-off between padding and randomness."""
USUAL_LENGTH = 160
"""Tokens in a typical input."""

ANYWHERE_SHARE = 0.5
"""Share of windows that extend beyond their paragraph. This applies both to windows with an answer and to near misses
from other documents; otherwise the length of a window would reveal whether it answers."""
SHORT_SHARE = 0.3
"""Share of windows without an answer that are shortened, so that shortness does not indicate an answer."""
TITLE_SHARE = 0.6
"""Share of windows that start with the title of the document, if it has one."""
SLIP_SHARE, KEYWORDS_SHARE = 0.10, 0.08
"""Shares of questions with typing errors, and of those reduced to keywords."""
NO_MARK_SHARE = 0.3
"""Share of questions without their question mark."""
MISS_SHARE = 0.55
"""Near misses drawn per answerable question that has any."""


@dataclass(frozen=True)
class Windows:
    """Questions paired with sections of text; every array has one entry per window."""

    example: Ints
    """Index of the example."""
    kind: Ints
    """The ``Kind`` of the window."""
    question_start: Ints
    """Index of the first token of the question in all questions."""
    question_length: Ints
    """Length of the question."""
    title_start: Ints
    """Index of the first token of the title in all titles."""
    title_length: Ints
    """Length of the title; 0 if it is omitted."""
    text_start: Ints
    """Index of the first token of the text in all documents."""
    text_length: Ints
    """Length of the text."""
    offset: Ints
    """Index of the first token of the text in its document."""
    first: Ints
    """Index of the first token of the answer in the text; -1 if there is none."""
    last: Ints
    """Index of the last token of the answer in the text; -1 if there is none."""

    def __len__(self) -> int:
        return len(self.example)

    @property
    def lengths(self) -> Ints:
        """Total length of each input."""
        return self.question_length + self.title_length + self.text_length + SPECIAL

    def take(self, picks: Ints | slice) -> Windows:
        """Return the windows at ``picks``, in that order."""
        return Windows(*(getattr(self, field.name)[picks] for field in fields(self)))

    def followed_by(self, others: Windows) -> Windows:
        """Return these windows followed by ``others``."""
        pairs = ((getattr(self, field.name), getattr(others, field.name)) for field in fields(self))
        return Windows(*(np.concatenate(pair) for pair in pairs))


def draw_epoch(split: Split, rows: Ints, misses: NDArray[np.int32], rng: np.random.Generator) -> Windows:
    """Return a window for each example in ``rows``, and near misses for a share of them.

    Args:
        split: the questions.
        rows: indices of the examples.
        misses: paragraphs that are near misses of each example, padded with -1; shape (examples, any).
        rng: the random number generator.
    """
    kinds = split.examples[rows, 1]
    available = (misses[rows] >= 0).sum(1)
    chosen = np.flatnonzero((available > 0) & (kinds == Kind.SPAN) & (rng.random(len(rows)) < MISS_SHARE))
    slots = rng.integers(0, available[chosen])
    near = misses[rows[chosen], slots].astype(np.int64)
    return draw(split, rows, rng).followed_by(draw(split, rows[chosen], rng, near))


def draw(split: Split, rows: Ints, rng: np.random.Generator, misses: Ints | None = None) -> Windows:
    """Return a window for each example in ``rows``: from its paragraph, or from its near miss in ``misses``."""
    paragraphs, kinds = split.examples[rows, 0], split.examples[rows, 1]
    if misses is not None:
        paragraphs, kinds = misses, np.full(len(rows), int(Kind.MISS))
    document, low, high, title = split.paragraphs[paragraphs].T
    spans = kinds == Kind.SPAN
    first, last = _draw_answers(split, rows, spans, rng)
    elsewhere = document != split.paragraphs[split.examples[rows, 0], 0]
    must_contain = spans | elsewhere
    anywhere = must_contain & (rng.random(len(rows)) < ANYWHERE_SHARE)
    inside = rng.integers(low, np.maximum(high, low + 1))
    first, last = np.where(spans, first, inside), np.where(spans, last, inside)
    short = anywhere | (~spans & (rng.random(len(rows)) < SHORT_SHARE))
    low = np.where(anywhere, 0, low)
    high = np.where(anywhere, split.documents.lengths[document], high)
    offset, length, last = _cut(low, high, first, last, must_contain, short, rng)
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
    """Return the whole paragraphs of the examples in ``rows`` with titles and original questions, for evaluation."""
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
    """Yield the windows in random order, in batches of one window or at most ``tokens`` tokens including padding."""
    lengths = -(-windows.lengths // ROUND) * ROUND
    order = rng.permutation(len(windows))
    group_size = max(1, SORTED * tokens // USUAL_LENGTH)
    batches: list[Ints] = []
    for start in range(0, len(order), group_size):
        part = order[start : start + group_size]
        part = part[np.argsort(lengths[part], kind="stable")]
        first = 0
        for end in range(1, len(part) + 1):
            if end == len(part) or (end + 1 - first) * lengths[part[end]] > tokens:
                batches.append(part[first:end])
                first = end
    for number in rng.permutation(len(batches)):
        yield windows.take(batches[number])


def _draw_answers(split: Split, rows: Ints, spans: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the first and last token in the document of a random answer to each example; 0 if there is none."""
    _, _, begin, count = split.examples[rows].T
    picks = (begin + rng.integers(0, np.maximum(count, 1)))[spans]
    first, last = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    first[spans], last[spans] = split.answers[picks].T
    return first, last


def _first_answers(split: Split, rows: Ints, offset: Ints) -> tuple[Ints, Ints]:
    """Return the first and last token of the first answer to each example, from ``offset``; -1 if there is none."""
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
    must_contain: NDArray[np.bool_],
    short: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:
    """Cut sections from the tokens between ``low`` and ``high`` that contain those from ``first`` to ``last``.

    Args:
        low: first token that a section may contain.
        high: end (exclusive) of the tokens that it may contain.
        first: first token that it has to contain, if ``must_contain``.
        last: last token that it has to contain, if ``must_contain``.
        must_contain: which sections have to contain these tokens.
        short: which sections have a random length; the others are as long as possible.
        rng: the random number generator.

    Returns:
        First token and length of each section, and ``last``, reduced where the required tokens do not fit.
    """
    drawn = rng.integers(SHORTEST, LONGEST + 1, len(low))
    length = np.minimum(np.where(short, drawn, LONGEST), high - low)
    last = np.where(must_contain, np.minimum(last, first + length - 1), last)
    least = np.where(must_contain, np.maximum(low, last + 1 - length), low)
    most = np.where(must_contain, np.minimum(first, high - length), high - length)
    return rng.integers(least, most + 1), length, last


def _draw_questions(split: Split, rows: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the first token and length of each question, in one of its wordings."""
    count = len(split.examples)
    number = rows
    if len(split.questions) == 3 * count:
        share = rng.random(len(rows))
        wording = np.where(share < SLIP_SHARE, 1, np.where(share < SLIP_SHARE + KEYWORDS_SHARE, 2, 0))
        number = rows + wording * count
    length = np.minimum(split.questions.lengths[number], LONGEST_QUESTION)
    marked = (length > 1) & (split.questions.ids[split.questions.bounds[number + 1] - 1] == QUESTION_MARK)
    return split.questions.starts[number], length - (marked & (rng.random(len(rows)) < NO_MARK_SHARE))
