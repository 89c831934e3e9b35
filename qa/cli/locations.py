"""What ``FILE[:LINE[-LINE]]`` means: an article of the corpus, by its path or a part of it, and lines in it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from qa.corpus import Corpus, Listing, file_of, is_file_name
from qa.errors import UsageError
from qa.text.english import counted, enumerated

_MOST_NAMED = 4
"""Articles that a message names."""
_ALIKE = 60
"""Similarity of two names, 0 to 100, from which one may be a misspelling of the other."""
_LONGEST_SHOWN = 100
"""Characters that a message repeats of what it could not use."""
_LINES = re.compile(r"(?P<first>\d{1,20})(?:-(?P<last>\d{1,20}))?")
"""Python refuses to convert thousands of digits."""
_NUMBERED = re.compile(r"(?P<file>[^#]+)(?P<number>#[1-9]\d{0,8})")


class LineRange(NamedTuple):
    """Lines of an article, counting from 1."""

    first: int
    last: int

    def require_in(self, path: str, count: int) -> None:
        """Check that an article of so many lines has these.

        Raises:
            UsageError: it does not.
        """
        if self.last < self.first:
            raise UsageError(
                f"Lines {self.first}-{self.last} are in the wrong order", f"Show {path}:{self.last}-{self.first}."
            )
        if self.first < 1 or self.last > count:
            line = self.first if self.first < 1 or self.first > count else self.last
            hint = "Give a line or range within the file, such as FILE:3 or FILE:3-5."
            raise UsageError(f"{path} has no line {line}: it has {counted(count, 'line')}", hint)


def parse_location(location: str, corpus: Corpus) -> tuple[str, LineRange | None]:
    """Return the path of the article that a location means, relative to the corpus, and the lines if it names any.

    A file whose name has a colon takes precedence over lines.

    Raises:
        CorpusError: the corpus is missing or empty.
        UsageError: there is no such article, there are several, or what follows the colon is no line.
    """
    listing = corpus.require_articles()
    if location not in listing.files:
        location = location.removesuffix(":")  # as it stands in front of a line that grep prints
    name, colon, suffix = location.rpartition(":")
    readings = [(location, "")] + [(name, suffix)] * bool(colon)
    for find in (_exact, _by_part):
        for text, lines in readings:
            path = find(text, corpus, listing.files)
            if path:
                return path, _parse_lines(lines) if text != location else None
    raise _unknown(name if _LINES.fullmatch(suffix) else location, corpus, listing)


def _parse_lines(text: str) -> LineRange:
    match = _LINES.fullmatch(text)
    if match is None:
        raise UsageError(f"{_quoted(text)} is no line", "Give a line or a range, such as FILE:3 or FILE:3-5.")
    return LineRange(int(match["first"]), int(match["last"] or match["first"]))


def _exact(name: str, corpus: Corpus, files: Collection[str]) -> str | None:
    """Return the article whose path this is, relative to the corpus or else to the current folder."""
    return next((path for path in (name, *_paths_in_corpus(name, corpus)) if file_of(path) in files), None)


def _by_part(name: str, _: Corpus, files: Collection[str]) -> str | None:
    """Return the only article with this name, or else whose name begins with this, or contains it.

    Raises:
        UsageError: there are several.
    """
    numbered = _NUMBERED.fullmatch(name)
    if numbered:  # an article in a file of several
        path = _by_part(numbered["file"], _, files)
        return f"{path}{numbered['number']}" if path else None
    folded = name.casefold()
    if not folded.strip():
        return None
    tests: tuple[Callable[[str], bool], ...] = (
        lambda path: folded in (path, PurePosixPath(path).name),
        lambda path: folded in (path.rpartition(".")[0], PurePosixPath(path).stem),
        lambda path: path.startswith(folded) or PurePosixPath(path).name.startswith(folded),
        lambda path: folded in path,
    )
    for is_meant in tests:
        matches = [path for path in files if is_meant(path.casefold())]
        if len(matches) > 1:
            more = ["\u2026"] if len(matches) > _MOST_NAMED else []
            listed = ", ".join(matches[:_MOST_NAMED] + more)
            raise UsageError(
                f"{_quoted(name)} may be {counted(len(matches), 'article')}: {listed}", "Give more of the name."
            )
        if matches:
            return matches[0]
    return None


def _unknown(name: str, corpus: Corpus, listing: Listing) -> UsageError:
    """Return the error for a name that is part of no article's."""
    paths = [name, *_paths_in_corpus(name, corpus)]
    skipped = next((file for file in listing.skipped if file.path in paths), None)
    if skipped:
        return UsageError(f"{skipped.path} cannot be shown: {skipped.reason}", "To see all that is skipped: qa status")
    kind = "an article in the corpus" if len(paths) > 1 else "in the corpus"
    nearest = [f"'{path}'" for path in _nearest(name, listing.files)]
    suggestion = f" (did you mean {enumerated(nearest, 'or')}?)" if nearest else ""
    hint = "Give its path as the sources of an answer show it, or a part of it."
    return UsageError(f"{_quoted(name)} is not {kind} {corpus.root}{suggestion}", hint)


def _quoted(text: str) -> str:
    """Return a text that the user gave in quotation marks, cut if it is long."""
    return f"'{text}'" if len(text) <= _LONGEST_SHOWN else f"'{text[:_LONGEST_SHOWN]}\u2026'"


def _nearest(name: str, files: Collection[str]) -> list[str]:
    """Return the articles with the most similar names, most similar first."""
    from rapidfuzz import fuzz, process  # takes 20 ms

    wanted = PurePosixPath(name).stem.casefold()[:200]
    stems = {path: PurePosixPath(path).stem.casefold() for path in files}
    return [path for *_, path in process.extract(wanted, stems, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=3)]


def _paths_in_corpus(name: str, corpus: Corpus) -> list[str]:
    """Return the paths in the corpus that a path relative to the current folder may mean: with its links or without."""
    if not is_file_name(name):
        return []
    root = os.path.realpath(corpus.root)
    # Path.absolute() leaves the dots, and Path.resolve() fails for a link to itself.
    files = (Path(os.path.abspath(name)), Path(os.path.realpath(name)))  # noqa: PTH100
    return [file.relative_to(root).as_posix() for file in files if file.is_relative_to(root)]
