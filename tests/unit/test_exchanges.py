"""Statements that exchange who did what, and others that only word it otherwise."""

from __future__ import annotations

import pytest

from qa.grounding.exchanges import exchanges
from qa.grounding.support import SupportClassifier
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from tests.helpers.passages import passage

SALE = "In 1987 Karin Osk sold the mill at Lindholm to Henrik Dal for 400 crowns."
FLEETS = "Lindholm has 240 boats and 12 cranes, while Sandvik has 90 boats and 7 cranes."
OFFICES = "The mayor of Lindholm, Karin Osk, met Henrik Dal, the harbour master of Sandvik, on Monday."
PASSIVE = "The fleet of Sandvik was defeated by the fleet of Osterby in May 1620."


@pytest.fixture(scope="module")
def classifier() -> SupportClassifier:
    """The classifier as it ships."""
    return SupportClassifier(SpanNetwork(), load_calibration(SHIPPED))


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        (SALE, "In 1987 Henrik Dal sold the mill at Lindholm to Karin Osk for 400 crowns."),
        (SALE, "Henrik Dal sold the mill at Lindholm to Karin Osk."),
        (FLEETS, "Lindholm has 90 boats and Sandvik has 240 boats."),
        (FLEETS, "Lindholm has 240 boats and 7 cranes, while Sandvik has 90 boats and 12 cranes."),
        (OFFICES, "The mayor of Sandvik, Karin Osk, met Henrik Dal, the harbour master of Lindholm."),
        (OFFICES, "Henrik Dal, the mayor of Lindholm, met Karin Osk, the harbour master of Sandvik."),
        (PASSIVE, "The fleet of Osterby was defeated by the fleet of Sandvik in May 1620."),
    ],
)
def test_what_exchanges_names_or_numbers_is_not_supported(
    classifier: SupportClassifier, text: str, statement: str
) -> None:
    """Every word of it is in the article, but not who did what."""
    assert classifier.evidence(statement, (), [passage(text)]) == []


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        (SALE, "Karin Osk sold the mill at Lindholm to Henrik Dal in 1987."),
        (SALE, "The mill at Lindholm was sold to Henrik Dal by Karin Osk in 1987."),
        (SALE, "For 400 crowns, Karin Osk sold the mill to Henrik Dal."),
        (FLEETS, "Sandvik has 90 boats and 7 cranes, and Lindholm has 240 boats and 12 cranes."),
        (FLEETS, "Lindholm has 12 cranes."),
        (OFFICES, "On Monday, the mayor of Lindholm, Karin Osk, met Henrik Dal."),
        (PASSIVE, "The fleet of Osterby defeated the fleet of Sandvik in May 1620."),
        (PASSIVE, "In May 1620, the fleet of Sandvik was defeated by the fleet of Osterby."),
    ],
)
def test_what_is_worded_otherwise_is_supported(classifier: SupportClassifier, text: str, statement: str) -> None:
    """It may be reordered, shortened, or turned from the active into the passive voice and back."""
    assert classifier.evidence(statement, (), [passage(text)])


def test_no_exchange_of_a_statement_without_names() -> None:
    """There is nothing to exchange, and nothing is asked of the network."""
    assert exchanges("It was sold.", SALE) == []
    assert exchanges("", "") == []
