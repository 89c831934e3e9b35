"""The stages of an answer, in order: understand → retrieve → read → compose → ground; a language model may write.

Each stage is a function of plain values; ``Resources`` is what they need of models, index and corpus.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.answering.composition import Composition
from qa.answering.copies import copies_among, only_in_copies, with_copies
from qa.answering.extractive import compose
from qa.answering.structure import StructuredAnswer, structured_answer, structured_fallback
from qa.corpus import Corpus, UnreadableFile
from qa.corpus.names import date_of
from qa.datatypes import (
    NOT_ANSWERED,
    Answer,
    BlockKind,
    Citation,
    Document,
    IndexStats,
    Passage,
    Span,
    Statement,
    Timings,
)
from qa.errors import UsageError
from qa.grounding.citations import CitationBuilder, Cite
from qa.grounding.yes_no import YesNoClassifier
from qa.index import Index
from qa.models.embedding import Embedder
from qa.models.inference import in_background
from qa.questions.articles import ArticleQuestion, article_question
from qa.questions.followups import standalone_question
from qa.questions.languages import NOT_ENGLISH, is_foreign
from qa.questions.spelling import correct_spelling
from qa.questions.terms import Question, asks_for_address, parse_question
from qa.questions.types import question_type
from qa.reader.addresses import with_addresses
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.reader.ranking import ranked
from qa.reader.reading import EXTRACTIVE, Reading
from qa.reader.span_reader import SpanReader
from qa.retrieval import Retriever
from qa.text.words import content_words, words

if TYPE_CHECKING:
    from qa.answering.written import AnswerWriter
    from qa.llm.chat import OnText

ARTICLES_LOOKED_UP = 5
"""Number of articles whose metadata, lists and tables are looked up, best first."""

LARGEST_LOOKED_UP = 200_000
"""Bytes of such an article; dividing a longer one into blocks takes longer than reading its passages."""

OnStep = Callable[[str], None]
"""Called with the name of the stage that begins: ``understanding``, ``searching``, ``reading`` or ``writing``."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What the stages need besides the question."""

    corpus: Corpus
    """The folder of articles."""
    index: Index
    """Its index."""
    embedder: Embedder
    """The embedding model."""
    network: SpanNetwork
    """The reader's network."""
    top_k: int
    """Passages to retrieve."""
    min_confidence: float
    """Below this probability, 0 to 1, there is no answer."""


def answer_question(
    question: str,
    resources: Resources,
    previous: Answer | None = None,
    writer: AnswerWriter | None = None,
    on_step: OnStep = lambda _: None,
) -> Answer:
    """Answer a question, perhaps a follow-up to ``previous``, in the articles' own sentences.

    Raises:
        UsageError: the question contains no searchable words.
    """
    standalone = understand(question, previous, writer, on_step)
    spelling = correct_spelling(standalone or question, resources.index.vocabulary)
    query = spelling.text
    require_searchable(query)

    on_step("searching")
    started = time.perf_counter()
    loading = in_background(resources.network.warm_up)
    about = article_question(query)
    passages = retrieve(about.topic if about and content_words(about.topic) else query, resources)
    loading.result()
    retrieved = time.perf_counter()

    on_step("reading")
    copies = copies_among(passages, resources.index)
    originals = [passage for passage in passages if passage.path not in copies]
    reading, composition = read_and_compose(query, about, originals, resources)
    if copies and not composition.statements:
        originals = passages
        reading, composition = read_and_compose(query, about, passages, resources)
    notice = only_in_copies(composition, copies)
    composition = composition if notice else with_copies(composition, copies, resources.corpus)
    statements, citations = ground(composition, CitationBuilder(resources.corpus))
    timings = Timings(_milliseconds(started, retrieved), _milliseconds(retrieved, time.perf_counter()))
    stats = resources.index.stats()
    answer = assemble(question, originals, reading, composition, statements, citations, stats, timings)
    answer = replace(answer, standalone_question=standalone).with_notice(spelling.notice).with_notice(notice)
    return answer if answer.answered or not is_foreign(query) else answer.with_notice(NOT_ENGLISH)


def understand(question: str, previous: Answer | None, writer: AnswerWriter | None, on_step: OnStep) -> str | None:
    """Return a follow-up as a standalone question; None if the question is one already."""
    standalone = standalone_question(question, previous) if previous and question else None
    if standalone and previous and writer:
        on_step("understanding")
        return writer.rewrite(question, previous) or standalone
    return standalone


def require_searchable(question: str) -> None:
    """Check that a question has something to search for.

    Raises:
        UsageError: it is empty or contains only stop words.
    """
    if not content_words(question):
        raise UsageError(
            "The question contains no searchable words", "Ask with at least one word that is not a stop word."
        )


def retrieve(query: str, resources: Resources, top_k: int | None = None) -> list[Passage]:
    """Return the passages that bear on ``query``, best first.

    Raises:
        UsageError: the query contains no words.
    """
    if not words(query):
        raise UsageError("The query contains no words", "Say what to look for.")
    # Importing Chroma and loading the model wait for the disk more than for the processor.
    opening = in_background(resources.index.warm_up)
    resources.embedder.warm_up()
    opening.result()
    passages = Retriever(resources.index, resources.embedder).search(query, top_k or resources.top_k)
    return [with_addresses(passage) for passage in passages] if asks_for_address(query) else passages


