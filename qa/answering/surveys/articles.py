"""Articles in surveys: their passages, their originals if they are conflict copies, and what to show of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol, TypeVar

from qa.answering.composition import QuotedStatement
from qa.answering.sentences import Sentence
from qa.corpus.copies import copy_of
from qa.index import DocumentEntry, Index
from qa.text.english import written_out
from qa.text.sanitizing import single_line


class _PartOfArticle(Protocol):
    @property
    def path(self) -> str: ...


Part = TypeVar("Part", bound=_PartOfArticle)
"""A part of an article, such as a passage."""


def by_article(parts: Iterable[Part]) -> dict[str, list[Part]]:
    """Return passages, or other parts of articles, by the path of their article, in the order in which they come."""
    articles: dict[str, list[Part]] = {}
    for part in parts:
        articles.setdefault(part.path, []).append(part)
    return articles


def original_paths(documents: Iterable[DocumentEntry], index: Index) -> frozenset[str]:
    """Return the paths of the documents that are not conflict copies of other indexed ones."""
    return frozenset(entry.path for entry in documents if copy_of(entry.path, index) is None)


def earliest_copies(paths: Collection[str], index: Index) -> dict[str, str]:
    """Return, for each of these articles that is one of several near-identical ones, the earliest published of them."""
    earliest: dict[str, str] = {}
    for group in {*index.copies_of().values()}:
        among = [entry.path for entry in group if entry.path in paths]
        if len(among) > 1:
            earliest |= dict.fromkeys(among, among[0])
    return earliest


def without_copies(paths: Iterable[str], earliest: Mapping[str, str]) -> list[str]:
    """Return one path of each story, in order: that of the earliest article if it is among them."""
    chosen: dict[str, str] = {}
    for path in paths:
        story = earliest.get(path, path)
        if story not in chosen or path == story:
            chosen[story] = path
    return [*chosen.values()]


def copies_noted(copies: int) -> str:
    """Return what follows a number of articles of which so many are copies of others; empty for none."""
    return f" ({copies} {'is a copy' if copies == 1 else 'are copies'})" if copies else ""


def listed(sentence: Sentence) -> QuotedStatement:
    """Return an article with its date and a sentence of it; a title made from that sentence is left out."""
    passage = sentence.passage
    title = single_line(passage.title)
    day = written_out(passage.published) if passage.published else ""
    if title.endswith("\u2026") and sentence.text.startswith(title[:-1]):
        return sentence.statement(day)
    return sentence.statement(f"{title} ({day})" if day else title)
