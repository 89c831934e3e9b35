"""The reader: which phrase answers, where it is, how likely it is right, and which passages are read."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

import pytest

import qa
from qa.datatypes import Passage, Scores
from qa.questions.types import QuestionType
from qa.reader.network import SpanNetwork
from qa.reader.phrases import ScoredPhrase
from qa.reader.reading import Verdict
from qa.reader.sentences import SENTENCES_COMPARED
from qa.reader.span_reader import PASSAGES_READ, SPANS_PER_PASSAGE, reading_order
from tests.helpers.passages import HARBOUR, MILL, WordEmbedder, best, passage, read, reader_of


class CountingNetwork:
    """The shipped network, recording the passages of each call."""

    def __init__(self, network: SpanNetwork) -> None:
        self._network = network
        self.calls: list[list[str]] = []

    @property
    def texts(self) -> list[str]:
        return list(itertools.chain.from_iterable(self.calls))

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[ScoredPhrase]]:
        self.calls.append([passage.text for passage in passages])
        return self._network.read(question, passages)

    def check(self, question: str, passage: Passage, start: int, end: int) -> float:
        return self._network.check(question, passage, start, end)

    def judge(self, claim: str, evidence: str) -> Verdict:
        return self._network.judge(claim, evidence)


@pytest.mark.parametrize(
    ("question", "fact", "short"),
    [
        ("Who was the mayor of Lindholm?", "Karin Osk", "Karin Osk"),
        ("When was the old harbor closed", "closed in March 1987", "March 1987"),
        ("how many fishing boats did the harbour serve", "240 fishing boats", "240"),
        ("How many workers did the paper mill employ?", "1,200 workers", "1,200"),
        ("Where does the ferry go?", "A ferry now leaves", "Sandvik"),
        ("What still stands beside the river?", "Its chimney", "chimney"),
    ],
)
def test_best_sentence_and_short_answer(network: SpanNetwork, question: str, fact: str, short: str) -> None:
    """The phrase that answers comes first, with the sentence that contains it."""
    sentence, phrase = best(*read(network, question, HARBOUR, MILL))

    assert fact in sentence
    assert short in (phrase or "")


def test_answerable_questions_score_higher(network: SpanNetwork) -> None:
    """A question that the text answers scores above unanswerable ones, related or unrelated."""
    near, far = "What is the price of the new harbour?", "Who painted the Mona Lisa?"
    right = read(network, "Who opened the new harbour of Lindholm?", HARBOUR, MILL)[0].answerable

    assert right > 0.6
    assert read(network, near, HARBOUR, MILL)[0].answerable < right - 0.3
    assert read(network, far, HARBOUR, MILL)[0].answerable < 0.1


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What is the price of the new harbour?", 'nothing found about "price"'),
        ("Who opened the new harbour?", "all words of the question were found"),
    ],
)
def test_the_reason_names_the_missing_words(network: SpanNetwork, question: str, reason: str) -> None:
    """The reason names the words that were not found and the score of the likeliest phrase."""
    reading, _ = read(network, question, HARBOUR, MILL)

    assert reason in reading.reason
    assert "the best phrase scores" in reading.reason


def test_agreement_between_articles_raises_the_probability(
    network: SpanNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two articles that agree count more than one that repeats itself, if both are read."""
    monkeypatch.setattr("qa.reader.span_reader.SURE_AFTER_ONE", 1.1)
    again = "In 1991 the new harbour of Lindholm was opened by Karin Osk."
    question = "When was the new harbour of Lindholm opened?"

    def likeliest(file: str) -> tuple[float, float]:
        passages = [passage(HARBOUR), passage(again, 2, file=file)]
        reading = reader_of(network, passages).read(question, passages)
        return max(span.probability for spans in reading.spans for span in spans), reading.answerable

    phrase_in_two, answer_in_two = likeliest("b.txt")
    phrase_in_one, answer_in_one = likeliest("a.txt")
    assert phrase_in_two > phrase_in_one
    assert answer_in_two > answer_in_one


@pytest.mark.parametrize(
    ("question", "question_type", "count"),
    [
        ("When was the old harbour of Lindholm closed?", QuestionType.FACT, 1),
        ("Who painted the portrait?", QuestionType.FACT, PASSAGES_READ[QuestionType.FACT]),
        ("Why was the old harbour of Lindholm closed?", QuestionType.REASON, PASSAGES_READ[QuestionType.REASON]),
        ("Which boats served the old harbour of Lindholm?", QuestionType.LIST, PASSAGES_READ[QuestionType.LIST]),
    ],
)
def test_reading_stops_once_the_answer_is_certain_enough(
    network: SpanNetwork, question: str, question_type: QuestionType, count: int
) -> None:
    """One certain phrase is enough; lists, explanations and refusals need every passage that may be read."""
    counting = CountingNetwork(network)
    passages = [passage(HARBOUR), *(passage(f"{number}. {MILL}", number) for number in range(2, 20))]
    reading = reader_of(counting, passages).read(question, passages)

    assert reading.question_type is question_type
    assert len(counting.texts) == count
    assert HARBOUR in counting.texts
    assert [score is not None for score in reading.relevance] == [item.text in counting.texts for item in passages]


