"""Which lines are one paragraph that was broken to fit on the page.

Verse, addresses and "Key: value" lines are not: each of their lines stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa.corpus.plain_text.lines import Line, begins_lower, begins_upper, ends_sentence
from qa.corpus.speakers import TURN
from qa.text.sentences import COLUMNS

_WIDE = 45
"""The least width of text that is recognised as wrapped by its width alone."""
_NARROW = 30
"""The least width of text that is wrapped if its lines begin in lower case."""
_USUAL = 100
"""The greatest width of most wrapped text; wider text has to show that its lines were filled."""
_WIDEST = 132
_RAGGED = 8
"""Characters that a line may be shorter than the page although the next word would fit."""
_KEY_VALUE = re.compile(r"[A-Z][\w /-]{0,30}:\s+\S")


def paragraphs(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield the paragraphs of adjacent lines: several lines if they are wrapped, else single ones."""
    edge = max((line.width for line in lines if line.width <= _WIDEST), default=0)
    if len(lines) < 2 or _is_verse(lines, edge):
        yield from ([line] for line in lines)
        return
    current = [lines[0]]
    for previous, line in pairwise(lines):
        if not continues(previous, line, edge):
            yield from _paragraph(current)
            current = []
        current.append(line)
    yield from _paragraph(current)


def continues(previous: Line, line: Line, edge: int) -> bool:
    """Whether a paragraph goes on from one line to the next; ``edge`` is the column where the text is wrapped."""
    widest = max(previous.width, line.width)
    if widest > _WIDEST or TURN.match(line.text) or COLUMNS.search(previous.text) or COLUMNS.search(line.text):
        return False
    ended = ends_sentence(previous)
    unused = _unused(previous, line, edge)
    if widest > _USUAL:
        return not ended and (unused < 0 or (begins_lower(line) and unused < 2 * _RAGGED))
    if begins_lower(line) and not ended:
        return True
    if ended and line.indent - previous.indent >= 2:
        return False
    return unused < (_RAGGED if ended else 0.3 * edge)


def _paragraph(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    if len(lines) == 1 or _is_wrapped(lines):
        yield lines
    else:
        yield from ([line] for line in lines)


def _is_wrapped(lines: Sequence[Line]) -> bool:
    if 2 * sum(1 for line in lines if _KEY_VALUE.match(line.text)) >= max(4, len(lines)):
        return False
    longest = max(line.width for line in lines)
    before_last = lines[:-1]
    filled = sum(line.width for line in before_last) >= 0.6 * longest * len(before_last)
    if longest >= _WIDE:
        return filled
    lower = sum(1 for previous, line in pairwise(lines) if begins_lower(line) and not ends_sentence(previous))
    if lower == len(before_last) and begins_upper(lines[0]) and ends_sentence(lines[-1]):
        return True
    words = sum(line.text.count(" ") + 1 for line in before_last)
    return filled and longest >= _NARROW and 2 * lower >= len(before_last) and words >= 4 * len(before_last)


def _is_verse(lines: Sequence[Line], edge: int) -> bool:
    """Whether all lines begin with a capital and many end although the next word would fit."""
    if len(lines) < (3 if edge < 60 else 4) or not all(begins_upper(line) for line in lines):
        return False
    loose = sum(1 for previous, line in pairwise(lines) if _unused(previous, line, edge) >= 0)
    return 3 * loose >= len(lines) - 1


def _unused(previous: Line, line: Line, edge: int) -> int:
    """Return how many columns would be left if the first word of ``line`` stood at the end of ``previous``."""
    return edge - previous.width - 1 - len(line.text[: edge + 1].split(maxsplit=1)[0])
