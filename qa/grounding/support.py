"""Whether passages support a statement: its words, names, numbers and negations, and in the network's judgement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from qa.datatypes import Passage
from qa.grounding.evidence import Evidence, supporting_evidence
from qa.reader.network import SpanNetwork


class SupportClassifier:
    """Finds the evidence for statements.

    Args:
        network: judges whether a text supports a claim.
        least_support: minimum probability, 0 to 1, that it does.
    """

    def __init__(self, network: SpanNetwork, least_support: float) -> None:
        self._network = network
        self._least = math.log(least_support)

    def evidence(self, statement: str, cited: Iterable[int], passages: Sequence[Passage]) -> list[Evidence]:
        """Return the stretches that support a statement, of the passages that it cites if these do; may be empty.

        Args:
            statement: the statement.
            cited: indexes of the passages that it cites.
            passages: all passages that may support it.
        """
        evidence = supporting_evidence(statement, cited, passages)
        text = " ".join(passages[each.passage].layout.text[each.start : each.end] for each in evidence)
        return evidence if text and self._network.judge(statement, text).supported >= self._least else []
