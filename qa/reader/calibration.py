"""The fitted parameters that turn features into probabilities, loaded from a file next to the network's weights.

``python -m tests.benchmarks.calibration DATA`` fits them and writes the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qa.errors import ModelError
from qa.models.folder import REINSTALL
from qa.questions.types import QuestionType
from qa.reader.features import (
    ANSWER_FEATURES,
    EXCHANGE_FEATURES,
    PASSAGES_FEATURES,
    PHRASE_FEATURES,
    SENTENCE_FEATURES,
)
from qa.reader.odds import LogisticModel, log_odds, logistic

FILE = "calibration.json"


STRUCTURE, CAVEAT = "structure", "caveat"
"""Kinds of answers besides the question types: from the structure of an article, and with a caveat."""
ANSWER_KINDS = (*(question_type.value for question_type in QuestionType), STRUCTURE, CAVEAT)
"""The kinds of answers whose confidence is calibrated apart."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The parameters that turn the scores of one network into probabilities."""

    phrase: LogisticModel
    """Log odds that a phrase answers, from ``PHRASE_FEATURES``."""
    answer: LogisticModel
    """Log odds that the best phrase is right, from ``ANSWER_FEATURES``."""
    sentence: LogisticModel
    """Log odds that a sentence answers, if anything does, from ``SENTENCE_FEATURES``."""
    passages: LogisticModel
    """Log odds that the passages contain an answer, from ``PASSAGES_FEATURES``."""
    answers: Mapping[str, LogisticModel]
    """For each kind of answer, the log odds that it is right, from those of what it is based on."""
    yes: tuple[float, float]
    """For yes: minimum log odds of yes against no, and minimum probability that the text supports the claim."""
    no: tuple[float, float]
    """For no: minimum log odds of no against yes, and minimum probability that the text refutes the claim."""
    support: float
    """Minimum probability that a text supports what a language model wrote, 0 to 1."""
    exchange: LogisticModel
    """Log odds that evidence states something else than a statement, from ``EXCHANGE_FEATURES``."""
    ranking: float
    """Weight of the retriever's score when passages are ranked after reading, in log odds per term of the question."""

    def confidence(self, kind: str, probability: float) -> float:
        """Return the probability that an answer of a kind is right, 0 to 1.

        Args:
            kind: one of ``ANSWER_KINDS``.
            probability: how likely what the answer is based on is right, as its reader or composer says, 0 to 1.
        """
        return logistic(self.answers[kind].log_odds((log_odds(probability),)))


@cache
def load_calibration(folder: Path) -> Calibration:
    """Read the calibration of the network in ``folder``.

    Raises:
        ModelError: the file is missing, damaged, or was fitted to another network.
    """
    try:
        network = json.loads((folder / "model.json").read_text(encoding="utf-8"))["onnx_sha256"]
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if values["onnx_sha256"] != network:
            raise ModelError(f"{folder / FILE} was fitted to another network", REINSTALL)
        return Calibration(
            _model(values["phrase"], PHRASE_FEATURES),
            _model(values["answer"], ANSWER_FEATURES),
            _model(values["sentence"], SENTENCE_FEATURES),
            _model(values["passages"], PASSAGES_FEATURES),
            {kind: _line(values["confidence"][kind]) for kind in ANSWER_KINDS},
            _pair(values["yes"]),
            _pair(values["no"]),
            float(values["support"]),
            _model(values["exchange"], EXCHANGE_FEATURES),
            float(values["ranking"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The calibration {folder / FILE} cannot be read: {error!r}", REINSTALL) from None


def _model(values: Mapping[str, Any], names: Sequence[str]) -> LogisticModel:
    return LogisticModel(tuple(float(values["weights"][name]) for name in names), float(values["bias"]))


def _line(values: Mapping[str, Any]) -> LogisticModel:
    return LogisticModel((float(values["slope"]),), float(values["bias"]))


def _pair(values: Mapping[str, Any]) -> tuple[float, float]:
    return float(values["log_odds"]), float(values["probability"])
