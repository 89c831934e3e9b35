"""The shipped network: reading passages, judging claims, and rejecting damaged files."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from qa.errors import ModelError
from qa.models.inference import file_sha256
from qa.reader.network import PHRASES_PER_PASSAGE, SHIPPED, WINDOW, SpanNetwork
from qa.reader.phrases import LONGEST_PHRASE
from tests.helpers.passages import HARBOUR, passage

FILLER = "The weather was mild, the wind came from the west, and nobody thought much about it at the time. "
EVIDENCE = "The old harbour of Lindholm was closed in March 1987. It had served 240 fishing boats for a century."


@pytest.mark.parametrize("sentences_before", range(0, 60, 12))
def test_an_answer_is_found_anywhere_in_a_long_passage(network: SpanNetwork, sentences_before: int) -> None:
    """A passage longer than the window is read completely, in overlapping windows."""
    fact = "The lighthouse of Vika was built by Nils Holm in 1862. "
    text = FILLER * sentences_before + fact + FILLER * (60 - sentences_before)
    (phrases,) = network.read("Who built the lighthouse of Vika?", [passage(text)])

    assert "Nils Holm" == text[phrases[0].start : phrases[0].end]


def test_phrases_are_few_short_and_disjoint(network: SpanNetwork) -> None:
    """A passage has at most a handful of phrases, best first, of whole words, none overlapping another."""
    text = "unbelievableness of Lindholmshire " * WINDOW
    (phrases,) = network.read("What is unbelievable?", [passage(text)])

    assert 0 < len(phrases) <= PHRASES_PER_PASSAGE
    assert [phrase.score for phrase in phrases] == sorted((phrase.score for phrase in phrases), reverse=True)
    for number, phrase in enumerate(phrases):
        assert {*text[phrase.start : phrase.end].split()} <= {"unbelievableness", "of", "Lindholmshire"}
        assert len(text[phrase.start : phrase.end].split()) <= LONGEST_PHRASE
        assert all(phrase.end <= other.start or other.end <= phrase.start for other in phrases[:number])


@pytest.mark.parametrize("question", ["?", "who " * 500, "\u202e\x1b[31m", "[SEP] [CLS] who [MASK]", "何ですか"])
@pytest.mark.parametrize("text", ["x", "\U0001f600" * 400, "[CLS] [SEP] [PAD]", "a\x00b"])
def test_unusual_questions_and_texts_are_read(network: SpanNetwork, question: str, text: str) -> None:
    """No question or text breaks the network, and phrases stay inside the text."""
    (phrases,) = network.read(question, [passage(text, title="t" * 900)])

    assert all(0 <= phrase.start < phrase.end <= len(text) for phrase in phrases)


def test_passages_are_read_independently(network: SpanNetwork) -> None:
    """A passage gives the same phrases alone and next to others."""
    question = "When was the old harbour closed?"
    (alone,) = network.read(question, [passage(HARBOUR)])
    filler, in_batch, empty = network.read(question, [passage(FILLER), passage(HARBOUR), passage("")])

    assert in_batch == alone
    assert filler != alone
    assert empty == []


def test_yes_and_no_are_distinguished(network: SpanNetwork) -> None:
    """A sentence that confirms the question scores for yes, one that contradicts it for no."""
    closed = "The old harbour of Lindholm was closed in March 1987."
    text = passage(HARBOUR)
    start = HARBOUR.index(closed)

    def log_odds(question: str) -> float:
        return network.yes_no(question, text, start, start + len(closed))

    assert log_odds("Was the old harbour closed in 1987?") > 0 > log_odds("Is the old harbour of Lindholm still open?")


def test_claims_are_supported_refuted_or_not_stated(network: SpanNetwork) -> None:
    """What the text says is supported, the opposite is refuted, and what it leaves out is not stated."""
    stated = network.judge("The old harbour of Lindholm was closed in 1987.", EVIDENCE)
    opposite = network.judge("The old harbour of Lindholm was never closed.", EVIDENCE)
    left_out = network.judge("The harbour cost 3 million pounds.", EVIDENCE)
    unrelated = network.judge("Leonardo painted the Mona Lisa.", EVIDENCE)

    assert stated.supported == max(stated)
    assert opposite.refuted == max(opposite)
    assert left_out.not_stated == max(left_out)
    for verdict in (opposite, left_out, unrelated):
        assert verdict.supported < stated.supported - 1.0


@pytest.mark.parametrize(("claim", "evidence"), [("", ""), ("x", ""), ("", EVIDENCE), ("Is it? " * 400, FILLER * 99)])
def test_the_three_verdicts_are_a_distribution(network: SpanNetwork, claim: str, evidence: str) -> None:
    """The three probabilities add up to one, even for empty and overlong texts."""
    verdict = network.judge(claim, evidence)

    assert sum(math.exp(log_probability) for log_probability in verdict) == pytest.approx(1.0, abs=1e-3)


def test_the_shipped_network_is_small_and_complete() -> None:
    """It is at most 70 MB, has the hash on its model card, and includes a README."""
    card = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))

    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) <= 70_000_000
    assert card["onnx_sha256"] == file_sha256(SHIPPED / "model.onnx")
    assert (SHIPPED / "README.md").is_file()


def shipped_except(folder: Path, *left_out: str) -> Path:
    """Return a new folder with links to the shipped files, except those left out."""
    folder.mkdir()
    for file in SHIPPED.iterdir():
        if file.name not in left_out:
            (folder / file.name).symlink_to(file)
    return folder


@pytest.mark.parametrize("damage", ["cut", "swapped", "no card", "damaged card", "empty card", "no file"])
@pytest.mark.parametrize("cached", [False, True])
def test_a_damaged_network_is_an_error_with_a_hint(tmp_path: Path, damage: str, cached: bool) -> None:
    """A network file other than the trained one is never run."""
    left_out = "model.json" if "card" in damage else "model.onnx"
    folder = shipped_except(tmp_path / "model", left_out)
    weights = (SHIPPED / "model.onnx").read_bytes()
    if damage == "cut":
        (folder / left_out).write_bytes(weights[:1000])
    elif damage == "swapped":
        (folder / left_out).write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    elif damage == "damaged card":
        (folder / left_out).write_text("{", encoding="utf-8")
    elif damage == "empty card":
        (folder / left_out).write_text("{}", encoding="utf-8")
    cache = tmp_path / "cache" if cached else None

    for _ in range(2):
        with pytest.raises(ModelError, match="reader") as caught:
            SpanNetwork(folder, cache).warm_up()
        assert "pip install" in caught.value.hint


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_damaged_tokenizer_is_an_error_with_a_hint(tmp_path: Path, damage: str) -> None:
    """The tokenizer is checked like the weights."""
    folder = shipped_except(tmp_path / "model", "tokenizer.json")
    if damage == "damaged":
        (folder / "tokenizer.json").write_text("{", encoding="utf-8")

    with pytest.raises(ModelError) as caught:
        SpanNetwork(folder).warm_up()
    assert "pip install" in caught.value.hint
