"""Extractive answers: what is quoted, how it is cited, and when nothing is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from qa.answering.extractive import MAX_STATEMENTS, NOT_ANSWERED, ExtractiveAnswerer
from qa.datatypes import Answer, Citation, IndexStats, Passage, Scores, Span
from qa.reader import Reading
from qa.text import plain

STATS = IndexStats(generation=1, documents=2, chunks=3)


class QueueReader:
    """A reader that finds the given sentences, each with its probability."""

    name = "extractive"

    def __init__(self, found: dict[str, float], answerable: float = 0.9, short: str | None = None) -> None:
        self._found = found
        self._answerable = answerable
        self._short = short

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        return Reading(tuple(self._spans(one.text) for one in passages), self._answerable, "because")

    def _spans(self, text: str) -> tuple[Span, ...]:
        places = [(text.find(sentence), sentence, p) for sentence, p in self._found.items()]
        return tuple(Span(at, at + len(sentence), p, self._phrase(text)) for at, sentence, p in places if at >= 0)

    def _phrase(self, text: str) -> tuple[int, int] | None:
        at = text.find(self._short) if self._short else -1
        return (at, at + len(self._short)) if self._short and at >= 0 else None


def cite(number: int, passage: Passage, start: int, end: int) -> Citation:
    quote = passage.text[start:end]
    place = passage.start + start
    return Citation(number, passage.file, passage.title, None, 1, 1, place, place + len(quote), quote)


def passage(text: str, file: str = "a.txt", start: int = 0) -> Passage:
    return Passage(file, "", None, start, start + len(text), 1, 1, text, 1, Scores(1.0, 1.0, 1.0))


def answer(reader: QueueReader, *passages: Passage, min_confidence: float = 0.5) -> Answer:
    return ExtractiveAnswerer(reader, cite, min_confidence).answer("Who?", passages, STATS)


FIRST = "The mayor opened the harbour in May."
SECOND = "Two hundred boats sailed past the crowd."
THIRD = "Fireworks lit the old lighthouse until midnight."


def test_best_sentence_is_quoted_with_its_citation() -> None:
    """The likeliest sentence is the answer, quoted verbatim and cited where it stands."""
    found = answer(QueueReader({FIRST: 0.9}, short="The mayor"), passage(f"Before. {FIRST} After.", start=100))

    assert found.answered
    assert found.short == "The mayor"
    assert found.text == FIRST
    assert [statement.citations for statement in found.statements] == [(1,)]
    assert found.citations[0].quote == FIRST
    assert (found.citations[0].start, found.citations[0].end) == (108, 108 + len(FIRST))


def test_refusal() -> None:
    """Below the least confidence nothing is quoted; the passages and the reason remain."""
    found = answer(QueueReader({FIRST: 0.9}, answerable=0.3), passage(FIRST))

    assert not found.answered
    assert found.text == NOT_ANSWERED
    assert (found.statements, found.citations, found.short) == ((), (), None)
    assert len(found.passages) == 1
    assert found.confidence == 0.3
    assert found.reason == "because"


@pytest.mark.parametrize("passages", [(), (passage("Nothing of the kind."),)])
def test_nothing_found_is_a_refusal(passages: tuple[Passage, ...]) -> None:
    """Without a span there is no answer, however sure the reader is."""
    assert not answer(QueueReader({FIRST: 0.9}), *passages).answered


def test_further_sentences_only_if_close() -> None:
    """A second sentence is added if it is nearly as likely as the first, not otherwise."""
    text = passage(f"{FIRST} {SECOND} {THIRD}")
    found = answer(QueueReader({FIRST: 0.9, SECOND: 0.85, THIRD: 0.4}), text)

    assert [statement.text for statement in found.statements] == [FIRST, SECOND]
    assert found.text == f"{FIRST} {SECOND}"
    assert [citation.number for citation in found.citations] == [1, 2]


def test_never_more_than_the_most_statements() -> None:
    """An answer stays short even if many sentences are equally likely."""
    sentences = [f"{name} brought {thing} home." for name, thing in zip("ABCDEFGH", "klmnopqr", strict=True)]
    found = answer(QueueReader(dict.fromkeys(sentences, 0.9)), passage(" ".join(sentences)))

    assert len(found.statements) == MAX_STATEMENTS


def test_repetition_is_not_quoted_twice() -> None:
    """A sentence that says nearly the same adds nothing and is left out."""
    again = "The mayor opened the harbour in early May."
    found = answer(QueueReader({FIRST: 0.9, again: 0.88}), passage(f"{FIRST} {again}"))

    assert found.text == FIRST


def test_same_sentence_in_two_articles_is_one_statement() -> None:
    """What two articles say word for word is one statement with two citations."""
    found = answer(QueueReader({FIRST: 0.9}), passage(FIRST), passage(f"News. {FIRST}", "b.txt"))

    assert [statement.citations for statement in found.statements] == [(1, 2)]
    assert [citation.file for citation in found.citations] == ["a.txt", "b.txt"]


def test_overlapping_chunks_are_cited_once() -> None:
    """The same place found through two overlapping chunks is one citation."""
    found = answer(QueueReader({FIRST: 0.9}), passage(f"Before. {FIRST}"), passage(FIRST, start=8))

    assert len(found.citations) == 1


@pytest.mark.parametrize("opening", ["She", "It", "This", "Their boats", "“They"])
def test_pronoun_brings_the_sentence_before(opening: str) -> None:
    """A sentence that begins with a pronoun is quoted together with the one before it."""
    leaning = f"{opening} came at noon."
    found = answer(QueueReader({leaning: 0.9}), passage(f"Heading\n\n{THIRD} {FIRST} {leaning}"))

    assert found.text == f"{FIRST} {leaning}"
    assert found.citations[0].quote == f"{FIRST} {leaning}"


def test_pronoun_does_not_bring_a_heading() -> None:
    """A heading explains no pronoun and is not quoted."""
    leaning = "It came at noon."
    found = answer(QueueReader({leaning: 0.9}), passage(f"Harbour news\n\n{leaning}"))

    assert found.text == leaning


def test_sentence_quoted_as_context_is_not_repeated() -> None:
    """A sentence that was already quoted before a pronoun does not come again."""
    leaning = "It had taken four years to build."
    found = answer(QueueReader({leaning: 0.9, FIRST: 0.89}), passage(f"{FIRST} {leaning}"))

    assert found.text == f"{FIRST} {leaning}"


def test_text_is_plain_and_the_quote_verbatim() -> None:
    """Statements are one clean line; the citation keeps the characters of the file."""
    raw = "The mayor\nopened\x1b[31m the \u202eharbour."
    found = answer(QueueReader({raw: 0.9}), passage(raw))

    assert found.statements[0].text == "The mayor opened the harbour."
    assert found.citations[0].quote == raw


def test_stale_citation_is_kept() -> None:
    """A citation whose file changed is shown as stale, not dropped."""
    reader = QueueReader({FIRST: 0.9})
    stale = ExtractiveAnswerer(reader, lambda *place: replace(cite(*place), stale=True), 0.5)

    assert stale.answer("Who?", [passage(FIRST)], STATS).citations[0].stale


def test_plain() -> None:
    """Runs of white space become one space; what could steer a terminal goes."""
    assert plain(" a\t\n b\x07c ") == "a bc"
