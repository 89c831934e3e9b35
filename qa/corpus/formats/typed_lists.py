"""Lists that somebody typed, or a program wrote, as paragraphs that begin with a bullet or a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.corpus.formats.html_collector import Walked
from qa.datatypes import BlockKind

_MARKER = re.compile(r"(?:(?P<bullet>[•‣◦▪●*-])|(?P<number>\d{1,3})[.)])\s+(?=\S)")
"""What an item begins with; a dash also begins what somebody says."""


def with_typed_lists(parts: Sequence[Walked]) -> list[Walked]:
    """Return parts with items instead of at least two paragraphs in a row with the same bullet or counted numbers."""
    made = list(parts)
    group = max((each.part.group for each in parts), default=0)
    start = 0
    while start < len(made):
        end = start + 1
        while end < len(made) and _goes_on(made[end - 1], made[end]):
            end += 1
        if end - start > 1:
            group += 1
            for number in range(start, end):
                part = made[number].part
                item = part._replace(kind=BlockKind.ITEM, text=_MARKER.sub("", part.text, count=1), group=group)
                made[number] = made[number]._replace(part=item)
        start = end
    return made


def _goes_on(before: Walked, after: Walked) -> bool:
    markers = []
    for each in (before, after):
        is_paragraph = each.part.kind is BlockKind.PARAGRAPH and not each.part.group
        markers.append(_MARKER.match(each.part.text) if is_paragraph else None)
    first, second = markers
    if first is None or second is None:
        return False
    if first["bullet"]:
        return bool(first["bullet"] == second["bullet"])
    return bool(second["number"]) and int(second["number"]) == int(first["number"]) + 1
