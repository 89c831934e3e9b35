"""The reader: which phrase answers, where it stands, how likely it does, and what was not read."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

import pytest

import qa
from qa.datatypes import Passage, Scores, Span
from qa.questions.types import QuestionType
from qa.reader.network import SpanNetwork
from qa.reader.phrases import ScoredPhrase
from qa.reader.sentences import SENTENCES_EMBEDDED
from qa.reader.span_reader import PASSAGES_READ, SPANS_PER_PASSAGE, reading_order
from tests.helpers.passages import HARBOUR, MILL, WordEmbedder, best, passage, read, reader_of


class CountingNetwork:
    """The shipped network, noting the passages it reads, those read together in one list."""

    def __init__(self, network: SpanNetwork) -> None:
        self._network = network
        self.calls: list[list[str]] = []

    @property
    def texts(self) -> list[str]:
        return list(itertools.chain.from_iterable(self.calls))

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[ScoredPhrase]]:
        self.calls.append([one.text for one in passages])
        return self._network.read(question, passages)

    def check(self, question: str, passage: Passage, start: int, end: int) -> float:
        return self._network.check(question, passage, start, end)


@pytest.mark.parametrize(
    ("asked", "fact", "short"),
    [
        ("Who was the mayor of Lindholm?", "Karin Osk", "Karin Osk"),
        ("When was the old harbor closed", "closed in March 1987", "March 1987"),
        ("how many fishing boats did the harbour serve", "240 fishing boats", "240"),
        ("How many workers did the paper mill employ?", "1,200 workers", "1,200"),
        ("Where does the ferry go?", "A ferry now leaves", "Sandvik"),
        ("What still stands beside the river?", "Its chimney", "chimney"),
    ],
)
def test_best_sentence_and_short_answer(network: SpanNetwork, asked: str, fact: str, short: str) -> None:
    """The phrase that answers comes first, with the sentence that holds it."""
    sentence, phrase = best(*read(network, asked, HARBOUR, MILL))

    assert fact in sentence
    assert short in (phrase or "")


def test_answerable(network: SpanNetwork) -> None:
    """Questions that the text answers are told from those it does not, near or far."""
    near, far = "What is the price of the new harbour?", "Who painted the Mona Lisa?"
    right = read(network, "Who opened the new harbour of Lindholm?", HARBOUR, MILL)[0].answerable

    assert right > 0.6
    assert read(network, near, HARBOUR, MILL)[0].answerable < right - 0.3
    assert read(network, far, HARBOUR, MILL)[0].answerable < 0.1


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("What is the price of the new harbour?", 'nothing found about "price"'),
        ("Who opened the new harbour?", "all words of the question were found"),
    ],
)
def test_reason_names_what_is_missing(network: SpanNetwork, asked: str, reason: str) -> None:
    """The reason names the words that were not found, and how the likeliest phrase scores."""
    reading, _ = read(network, asked, HARBOUR, MILL)

    assert reason in reading.reason
    assert "its likeliest phrase scores" in reading.reason


def test_the_same_answer_elsewhere_makes_it_likelier(network: SpanNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two articles that agree count more than one that says it twice, where both are read."""
    monkeypatch.setattr("qa.reader.span_reader.SURE_AFTER_ONE", 1.1)
    again = "In 1991 the new harbour of Lindholm was opened by Karin Osk."
    asked = "When was the new harbour of Lindholm opened?"

    def likeliest(file: str) -> tuple[float, float]:
        passages = [passage(HARBOUR), passage(again, 2, file=file)]
        reading = reader_of(network, passages).read(asked, passages)
        return max(span.probability for spans in reading.spans for span in spans), reading.answerable

    (other_phrase, other_answer), (same_phrase, same_answer) = likeliest("b.txt"), likeliest("a.txt")
    assert other_phrase > same_phrase
    assert other_answer > same_answer


@pytest.mark.parametrize(
    ("asked", "question_type", "count"),
    [
        ("When was the old harbour of Lindholm closed?", QuestionType.FACT, 1),
        ("Who painted the Mona Lisa?", QuestionType.FACT, PASSAGES_READ[QuestionType.FACT]),
        ("Why was the old harbour of Lindholm closed?", QuestionType.REASON, PASSAGES_READ[QuestionType.REASON]),
        ("Which boats served the old harbour of Lindholm?", QuestionType.LIST, PASSAGES_READ[QuestionType.LIST]),
    ],
)
def test_reading_stops_when_sure_enough(
    network: SpanNetwork, asked: str, question_type: QuestionType, count: int
) -> None:
    """One sure phrase is enough, but a list, an explanation and a refusal need all that may be read."""
    counting = CountingNetwork(network)
    passages = [passage(HARBOUR), *(passage(f"{number}. {MILL}", number) for number in range(2, 12))]
    reading = reader_of(counting, passages).read(asked, passages)

    assert reading.question_type is question_type
    assert len(counting.texts) == count
    assert HARBOUR in counting.texts
    assert [one is not None for one in reading.relevance] == [one.text in counting.texts for one in passages]


