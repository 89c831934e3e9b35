"""Interviews, plays and minutes: paragraphs that begin with the name of who speaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from qa.corpus.speakers import TURN
from qa.datatypes import Block, BlockKind, CleanText
from qa.text.words import STOP_WORDS

_LABELS = STOP_WORDS - {"the"} | frozenset(
    """abstract advertisement advice address answer audio bonus breaking caption caution contact correction credit
    credits date deal details disclaimer due editor email estimates example exclusive fact figure film follow further
    gallery image important info information key last latest learn listen live location look name next note notes
    opinion option photo photograph photos picture pictures phone plus price pros cons question rating read related
    reminder result results review score season see share source sources step subject subscribe summary table tags tel
    time tip tips title todo topics tv update updated verdict video warning watch week winner year""".split()
)
"""Words of labels, such as "READ MORE:" and "Photo Credit:"."""
_SENTENCE = re.compile(r"[.!?\u2026\u2014\u2013-][\"\u201d\u2019)\]]*\Z")
_LABEL = re.compile(r"[A-Z]\w*:\s")
_FEWEST = 3
"""Turns of a single speaker that show an interview."""
_SHARE = 4
"""Paragraphs to each turn, on average, in an interview; labels in other texts are farther apart."""


def with_speakers(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the speaker of each paragraph that follows a name with a colon."""
    names = {index: name for index, block in enumerate(blocks) if (name := _name(block))}
    if not _is_interview(blocks, names):
        return list(blocks)
    # Whatever stands below the interview is not a part of its last turn.
    longest = max((later - index for index, later in pairwise(names)), default=1)
    result: list[Block] = []
    speaker: CleanText | None = None
    last = 0
    for index, block in enumerate(blocks):
        if index in names:
            speaker, last = names[index], index
            result.append(replace(block, speaker=None))
            continue
        if block.kind is BlockKind.HEADING or _LABEL.match(block.clean.text) or index - last >= longest:
            speaker = None
        is_spoken = speaker and block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        result.append(replace(block, speaker=speaker) if is_spoken else block)
    return result


def _name(block: Block) -> CleanText | None:
    """Return the name that a paragraph begins with."""
    match = TURN.match(block.clean.text) if block.kind is BlockKind.PARAGRAPH else None
    if not match or any(word.strip(".'\u2019").casefold() in _LABELS for word in match["name"].split()):
        return None
    return block.clean.cut(*match.span("name"))


def _is_interview(blocks: Sequence[Block], names: Mapping[int, CleanText]) -> bool:
    """Whether these names are speakers: they recur, stand close together, and sentences follow them."""
    counts = Counter(name.text for name in names.values())
    turns = len(names)
    if not (len(counts) > 1 or turns >= _FEWEST):
        return False
    if any(not _SENTENCE.search(blocks[index].clean.text) for index in names if not _is_name_only(blocks[index])):
        return False
    extent = max(names) - min(names) + 1
    recurring = sum(count for count in counts.values() if count > 1)
    if 2 * recurring >= turns:
        return turns * _SHARE >= extent
    return 2 * turns >= len(blocks)


def _is_name_only(block: Block) -> bool:
    return block.clean.text.endswith(":")
