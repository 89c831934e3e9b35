"""What stands in one sentence where a phrase stands in another, if they are otherwise the same sentence, reworded.

Copies of a story often differ in one figure or name only. Which words correspond then shows what the other says, even
where the sentence alone does not tell the reader what it is about.
"""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import NamedTuple

from qa.datatypes import Offsets
from qa.text.english import word_set
from qa.text.words import words_as_written

LEAST_COMMON = 0.75
"""Share of the words besides the phrase that two sentences have in common, in the same order."""
FEWEST_WORDS = 6
"""Words besides the phrase; shorter sentences are alike by chance."""
_BEFORE, _AFTER = "$£€¥#", "%°"
"""What belongs to a figure beside it."""


class _Word(NamedTuple):
    folded: str
    start: int
    end: int
    is_fact: bool
    """Whether it is a figure, or a name within the sentence."""


def counterpart(text: str, sentence: Offsets, phrase: Offsets, other_text: str, other: Offsets) -> Offsets | None:
    """Return start and end in ``other_text`` of what stands there for a phrase; None if the sentences are not the same.

    Args:
        text: the text that has the phrase.
        sentence: its sentence.
        phrase: the phrase in it.
        other_text: another text, or the same.
        other: the sentence in it.
    """
    own, theirs = _words(text, sentence), _words(other_text, other)
    inside = [number for number, word in enumerate(own) if phrase[0] <= word.start < phrase[1]]
    rest = len(own) - len(inside)
    # Most sentences share few words, which takes a hundredth of the time to see that aligning them would.
    if not inside or rest < FEWEST_WORDS or _shared(own, theirs) < LEAST_COMMON * rest:
        return None
    matched: set[int] = set()
    partners: dict[int, range] = {}
    for tag, first, last, low, high in SequenceMatcher(
        None, [word.folded for word in own], [word.folded for word in theirs], autojunk=False
    ).get_opcodes():
        for number in range(first, last):
            same = low + number - first
            partners[number] = range(same, same + 1) if tag == "equal" else range(low, high)
        matched |= {*range(first, last)} if tag == "equal" else set()
    hits = [number for position in inside for number in partners[position]]
    if not hits:
        return None
    low, high = min(hits), max(hits)
    common = len(matched - {*inside})
    other_rest = len(theirs) - (high - low + 1)
    if common < LEAST_COMMON * rest or common < LEAST_COMMON * other_rest:
        return None
    used = {number for position in matched for number in partners[position]} | {*range(low, high + 1)}
    differing = [own[number] for number in {*range(len(own))} - matched - {*inside}]
    differing += [theirs[number] for number in {*range(len(theirs))} - used]
    if any(word.is_fact for word in differing):
        return None
    return _with_signs(other_text, theirs[low].start, theirs[high].end)


def _shared(own: list[_Word], theirs: list[_Word]) -> int:
    """Return how many words two sentences have in common, in any order."""
    return (Counter(word.folded for word in own) & Counter(word.folded for word in theirs)).total()


def _words(text: str, sentence: Offsets) -> list[_Word]:
    start, end = sentence
    numerals = word_set("numerals")
    return [
        _Word(
            folded,
            start + position,
            start + position + len(form),
            any(map(str.isdigit, form)) or folded in numerals or (position > 0 and form[0].isupper()),
        )
        for form, folded, position in words_as_written(text[start:end])
    ]


def _with_signs(text: str, start: int, end: int) -> Offsets:
    """Return a stretch with the signs that belong to it."""
    while start and text[start - 1] in _BEFORE:
        start -= 1
    while end < len(text) and text[end] in _AFTER:
        end += 1
    return start, end