def read_and_compose(
    question: str, about: ArticleQuestion | None, passages: Sequence[Passage], resources: Resources
) -> tuple[Reading, Composition]:
    """Return what to say, from the structure of an article if that answers, else by reading; and the reading."""
    structured = look_up(question, about, passages, resources)
    if structured is None:
        reading = read(question, passages, resources)
        composition = compose_answer(question, passages, reading, resources)
        dated = [passage for passage in passages if date_of(passage.path)]
        if composition.statements or not dated:
            return reading, composition
        structured = structured_fallback(parse(question, resources), documents_of(dated, resources.corpus))
        if structured is None:
            return reading, composition
    return without_reading(question, passages, structured), structured.composition


def look_up(
    question: str, about: ArticleQuestion | None, passages: Sequence[Passage], resources: Resources
) -> StructuredAnswer | None:
    """Return the answer that metadata, a list or a table gives, if one of them fits the question."""
    kinds = {block.kind for passage in passages for block in passage.layout.blocks}
    if not about and kinds.isdisjoint({BlockKind.ITEM, BlockKind.ROW}):
        return None
    return structured_answer(parse(question, resources), about, documents_of(passages, resources.corpus))


def parse(question: str, resources: Resources) -> Question:
    """Return a question with its type and terms."""
    return parse_question(question, resources.index.document_frequency, resources.index.stats().chunks)


def documents_of(passages: Sequence[Passage], corpus: Corpus) -> list[Document]:
    """Return the articles of the first passages as they are now, best first, without unreadable and very long ones."""
    documents: list[Document] = []
    limited = replace(corpus, max_bytes=LARGEST_LOOKED_UP)
    for path in list(dict.fromkeys(passage.path for passage in passages))[:ARTICLES_LOOKED_UP]:
        with suppress(UnreadableFile):
            documents.append(limited.read(path))
    return documents


def without_reading(question: str, passages: Sequence[Passage], answer: StructuredAnswer) -> Reading:
    """Return the reading that goes with an answer from the structure of an article: no passage was read."""
    return Reading(
        question_type=question_type(words(question)),
        spans=((),) * len(passages),
        relevance=(None,) * len(passages),
        order=tuple(range(len(passages))),
        answerable=answer.confidence,
        confidence=answer.confidence,
        reason=f"taken from the {answer.origin} of an article",
    )


def read(question: str, passages: Sequence[Passage], resources: Resources) -> Reading:
    """Return the spans of ``passages`` that answer, and how likely they do."""
    index = resources.index
    calibration = load_calibration(SHIPPED)
    chunks = index.stats().chunks
    reader = SpanReader(resources.network, calibration, resources.embedder, index.document_frequency, chunks)
    return reader.read(question, passages)


def compose_answer(question: str, passages: Sequence[Passage], reading: Reading, resources: Resources) -> Composition:
    """Return what to say: which sentences to quote, the short answer, or a refusal."""
    classifier = YesNoClassifier(resources.network, load_calibration(SHIPPED))

    def yes_or_no(passage: Passage, span: Span) -> bool | None:
        return classifier.classify(question, passage, span)

    return compose(passages, reading, resources.min_confidence, yes_or_no)


def ground(composition: Composition, cite: Cite) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Return the statements of a composition, and a citation checked against the file for each of its quotes."""
    statements: list[Statement] = []
    citations: list[Citation] = []
    for statement in composition.statements:
        first = len(citations) + 1
        citations += [cite(number, stretch) for number, stretch in enumerate(statement.stretches, first)]
        statements.append(Statement(statement.text, tuple(range(first, len(citations) + 1))))
    return tuple(statements), tuple(citations)


def assemble(
    question: str,
    passages: Sequence[Passage],
    reading: Reading,
    composition: Composition,
    statements: tuple[Statement, ...],
    citations: tuple[Citation, ...],
    stats: IndexStats,
    timings: Timings,
) -> Answer:
    """Return what the stages found as one answer."""
    return Answer(
        question=question,
        answered=bool(statements),
        short_answer=composition.short_answer,
        text=" ".join(statement.text for statement in statements) or NOT_ANSWERED,
        statements=statements,
        citations=citations,
        confidence=reading.confidence,
        engine=EXTRACTIVE,
        passages=ranked(passages, reading),
        index=stats,
        reason=reading.reason,
        timings_ms=timings,
    )


def write_answer(answer: Answer, writer: AnswerWriter, corpus: Corpus, on_step: OnStep, on_text: OnText) -> Answer:
    """Return the answer that a language model writes from the passages of an extractive one.

    Raises:
        LLMError: it failed, or wrote nothing that the passages support.
    """
    on_step("writing")
    started = time.perf_counter()
    written = writer.write(answer, CitationBuilder(corpus), on_text)
    timings = answer.timings_ms._replace(write=_milliseconds(started, time.perf_counter()))
    return replace(written, timings_ms=timings)


def warm_up(resources: Resources) -> None:
    """Load the models and open the index: what the first question would otherwise wait for."""
    loading = [in_background(resources.index.warm_up), in_background(resources.network.warm_up)]
    resources.embedder.warm_up()
    for each in loading:
        each.result()


def _milliseconds(started: float, ended: float) -> float:
    return round((ended - started) * 1000, 1)
