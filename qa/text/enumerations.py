"""Enumerations in a sentence: what it names side by side, as in "Ana, her brother Tim, and the mayor"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.datatypes import Offsets
from qa.text.english import word_set
from qa.text.english.patterns import MONTH, NAME, WEEKDAY
from qa.text.words import STOP_WORDS, words

LONGEST_DESCRIPTION = 6
"""Maximum number of words before a name: "the tech entrepreneur Tasha McCauley"; also of an apposition."""
LONGEST_NOUN = 5
"""Maximum number of words of an item that is no name."""

_CONJUNCTION = r"(?:and|or|&|plus|as well as|along with)"
_SEPARATOR = re.compile(rf"\s*[,;](?:\s*{_CONJUNCTION})?\s+|:\s+|\s+{_CONJUNCTION}\s+")
_CLAUSE_END = re.compile(r"\s+[\u2013\u2014-]+\s+|\u2014|[.!?][\"\u201d\u2019]?$")
_PARENTHESES = re.compile(r"\s?\([^()]*\)")
_NAME = re.compile(NAME)
_POSSESSIVE = re.compile(r"['\u2019]s?$|\.$")
_INTRODUCTION = re.compile(
    r".*\b(?:such as|including|includes?|included|like|namely|are|were|is|was|of|for|with|between|on|in|to|the)\s+",
    re.DOTALL,
)
_TITLE = re.compile(
    r"(?<=[\"\u201c])\s?(?P<title>[^\s\"\u201c\u201d][^\"\u201c\u201d]{1,80}?)(?=[^\w\s]?\s?[\"\u201d])"
)
"""What stands in quotation marks, without the mark of punctuation before the second."""
_TIME = re.compile(rf"(?:{MONTH}|{WEEKDAY})\b")
_QUOTATION_MARKS = "\"\u201c\u201d\u2018\u2019'"
_PREPOSITIONS = (" of ", " at ", " for ", " from ", " in ")
_DESCRIPTIVE = frozenset(
    {"s", "a", "an", "the", "of", "for", "at", "his", "her", "its", "their", "former", "fellow", "both"}
)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A part of a clause between two separators."""

    start: int
    end: int
    separator: str
    """What stands before it."""
    text: str
    """Its characters, with spaces instead of remarks in parentheses."""

    @property
    def is_joined(self) -> bool:
        """Whether a conjunction or a semicolon stands before it."""
        return self.separator not in ("", ",", ":")


def enumeration(text: str, phrase: Offsets, sentence: Offsets) -> list[Offsets]:
    """Return what a sentence names side by side with a phrase, in order, the phrase's own items among it.

    A phrase that is not part of an enumeration is returned alone. The items are all names or all none.

    Args:
        text: the text that contains both.
        phrase: start and end of the phrase.
        sentence: start and end of the sentence around it.
    """
    clause = _clause_around(text, phrase, sentence)
    segments = list(_segments(text, *clause))
    inside = [index for index, part in enumerate(segments) if part.start < phrase[1] and phrase[0] < part.end]
    if not inside:
        return [phrase]
    kind: _Kind = _Names(text, phrase) if is_name(_SEPARATOR.split(text[slice(*phrase)])[0]) else _Nouns(text, phrase)
    # "Ana, 25, and Tim, 22" ends with an age.
    end = max((index for index in inside if kind.head(segments[index])), default=inside[-1])
    first, last = _first(segments, inside[0], kind), _last(segments, end, kind)
    while last > first and not segments[last].is_joined:
        last -= 1
    if first == last or last < end:
        return [phrase]
    items = [_item(segments[index], kind, index == first, index == last) for index in range(first, last + 1)]
    distinct = [item for item in items if item]
    return distinct if len(distinct) > 1 else [phrase]


def is_name(phrase: str) -> bool:
    """Whether a phrase ends like a name: with a capitalised word, apart from remarks in parentheses."""
    names = [match for match in _NAME.finditer(_PARENTHESES.sub("", phrase)) if not _TIME.match(match[0])]
    return bool(names) and names[-1].end() >= len(_PARENTHESES.sub("", phrase).rstrip(_QUOTATION_MARKS))


