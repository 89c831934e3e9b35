"""Questions as full-text queries, and filters as SQL conditions."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from qa.datatypes import Filter
from qa.text.words import STOP_WORDS, content_words, spellings, stem, words

MOST_WORDS = 128
"""Words of a question that are searched for, the rarest ones, and pairs of words, the first ones; each is a query."""

_LISTED = "(SELECT value FROM json_each(?))"
"""Any number of values; SQLite allows no more than 999 variables in older versions."""
_WILDCARDS = frozenset("*?[")


def condition_of(meeting: Filter) -> tuple[str, list[str]]:
    """Return a filter as an SQL condition on documents, and its values.

    Outlets, authors and tags must be exactly as the documents have them; for tags, that is all tags of a document.
    """
    conditions, values = ["1"], list[str]()
    for comparison, day in ((">=", meeting.since), ("<=", meeting.until)):
        if day:
            conditions.append(f"published {comparison} ?")
            values.append(day.isoformat())
    for column, names in (("source", meeting.sources), ("author", meeting.authors), ("tags", meeting.tags)):
        if names:
            conditions.append(f"{column} IN {_LISTED}")
            values.append(json.dumps(names))
    if meeting.paths:
        patterns = [path for path in meeting.paths if is_pattern(path)]
        listed = [f"path IN {_LISTED} OR file IN {_LISTED}", *["path GLOB ?"] * len(patterns)]
        conditions.append(f"({' OR '.join(listed)})")
        values += [*[json.dumps(meeting.paths)] * 2, *patterns]
    return " AND ".join(conditions), values


def is_pattern(path: str) -> bool:
    """Whether a path may stand for several: it has ``*``, ``?`` or ``[``."""
    return not _WILDCARDS.isdisjoint(path)


class FulltextQuery(NamedTuple):
    """A question as FTS5 queries: any content word, each stem once, and any pair of adjacent words.

    Pairs reward words that are adjacent in the question and in the chunk (Metzler and Croft 2005, a Markov
    random field model for term dependencies): this gains 2 to 4 points of first-passage accuracy on two
    benchmarks. Each word is in the query twice, so that a pair counts half as much as a word. Words are quoted, so
    user input is never query syntax.
    """

    text: str
    """The query that scores; empty if the question has no content words."""
    single: str
    """Its words alone, once each: a score of ``text`` is twice that of ``single`` and that of ``pairs``."""
    pairs: str
    """Its pairs alone; may be empty."""
    selection: str
    """A query that selects what is worth scoring: the rarest words and the pairs; the same if the words are rare."""

    @classmethod
    def of(cls, question: str, frequency: Callable[[str], int], rows: int) -> FulltextQuery:
        """Return the queries for a question; ``selection`` has words that are in no more than ``rows`` chunks together.

        ``frequency`` returns how many chunks contain a word with this stem. The rarest word is always selected.
        """
        variants = {stem(variant): variant for word in content_words(question) for variant in spellings(word)}
        rarest_first = sorted(variants, key=frequency)
        for word_stem in rarest_first[MOST_WORDS:]:
            del variants[word_stem]
        neighbours = [pair for pair in pairwise(words(question)) if not STOP_WORDS.intersection(pair)][:MOST_WORDS]
        pairs = [*dict.fromkeys(map(" ".join, neighbours))]
        rarest: list[str] = []
        for word_stem in rarest_first[:MOST_WORDS]:
            rows -= frequency(word_stem)
            if rarest and rows < 0:
                break
            rarest.append(variants[word_stem])
        selected = [word for word in variants.values() if word in rarest]
        every = [*variants.values()]
        text, selection = _either([*every, *every, *pairs]), _either([*selected, *selected, *pairs])
        return cls(text, _either(every), _either(pairs), selection)


def _either(phrases: list[str]) -> str:
    return " OR ".join(f'"{phrase}"' for phrase in phrases)
