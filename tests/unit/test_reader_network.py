"""The trained network as shipped: what it reads, what it says of claims, and files that are not its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.errors import ModelError
from qa.models.inference import file_sha256
from qa.reader.network import PHRASES_PER_PASSAGE, SHIPPED, WINDOW, SpanNetwork
from qa.reader.phrases import LONGEST_PHRASE
from tests.helpers.passages import HARBOUR, passage

FILLER = "The weather was mild, the wind came from the west, and nobody thought much about it at the time. "
EVIDENCE = "The old harbour of Lindholm was closed in March 1987. It had served 240 fishing boats for a century."


@pytest.mark.parametrize("place", range(0, 60, 12))
def test_an_answer_is_found_anywhere_in_a_long_passage(network: SpanNetwork, place: int) -> None:
    """A passage longer than the window is read in overlapping ones, whole."""
    text = FILLER * place + "The lighthouse of Vika was built by Nils Holm in 1862. " + FILLER * (60 - place)
    (phrases,) = network.read("Who built the lighthouse of Vika?", [passage(text)])

    assert "Nils Holm" == text[phrases[0].start : phrases[0].end]


def test_phrases_are_few_short_and_apart(network: SpanNetwork) -> None:
    """At most a handful for a passage, the best first, of whole words, none inside another."""
    text = "unbelievableness of Lindholmshire " * WINDOW
    (phrases,) = network.read("What is unbelievable?", [passage(text)])

    assert 0 < len(phrases) <= PHRASES_PER_PASSAGE
    assert [one.score for one in phrases] == sorted((one.score for one in phrases), reverse=True)
    for number, one in enumerate(phrases):
        assert {*text[one.start : one.end].split()} <= {"unbelievableness", "of", "Lindholmshire"}
        assert len(text[one.start : one.end].split()) <= LONGEST_PHRASE
        assert all(one.end <= other.start or other.end <= one.start for other in phrases[:number])


@pytest.mark.parametrize("question", ["?", "who " * 500, "\u202e\x1b[31m", "[SEP] [CLS] who [MASK]", "何ですか"])
@pytest.mark.parametrize("text", ["x", "\U0001f600" * 400, "[CLS] [SEP] [PAD]", "a\x00b"])
def test_odd_questions_and_texts_are_read(network: SpanNetwork, question: str, text: str) -> None:
    """Nothing a user or an article says breaks the network; phrases stay inside the text."""
    (phrases,) = network.read(question, [passage(text, title="t" * 900)])

    assert all(0 <= one.start < one.end <= len(text) for one in phrases)


def test_passages_do_not_change_what_is_read_in_others(network: SpanNetwork) -> None:
    """A passage is read alike alone and beside others."""
    asked, others = "When was the old harbour closed?", [passage(FILLER), passage(HARBOUR), passage("")]
    (alone,) = network.read(asked, [passage(HARBOUR)])
    filler, beside, nothing = network.read(asked, others)

    assert beside == alone
    assert filler != alone
    assert nothing == []


def test_yes_and_no_are_told_apart(network: SpanNetwork) -> None:
    """The sentence that says so speaks for yes, the one that says the contrary for no."""
    closed = "The old harbour of Lindholm was closed in March 1987."
    text = passage(HARBOUR)
    start = HARBOUR.index(closed)

    def decided(asked: str) -> float:
        return network.yes_no(asked, text, start, start + len(closed))

    assert decided("Was the old harbour closed in 1987?") > 0 > decided("Is the old harbour of Lindholm still open?")


def test_support_of_a_claim(network: SpanNetwork) -> None:
    """What the text says is supported, the contrary refuted, and what it leaves out not stated."""
    said = network.judge("The old harbour of Lindholm was closed in 1987.", EVIDENCE)
    contrary = network.judge("The old harbour of Lindholm was never closed.", EVIDENCE)
    left_out = network.judge("The harbour cost 3 million pounds.", EVIDENCE)
    unrelated = network.judge("Leonardo painted the Mona Lisa.", EVIDENCE)

    assert said.supported == max(said)
    assert contrary.refuted == max(contrary)
    assert left_out.not_stated == max(left_out)
    for verdict in (contrary, left_out, unrelated):
        assert verdict.supported < said.supported - 1.0


@pytest.mark.parametrize(("claim", "evidence"), [("", ""), ("x", ""), ("", EVIDENCE), ("Is it? " * 400, FILLER * 99)])
def test_support_is_judged_whatever_is_claimed(network: SpanNetwork, claim: str, evidence: str) -> None:
    """The three cases exclude each other: their probabilities add up to one, also for empty and endless texts."""
    verdict = network.judge(claim, evidence)

    assert sum(2.718281828**part for part in verdict) == pytest.approx(1.0, abs=1e-3)


def test_the_shipped_network_is_small_and_whole() -> None:
    """At most 70 MB, of the hash it names, with its card."""
    card = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))

    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) <= 70_000_000
    assert card["onnx_sha256"] == file_sha256(SHIPPED / "model.onnx")
    assert (SHIPPED / "README.md").is_file()


def shipped_except(folder: Path, *left_out: str) -> Path:
    """Make a folder with links to the shipped files, without some."""
    folder.mkdir()
    for file in SHIPPED.iterdir():
        if file.name not in left_out:
            (folder / file.name).symlink_to(file)
    return folder


@pytest.mark.parametrize("harm", ["cut", "swapped", "no card", "damaged card", "empty card", "no file"])
@pytest.mark.parametrize("cached", [False, True])
def test_a_damaged_network_is_an_error_that_says_what_to_do(tmp_path: Path, harm: str, cached: bool) -> None:
    """A file that is not the one that was trained is never run."""
    left_out = "model.json" if "card" in harm else "model.onnx"
    folder = shipped_except(tmp_path / "model", left_out)
    weights = (SHIPPED / "model.onnx").read_bytes()
    if harm == "cut":
        (folder / left_out).write_bytes(weights[:1000])
    elif harm == "swapped":
        (folder / left_out).write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    elif harm == "damaged card":
        (folder / left_out).write_text("{", encoding="utf-8")
    elif harm == "empty card":
        (folder / left_out).write_text("{}", encoding="utf-8")
    cache = tmp_path / "cache" if cached else None

    for _ in range(2):
        with pytest.raises(ModelError, match="reader") as caught:
            SpanNetwork(folder, cache).warm_up()
        assert "pip install" in caught.value.hint


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_damaged_tokenizer_is_an_error_that_says_what_to_do(tmp_path: Path, harm: str) -> None:
    """The words of the network are checked like its weights."""
    folder = shipped_except(tmp_path / "model", "tokenizer.json")
    if harm == "damaged":
        (folder / "tokenizer.json").write_text("{", encoding="utf-8")

    with pytest.raises(ModelError) as caught:
        SpanNetwork(folder).warm_up()
    assert "pip install" in caught.value.hint