class _Kind:
    """The items of one kind in the segments of a clause."""

    def __init__(self, text: str, phrase: Offsets) -> None:
        self.text = text
        self.phrase = phrase

    def whole(self, segment: _Segment) -> Offsets | None:
        """Return the item that a segment consists of, apart from a description."""
        raise NotImplementedError

    def tail(self, segment: _Segment) -> Offsets | None:
        """Return the item that a segment ends with."""
        raise NotImplementedError

    def head(self, segment: _Segment) -> Offsets | None:
        """Return the item that a segment begins with."""
        raise NotImplementedError

    def begins_inside(self, segment: _Segment) -> bool:
        """Whether the phrase begins inside a segment, so that nothing before it belongs to the enumeration."""
        return False

    def ends_inside(self, segment: _Segment) -> bool:
        """Whether the phrase ends inside a segment, so that nothing after it belongs to the enumeration."""
        return False

    def is_apposition(self, segment: _Segment) -> bool:
        """Whether a segment says more about the item before it, as in "Ana, his wife, and Tim"."""
        return False


class _Names(_Kind):
    """Names, each perhaps with a description before it."""

    def whole(self, segment: _Segment) -> Offsets | None:
        """Return the name at the end if only a description stands before it."""
        name = self.tail(segment)
        before = segment.text[: name[0] - segment.start] if name else ""
        return name if _describes(before) and not before.endswith(_PREPOSITIONS) else None

    def is_apposition(self, segment: _Segment) -> bool:
        """Whether a segment is a short description without a name of its own."""
        names = _names(segment.text)
        is_plain = not segment.text[:1].isupper() or (names and segment.text[names[0][1] :].startswith(("'", "\u2019")))
        return bool(is_plain) and not self.whole(segment) and _describes(segment.text)

    def tail(self, segment: _Segment) -> Offsets | None:
        """Return the name at the end."""
        names = _names(segment.text)
        end = len(segment.text.rstrip(_QUOTATION_MARKS))
        if not names or names[-1][1] < end:
            return None
        low, high = names[-1]
        if segment.text[:low].endswith("of the "):
            # "Secretary of the Treasury Larry Summers" cannot be divided without knowing what a treasury is, but
            # "Helen Toner of the Georgetown Center" begins with a full name.
            low, high = names[0] if " " in segment.text[slice(*names[0])] and not names[0][0] else (0, high)
        return segment.start + low, segment.start + high

    def head(self, segment: _Segment) -> Offsets | None:
        """Return the name at the beginning, perhaps after a description."""
        name = self.whole(segment)
        if name:
            return name
        names = _names(segment.text)
        for number, (low, high) in enumerate(names):
            if not _describes(segment.text[:low]):
                break
            following = segment.text[high : names[number + 1][0]] if number + 1 < len(names) else ""
            if not following.strip() or any(map(_is_stop, following.split())):
                return segment.start + low, segment.start + high
        return None


class _Nouns(_Kind):
    """Short expressions without a name."""

    def begins_inside(self, segment: _Segment) -> bool:
        """Whether the phrase begins inside a segment, apart from a quotation mark."""
        return segment.start + 1 < self.phrase[0] < segment.end

    def ends_inside(self, segment: _Segment) -> bool:
        """Whether the phrase ends inside a segment, apart from a quotation mark."""
        return segment.start < self.phrase[1] < segment.start + len(segment.text) - 1

    def whole(self, segment: _Segment) -> Offsets | None:
        """Return the segment if it is short."""
        return (segment.start, segment.end) if _is_short(segment.text) else None

    def tail(self, segment: _Segment) -> Offsets | None:
        """Return what follows an introduction such as "including"; from the phrase on if it begins here."""
        if segment.start < self.phrase[0] < segment.end:
            return self.phrase[0], segment.end
        introduction = _INTRODUCTION.match(segment.text)
        start = introduction.end() if introduction else 0
        return (segment.start + start, segment.end) if _is_short(segment.text[start:]) else None

    def head(self, segment: _Segment) -> Offsets | None:
        """Return the beginning up to the first stop word; what the phrase contains if it is here."""
        if segment.start < self.phrase[1] < segment.end:
            return segment.start, self.phrase[1]
        pieces = segment.text.split()
        length = next((index for index, piece in enumerate(pieces) if index and _is_stop(piece)), len(pieces))
        head = segment.text if length == len(pieces) else segment.text[: _start_of(segment.text, length)].rstrip()
        return (segment.start, segment.start + len(head)) if 0 < length <= LONGEST_NOUN else None


