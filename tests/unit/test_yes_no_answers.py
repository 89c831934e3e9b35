"""Yes or no: said where a sentence decides it twice over, and never where none does."""

from __future__ import annotations

import math

import pytest

from qa.answering.extractive import SENTENCES_TRIED
from qa.datatypes import Passage, Span
from qa.grounding.yes_no import YesNoClassifier
from qa.questions.types import QuestionType
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork, Verdict
from tests.helpers.passages import HARBOUR
from tests.helpers.scripted_reader import QueueReader, answer, passage

FIRST = "The mayor opened the harbour in May."
SECOND = "Two hundred boats sailed past the crowd."


class ScriptedNetwork(SpanNetwork):
    """Says what it is told to, and notes the text that it was shown."""

    def __init__(self, log_odds: float, supported: float, refuted: float) -> None:
        super().__init__()
        self._log_odds = log_odds
        left = max(1.0 - supported - refuted, 1e-9)
        self._verdict = Verdict(math.log(supported), math.log(refuted), math.log(left))
        self.shown: list[str] = []

    def yes_no(self, question: str, passage: Passage, start: int, end: int) -> float:
        self.shown.append(passage.text[start:end])
        return self._log_odds

    def judge(self, claim: str, evidence: str) -> Verdict:
        self.shown.append(evidence)
        return self._verdict


def decided(network: SpanNetwork, asked: str, text: str, sentence: str) -> bool | None:
    start = text.index(sentence)
    classifier = YesNoClassifier(network, load_calibration(SHIPPED))
    return classifier.classify(asked, passage(text), Span(start, start + len(sentence), 0.9))


@pytest.mark.parametrize(("says_so", "short"), [(True, "Yes"), (False, "No")])
def test_yes_or_no_stands_first_with_the_sentence_that_decides(says_so: bool, short: str) -> None:
    """A question for yes or no gets the word, and only the sentence that decides, wherever it is ranked."""

    def decide(passage: Passage, span: Span) -> bool | None:
        return says_so if passage.text[span.start : span.end] == SECOND else None

    reader = QueueReader({FIRST: 0.9, SECOND: 0.85}, question_type=QuestionType.YES_NO)
    found = answer(reader, passage(f"{FIRST} {SECOND}"), decide=decide)

    assert found.short_answer == short
    assert [statement.text for statement in found.statements] == [SECOND]
    assert [citation.quote for citation in found.citations] == [SECOND]


def test_without_a_decision_the_sentences_are_shown() -> None:
    """Where no sentence is sure to say yes or no, the likeliest are quoted, and few are tried."""
    tried: list[str] = []

    def decide(passage: Passage, span: Span) -> None:
        tried.append(passage.text[span.start : span.end])

    sentences = [f"{name} brought {thing} home." for name, thing in zip("ABCDEFGH", "klmnopqr", strict=True)]
    found = answer(
        QueueReader(dict.fromkeys(sentences, 0.9), question_type=QuestionType.YES_NO),
        passage(" ".join(sentences)),
        decide=decide,
    )

    assert found.answered
    assert found.short_answer is None
    assert found.statements
    assert len(tried) == SENTENCES_TRIED


@pytest.mark.parametrize(
    ("question_type", "answerable"), [(QuestionType.YES_NO, 0.3), (QuestionType.REASON, 0.9), (QuestionType.FACT, 0.9)]
)
def test_yes_or_no_is_said_only_if_asked_for(question_type: QuestionType, answerable: float) -> None:
    """A refusal and an answer to another question never say yes."""
    found = answer(
        QueueReader({FIRST: 0.9}, answerable, question_type=question_type), passage(FIRST), decide=lambda *_: True
    )

    assert found.short_answer is None


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
def test_both_outputs_have_to_be_sure(log_odds: float, supported: float, refuted: float, expected: bool | None) -> None:
    """One output that says yes is not enough where the other says no or does not know."""
    network = ScriptedNetwork(log_odds, supported, refuted)

    assert decided(network, "Was it closed?", HARBOUR, "It had served 240 fishing boats for a century.") is expected


def test_a_sentence_is_read_with_its_neighbours() -> None:
    """What "it" means stands in the sentence before; what is further off is not read."""
    network = ScriptedNetwork(9.0, 0.98, 0.01)
    sentences = [f"Sentence number {number} stands here." for number in range(6)]
    decided(network, "Does it stand here?", " ".join(sentences), sentences[3])

    assert network.shown == [" ".join(sentences[2:5])] * 2


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Was the old harbour of Lindholm closed in 1987?", True),
        ("Was the old harbour of Lindholm never closed?", False),
        ("Was the old harbour of Lindholm small?", None),
        ("Did it rain in Sandvik yesterday?", None),
    ],
)
def test_the_shipped_network_decides_what_is_plain(network: SpanNetwork, asked: str, expected: bool | None) -> None:
    """What a sentence says or denies outright is decided; what it does not speak of is not."""
    found = decided(network, asked, HARBOUR, "The old harbour of Lindholm was closed in March 1987.")

    assert found in (expected, None)
