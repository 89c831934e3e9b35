"""Text without markup, each character of which knows its place in the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

Offsets = tuple[int, int]
"""Start and end of a stretch of text, in characters, end exclusive."""

INSERTED = -1
"""The source of characters that do not stand in the file, such as the separator of two table cells."""


class Run(NamedTuple):
    """Adjacent characters of a clean text that come from adjacent characters of the file."""

    start: int
    """First character in the clean text; the run ends where the next one begins."""
    source: int
    """First character in the file, or ``INSERTED``."""
    length: int
    """Characters in the file: as many as clean ones, or else the run is indivisible, like the "fi" of a ligature."""
    borrowed: bool = False
    """Whether the characters were put here from elsewhere in the file, such as the name of who speaks."""

    @property
    def is_native(self) -> bool:
        """Whether the characters stand here in the file, so that they are neither inserted nor borrowed."""
        return self.source != INSERTED and not self.borrowed


@dataclass(frozen=True, slots=True)
class CleanText:
    """What a reader of the rendered article would see; no markup, ligatures and odd spaces folded."""

    text: str
    """The characters."""
    runs: tuple[Run, ...]
    """Where they come from, in order of ``start``; the first run starts at 0."""

    @classmethod
    def verbatim(cls, text: str, source: int = 0) -> CleanText:
        """Return a text that stands in the file exactly so, from character ``source`` on."""
        return cls(text, (Run(0, source, len(text)),) if text else ())

    @classmethod
    def inserted(cls, text: str) -> CleanText:
        """Return a text that does not stand in the file."""
        return cls(text, (Run(0, INSERTED, 0),))

    @classmethod
    def join(cls, parts: Iterable[CleanText], separator: str) -> CleanText:
        """Return the parts with ``separator`` between them, which counts as inserted."""
        text = ""
        runs: list[Run] = []
        for part in parts:
            if text and separator:
                runs.append(Run(len(text), INSERTED, 0))
                text += separator
            runs += [run._replace(start=run.start + len(text)) for run in part.runs]
            text += part.text
        return cls(text, tuple(runs))

    def __bool__(self) -> bool:
        return bool(self.text)

    def cut(self, start: int, end: int) -> CleanText:
        """Return the characters from ``start`` to ``end``."""
        runs = []
        for run, first, _, (low, high) in self.pieces(start, end):
            if run.source == INSERTED:
                runs.append(run._replace(start=first - start))
            else:
                runs.append(Run(first - start, low, high - low, run.borrowed))
        return CleanText(self.text[start:end], tuple(runs))

    def as_borrowed(self) -> CleanText:
        """Return this text as borrowed, to be put where it does not stand in the file."""
        return CleanText(self.text, tuple(run._replace(borrowed=True) for run in self.runs))

    def in_file(self, start: int, end: int) -> Offsets | None:
        """Return the characters of the file from the first to the last that ``start`` to ``end`` come from.

        Borrowed characters count only if there are no others; None if all are inserted.
        """
        stretches = [
            (in_file, run.borrowed) for run, _, _, in_file in self.pieces(start, end) if run.source != INSERTED
        ]
        native = [stretch for stretch, borrowed in stretches if not borrowed] or [stretch for stretch, _ in stretches]
        return (min(first for first, _ in native), max(last for _, last in native)) if native else None

    def stands_here(self, start: int, end: int) -> bool:
        """Whether any of the characters ``start`` to ``end`` are neither inserted nor borrowed."""
        return any(run.is_native for run, *_ in self.pieces(start, end))

    def ends_before(self, position: int) -> int | None:
        """Return where the last characters before ``position`` that stand here end in the file; None without any."""
        for number in range(bisect_right(self.runs, position - 1, key=lambda run: run.start) - 1, -1, -1):
            run = self.runs[number]
            if run.is_native:
                _, _, _, (_, end) = next(self.pieces(run.start, position))
                return end
        return None

    def starts_after(self, position: int) -> int | None:
        """Return where the first characters from ``position`` on that stand here begin in the file, or None."""
        for run, _, _, (low, _) in self.pieces(position, len(self.text)):
            if run.is_native:
                return low
        return None

    def position_before(self, source: int) -> int | None:
        """Return where the clean characters end that stand in the file before ``source``; None if there are none."""
        before = [run for run in self.runs if 0 <= run.source < source and not run.borrowed]
        if not before:
            return None
        last = max(before, key=lambda run: run.source)
        return min(self._end(last), last.start + source - last.source)

    def borrowed(self, start: int, end: int) -> list[tuple[Offsets, Offsets]]:
        """Return the stretches of borrowed characters between ``start`` and ``end``, here and in the file."""
        stretches: list[tuple[Offsets, Offsets]] = []
        for run, first, last, (low, high) in self.pieces(start, end):
            if not run.borrowed or run.source == INSERTED:
                continue
            if stretches and stretches[-1][0][1] == first and stretches[-1][1][1] <= low:
                (begin, _), (lowest, _) = stretches[-1]
                stretches[-1] = ((begin, last), (lowest, high))
            else:
                stretches.append(((first, last), (low, high)))
        return stretches

    def stretches(self) -> list[Offsets]:
        """Return the ranges of this text between inserted characters; borrowed ones have a range of their own."""
        ranges: list[Offsets] = []
        borrowed = False
        for run, first, last, _ in self.pieces(0, len(self.text)):
            if run.source == INSERTED:
                continue
            if ranges and ranges[-1][1] == first and borrowed == run.borrowed:
                ranges[-1] = (ranges[-1][0], last)
            else:
                ranges.append((first, last))
            borrowed = run.borrowed
        return ranges

    def pieces(self, start: int, end: int) -> Iterator[tuple[Run, int, int, Offsets]]:
        """Yield the runs between ``start`` and ``end``, each with its characters there, and those of the file."""
        index = max(0, bisect_right(self.runs, start, key=lambda run: run.start) - 1)
        for number in range(index, len(self.runs)):
            run = self.runs[number]
            if run.start >= end:
                return
            after = self.runs[number + 1].start if number + 1 < len(self.runs) else len(self.text)
            first, last = max(run.start, start), min(after, end)
            if first >= last:
                continue
            if after - run.start == run.length:
                yield run, first, last, (run.source + first - run.start, run.source + last - run.start)
            else:
                yield run, first, last, (run.source, run.source + run.length)

    def _end(self, run: Run) -> int:
        index = bisect_right(self.runs, run.start, key=lambda other: other.start)
        return self.runs[index].start if index < len(self.runs) else len(self.text)
