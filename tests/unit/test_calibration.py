"""The calibration of the reader: it is valid only for the network it was fitted to."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from qa.errors import ModelError
from qa.models.inference import file_sha256
from qa.reader.calibration import ANSWER_KINDS, FILE, load_calibration
from qa.reader.features import ANSWER_FEATURES, PASSAGES_FEATURES, PHRASE_FEATURES, SENTENCE_FEATURES
from qa.reader.network import SHIPPED
from qa.reader.odds import LogisticModel


def copy_calibration(folder: Path, **changes: Any) -> Path:
    """Copy the shipped model card and calibration to ``folder``, with changed values; None removes a key."""
    folder.mkdir(exist_ok=True)
    (folder / "model.json").write_bytes((SHIPPED / "model.json").read_bytes())
    values = json.loads((SHIPPED / FILE).read_text(encoding="utf-8")) | changes
    remaining = {name: value for name, value in values.items() if value is not None}
    (folder / FILE).write_text(json.dumps(remaining), encoding="utf-8")
    return folder


def test_the_shipped_calibration_belongs_to_the_shipped_network() -> None:
    """It loads, its weights are finite, and it names the hash of the shipped network."""
    calibration = load_calibration(SHIPPED)
    values = json.loads((SHIPPED / FILE).read_text(encoding="utf-8"))
    models = (calibration.phrase, calibration.answer, calibration.sentence, calibration.passages)

    assert values["onnx_sha256"] == file_sha256(SHIPPED / "model.onnx")
    for model in models:
        assert all(map(math.isfinite, (*model.weights, model.bias)))
    assert set(ANSWER_KINDS) == calibration.answers.keys()
    assert all(model.weights[0] >= 0 for model in calibration.answers.values())


def test_weights_have_the_expected_sign() -> None:
    """High scores and a passed check count for an answer; names and words that no passage contains, against it."""
    calibration = load_calibration(SHIPPED)
    phrase = dict(zip(PHRASE_FEATURES, calibration.phrase.weights, strict=True))
    answer = dict(zip(ANSWER_FEATURES, calibration.answer.weights, strict=True))
    sentence = dict(zip(SENTENCE_FEATURES, calibration.sentence.weights, strict=True))
    passages = dict(zip(PASSAGES_FEATURES, calibration.passages.weights, strict=True))

    assert min(phrase["score"], phrase["vector"], answer["lead"], answer["checked"]) > 0
    assert min(sentence["near"], passages["alike"]) > 0
    assert max(answer["unnamed"], answer["missing"], answer["uncounted"]) < 0


def test_log_odds_are_linear_in_the_features() -> None:
    """Log odds are the bias plus each feature times its weight; a missing feature is an error."""
    model = LogisticModel((2.0, -1.0), 0.5)

    assert model.log_odds((1.0, 3.0)) == pytest.approx(-0.5)
    with pytest.raises(ValueError, match="zip"):
        model.log_odds((1.0,))


def test_a_calibration_of_another_network_is_an_error(tmp_path: Path) -> None:
    """Replacing the network without refitting raises ModelError, with a hint."""
    with pytest.raises(ModelError, match="fitted to another network") as caught:
        load_calibration(copy_calibration(tmp_path / "model", onnx_sha256="0" * 64))
    assert "pip install" in caught.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"onnx_sha256": None},
        {"phrase": None},
        {"answer": {"weights": {}, "bias": 0.0}},
        {"sentence": {"bias": 0.0}},
        {"passages": []},
        {"ranking": "much"},
        {"yes": None},
        {"no": {"log_odds": 1.0}},
        {"confidence": None},
        {"confidence": 3},
        {"confidence": {"fact": 0.0}},
    ],
)
def test_a_damaged_calibration_is_an_error(tmp_path: Path, changes: dict[str, Any]) -> None:
    """A missing or malformed value raises ModelError, with a hint, each time the calibration is loaded."""
    folder = copy_calibration(tmp_path / "model", **changes)

    for _ in range(2):
        with pytest.raises(ModelError, match="calibration") as caught:
            load_calibration(folder)
        assert "pip install" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"\xff\xfe{}", None])
@pytest.mark.parametrize("name", [FILE, "model.json"])
def test_an_unreadable_calibration_is_an_error(tmp_path: Path, name: str, content: bytes | None) -> None:
    """A truncated, empty, wrongly encoded or missing file raises ModelError, with a hint."""
    folder = copy_calibration(tmp_path / "model")
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)

    with pytest.raises(ModelError, match="calibration") as caught:
        load_calibration(folder)
    assert "pip install" in caught.value.hint
