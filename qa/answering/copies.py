"""Conflict copies of articles: what a copy says differently stands beside the original's answer, never alone."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from qa.answering.composition import Composition, QuotedStatement
from qa.corpus import Corpus, UnreadableFile
from qa.corpus.copies import copy_date, copy_of
from qa.datatypes import Block, Document, Passage
from qa.grounding.citations import Stretch
from qa.text.english import written_out
from qa.text.words import content_stems

LEAST_ALIKE = 0.5
"""Share of common stems from which a block of a copy is taken to be the quoted one in another version."""


def copies_among(passages: Sequence[Passage], indexed: Container[str]) -> dict[str, str]:
    """Return which of the passages' articles are conflict copies, and of which indexed article."""
    paths = dict.fromkeys(passage.path for passage in passages)
    return {path: original for path in paths if (original := copy_of(path, indexed))}


def with_copies(composition: Composition, copies: Mapping[str, str], corpus: Corpus) -> Composition:
    """Return a composition together with what copies of the quoted articles say differently."""
    quoted = [stretch for statement in composition.statements for stretch in statement.stretches]
    documents = _documents([path for path in copies if copies[path] in {stretch.path for stretch in quoted}], corpus)
    added = [
        other
        for stretch in quoted
        for document in documents
        if copies[document.path] == stretch.path and (other := _other_version(stretch, document))
    ]
    return replace(composition, statements=(*composition.statements, *dict.fromkeys(added)))


def only_in_copies(composition: Composition, copies: Mapping[str, str]) -> str:
    """Return a line that says so if a composition quotes nothing but copies; else an empty one."""
    paths = {stretch.path for statement in composition.statements for stretch in statement.stretches}
    if not paths or not paths <= copies.keys():
        return ""
    path = min(paths)
    return f"Only {_named(path)} says this; {copies[path]} does not."


def _documents(paths: Sequence[str], corpus: Corpus) -> list[Document]:
    documents = []
    for path in paths:
        with suppress(UnreadableFile):
            documents.append(corpus.read(path))
    return documents


def _other_version(stretch: Stretch, document: Document) -> QuotedStatement | None:
    """Return what a copy says instead of a quote; None if it has the very quote, or nothing like it."""
    block = _most_alike(content_stems(stretch.text), document)
    if block is None or " ".join(stretch.text.split()) in " ".join(document.text.split()):
        return None
    text = f"T{_named(document.path)[1:]} says: {block.clean.text}"
    return QuotedStatement(text, (Stretch.of_block(document, block),))


def _most_alike(quoted: frozenset[str], document: Document) -> Block | None:
    """Return the block that has most stems in common with a quote, if enough."""

    def alike(block: Block) -> float:
        own = content_stems(block.clean.text)
        return len(own & quoted) / max(len(quoted), 1)

    best = max(document.blocks, key=alike, default=None)
    return best if best is not None and alike(best) >= LEAST_ALIKE else None


def _named(path: str) -> str:
    day = copy_date(path)
    made = f" of {written_out(day)}" if day else ""
    return f"the conflict copy{made} ({path})"
