"""Names that several articles share: what somebody may want to know more about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from qa.answering.surveys.topic_names import Term, Vocabulary
from qa.index import DocumentEntry, Index
from qa.text.words import STOP_WORDS, words

MOST_ARTICLES = 600
"""Articles whose beginnings are searched for names, spread evenly over a larger corpus; that takes 0.2 s."""
CHUNKS_OF_ARTICLE = 30
"""Chunks of a single article that are searched."""
BEGINNING = 800
"""Characters at the beginning of an article that are searched."""
DEFINITE = 0.5
"""Share of a name's occurrences behind "the" above which a question writes "the" as well, as in "the EU"."""

_POSSESSIVE = re.compile(r"['\u2019]s?$")


class SharedName(NamedTuple):
    """A name that several articles share."""

    text: str
    """The name as it stands in a question."""
    articles: int
    """How many articles begin with it."""
    titles: int
    """How many titles have it."""
    days: int
    """On how many days articles with it were published."""


def shared_names(entries: Sequence[DocumentEntry], index: Index) -> list[SharedName]:
    """Return the names that the beginnings of at least two articles have and a title too, most prominent first.

    Names of several words come first: those of one word are often adjectives or ordinary words. Of a single article,
    the names of several words that at least two of its chunks have are returned.

    Args:
        entries: the articles.
        index: the index of them.
    """
    sections = _sections(entries, index)
    vocabulary = Vocabulary.of(((title, text) for title, text, _ in sections), index.sources())
    sources = [frozenset(words(source)) for source in index.sources()]
    titles = [f" {' '.join(words(title))} " for title, _, _ in sections]
    names = []
    for term, members in _members(vocabulary).items():
        if any(source.issuperset(term) for source in sources):
            continue
        count = sum(f" {' '.join(term)} " in title for title in titles)
        days = {day for member in members if (day := sections[member][2])}
        text = _with_article(vocabulary.written[term], [sections[member][1] for member in members])
        if text and (count or (len(entries) == 1 and len(term) > 1)):
            names.append(SharedName(text, len(members), count, len(days)))
    return sorted(names, key=_prominence, reverse=True)


def _sections(entries: Sequence[DocumentEntry], index: Index) -> list[tuple[str, str, date | None]]:
    """Return title, beginning and day of each article; of a single one, the same for each of its chunks."""
    compared = entries[:: max(1, -(-len(entries) // MOST_ARTICLES))]
    by_path = {entry.path: entry for entry in compared}
    chunks = index.beginnings([*by_path], 1 if len(entries) > 1 else CHUNKS_OF_ARTICLE)
    length = BEGINNING if len(entries) > 1 else None
    return [(by_path[path].title, text[:length], by_path[path].published) for _, path, text in chunks]


def _members(vocabulary: Vocabulary) -> Mapping[Term, Sequence[int]]:
    """Return the articles with each name that is not often a part of a longer one, as "Swift" of "Taylor Swift"."""
    members: dict[Term, list[int]] = {}
    for number, terms in enumerate(vocabulary.terms):
        for term in terms & vocabulary.names:
            members.setdefault(term, []).append(number)
    several = [term for term in members if len(members[term]) > 1]
    return {
        term: members[term]
        for term in several
        if not any(set(term) < set(other) and len(members[other]) >= len(members[term]) / 2 for other in several)
    }


def _with_article(name: str, texts: Sequence[str]) -> str:
    """Return a name with "the" if it usually has it; nothing if it is a possessive.

    "The" in "the Lisbon office" belongs to the noun that follows the name.
    """
    if _POSSESSIVE.search(name):
        return ""
    pattern = re.compile(rf"(?P<article>\bthe )?\b{re.escape(name)}(?![\w-])(?: (?P<next>\w+))?", re.IGNORECASE)
    matches = [match for text in texts for match in pattern.finditer(text)]
    alone = [match for match in matches if (match["next"] or "the").casefold() in STOP_WORDS]
    definite = sum(match["article"] is not None for match in alone)
    return f"the {name}" if definite > DEFINITE * len(alone) else name


def _prominence(name: SharedName) -> tuple[bool, int, int, str]:
    several_words = " " in name.text.removeprefix("the ")
    return several_words, min(name.titles, name.articles), name.articles, name.text
