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
from qa.reader.features import ANSWER_FEATURES, PASSAGES_FEATURES, PHRASE_FEATURES, SENTENCE_FEATURES
from qa.reader.odds import LogisticModel

FILE = "calibration.json"


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
    question_types: Mapping[str, float]
    """For each question type, what is added to the log odds that the displayed answer is right."""
    yes: tuple[float, float]
    """For yes: minimum log odds of yes against no, and minimum probability that the text supports the claim."""
    no: tuple[float, float]
    """For no: minimum log odds of no against yes, and minimum probability that the text refutes the claim."""
    ranking: float
    """Weight of the retriever's score when passages are ranked after reading, in log odds per term of the question."""


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
            {kind.value: float(values["question_types"][kind.value]) for kind in QuestionType},
            _pair(values["yes"]),
            _pair(values["no"]),
            float(values["ranking"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The calibration {folder / FILE} cannot be read: {error!r}", REINSTALL) from None


def _model(values: Mapping[str, Any], names: Sequence[str]) -> LogisticModel:
    return LogisticModel(tuple(float(values["weights"][name]) for name in names), float(values["bias"]))


def _pair(values: Mapping[str, Any]) -> tuple[float, float]:
    return float(values["log_odds"]), float(values["probability"])
