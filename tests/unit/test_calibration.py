"""The fitted numbers of the reader: they belong to the shipped network, and to no other."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from qa.errors import ModelError
from qa.models.inference import file_sha256
from qa.questions.types import QuestionType
from qa.reader.calibration import FILE, load_calibration
from qa.reader.features import ANSWER_FEATURES, PASSAGES_FEATURES, PHRASE_FEATURES, SENTENCE_FEATURES
from qa.reader.network import SHIPPED
from qa.reader.odds import LogisticModel


def copied(folder: Path, **changed: Any) -> Path:
    """Make a folder with the card of the shipped network and its calibration, parts of it changed; None leaves out."""
    folder.mkdir(exist_ok=True)
    (folder / "model.json").write_bytes((SHIPPED / "model.json").read_bytes())
    values = json.loads((SHIPPED / FILE).read_text(encoding="utf-8")) | changed
    kept = {name: value for name, value in values.items() if value is not None}
    (folder / FILE).write_text(json.dumps(kept), encoding="utf-8")
    return folder


def test_the_shipped_calibration_is_of_the_shipped_network() -> None:
    """It loads, its numbers are finite, and it was fitted to the very weights beside it."""
    calibration = load_calibration(SHIPPED)
    written = json.loads((SHIPPED / FILE).read_text(encoding="utf-8"))
    models = (calibration.phrase, calibration.answer, calibration.sentence, calibration.passages)

    assert written["onnx_sha256"] == file_sha256(SHIPPED / "model.onnx")
    for model in models:
        assert all(map(math.isfinite, (*model.weights, model.bias)))
    assert {each.value for each in QuestionType} == calibration.question_types.keys()


def test_evidence_points_where_it_should() -> None:
    """A phrase that scores high and survives its check speaks for an answer; what stands nowhere, against."""
    calibration = load_calibration(SHIPPED)
    phrase = dict(zip(PHRASE_FEATURES, calibration.phrase.weights, strict=True))
    answer = dict(zip(ANSWER_FEATURES, calibration.answer.weights, strict=True))
    sentence = dict(zip(SENTENCE_FEATURES, calibration.sentence.weights, strict=True))
    passages = dict(zip(PASSAGES_FEATURES, calibration.passages.weights, strict=True))

    assert min(phrase["score"], phrase["vector"], answer["lead"], answer["checked"]) > 0
    assert min(sentence["near"], passages["alike"]) > 0
    assert max(answer["unnamed"], answer["missing"], answer["uncounted"]) < 0


def test_evidence_is_weighed_in_order() -> None:
    """Log odds are the bias and each piece of evidence times its weight; a piece too few is a bug, not a guess."""
    model = LogisticModel((2.0, -1.0), 0.5)

    assert model.log_odds((1.0, 3.0)) == pytest.approx(-0.5)
    with pytest.raises(ValueError, match="zip"):
        model.log_odds((1.0,))


def test_a_calibration_of_another_network_is_an_error(tmp_path: Path) -> None:
    """Weights that were swapped without fitting again are noticed, and the user is told what to do."""
    with pytest.raises(ModelError, match="fitted to another network") as caught:
        load_calibration(copied(tmp_path / "model", onnx_sha256="0" * 64))
    assert "pip install" in caught.value.hint


@pytest.mark.parametrize(
    "changed",
    [
        {"onnx_sha256": None},
        {"phrase": None},
        {"answer": {"weights": {}, "bias": 0.0}},
        {"sentence": {"bias": 0.0}},
        {"passages": []},
        {"ranking": "much"},
        {"yes": None},
        {"no": {"log_odds": 1.0}},
        {"question_types": None},
        ({"question_types": 3}),
        ({"question_types": {"phrase": 0.0}}),
    ],
)
def test_a_damaged_calibration_is_an_error(tmp_path: Path, changed: dict[str, Any]) -> None:
    """Whatever is missing from it, the user is told what to do, once and for all questions."""
    folder = copied(tmp_path / "model", **changed)

    for _ in range(2):
        with pytest.raises(ModelError, match="calibration") as caught:
            load_calibration(folder)
        assert "pip install" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"\xff\xfe{}", None])
@pytest.mark.parametrize("name", [FILE, "model.json"])
def test_a_file_that_is_no_calibration_is_an_error(tmp_path: Path, name: str, content: bytes | None) -> None:
    """Cut, empty, of another encoding or not there."""
    folder = copied(tmp_path / "model")
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)

    with pytest.raises(ModelError, match="calibration") as caught:
        load_calibration(folder)
    assert "pip install" in caught.value.hint
