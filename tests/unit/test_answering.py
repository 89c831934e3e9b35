"""Extractive answers: which sentences are quoted, how they are cited, and when a question is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.answering.extractive import LIMITS
from qa.datatypes import NOT_ANSWERED, Passage
from qa.questions.types import QuestionType
from qa.text.sanitizing import single_line
from tests.helpers.scripted_reader import QueueReader, answer, cite, passage

FIRST = "The mayor opened the harbour in May."
SECOND = "Two hundred boats sailed past the crowd."
THIRD = "Fireworks lit the old lighthouse until midnight."


def test_best_sentence_is_quoted_with_its_citation() -> None:
    """The most probable sentence is the answer, quoted verbatim and cited at its offsets."""
    result = answer(QueueReader({FIRST: 0.9}, 0.9, "The mayor"), passage(f"Before. {FIRST} After.", start=100))

    assert result.answered
    assert result.short_answer == "The mayor"
    assert result.text == FIRST
    assert [statement.citations for statement in result.statements] == [(1,)]
    assert result.citations[0].quote == FIRST
    assert (result.citations[0].start, result.citations[0].end) == (108, 108 + len(FIRST))


def test_refusal_keeps_passages_and_reason() -> None:
    """Below the minimum confidence nothing is quoted, but the answer still lists the passages and the reason."""
    result = answer(QueueReader({FIRST: 0.9}, answerable=0.3), passage(FIRST))

    assert not result.answered
    assert result.text == NOT_ANSWERED
    assert (result.statements, result.citations, result.short_answer) == ((), (), None)
    assert len(result.passages) == 1
    assert result.confidence == 0.3
    assert result.reason == "because"


@pytest.mark.parametrize("passages", [(), (passage("Nothing of the kind."),)])
def test_without_a_span_the_question_is_refused(passages: tuple[Passage, ...]) -> None:
    """Passages without a span give no answer, no matter how confident the reader is."""
    assert not answer(QueueReader({FIRST: 0.9}), *passages).answered


def test_only_sentences_of_similar_probability_are_added() -> None:
    """A second sentence is added only if it is nearly as probable as the first."""
    source = passage(f"{FIRST} {SECOND} {THIRD}")
    result = answer(QueueReader({FIRST: 0.9, SECOND: 0.85, THIRD: 0.4}), source)

    assert [statement.text for statement in result.statements] == [FIRST, SECOND]
    assert result.text == f"{FIRST} {SECOND}"
    assert [citation.number for citation in result.citations] == [1, 2]


def test_number_of_statements_is_limited() -> None:
    """An answer stays short even if many sentences are equally probable."""
    sentences = [f"{name} brought {thing} home." for name, thing in zip("ABCDEFGH", "klmnopqr", strict=True)]
    result = answer(QueueReader(dict.fromkeys(sentences, 0.9)), passage(" ".join(sentences)))

    assert len(result.statements) == LIMITS[QuestionType.REASON].statements


def test_repetition_is_not_quoted_twice() -> None:
    """A sentence that nearly repeats another one is left out."""
    repetition = "The mayor opened the harbour in early May."
    result = answer(QueueReader({FIRST: 0.9, repetition: 0.88}), passage(f"{FIRST} {repetition}"))

    assert result.text == FIRST


def test_same_sentence_in_two_articles_is_one_statement() -> None:
    """A sentence that two articles share word for word is one statement with two citations."""
    result = answer(QueueReader({FIRST: 0.9}), passage(FIRST), passage(f"News. {FIRST}", "b.txt"))

    assert [statement.citations for statement in result.statements] == [(1, 2)]
    assert [citation.path for citation in result.citations] == ["a.txt", "b.txt"]


def test_same_short_answer_in_two_articles_is_one_statement() -> None:
    """An answer that two articles word differently is one statement, the more probable, with a citation of each."""
    other = "In May the new pier was opened by the mayor, says the paper."
    reader = QueueReader({FIRST: 0.9, other: 0.8}, 0.9, "The mayor", "the mayor", question_type=QuestionType.FACT)
    result = answer(reader, passage(other, "b.txt"), passage(FIRST))

    assert [statement.text for statement in result.statements] == [FIRST]
    assert [(citation.path, citation.quote) for citation in result.citations] == [("a.txt", FIRST), ("b.txt", other)]
    assert result.short_answer == "The mayor"


def test_a_question_of_fact_gets_one_answer_unless_another_is_close() -> None:
    """A question of who, when or how many gets one answer, unless another is nearly as probable."""
    reader = QueueReader({FIRST: 0.9, SECOND: 0.7}, 0.9, "The mayor", "Two hundred", question_type=QuestionType.FACT)
    close = QueueReader({FIRST: 0.9, SECOND: 0.89}, 0.9, "The mayor", "Two hundred", question_type=QuestionType.FACT)
    source = passage(f"{FIRST} {SECOND}")

    assert [statement.text for statement in answer(reader, source).statements] == [FIRST]
    assert [statement.text for statement in answer(close, source).statements] == [FIRST, SECOND]
    assert answer(close, source).short_answer == "The mayor"


@pytest.mark.parametrize(("words", "shown"), [(12, True), (13, False)])
def test_a_long_reason_is_no_short_answer(words: int, shown: bool) -> None:
    """A reason is a short answer only if it is at most 12 words long; its sentence is quoted in any case."""
    reason = " ".join(["because"] * words)
    result = answer(QueueReader({f"It closed {reason}.": 0.9}, 0.9, reason), passage(f"It closed {reason}."))

    assert result.short_answer == (reason if shown else None)
    assert result.text == f"It closed {reason}."


def test_passages_are_ranked_by_the_reader() -> None:
    """Passages get their rank and reader score from the reader; unread ones come last, without a score."""
    unread = [passage(f"Nothing {number}.", f"{number}.txt") for number in range(2)]
    result = answer(QueueReader({FIRST: 0.5, SECOND: 0.9}), *unread, passage(FIRST), passage(SECOND, "b.txt"))

    assert [ranked.text for ranked in result.passages] == [SECOND, FIRST, "Nothing 0.", "Nothing 1."]
    assert [ranked.rank for ranked in result.passages] == [1, 2, 3, 4]
    assert [ranked.scores.reader for ranked in result.passages] == [0.9, 0.5, None, None]


def test_overlapping_chunks_are_cited_once() -> None:
    """A sentence retrieved in two overlapping chunks is cited once."""
    result = answer(QueueReader({FIRST: 0.9}), passage(f"Before. {FIRST}"), passage(FIRST, start=8))

    assert len(result.citations) == 1


@pytest.mark.parametrize(
    ("opening", "gap"),
    [("She", " "), ("It", " "), ("This", " "), ("Their boats", " "), ("She", "\n\n"), ("“They", "\n\n")],
)
def test_sentence_with_a_pronoun_is_quoted_with_the_previous_one(opening: str, gap: str) -> None:
    """A sentence that begins with a pronoun is quoted together with the sentence before it."""
    sentence = f"{opening} came at noon."
    result = answer(QueueReader({sentence: 0.9}), passage(f"Heading\n\n{THIRD} {FIRST}{gap}{sentence}"))

    assert result.text == f"{FIRST} {sentence}"
    assert result.citations[0].quote == f"{FIRST}{gap}{sentence}"


def test_heading_is_not_quoted_as_context_of_a_pronoun() -> None:
    """A heading does not explain a pronoun and is not quoted."""
    sentence = "It came at noon."
    result = answer(QueueReader({sentence: 0.9}), passage(f"Harbour news\n\n{sentence}"))

    assert result.text == sentence


def test_sentence_quoted_as_context_is_not_repeated() -> None:
    """A sentence already quoted as context of a pronoun is not quoted again."""
    sentence = "It had taken four years to build."
    result = answer(QueueReader({sentence: 0.9, FIRST: 0.89}), passage(f"{FIRST} {sentence}"))

    assert result.text == f"{FIRST} {sentence}"


def test_statement_is_sanitized_and_quote_is_verbatim() -> None:
    """A statement is one sanitized line; the quote of its citation has the exact characters of the file."""
    raw = "The mayor of Lindholm and her deputy opened\x1b[31m the new\nharbour in \u202eMay."
    result = answer(QueueReader({raw.replace("\n", " "): 0.9}), passage(raw))

    assert result.statements[0].text == "The mayor of Lindholm and her deputy opened the new harbour in May."
    assert result.citations[0].quote == raw


def test_stale_citation_is_not_dropped() -> None:
    """A citation whose file has changed is marked as stale, not dropped."""
    result = answer(QueueReader({FIRST: 0.9}), passage(FIRST), cite=lambda *span: replace(cite(*span), stale=True))

    assert [citation.stale for citation in result.citations] == [True]


def test_single_line_removes_terminal_control_characters() -> None:
    """Runs of white space become one space, and control characters are removed."""
    assert single_line(" a\t\n b\x07c ") == "a bc"


def test_a_further_source_has_to_say_the_same() -> None:
    """The same phrase in a sentence about something else gets no mark."""
    same = "In May the harbour was opened by the mayor, in sunshine."
    other = "The mayor has two dogs."
    reader = QueueReader({FIRST: 0.9, same: 0.8, other: 0.85}, 0.9, "The mayor", "the mayor")
    result = answer(
        reader,
        passage(FIRST, "a.txt"),
        passage(same, "b.txt"),
        passage(other, "c.txt"),
        question="Who opened the harbour in May?",
    )

    assert {"a.txt", "b.txt"} == {result.citations[number - 1].path for number in result.statements[0].citations}
