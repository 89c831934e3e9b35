"""A fake reader with predefined sentences, and answers composed from its output without files."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.composition import Draft
from qa.answering.extractive import YesOrNo, compose_quotes
from qa.datatypes import Answer, Citation, IndexStats, Passage, Scores, Span
from qa.grounding.citations import Cite, Stretch
from qa.pipeline import assemble, ground
from qa.questions.requests import parse_request
from qa.questions.scope import Scope
from qa.questions.types import QuestionType
from qa.questions.understanding import Query
from qa.reader.ranking import ranked
from qa.reader.reading import Reading
from tests.helpers import passages

STATS = IndexStats(generation=1, documents=2, chunks=3)


class QueueReader:
    """Finds predefined sentences with their probabilities, and phrases in them."""

    def __init__(
        self,
        sentences: dict[str, float],
        answerable: float = 0.9,
        *shorts: str,
        question_type: QuestionType = QuestionType.REASON,
        disagree: bool = False,
    ) -> None:
        self._sentences = sentences
        self._answerable = answerable
        self._shorts = shorts
        self._question_type = question_type
        self._disagree = disagree

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        spans = tuple(self._spans(passage.layout.text) for passage in passages)
        relevance = tuple(max((span.probability for span in group), default=None) for group in spans)
        order = tuple(sorted(range(len(passages)), key=lambda index: -(relevance[index] or 0.0)))
        return Reading(
            self._question_type,
            spans,
            relevance,
            order,
            self._answerable,
            "because",
            self._disagree,
        )

    def _spans(self, text: str) -> tuple[Span, ...]:
        matches = [(text.find(sentence), sentence, p) for sentence, p in self._sentences.items()]
        return tuple(
            Span(start, start + len(sentence), p, self._phrase(sentence, start))
            for start, sentence, p in matches
            if start >= 0
        )

    def _phrase(self, sentence: str, start: int) -> tuple[int, int] | None:
        phrases = [(start + sentence.find(short), short) for short in self._shorts if short in sentence]
        return next(((begin, begin + len(short)) for begin, short in phrases), None)


def cite(number: int, stretch: Stretch) -> Citation:
    return Citation(number, stretch.path, stretch.title, None, 1, 1, stretch.start, stretch.end, stretch.text)


def passage(text: str, file: str = "a.txt", start: int = 0) -> Passage:
    return passages.passage(text, file=file, start=start, scores=Scores(1.0, 1.0, 1.0))


def undecided(passage: Passage, span: Span) -> None:
    return None


def answer(
    reader: QueueReader,
    *passages: Passage,
    min_confidence: float = 0.5,
    decide: YesOrNo = undecided,
    cite: Cite = cite,
    question: str = "Who?",
) -> Answer:
    reading = reader.read(question, passages)
    composition = compose_quotes(question, passages, reading, min_confidence, decide)
    statements, citations = ground(composition, cite)
    draft = Draft(composition, ranked(passages, reading), reading.answerable, reading.reason)
    query = Query(question, None, parse_request(question), None, Scope(question))
    return assemble(query, draft, statements, citations, STATS)
