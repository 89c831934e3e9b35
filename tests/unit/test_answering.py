"""Extractive answers: what is quoted, how it is cited, and when nothing is answered."""

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
    """The likeliest sentence is the answer, quoted verbatim and cited where it stands."""
    found = answer(QueueReader({FIRST: 0.9}, 0.9, "The mayor"), passage(f"Before. {FIRST} After.", start=100))

    assert found.answered
    assert found.short_answer == "The mayor"
    assert found.text == FIRST
    assert [statement.citations for statement in found.statements] == [(1,)]
    assert found.citations[0].quote == FIRST
    assert (found.citations[0].start, found.citations[0].end) == (108, 108 + len(FIRST))


def test_refusal() -> None:
    """Below the least confidence nothing is quoted; the passages and the reason remain."""
    found = answer(QueueReader({FIRST: 0.9}, answerable=0.3), passage(FIRST))

    assert not found.answered
    assert found.text == NOT_ANSWERED
    assert (found.statements, found.citations, found.short_answer) == ((), (), None)
    assert len(found.passages) == 1
    assert found.confidence == 0.15
    assert found.reason == "because"


def test_whether_to_answer_is_not_how_sure_it_is_right() -> None:
    """An answer is given if the passages answer, even where its confidence, which is shown, is lower."""
    found = answer(QueueReader({FIRST: 0.9}, answerable=0.6), passage(FIRST), min_confidence=0.5)

    assert found.answered
    assert found.confidence == 0.3


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

    assert len(found.statements) == LIMITS[QuestionType.REASON].statements


def test_repetition_is_not_quoted_twice() -> None:
    """A sentence that says nearly the same adds nothing and is left out."""
    again = "The mayor opened the harbour in early May."
    found = answer(QueueReader({FIRST: 0.9, again: 0.88}), passage(f"{FIRST} {again}"))

    assert found.text == FIRST


def test_same_sentence_in_two_articles_is_one_statement() -> None:
    """What two articles say word for word is one statement with two citations."""
    found = answer(QueueReader({FIRST: 0.9}), passage(FIRST), passage(f"News. {FIRST}", "b.txt"))

    assert [statement.citations for statement in found.statements] == [(1, 2)]
    assert [citation.path for citation in found.citations] == ["a.txt", "b.txt"]


def test_same_short_answer_in_two_articles_is_one_statement() -> None:
    """What two articles answer in other words is said once, in the likelier one's, and cited from both."""
    other = "In May the new pier was opened by the mayor, says the paper."
    reader = QueueReader({FIRST: 0.9, other: 0.8}, 0.9, "The mayor", "the mayor", question_type=QuestionType.FACT)
    found = answer(reader, passage(other, "b.txt"), passage(FIRST))

    assert [statement.text for statement in found.statements] == [FIRST]
    assert [(citation.path, citation.quote) for citation in found.citations] == [("a.txt", FIRST), ("b.txt", other)]
    assert found.short_answer == "The mayor"


def test_a_phrase_is_not_followed_by_guesses() -> None:
    """Who, when and how many get one answer, unless another is nearly as likely."""
    reader = QueueReader({FIRST: 0.9, SECOND: 0.7}, 0.9, "The mayor", "Two hundred", question_type=QuestionType.FACT)
    close = QueueReader({FIRST: 0.9, SECOND: 0.89}, 0.9, "The mayor", "Two hundred", question_type=QuestionType.FACT)
    text = passage(f"{FIRST} {SECOND}")

    assert [statement.text for statement in answer(reader, text).statements] == [FIRST]
    assert [statement.text for statement in answer(close, text).statements] == [FIRST, SECOND]
    assert answer(close, text).short_answer == "The mayor"


def test_a_list_names_each_item_once() -> None:
    """All distinct items that are likely enough, each with its statement and citation."""
    sentences = {f"{town} sent {count} boats.": 0.9 for town, count in (("Vika", 3), ("Hamra", 5), ("Ed", 7))}
    again = {"From Vika came three boats.": 0.8}
    reader = QueueReader(sentences | again, 0.9, "Vika", "Hamra", "Ed", question_type=QuestionType.LIST)
    found = answer(reader, passage(" ".join(sentences)), passage(next(iter(again)), "b.txt"))

    assert found.short_answer == "Vika, Hamra, Ed"
    assert [statement.citations for statement in found.statements] == [(1, 2), (3,), (4,)]
    assert [citation.path for citation in found.citations] == ["a.txt", "b.txt", "a.txt", "a.txt"]


def test_a_list_does_not_repeat_an_item_in_other_words() -> None:
    """Russian and Chinese are Russia and China again; the sentence is still shown."""
    reader = QueueReader({FIRST: 0.9, SECOND: 0.88}, 0.9, "harbour", "Two hundred", question_type=QuestionType.LIST)
    found = answer(reader, passage(f"{FIRST} {SECOND}"))
    crews = {"Boats of Russia and China came.": 0.9, "All Russian and Chinese crews sang.": 0.88}
    again = QueueReader(crews, 0.9, "Russia and China", "Russian and Chinese", question_type=QuestionType.LIST)
    repeated = answer(again, passage(" ".join(crews)))

    assert found.short_answer == "harbour, Two hundred"
    assert repeated.short_answer == "Russia and China"
    assert len(repeated.statements) == 2


@pytest.mark.parametrize(("words", "shown"), [(12, True), (13, False)])
def test_a_long_reason_is_its_sentence(words: int, shown: bool) -> None:
    """Why and how get a phrase only if it is shorter than what it stands in."""
    reason = " ".join(["because"] * words)
    found = answer(QueueReader({f"It closed {reason}.": 0.9}, 0.9, reason), passage(f"It closed {reason}."))

    assert shown == (found.short_answer == reason)
    assert found.text == f"It closed {reason}."


def test_passages_come_in_the_reader_s_order() -> None:
    """Passages get their rank and score from what was read."""
    unread = [passage(f"Nothing {number}.", f"{number}.txt") for number in range(2)]
    found = answer(QueueReader({FIRST: 0.5, SECOND: 0.9}), *unread, passage(FIRST), passage(SECOND, "b.txt"))

    assert [one.text for one in found.passages] == [SECOND, FIRST, "Nothing 0.", "Nothing 1."]
    assert [one.rank for one in found.passages] == [1, 2, 3, 4]
    assert [one.scores.reader for one in found.passages] == [0.9, 0.5, None, None]


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
    stale = answer(QueueReader({FIRST: 0.9}), passage(FIRST), cite=lambda *place: replace(cite(*place), stale=True))

    assert stale.citations[0].stale


def test_plain() -> None:
    """Runs of white space become one space; what could steer a terminal goes."""
    assert single_line(" a\t\n b\x07c ") == "a bc"
