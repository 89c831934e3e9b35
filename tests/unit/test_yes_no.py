"""Yes-or-no answers: given only if both outputs of the network are certain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import qa
from qa.datatypes import Passage, Scores, Span
from qa.grounding.yes_no import YesNoClassifier
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from tests.helpers import passages

TEXT = (
    "The council met on Monday. The ferry to Sandvik is unlikely to be sold this year, the mayor said. "
    "The old harbour of Lindholm was closed in March 1987. Karin Osk opened the new one."
)


@pytest.fixture(scope="module")
def network() -> SpanNetwork:
    """The shipped network."""
    return SpanNetwork()


@pytest.fixture(scope="module")
def classifier(network: SpanNetwork) -> YesNoClassifier:
    """The classifier with the shipped calibration."""
    return YesNoClassifier(network, load_calibration(SHIPPED))


def passage(text: str) -> Passage:
    return passages.passage(text, scores=Scores(1.0, 1.0, 1.0))


def span(sentence: str) -> Span:
    return Span(TEXT.index(sentence), TEXT.index(sentence) + len(sentence), 0.5)


def test_a_text_supports_refutes_or_does_not_state_a_sentence(network: SpanNetwork) -> None:
    """What the text states is supported, its opposite is refuted, and anything else is neither."""
    supported = network.judge("The old harbour was closed in 1987.", TEXT)
    refuted = network.judge("The old harbour of Lindholm was never closed.", TEXT)
    not_stated = network.judge("The paper mill employed 1,200 workers.", TEXT)

    assert supported.supported == max(supported)
    assert refuted.refuted == max(refuted)
    assert not_stated.not_stated == max(not_stated)


@pytest.mark.parametrize(
    ("question", "sentence", "decision"),
    [
        ("Did Karin Osk open the new harbour?", "Karin Osk opened the new one.", True),
        (
            "Will the ferry be sold this year?",
            "The ferry to Sandvik is unlikely to be sold this year, the mayor said.",
            False,
        ),
        ("Does the paper mill employ many people?", "The council met on Monday.", None),
    ],
)
def test_a_clear_sentence_decides(
    classifier: YesNoClassifier, question: str, sentence: str, decision: bool | None
) -> None:
    """A sentence on another topic decides nothing."""
    assert decision is classifier.classify(question, passage(TEXT), span(sentence))


def test_each_threshold_can_withhold_the_answer(network: SpanNetwork) -> None:
    """Both thresholds for yes have to be reached."""
    calibration = load_calibration(SHIPPED)
    arguments = ("Did Karin Osk open the new harbour?", passage(TEXT), span("Karin Osk opened the new one."))
    assert YesNoClassifier(network, calibration).classify(*arguments) is True
    for thresholds in ((100.0, calibration.yes[1]), (calibration.yes[0], 1.01)):
        assert YesNoClassifier(network, replace(calibration, yes=thresholds)).classify(*arguments) is None


def test_a_yes_or_no_answer_shows_the_deciding_sentence(tmp_path: Path) -> None:
    """The short answer is the word and the only statement the cited sentence; undecided, there is no short answer."""
    corpus = tmp_path / "articles"
    corpus.mkdir()
    (corpus / "harbour.txt").write_text(TEXT, encoding="utf-8")
    with qa.open(corpus=corpus, index=tmp_path / "index") as assistant:
        decided = assistant.ask("Will the ferry to Sandvik be sold this year?")
        undecided = assistant.ask("Did the council of Lindholm meet Karin Osk about the ferry?")

    assert decided.short_answer == "No"
    assert ["The ferry to Sandvik is unlikely to be sold this year, the mayor said."] == [
        statement.text for statement in decided.statements
    ]
    assert decided.citations[0].quote in TEXT
    assert undecided.short_answer is None