def test_the_most_promising_passages_are_read_first(network: SpanNetwork) -> None:
    """The closest in meaning is read first, then two at a time; an answer ranked last is still found."""
    texts = [f"{number}. {MILL}" for number in range(7)] + [HARBOUR]
    scores = [Scores(0.5, 0.1 * index, 0.9 - 0.01 * index) for index in range(8)]
    passages = [passage(text, index + 1, scores=scores[index]) for index, text in enumerate(texts)]
    counting = CountingNetwork(network)
    reading = reader_of(counting, passages).read("Who painted the portrait?", passages)
    by_promise = [texts[index] for index in reading_order(passages)]

    assert counting.calls == [by_promise[:1], by_promise[1:3], by_promise[3:5]]
    assert by_promise[0] == HARBOUR
    assert [index for index, score in enumerate(reading.relevance) if score is None] == [0, 1, 2]
    reading = reader_of(network, passages).read("When was the old harbour closed?", passages)
    assert best(reading, passages)[1] == "March 1987"


def test_the_date_of_publication_counts(network: SpanNetwork) -> None:
    """The date of an article matches the words of a date in the question."""
    text = "Karin Osk opened the new harbour. A ferry leaves every hour."
    dated = [passage(text, published=date(2024, 3, 21))]
    plain = [passage(text)]
    question = "What did Karin Osk open in March 2024?"

    with_date, without_date = (
        reader_of(network, passages).read(question, passages).answerable for passages in (dated, plain)
    )
    assert with_date > without_date


def test_a_figure_of_another_product_is_not_an_answer(network: SpanNetwork) -> None:
    """A fact about one model does not answer for another: the number in the question must occur nearby."""
    text = "The Vika 16 phone has a battery that lasts 22 hours. It weighs 170 grams."
    same_model, other_model = (
        read(network, f"How long does the battery of the Vika {model} last?", text)[0].answerable
        for model in ("16", "17 Pro")
    )

    assert 1 - other_model > 2 * (1 - same_model)


def test_a_yes_or_no_question_gets_sentences(network: SpanNetwork) -> None:
    """The deciding sentence comes first, no phrase is offered, and few sentences are embedded."""
    passages = [passage(HARBOUR), passage(" ".join(f"Pier {n} was closed by the mayor." for n in range(99)), 2)]
    embedder = WordEmbedder()
    reading = reader_of(network, passages, embedder).read("Was the old harbour closed in March 1987?", passages)

    assert reading.question_type is QuestionType.YES_NO
    assert ("The old harbour of Lindholm was closed in March 1987.", None) == best(reading, passages)
    assert len(embedder.texts) <= SENTENCES_COMPARED + 1


@pytest.mark.parametrize(
    "question", ["Who opened the new harbour?", "Was the new harbour opened?", "Which boats came?"]
)
def test_spans_lie_within_their_passages(network: SpanNetwork, question: str) -> None:
    """Every passage has an entry; offsets and short answers point into its text."""
    passages = [passage(f"{number}. {HARBOUR}", number) for number in range(1, 19)]
    reading = reader_of(network, passages).read(question, passages)

    assert len(reading.spans) == len(reading.relevance) == len(passages)
    assert sorted(reading.order) == list(range(len(passages)))
    assert reading.spans[-2:] == ((), ())
    assert reading.relevance[-2:] == (None, None)
    assert reading.relevance[0] is not None
    for spans, item in zip(reading.spans, passages, strict=True):
        assert len(spans) <= max(SPANS_PER_PASSAGE.values())
        assert [span.probability for span in spans] == sorted((span.probability for span in spans), reverse=True)
        for span in spans:
            assert 0 <= span.start < span.end <= len(item.layout.text)
            assert span.phrase is None or span.start <= span.phrase[0] < span.phrase[1] <= span.end


@pytest.mark.parametrize("question", ["Who opened the harbour?", "Was the harbour opened?", "Why did it close?"])
@pytest.mark.parametrize("texts", [(), ("",), ("\n \n",), ("Contents\nThe harbour ..... 3\nThe mill ..... 5\n",)])
def test_a_text_without_sentences_answers_nothing(network: SpanNetwork, question: str, texts: tuple[str, ...]) -> None:
    """Neither white space nor a table of contents contains anything to read, for any type of question."""
    reading, passages = read(network, question, *texts)

    assert not any(reading.spans)
    assert reading.answerable == 0.0
    assert len(reading.spans) == len(passages) == len(texts)


@pytest.mark.parametrize("question", ["Who opened the harbour?", "Was the harbour opened?", "Why did it close?"])
def test_the_text_below_a_table_of_contents_is_read(network: SpanNetwork, question: str) -> None:
    """Only the table itself is left out: the sentence after it answers."""
    contents = "Contents\nThe harbour ..... 3\nThe mill ..... 5\n"
    reading, passages = read(network, question, f"{contents}\nThe mayor opened the harbour because the mill closed.\n")

    assert any(reading.spans)
    assert reading.answerable > 0.0
    assert "because the mill closed" in best(reading, passages)[0]


def test_read_passages_are_reranked(seeds: qa.Assistant) -> None:
    """An answer lists its passages by the reader's scores; a search does not run the reader."""
    question = "Which Russian defence minister visited North Korea?"
    answer, results = seeds.ask(question), seeds.search(question)
    read_scores = [item.scores.reader for item in answer.passages if item.scores.reader is not None]

    assert [item.rank for item in answer.passages] == list(range(1, len(results) + 1))
    assert read_scores == sorted(read_scores, reverse=True)
    assert 0 < len(read_scores) <= min(PASSAGES_READ[QuestionType.FACT], len(results))
    assert {item.text for item in answer.passages} == {item.text for item in results}
    assert all(item.scores.reader is None for item in results)
