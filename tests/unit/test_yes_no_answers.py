"""Yes or no: answered only if a sentence decides it by both outputs of the network."""

from __future__ import annotations

import math

import pytest

from qa.answering.extractive import SENTENCES_TRIED
from qa.datatypes import Passage, Span
from qa.grounding.yes_no import YesNoClassifier
from qa.questions.types import QuestionType
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.reader.reading import Verdict
from tests.helpers.passages import HARBOUR
from tests.helpers.scripted_reader import QueueReader, answer, passage

FIRST = "The mayor opened the harbour in May."
SECOND = "Two hundred boats sailed past the crowd."
CLOSED = "The old harbour of Lindholm was closed in March 1987."


class ScriptedNetwork(SpanNetwork):
    """Returns preset scores and records the texts it is shown."""

    def __init__(self, log_odds: float, supported: float, refuted: float) -> None:
        super().__init__()
        self._log_odds = log_odds
        not_stated = max(1.0 - supported - refuted, 1e-9)
        self._verdict = Verdict(math.log(supported), math.log(refuted), math.log(not_stated))
        self.shown: list[str] = []

    def yes_no(self, question: str, passage: Passage, start: int, end: int) -> float:
        self.shown.append(passage.text[start:end])
        return self._log_odds

    def judge(self, claim: str, evidence: str) -> Verdict:
        self.shown.append(evidence)
        return self._verdict


def classify(network: SpanNetwork, question: str, text: str, sentence: str) -> bool | None:
    start = text.index(sentence)
    classifier = YesNoClassifier(network, load_calibration(SHIPPED))
    return classifier.classify(question, passage(text), Span(start, start + len(sentence), 0.9))


@pytest.mark.parametrize(("decision", "short"), [(True, "Yes"), (False, "No")])
def test_yes_or_no_comes_with_the_deciding_sentence(decision: bool, short: str) -> None:
    """The short answer is the word, and only the deciding sentence is shown, wherever it is ranked."""

    def decide(passage: Passage, span: Span) -> bool | None:
        return decision if passage.text[span.start : span.end] == SECOND else None

    reader = QueueReader({FIRST: 0.9, SECOND: 0.85}, question_type=QuestionType.YES_NO)
    result = answer(reader, passage(f"{FIRST} {SECOND}"), decide=decide)

    assert result.short_answer == short
    assert [statement.text for statement in result.statements] == [SECOND]
    assert [citation.quote for citation in result.citations] == [SECOND]


def test_without_a_decision_the_sentences_are_shown() -> None:
    """If no sentence decides, the likeliest ones are quoted, and only a few are tried."""
    tried: list[str] = []

    def decide(passage: Passage, span: Span) -> None:
        tried.append(passage.text[span.start : span.end])

    sentences = [f"{name} brought {thing} home." for name, thing in zip("ABCDEFGH", "klmnopqr", strict=True)]
    result = answer(
        QueueReader(dict.fromkeys(sentences, 0.9), question_type=QuestionType.YES_NO),
        passage(" ".join(sentences)),
        decide=decide,
    )

    assert result.answered
    assert result.short_answer is None
    assert result.statements
    assert len(tried) == SENTENCES_TRIED


@pytest.mark.parametrize(
    ("question_type", "answerable"), [(QuestionType.YES_NO, 0.3), (QuestionType.REASON, 0.9), (QuestionType.FACT, 0.9)]
)
def test_other_question_types_and_refusals_never_say_yes(question_type: QuestionType, answerable: float) -> None:
    """Yes is a short answer only to an answered yes-or-no question."""
    result = answer(
        QueueReader({FIRST: 0.9}, answerable, question_type=question_type), passage(FIRST), decide=lambda *_: True
    )

    assert result.short_answer is None


@pytest.mark.parametrize(
    ("log_odds", "supported", "refuted", "expected"),
    [
        (9.0, 0.98, 0.01, True),
        (-9.0, 0.01, 0.98, False),
        (9.0, 0.01, 0.98, None),
        (-9.0, 0.98, 0.01, None),
        (9.0, 0.01, 0.01, None),
        (-9.0, 0.01, 0.01, None),
        (0.0, 0.98, 0.01, None),
        (0.0, 0.01, 0.98, None),
    ],
)
def test_both_outputs_have_to_agree(log_odds: float, supported: float, refuted: float, expected: bool | None) -> None:
    """One output that says yes is not enough if the other says no or is uncertain."""
    network = ScriptedNetwork(log_odds, supported, refuted)

    assert classify(network, "Was it closed?", HARBOUR, "It had served 240 fishing boats for a century.") is expected


def test_a_sentence_is_read_with_its_neighbours() -> None:
    """A pronoun may refer to the sentence before; sentences further away are not read."""
    network = ScriptedNetwork(9.0, 0.98, 0.01)
    sentences = [f"Sentence number {number} stands here." for number in range(6)]
    classify(network, "Does it stand here?", " ".join(sentences), sentences[3])

    assert network.shown == [" ".join(sentences[2:5])] * 2


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Was the old harbour of Lindholm closed in 1987?", True),
        ("Is the old harbour of Lindholm still open?", False),
        ("Was the old harbour of Lindholm small?", None),
        ("Did it rain in Sandvik yesterday?", None),
    ],
)
def test_the_shipped_network_decides_clear_cases(network: SpanNetwork, question: str, expected: bool | None) -> None:
    """What a sentence states or denies is decided; what it does not mention is not."""
    assert classify(network, question, HARBOUR, CLOSED) is expected


@pytest.mark.parametrize(
    "question", ["Was the old harbour of Lindholm never closed?", "Was the old harbour of Lindholm closed in 1990?"]
)
def test_the_shipped_network_never_confirms_what_the_sentence_denies(network: SpanNetwork, question: str) -> None:
    """In difficult cases it may withhold "no", but it does not say "yes"."""
    assert classify(network, question, HARBOUR, CLOSED) is not True


def test_sentences_that_disagree_say_neither_yes_nor_no() -> None:
    """Both are quoted, and the reader of the answer decides."""
    reader = QueueReader({FIRST: 0.9, SECOND: 0.85}, question_type=QuestionType.YES_NO, disagree=True)
    result = answer(reader, passage(f"{FIRST} {SECOND}"), decide=lambda *_: True)

    assert result.short_answer is None
    assert [FIRST, SECOND] == [statement.text for statement in result.statements]
