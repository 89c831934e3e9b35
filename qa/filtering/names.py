"""The names that a filter may use: outlets, authors, tags and paths, and what the articles have for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from qa.datatypes import Filter
from qa.errors import UsageError
from qa.text.english import enumerated
from qa.text.words import words

if TYPE_CHECKING:
    from qa.index import Index
    from qa.index.selection import Column

_MOST_SUGGESTED = 3
"""Names that an error suggests."""
_MOST_COMPARED = 5_000
"""Paths that are compared with one that does not exist."""
_MOST_NAMES = 2
"""Matching names that are shown in place of what was typed."""
_SEPARATOR = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+(?:and|&)\s+")
"""What stands between the names of several authors."""


class KnownNames(NamedTuple):
    """The names that a filter may use, with the number of articles of each."""

    sources: Mapping[str, int]
    """Outlets."""
    authors: Mapping[str, int]
    """Authors, each by name alone."""
    tags: Mapping[str, int]
    """Tags, without ``#``."""


def _authors_in(value: str) -> Iterable[str]:
    return filter(None, _SEPARATOR.split(value))


def _tags_in(value: str) -> Iterable[str]:
    return filter(None, map(plain_tag, value.split(",")))


def plain_tag(tag: str) -> str:
    """Return a tag without ``#`` and without a slash at its end."""
    return tag.strip().lstrip("#").strip("/ ")


def _names_outlet(name: str, value: str) -> bool:
    return _contains(value, _outlet_words(name))


def _names_author(name: str, value: str) -> bool:
    return _contains(value, _words(name))


def _is_tagged(name: str, value: str) -> bool:
    wanted = plain_tag(name).casefold()
    tags = (tag.casefold() for tag in _tags_in(value))
    return any(tag == wanted or tag.startswith(f"{wanted}/") for tag in tags) if wanted else False


class _Kind(NamedTuple):
    """What articles are chosen by."""

    column: Column
    """Where documents have it."""
    matches: Callable[[str, str], bool]
    """Whether a name that was given means what a document has."""
    names_in: Callable[[str], Iterable[str]]
    """Returns the names in what a document has."""
    verb: str
    """What an error says of articles and the name."""
    noun: str
    """What an error calls it."""


OUTLETS = _Kind("source", _names_outlet, lambda value: [value], "from", "outlet")
AUTHORS = _Kind("author", _names_author, _authors_in, "by", "author")
TAGS = _Kind("tags", _is_tagged, _tags_in, "tagged", "tags")


def known_names(index: Index) -> KnownNames:
    """Return the outlets, authors and tags of the articles, those with most articles first."""
    return KnownNames(*(_known(kind, index) for kind in (OUTLETS, AUTHORS, TAGS)))


def find_names(names: Sequence[str], kind: _Kind, index: Index) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the documents have that these names mean, and the names in full where they are clear.

    Raises:
        UsageError: no document has such a name.
    """
    if not names:
        return (), ()
    counts = index.counts_of(kind.column)
    values, shown = list[str](), list[str]()
    for name in names:
        meant = [value for value in counts if kind.matches(name, value)]
        if kind is OUTLETS:
            meant = [value for value in meant if _outlet_words(value) == _outlet_words(name)] or meant
        if not meant:
            raise _unknown(name, kind, _counted(kind, counts))
        values += meant
        full = {each for value in meant for each in kind.names_in(value) if kind.matches(name, each)}
        shown += sorted(full) if len(full) <= _MOST_NAMES else [name]
    return tuple(dict.fromkeys(values)), tuple(dict.fromkeys(shown))


def _known(kind: _Kind, index: Index) -> dict[str, int]:
    return _counted(kind, index.counts_of(kind.column))


def _counted(kind: _Kind, counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many articles have each name, those with most articles first."""
    counter = Counter[str]()
    for value, count in counts.items():
        counter.update(dict.fromkeys(kind.names_in(value), count))
    return dict(counter.most_common())


def _unknown(name: str, kind: _Kind, known: Mapping[str, int]) -> UsageError:
    """Return the error for a name that no article has, with the names nearest to it."""
    message = f"No article is {kind.verb} “{name}”"
    if not known:
        return UsageError(message, f"No article states its {kind.noun}.")
    near = _nearest(name, known)
    hint = f"Did you mean {enumerated(near, 'or')}?" if near else f"There is {enumerated([*known][:_MOST_SUGGESTED])}."
    return UsageError(message, hint)


def _nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return the names nearest to a misspelt one, or to which one of them has a word."""
    from difflib import get_close_matches  # 2 ms that only an error costs

    by_spelling = {" ".join(_outlet_words(each)): each for each in known}
    wanted = " ".join(_outlet_words(name))
    near = [by_spelling[each] for each in get_close_matches(wanted, by_spelling, _MOST_SUGGESTED)]
    parts = {word: each for spelling, each in by_spelling.items() for word in spelling.split()}
    near += [parts[word] for word in get_close_matches(wanted, parts, 1, 0.75)]
    return [*dict.fromkeys(near)][:_MOST_SUGGESTED]


def find_path(path: str, index: Index) -> str:
    """Return a path or pattern as the index matches it: of a file, a folder, or a file of several articles.

    Raises:
        UsageError: no article has such a path.
    """
    plain = path.removeprefix("./")
    folder = f"{plain.rstrip('/')}/*"
    for pattern in (folder,) if plain.endswith("/") else (plain, folder, f"{plain}#*"):
        if index.has_documents(Filter(paths=(pattern,))):
            return pattern
    near = _nearest_paths(plain, index)
    hint = f"Did you mean {enumerated(near, 'or')}?" if near else "Paths are relative to the folder of the articles."
    raise UsageError(f"No article is in “{path}”", hint)


def _nearest_paths(path: str, index: Index) -> list[str]:
    from difflib import get_close_matches

    known = index.paths()
    folders = dict.fromkeys(f"{each.rpartition('/')[0]}/" for each in known if "/" in each)
    return get_close_matches(path, [*folders, *known[:_MOST_COMPARED]], _MOST_SUGGESTED)


def _contains(value: str, name: Sequence[str]) -> bool:
    """Whether a text contains words side by side."""
    if not name or (value.isascii() and name[0] not in value.lower()):  # saves most of the time for 100,000 authors
        return False
    listed, length = words(value), len(name)
    return any(listed[start : start + length] == [*name] for start in range(len(listed) - length + 1))


@lru_cache
def _words(name: str) -> tuple[str, ...]:
    return tuple(words(name))


def _outlet_words(name: str) -> tuple[str, ...]:
    listed = _words(name)
    return listed[1:] if listed[:1] == ("the",) and len(listed) > 1 else listed
