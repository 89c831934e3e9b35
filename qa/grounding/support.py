"""Whether passages support a statement: its words, names, numbers and negations, who did what, and the network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from qa.datatypes import Passage
from qa.grounding.evidence import Evidence, supporting_evidence
from qa.grounding.exchanges import Exchange, exchanges
from qa.reader.calibration import Calibration
from qa.reader.network import SpanNetwork
from qa.reader.odds import limited
from qa.reader.reading import Verdict

MOST_GAIN, MOST_SUPPORT, MOST_ORDER = 0.3, 1.0, 0.1
"""Largest absolute values of the features of an exchange that count."""


class SupportClassifier:
    """Finds the evidence for statements.

    Args:
        network: judges whether a text supports a claim.
        calibration: how sure it has to be, and what the features of an exchange say.
    """

    def __init__(self, network: SpanNetwork, calibration: Calibration) -> None:
        self._network = network
        self._least = math.log(calibration.support)
        self._exchange = calibration.exchange

    def evidence(self, statement: str, cited: Iterable[int], passages: Sequence[Passage]) -> list[Evidence]:
        """Return the stretches that support a statement, of the passages that it cites if these do; may be empty.

        Args:
            statement: the statement.
            cited: indexes of the passages that it cites.
            passages: all passages that may support it.
        """
        evidence = supporting_evidence(statement, cited, passages)
        text = " ".join(passages[each.passage].layout.text[each.start : each.end] for each in evidence)
        return evidence if text and self.supports(text, statement) else []

    def supports(self, text: str, statement: str) -> bool:
        """Whether a text that has the words, names and numbers of a statement states it."""
        verdict = self._network.judge(statement, text)
        if verdict.supported < self._least:
            return False
        return not any(self._fits_better(exchange, verdict, text) for exchange in exchanges(statement, text))

    def _fits_better(self, exchange: Exchange, verdict: Verdict, text: str) -> bool:
        """Whether a text rather states what a statement says after an exchange."""
        after = self._network.judge(exchange.text, text)
        features = (
            limited(exchange.gain, MOST_GAIN),
            limited(after.log_odds - verdict.log_odds, MOST_SUPPORT),
            limited(exchange.order, MOST_ORDER),
            float(exchange.is_swap),
        )
        return self._exchange.log_odds(features) > 0
