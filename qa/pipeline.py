"""The stages of an answer, each a function of plain values.

    understand → retrieve → compose: survey, structure, or read → ground → assemble

A survey gathers what several articles say; the structure of an article states its date, a list or a cell of a table;
else the passages are read for phrases and sentences that answer. ``compose_draft`` takes the first of them that
answers. A language model may write the answer anew (``write_answer``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.answering.agreement import is_in_doubt
from qa.answering.composition import REFUSAL, Composition, Draft
from qa.answering.contradictions import with_contradictions
from qa.answering.copies import copies_among, only_in_copies, with_copies
from qa.answering.extractive import compose_quotes
from qa.answering.lists import compose_list
from qa.answering.nearest import compose_near_refusal, is_keywords, with_nearest
from qa.answering.refusals import no_articles, with_refusal, within_filter
from qa.answering.resources import Resources
from qa.answering.structure import look_up, look_up_name
from qa.answering.surveys import survey
from qa.corpus import Corpus
from qa.datatypes import (
    EXTRACTIVE,
    NO_FILTER,
    NOT_ANSWERED,
    Answer,
    Citation,
    Filter,
    IndexStats,
    Passage,
    Span,
    Statement,
    Timings,
)
from qa.errors import UsageError
from qa.filtering import intersection, resolve
from qa.grounding.citations import CitationBuilder, Cite, with_origins
from qa.grounding.yes_no import YesNoClassifier
from qa.models.inference import in_background
from qa.questions.filter_words import in_words
from qa.questions.followups import standalone_question
from qa.questions.languages import NOT_ENGLISH, is_foreign
from qa.questions.scope import Scope
from qa.questions.terms import Question, asks_for_address
from qa.questions.types import QuestionType
from qa.questions.understanding import Query, understand, without_scope
from qa.reader.addresses import with_addresses
from qa.reader.calibration import CAVEAT, load_calibration
from qa.reader.network import SHIPPED
from qa.reader.ranking import ranked
from qa.reader.reading import Reading
from qa.text.english import uncapitalized
from qa.text.words import words

if TYPE_CHECKING:
    from qa.answering.written import AnswerWriter
    from qa.llm.chat import OnText

REMEMBERED_TURNS = 6
"""Turns of a conversation that a follow-up may refer to."""
PASSAGES_OF_TYPE = {QuestionType.LIST: 16}
"""Minimum number of passages retrieved, by question type."""
OnStep = Callable[[str], None]
"""Called with the stage that begins: ``searching``, ``reading`` or ``writing``."""


def answer_question(
    question: str,
    resources: Resources,
    previous: Answer | None = None,
    on_step: OnStep = lambda _: None,
    given: Filter = NO_FILTER,
    all_articles: bool = False,
) -> Answer:
    """Answer a question, perhaps a follow-up to ``previous``, in the articles' own sentences.

    Only articles that meet the filter ``given`` are searched, and of these the ones that the question itself means,
    unless it is to be answered from ``all_articles``.

    Raises:
        UsageError: the question contains no searchable words, or no article has a name in the filter.
    """
    limits = resolve(given, resources.index)
    standalone = standalone_question(question, previous.turns) if previous and question else None
    query = understand(question, standalone, resources.index, resources.index.vocabulary, all_articles)

    on_step("searching")
    started = time.perf_counter()
    loading = in_background(resources.network.warm_up)
    allowed = replace(resources, allowed=limits.exact)
    scoped = within(query.scope, allowed)
    least = PASSAGES_OF_TYPE.get(query.request.type, 0)
    passages = retrieve(query.topic, scoped, max(resources.top_k, least)) if scoped else []
    loading.result()
    retrieved = time.perf_counter()
    on_step("reading")
    query, draft = compose_within(query, passages, scoped, allowed, limits.shown)
    statements, citations = ground(draft.composition, CitationBuilder(resources.corpus, resources.copies_of))
    citations = with_origins(citations, resources.index.documents_at({citation.path for citation in citations}))
    timings = Timings(_milliseconds(started, retrieved), _milliseconds(retrieved, time.perf_counter()))
    answer = replace(assemble(query, draft, statements, citations, resources.index.stats()), filter=limits.shown)
    for line in (query.notice, draft.notice, NOT_ENGLISH if not statements and is_foreign(query.text) else ""):
        answer = answer.with_notice(line)
    earlier = previous.turns[-REMEMBERED_TURNS:] if previous else ()
    return replace(answer, question=question, timings_ms=timings, earlier=earlier)


def within(scope: Scope, resources: Resources) -> Resources | None:
    """Return the resources for answering from those of the allowed articles that a question means; None if none is."""
    both = intersection(resources.allowed, scope.filter, resources.index)
    return None if both is None else replace(resources, scope=both, preferred=scope.preferred)


def retrieve(query: str, resources: Resources, top_k: int | None = None) -> list[Passage]:
    """Return the passages that bear on ``query``, best first.

    Raises:
        UsageError: the query contains no words.
    """
    if not words(query):
        raise UsageError("The query contains no words", "Say what to look for.")
    passages = resources.search(query, top_k)
    return [with_addresses(passage) for passage in passages] if asks_for_address(query) else passages


def compose_within(
    query: Query, passages: Sequence[Passage], scoped: Resources | None, allowed: Resources, given: Filter
) -> tuple[Query, Draft]:
    """Return what to say, and the question as answered: of all allowed articles if those that it means say nothing.

    Args:
        query: the question.
        passages: what was retrieved for it.
        scoped: the allowed articles that it means; None if there are none.
        allowed: the articles that may be searched.
        given: the filter that allows them.
    """
    if scoped is None:
        return query, no_articles(query.scope, given)
    draft = compose(query, passages, scoped)
    if query.scope.filter and not draft.composition.statements:
        query, draft = compose_from_all(query, draft, allowed, given)
    draft = with_refusal(draft, allowed.parse(query.text), query.topic, allowed)
    return query, within_filter(draft, given)


def compose(query: Query, passages: Sequence[Passage], resources: Resources) -> Draft:
    """Return what to say from these passages; from conflict copies of articles only if the originals say nothing."""
    copies = copies_among(passages, resources.index)
    originals = [passage for passage in passages if passage.path not in copies]
    draft = compose_draft(query, originals, replace(resources, originals_only=True))
    if copies and not draft.composition.statements:
        draft = compose_draft(query, passages, resources)
    notice = only_in_copies(draft.composition, copies)
    if notice:
        return replace(draft, notice=f"{notice} {draft.notice}".strip())
    return replace(draft, composition=with_copies(draft.composition, copies, resources.corpus))


def compose_from_all(query: Query, refusal: Draft, resources: Resources, given: Filter) -> tuple[Query, Draft]:
    """Return a question that its articles do not answer as one to all articles allowed, if that has an answer."""
    widened = without_scope(query, uncapitalized(in_words(given)) or "all articles")
    everywhere = replace(resources, scope=resources.allowed, preferred=widened.scope.preferred)
    draft = compose(widened, retrieve(widened.topic, everywhere), everywhere)
    return (widened, draft) if draft.composition.statements else (query, refusal)


def compose_draft(query: Query, passages: Sequence[Passage], resources: Resources) -> Draft:
    """Return a survey, or what the structure of an article states, or else what reading the passages finds."""
    question = resources.parse(query.text)
    return (
        survey(query.request, passages, resources)
        or look_up(question, query.about, passages, resources.corpus)
        or read(question, passages, resources)
    )


def read(question: Question, passages: Sequence[Passage], resources: Resources) -> Draft:
    """Return what reading the passages finds; without an answer, what the name of an article states, or the nearest."""
    reading = resources.read(question.text, passages)
    is_answer = not is_in_doubt(question, passages, reading, resources)
    composition = compose_from_reading(question, passages, reading, resources) if is_answer else REFUSAL
    if not composition.statements and (named := look_up_name(question, passages, resources.corpus)):
        return named
    if not composition.statements:
        composition = compose_near_refusal(question, passages, reading, resources)
    elif is_keywords(question) and not composition.disagreement:
        composition = with_nearest(composition, question, passages, resources)
    # No passage alone answers a question about several outlets or days, so what the reader thinks of each says little.
    shown = ranked(passages, reading, as_retrieved=len(resources.preferred) > 1)
    return Draft(composition, shown, reading.answerable, reading.reason)


def compose_from_reading(
    question: Question, passages: Sequence[Passage], reading: Reading, resources: Resources
) -> Composition:
    """Return which sentences to quote and the short answer, or a refusal."""
    classifier = YesNoClassifier(resources.network, load_calibration(SHIPPED))

    def yes_or_no(passage: Passage, span: Span) -> bool | None:
        return classifier.classify(question.text, passage, span)

    if question.type is QuestionType.LIST:
        return compose_list(question, passages, reading, resources.min_confidence, resources.network.check)
    composition = compose_quotes(question.text, passages, reading, resources.min_confidence, yes_or_no)
    return with_contradictions(composition, question, passages, reading, resources)


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
    query: Query,
    draft: Draft,
    statements: tuple[Statement, ...],
    citations: tuple[Citation, ...],
    stats: IndexStats,
) -> Answer:
    """Return what the stages found as one answer."""
    return Answer(
        question=query.text,
        answered=bool(statements),
        short_answer=draft.composition.short_answer,
        text=draft.composition.text or NOT_ANSWERED,
        statements=statements,
        citations=citations,
        confidence=confidence_of(draft, query),
        engine=EXTRACTIVE,
        passages=draft.passages,
        index=stats,
        reason=draft.reason,
        standalone_question=query.standalone,
        understood=query.scope.understood,
        scope=query.scope.filter,
        question_type=query.request.type.value,
        caveat=draft.composition.caveat,
        disagreement=draft.composition.disagreement,
    )


def confidence_of(draft: Draft, query: Query) -> float:
    """Return the calibrated probability that a draft is right, 0 to 1; for a refusal, that of the best candidate."""
    if not draft.composition.statements:
        return draft.confidence
    kind = CAVEAT if draft.composition.caveat else draft.kind or query.request.type.value
    return load_calibration(SHIPPED).confidence(kind, draft.confidence)


def write_answer(answer: Answer, writer: AnswerWriter, corpus: Corpus, on_step: OnStep, on_text: OnText) -> Answer:
    """Return the answer that a language model writes from the passages of an extractive one.

    Raises:
        LLMError: it failed, or wrote nothing that the passages support.
    """
    on_step("writing")
    started = time.perf_counter()
    copies = {passage.path: passage.copies for passage in answer.passages}
    written = writer.write(answer, CitationBuilder(corpus, lambda path: copies.get(path, ())), on_text)
    written = replace(written, citations=with_origins(written.citations, {each.path: each for each in answer.passages}))
    timings = answer.timings_ms._replace(write=_milliseconds(started, time.perf_counter()))
    return replace(written, timings_ms=timings)


def warm_up(resources: Resources) -> None:
    """Load the models and open the index: what the first question would otherwise wait for."""
    loading = in_background(resources.network.warm_up)
    resources.index.warm_up()
    resources.embedder.warm_up()
    loading.result()


def _milliseconds(started: float, ended: float) -> float:
    return round((ended - started) * 1000, 1)