def _first(segments: Sequence[_Segment], index: int, kind: _Kind) -> int:
    """Return the first segment of the enumeration that goes on to this one."""
    while index and kind.head(segments[index]) and not kind.begins_inside(segments[index]):
        before = index - 1
        is_skipped = before > 0 and kind.is_apposition(segments[before])
        if segments[index].separator == ":" and not is_skipped:
            break
        before -= is_skipped
        if not kind.tail(segments[before]):
            break
        index = before
        if not kind.whole(segments[index]):
            break
    return index


def _last(segments: Sequence[_Segment], index: int, kind: _Kind) -> int:
    """Return the last segment of the enumeration that this one belongs to."""
    while index + 1 < len(segments) and kind.tail(segments[index]) and not kind.ends_inside(segments[index]):
        after = index + 1
        after += after + 1 < len(segments) and kind.is_apposition(segments[after])
        if not kind.head(segments[after]) or (segments[after].separator == ":" and after == index + 1):
            break
        index = after
        if not kind.whole(segments[index]):
            break
    return index


def _item(segment: _Segment, kind: _Kind, is_first: bool, is_last: bool) -> Offsets | None:
    if is_first:
        return kind.tail(segment)
    return kind.head(segment) if is_last else kind.whole(segment)


def _clause_around(text: str, phrase: Offsets, sentence: Offsets) -> Offsets:
    """Return the part of a sentence between colons and dashes that contains the phrase."""
    start, end = min(sentence[0], phrase[0]), max(sentence[1], phrase[1])
    for match in _CLAUSE_END.finditer(text, start, end):
        if match.end() <= phrase[0]:
            start = match.end()
        elif match.start() >= phrase[1]:
            return start, match.start()
    return start, end


def _segments(text: str, start: int, end: int) -> Iterator[_Segment]:
    """Yield the parts of a clause between separators; remarks in parentheses separate nothing and belong to no part."""
    masked = _PARENTHESES.sub(lambda match: "\0" * len(match[0]), text[start:end])
    masked = _TITLE.sub(lambda match: re.sub(r"[,;:&]|(?<= )and(?= )", _hide, match[0]), masked)
    low, before = 0, ""
    for separator in [*_SEPARATOR.finditer(masked), None]:
        high = separator.start() if separator else len(masked)
        piece = masked[low:high].replace("\0", " ")
        first, last = low + len(piece) - len(piece.lstrip()), low + len(piece.rstrip())
        if first < last:
            yield _Segment(start + first, start + last, before, piece.strip())
        if separator:
            low, before = separator.end(), separator[0].strip()


def _hide(match: re.Match[str]) -> str:
    return "x" * len(match[0])


def _names(text: str) -> list[Offsets]:
    """Return the names of a segment, without possessive endings; a title in quotation marks is one name."""
    names = [match.span("title") for match in _TITLE.finditer(text) if match["title"][:1].isupper()]
    for match in _NAME.finditer(text):
        ending = _POSSESSIVE.search(match[0])
        end = match.start() + (ending.start() if ending else len(match[0]))
        is_title = any(low <= match.start() < high for low, high in names)
        if not is_title and not _TIME.match(match[0]):
            names.append((match.start(), end))
    return sorted(names)


def _describes(text: str) -> bool:
    """Whether a text is short and has no words of a clause of its own."""
    pieces = words(text)
    return len(pieces) <= LONGEST_DESCRIPTION and all(
        (piece in _DESCRIPTIVE or piece not in STOP_WORDS) and piece not in word_set("auxiliaries") for piece in pieces
    )


def _is_short(text: str) -> bool:
    pieces = words(text)
    return 0 < len(pieces) <= LONGEST_NOUN and word_set("auxiliaries").isdisjoint(pieces)


def _start_of(text: str, number: int) -> int:
    """Return where the piece of text with this number, counting from 0, begins; pieces are separated by spaces."""
    return [match.start() for match in re.finditer(r"\S+", text)][number]


def _is_stop(piece: str) -> bool:
    return any(word in STOP_WORDS for word in words(piece))
