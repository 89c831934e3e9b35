"""What is usual in a PDF: the size of its text, the distance of its lines, and the words that occur in it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from qa.corpus.formats.pdf_layout import Line
from qa.text.english import word_set
from qa.text.words import stem

HYPHENS = ("-", "\u2010", "\u00ad")
"""Characters at the end of a line that may divide a word."""
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST = re.compile(r"[^\W_]+(?:[-\u2010][^\W_]+)*(?=[-\u2010\u00ad]\Z)")
_FIRST = re.compile(r"[^\W_]+")
_LARGER = 1.1
"""Of the usual size: headings."""
_SMALLER = 0.94
"""Of the usual size: footnotes and captions."""
_FARTHEST = 2.2
"""Of the font size: lines that are farther apart do not belong together."""


class Style:
    """What is usual in a document."""

    def __init__(self, columns: Sequence[Sequence[Line]]) -> None:
        sizes: Counter[float] = Counter()
        bold = 0
        distances: dict[float, list[float]] = defaultdict(list)
        self._vocabulary: Counter[str] = Counter()
        for lines in columns:
            for line in lines:
                sizes[line.size] += len(line.text)
                bold += len(line.text) * line.bold
                self._learn(line.text)
            for above, below in pairwise(lines):
                if above.size == below.size and 0 < below.y - above.y < _FARTHEST * below.size:
                    distances[below.size].append(below.y - above.y)
        self.size: float = max(sizes, key=sizes.__getitem__, default=0)
        self.is_bold: bool = bold * 2 > sizes.total()
        """Whether most of the text is bold, so that bold means nothing."""
        large = sorted({size for size in sizes if size > self.size * _LARGER}, reverse=True)
        self._levels = {size: level for level, size in enumerate(large, 1)}
        self._pitch = {size: sorted(gaps)[len(gaps) // 4] for size, gaps in distances.items()}

    def is_large(self, size: float) -> bool:
        """Whether text of this size is larger than usual."""
        return size > self.size * _LARGER

    def is_small(self, size: float) -> bool:
        """Whether text of this size is smaller than usual."""
        return size < self.size * _SMALLER

    def level(self, size: float) -> int:
        """Return the level of a heading in this size; bold headings in the usual size come last."""
        return min(self._levels.get(size, len(self._levels) + 1), 6)

    def pitch(self, size: float) -> float:
        """Return how far apart the lines of a paragraph in this size are."""
        return self._pitch.get(size, size * 1.2)

    def joined(self, text: str, following: str) -> str:
        """Return two lines as one text, without the hyphen of a word that was divided between them."""
        if not text or not text.endswith(HYPHENS) or len(text) < 2 or not text[-2].isalnum():
            return f"{text} {following}" if text else following
        first, second = _LAST.search(text), _FIRST.match(following)
        if text[-1] == "\u00ad":
            return text[:-1] + following
        if not first or not second or self._keeps_hyphen(first[0].lower(), second[0], text[-1]):
            return text + following
        return text[:-1] + following

    def _keeps_hyphen(self, first: str, second: str, hyphen: str) -> bool:
        """Whether a hyphen between two parts of a word belongs to it, as in "well-known"."""
        if not second[0].islower() or first[-1].isdigit():
            return True
        known = self._vocabulary
        last = re.split(r"[-\u2010]", first)[-1]
        together, apart = known[f"{last}{second}"], known[f"{first}-{second}"]
        if together or apart:
            return apart > together
        if hyphen == "\u2010":  # where browsers divide words; people type the other one
            return False
        if _is_english(f"{last}{second}"):
            return False
        return all(len(part) > 2 and (known[part] or _is_english(part)) for part in (last, second))

    def _learn(self, text: str) -> None:
        """Count the words of a line, without the parts of words at its ends."""
        for match in _WORD.finditer(text.lower()):
            is_divided = match.end() + 1 == len(text) and text.endswith(HYPHENS)
            if match.start() and not is_divided:
                word = match[0].replace("\u2010", "-")
                self._vocabulary[word] += 1
                for part in word.split("-") if "-" in word else ():
                    self._vocabulary[part] += 1


def _is_english(word: str) -> bool:
    """Whether this is an ordinary English word."""
    return stem(word) in word_set("known_stems")