def test_the_most_promising_passages_are_read_first(network: SpanNetwork) -> None:
    """What is closest in meaning is read first and alone, then two at a time; an answer far down is still found."""
    texts = [f"{place}. {MILL}" for place in range(7)] + [HARBOUR]
    scores = [Scores(0.5, 0.1 * place, 0.9 - 0.01 * place) for place in range(8)]
    passages = [passage(text, place + 1, scores=scores[place]) for place, text in enumerate(texts)]
    counting = CountingNetwork(network)
    reading = reader_of(counting, passages).read("Who painted the Mona Lisa?", passages)
    by_promise = [texts[place] for place in reading_order(passages)]

    assert counting.calls == [by_promise[:1], by_promise[1:3], by_promise[3:5]]
    assert by_promise[0] == HARBOUR
    assert [place for place, one in enumerate(reading.relevance) if one is None] == [0, 1, 2]
    answering = reader_of(network, passages).read("When was the old harbour closed?", passages)
    assert best(answering, passages)[1] == "March 1987"


def test_published_date_counts(network: SpanNetwork) -> None:
    """The date of an article answers for the words of a date in the question."""
    text = "Karin Osk opened the new harbour. A ferry leaves every hour."
    dated = [passage(text, published=date(2024, 3, 21))]
    plain = [passage(text)]
    asked = "What did Karin Osk open in March 2024?"

    with_date, without = (reader_of(network, one).read(asked, one).answerable for one in (dated, plain))
    assert with_date > without


def test_another_products_figure_is_no_answer(network: SpanNetwork) -> None:
    """What is said of one model does not answer for another: the number that is asked about has to stand nearby."""
    text = "The Vika 16 phone has a battery that lasts 22 hours. It weighs 170 grams."
    asked_about, other = (
        read(network, f"How long does the battery of the Vika {model} last?", text)[0].answerable
        for model in ("16", "17 Pro")
    )

    assert 1 - other > 2 * (1 - asked_about)


def test_a_question_for_yes_or_no_gets_sentences(network: SpanNetwork) -> None:
    """The sentence that decides comes first, no phrase is offered, and few sentences are embedded."""
    passages = [passage(HARBOUR), passage(" ".join(f"Pier {n} was closed by the mayor." for n in range(99)), 2)]
    embedder = WordEmbedder()
    reading = reader_of(network, passages, embedder).read("Was the old harbour closed in March 1987?", passages)

    assert reading.question_type is QuestionType.YES_NO
    assert ("The old harbour of Lindholm was closed in March 1987.", None) == best(reading, passages)
    assert len(embedder.texts) <= SENTENCES_EMBEDDED + 1


@pytest.mark.parametrize("asked", ["Who opened the new harbour?", "Was the new harbour opened?", "Which boats came?"])
def test_spans_lie_in_their_passages(network: SpanNetwork, asked: str) -> None:
    """There is an entry for each passage given; offsets and short answers point into its text."""
    passages = [passage(f"{number}. {HARBOUR}", number) for number in range(1, 11)]
    reading = reader_of(network, passages).read(asked, passages)

    assert len(reading.spans) == len(reading.relevance) == len(passages)
    assert sorted(reading.order) == list(range(len(passages)))
    assert reading.spans[-2:] == ((), ())
    assert reading.relevance[-2:] == (None, None)
    assert reading.relevance[0] is not None
    for spans, one in zip(reading.spans, passages, strict=True):
        assert len(spans) <= SPANS_PER_PASSAGE
        assert [span.probability for span in spans] == sorted((span.probability for span in spans), reverse=True)
        for span in spans:
            assert 0 <= span.start < span.end <= len(one.text)
            assert span.phrase is None or span.start <= span.phrase[0] < span.phrase[1] <= span.end


@pytest.mark.parametrize("asked", ["Who opened the harbour?", "Was the harbour opened?", "Why did it close?"])
@pytest.mark.parametrize("texts", [(), ("",), ("\n \n",), ("Contents\nThe harbour ..... 3\nThe mill ..... 5\n",)])
def test_nothing_to_read(network: SpanNetwork, asked: str, texts: tuple[str, ...]) -> None:
    """Without a sentence nothing is answerable; a table of contents answers nothing that asks for a phrase."""
    reading, passages = read(network, asked, *texts)

    if "Contents" not in "".join(texts) or reading.question_type is not QuestionType.YES_NO:
        assert reading.answerable == reading.confidence == 0.0
        assert reading.spans == tuple(() for _ in passages)


def test_read_passages_are_ranked_anew(seeds: qa.Assistant) -> None:
    """An answer lists its passages by what the reader found in them; a search does not read."""
    question = "Which Russian defence minister visited North Korea?"
    answer, found = seeds.ask(question), seeds.search(question)
    read_scores = [one.scores.reader for one in answer.passages if one.scores.reader is not None]

    assert [one.rank for one in answer.passages] == list(range(1, len(found) + 1))
    assert read_scores == sorted(read_scores, reverse=True)
    assert 0 < len(read_scores) <= min(PASSAGES_READ[QuestionType.FACT], len(found))
    assert {one.text for one in answer.passages} == {one.text for one in found}
    assert all(one.scores.reader is None for one in found)


def test_span_is_a_value() -> None:
    """A span without a phrase is a whole sentence."""
    assert Span(0, 4, 0.5).phrase is None
