"""Answers from the structure of articles rather than from their sentences: metadata, lists under headings, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

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

ARTICLES_LOOKED_UP = 5
"""Number of articles whose metadata, lists and tables are looked up, best first."""

LARGEST_LOOKED_UP = 200_000
"""Bytes of such an article; dividing a longer one into blocks takes longer than reading its passages."""

CONFIDENCE = {"metadata": 0.9, "list": 0.85, "changelog": 0.9, "table": 0.9, "name": 0.6}
"""Probability that such an answer is right."""


@dataclass(frozen=True, slots=True)
class StructuredAnswer:
    """An answer from the structure of an article."""

    composition: Composition
    """What to say."""
    origin: str
    """What it is taken from: ``metadata``, ``list``, ``changelog``, ``table`` or ``name``."""

    @property
    def confidence(self) -> float:
        """Probability that it is right, 0 to 1."""
        return CONFIDENCE[self.origin]

    def draft(self, passages: Sequence[Passage]) -> Draft:
        """Return it as a draft; no passage was read."""
        reason = f"taken from the {self.origin} of an article"
        return Draft(self.composition, tuple(passages), self.confidence, reason)


def look_up(
    question: Question, about: ArticleQuestion | None, passages: Sequence[Passage], corpus: Corpus
) -> StructuredAnswer | None:
    """Return the answer that metadata, a list or a table gives, if one of them fits the question."""
    kinds = {block.kind for passage in passages for block in passage.layout.blocks}
    if not about and kinds.isdisjoint({BlockKind.ITEM, BlockKind.ROW}):
        return None
    return structured_answer(question, about, documents_of(passages, corpus))


def look_up_name(question: Question, passages: Sequence[Passage], corpus: Corpus) -> StructuredAnswer | None:
    """Return the answer that the name of an article gives to a question that reading does not answer."""
    dated = [passage for passage in passages if date_of(passage.path)]
    composition = compose_day(question, documents_of(dated, corpus)) if dated else None
    return StructuredAnswer(composition, "name") if composition else None


def documents_of(passages: Sequence[Passage], corpus: Corpus) -> list[Document]:
    """Return the articles of the first passages as they are now, best first, without unreadable and very long ones."""
    documents: list[Document] = []
    limited = replace(corpus, max_bytes=LARGEST_LOOKED_UP)
    for path in list(dict.fromkeys(passage.path for passage in passages))[:ARTICLES_LOOKED_UP]:
        with suppress(UnreadableFile):
            documents.append(limited.read(path))
    return documents


def structured_answer(
    question: Question, about: ArticleQuestion | None, documents: Sequence[Document]
) -> StructuredAnswer | None:
    """Return the answer that the structure of an article gives, if it fits the question.

    Args:
        question: the question.
        about: what it asks about an article itself, if it does.
        documents: the articles that bear on it, best first, as they are now.
    """
    composers: dict[str, Callable[[], Composition | None]] = {
        "metadata": lambda: compose_field(about, documents) if about else None,
        "list": lambda: compose_headed_list(question, documents),
        "changelog": lambda: compose_release(question, documents),
        "table": lambda: compose_cell(question, documents),
    }
    for origin, compose in composers.items():
        composition = compose()
        if composition is not None:
            return StructuredAnswer(composition, origin)
    return None
