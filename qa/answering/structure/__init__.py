"""Answers from the structure of articles rather than from their sentences: metadata, lists under headings, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from qa.answering.composition import Composition, Draft
from qa.answering.structure.changelogs import compose_release
from qa.answering.structure.file_names import compose_day
from qa.answering.structure.headed_lists import compose_headed_list
from qa.answering.structure.metadata import compose_field
from qa.answering.structure.tables import compose_cell
from qa.corpus import Corpus, UnreadableFile
from qa.corpus.names import date_of
from qa.datatypes import BlockKind, Document, Passage
from qa.questions.article_questions import ArticleQuestion
from qa.questions.terms import Question
from qa.reader.calibration import STRUCTURE

ARTICLES_LOOKED_UP = 5
"""Number of articles whose metadata, lists and tables are looked up, best first."""

LARGEST_LOOKED_UP = 200_000
"""Bytes or characters of such an article; dividing a longer one into blocks takes longer than reading its passages."""

CONFIDENCE = {"metadata": 0.9, "list": 0.85, "changelog": 0.9, "table": 0.9, "name": 0.6}
"""Probability that such an answer is right, by what it is taken from."""


def look_up(
    question: Question, about: ArticleQuestion | None, passages: Sequence[Passage], corpus: Corpus
) -> Draft | None:
    """Return the answer that metadata, a list or a table gives, if one of them fits the question.

    Args:
        question: the question.
        about: what it asks about an article itself, if it does.
        passages: the passages retrieved for it, best first; their articles are looked up as they are now.
        corpus: the folder of articles.
    """
    kinds = {block.kind for passage in passages for block in passage.layout.blocks}
    if not about and kinds.isdisjoint({BlockKind.ITEM, BlockKind.ROW}):
        return None
    structured = _structured(question, about, _documents(passages, corpus))
    return _draft(*structured, passages) if structured else None


def look_up_name(question: Question, passages: Sequence[Passage], corpus: Corpus) -> Draft | None:
    """Return the answer that the name of an article gives to a question that reading does not answer."""
    dated = [passage for passage in passages if date_of(passage.path)]
    composition = compose_day(question, _documents(dated, corpus)) if dated else None
    return _draft(composition, "name", passages) if composition else None


def _documents(passages: Sequence[Passage], corpus: Corpus) -> list[Document]:
    """Return the articles of the first passages as they are now, best first, without unreadable and very long ones."""
    documents: list[Document] = []
    limited = replace(corpus, max_bytes=LARGEST_LOOKED_UP)
    for path in list(dict.fromkeys(passage.path for passage in passages))[:ARTICLES_LOOKED_UP]:
        with suppress(UnreadableFile):
            documents.append(limited.read(path))
    return [document for document in documents if len(document.text) <= LARGEST_LOOKED_UP]


def _structured(
    question: Question, about: ArticleQuestion | None, documents: Sequence[Document]
) -> tuple[Composition, str] | None:
    """Return the answer that the structure of an article gives and what it is taken from, if one fits the question."""
    composers: dict[str, Callable[[], Composition | None]] = {
        "metadata": lambda: compose_field(about, documents) if about else None,
        "list": lambda: compose_headed_list(question, documents),
        "changelog": lambda: compose_release(question, documents),
        "table": lambda: compose_cell(question, documents),
    }
    for origin, compose in composers.items():
        composition = compose()
        if composition is not None:
            return composition, origin
    return None


def _draft(composition: Composition, origin: str, passages: Sequence[Passage]) -> Draft:
    """Return an answer taken from the structure of an article as a draft; no passage was read."""
    reason = f"taken from the {origin} of an article"
    return Draft(composition, tuple(passages), CONFIDENCE[origin], reason, kind=STRUCTURE)
