"""Answers from the structure of articles rather than from their sentences: metadata, lists under headings, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from qa.answering.composition import Composition, Draft
from qa.answering.dated import dated_answer
from qa.answering.lists import list_answer
from qa.answering.metadata import field_answer
from qa.answering.releases import release_answer
from qa.answering.tables import cell_answer
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
    composition = dated_answer(question, documents_of(dated, corpus)) if dated else None
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
        "metadata": lambda: field_answer(about, documents) if about else None,
        "list": lambda: list_answer(question, documents),
        "changelog": lambda: release_answer(question, documents),
        "table": lambda: cell_answer(question, documents),
    }
    for origin, compose in composers.items():
        composition = compose()
        if composition is not None:
            return StructuredAnswer(composition, origin)
    return None
