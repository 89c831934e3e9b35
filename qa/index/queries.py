"""Questions as full-text queries, and filters as SQL conditions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from qa.datatypes import Filter
from qa.text.words import STOP_WORDS, content_words, spellings, stem, words

MOST_WORDS = 128
"""Words of a question that are searched for, the rarest ones, and pairs of words, the first ones; each is a query."""

_WILDCARDS = frozenset("*?[")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Characters that are in no document; PostgreSQL refuses them."""
_GLOB = re.compile(r"\[(\^?)(\]?[^\]]*)\]|.", re.DOTALL)
_CHOICE = re.compile(r"(.)(?:-(.))?", re.DOTALL)
_NOTHING = "$."
"""A regular expression that matches nothing."""


@dataclass(frozen=True)
class Dialect:
    """How a database writes what others write differently."""

    listed: str
    """Any number of values, given as a JSON list."""
    matches: str
    """The condition that a path matches a pattern."""
    pattern: Callable[[str], str]
    """Returns a pattern, written with the wildcards of SQLite's GLOB, as that condition takes it."""


def condition_of(meeting: Filter, dialect: Dialect | None = None) -> tuple[str, list[str]]:
    """Return a filter as an SQL condition on documents, and its values; for SQLite if no dialect is given.

    Outlets, authors and tags must be exactly as the documents have them; for tags, that is all tags of a document.
    """
    dialect = dialect or SQLITE
    conditions, values = ["1 = 1"], list[str]()
    for comparison, day in ((">=", meeting.since), ("<=", meeting.until)):
        if day:
            conditions.append(f"published {comparison} ?")
            values.append(day.isoformat())
    for column, names in (("source", meeting.sources), ("author", meeting.authors), ("tags", meeting.tags)):
        if names:
            conditions.append(f"{column} IN {dialect.listed}")
            values.append(_listed(names))
    if meeting.paths:
        patterns = [path for path in meeting.paths if is_pattern(path) and not UNSTORABLE.search(path)]
        listed = [f"path IN {dialect.listed} OR file IN {dialect.listed}", *[dialect.matches] * len(patterns)]
        conditions.append(f"({' OR '.join(listed)})")
        values += [*[_listed(meeting.paths)] * 2, *map(dialect.pattern, patterns)]
    return " AND ".join(conditions), values


def is_pattern(path: str) -> bool:
    """Whether a path may stand for several: it has ``*``, ``?`` or ``[``."""
    return not _WILDCARDS.isdisjoint(path)


def _listed(names: Iterable[str]) -> str:
    return json.dumps([name for name in names if not UNSTORABLE.search(name)])


def _regular_expression(pattern: str) -> str:
    """Return a pattern of SQLite's GLOB as a regular expression of PostgreSQL."""
    return f"^{_GLOB.sub(_expression, pattern)}$"


def _expression(part: re.Match[str]) -> str:
    negated, members = part.groups()
    if members is None:
        return {"*": ".*", "?": ".", "[": _NOTHING}.get(part[0]) or _literal(part[0])
    choices = [(first, last or first) for first, last in _CHOICE.findall(members)]
    ranges = "".join(f"{_literal(first)}-{_literal(last)}" for first, last in choices if first <= last)
    return f"[{negated}{ranges}]" if ranges else "." if negated else _NOTHING


def _literal(character: str) -> str:
    return f"\\U{ord(character):08x}"


SQLITE = Dialect("(SELECT value FROM json_each(?))", "path GLOB ?", str)
"""Lists are JSON because older versions allow no more than 999 variables."""
POSTGRES = Dialect("(SELECT jsonb_array_elements_text(?::jsonb))", "path ~ ?", _regular_expression)


class FulltextQuery(NamedTuple):
    """A question as a query of full text: any content word, each stem once, and any pair of adjacent words.

    Pairs reward words that are adjacent in the question and in the chunk (Metzler and Croft 2005, a Markov
    random field model for term dependencies): this gains 2 to 4 points of first-passage accuracy on two
    benchmarks. Each word is in the query twice, so that a pair counts half as much as a word. For FTS5, words are
    quoted, so user input is never query syntax.
    """

    words: tuple[str, ...]
    """The words that score; none if the question has no content words."""
    adjacent: tuple[str, ...]
    """The pairs, each as two words with a space between them."""
    selected: tuple[str, ...]
    """The rarest words; together with the pairs, they select what is worth scoring."""

    @classmethod
    def of(cls, question: str, frequency: Callable[[str], int], rows: int) -> FulltextQuery:
        """Return the query for a question; its ``selected`` words are in no more than ``rows`` chunks together.

        ``frequency`` returns how many chunks contain a word with this stem. The rarest word is always selected.
        """
        variants = variants_of(question)
        rarest_first = sorted(variants, key=frequency)
        for word_stem in rarest_first[MOST_WORDS:]:
            del variants[word_stem]
        neighbours = [pair for pair in pairwise(words(question)) if not STOP_WORDS.intersection(pair)][:MOST_WORDS]
        rarest: list[str] = []
        for word_stem in rarest_first[:MOST_WORDS]:
            rows -= frequency(word_stem)
            if rarest and rows < 0:
                break
            rarest.append(variants[word_stem])
        selected = tuple(word for word in variants.values() if word in rarest)
        return cls(tuple(variants.values()), tuple(dict.fromkeys(map(" ".join, neighbours))), selected)

    @property
    def text(self) -> str:
        """The FTS5 query that scores; empty if the question has no content words."""
        return _either([*self.words, *self.words, *self.adjacent])

    @property
    def single(self) -> str:
        """Its words alone, once each: a score of ``text`` is twice that of ``single`` and that of ``pairs``."""
        return _either(self.words)

    @property
    def pairs(self) -> str:
        """Its pairs alone; may be empty."""
        return _either(self.adjacent)

    @property
    def selection(self) -> str:
        """The FTS5 query that selects what is worth scoring; the same as ``text`` if the words are rare."""
        return _either([*self.selected, *self.selected, *self.adjacent])


def variants_of(question: str) -> dict[str, str]:
    """Return the content words of a question and their other spellings, by stem."""
    return {stem(variant): variant for word in content_words(question) for variant in spellings(word)}


def _either(phrases: Sequence[str]) -> str:
    return " OR ".join(f'"{phrase}"' for phrase in phrases)
