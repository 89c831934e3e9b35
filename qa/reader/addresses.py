"""Passages for questions that ask for an address: the target of each link stands behind its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from qa.datatypes import BlockRange, CleanText, Passage

_LINK = re.compile(r"(?<!!)\[(?P<label>[^\[\]\n]{1,300})\]\(\s{0,3}<?(?P<target>[^\s()<>]{1,500})>?[^()\n]{0,200}\)")


class _Target(NamedTuple):
    """The target of a link."""

    position: int
    """Where its text ends in the clean text."""
    shown: CleanText
    """What is put there."""


def with_addresses(passage: Passage) -> Passage:
    """Return a passage whose clean text shows the targets of links; they stay exact citations of the file."""
    clean = passage.layout.clean
    targets = list(_targets(passage))
    if not targets:
        return passage
    parts: list[CleanText] = []
    position = 0
    for target in targets:
        parts += [clean.cut(position, target.position), target.shown]
        position = target.position
    parts.append(clean.cut(position, len(clean.text)))

    def moved(offset: int) -> int:
        return offset + sum(len(target.shown.text) for target in targets if target.position <= offset)

    layout = replace(
        passage.layout,
        clean=CleanText.join(parts, ""),
        sentences=tuple((moved(start), moved(end)) for start, end in passage.layout.sentences),
        blocks=tuple(BlockRange(moved(start), moved(end), kind) for start, end, kind in passage.layout.blocks),
    )
    return replace(passage, layout=layout)


def _targets(passage: Passage) -> Iterable[_Target]:
    for match in _LINK.finditer(passage.text):
        position = passage.layout.clean.position_before(passage.start + match.end("label"))
        if position is not None:
            target = CleanText.verbatim(match["target"], passage.start + match.start("target"))
            yield _Target(position, CleanText.join([CleanText.inserted(" ("), target, CleanText.inserted(")")], ""))
