"""Text that is not divided by its lines, because it has too many: a list of all words, or data.

Each block takes about a kilobyte of memory, so that 5 MB of lines of two letters would take 2.5 GB.
"""

from __future__ import annotations

import re

from qa.datatypes import Block, BlockKind, CleanText
from qa.text.clean_text import trimmed
from qa.text.sentences import parts_of

MOST_LINES = 100_000
"""Lines of an article that is divided by them; a novel has 10,000, wrapped prose of 5 MB has 70,000."""
_BREAK = re.compile(r"[\n\r\f\v\u2028\u2029]")
_AS_SPACES = dict.fromkeys(map(ord, "\n\r\f\v\u2028\u2029"), " ")


def has_too_many_lines(text: str, start: int) -> bool:
    """Whether a text has more than ``MOST_LINES`` lines from character ``start`` on."""
    return len(text) - start > MOST_LINES and sum(1 for _ in _BREAK.finditer(text, start)) > MOST_LINES


def running_text_blocks(text: str, start: int) -> list[Block]:
    """Return the text from character ``start`` on as blocks that are as long as a sentence may be.

    Of its characters, only line breaks are replaced, by spaces: whatever has another length would take memory too.
    """
    parts = [trimmed(text, *part) for part in parts_of(text, start, len(text))]
    return [
        Block(BlockKind.PARAGRAPH, CleanText.verbatim(text[low:high].translate(_AS_SPACES), low), low, high)
        for low, high in parts
        if low < high
    ]
