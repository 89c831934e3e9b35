"""Parts of the reader's training, on a few invented articles: tokens, windows, rounding, files, losses."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from qa.models.inference import file_sha256, open_tokenizer
from qa.reader.train import weights
from qa.reader.train.batches import Batch, Examples
from qa.reader.train.checks import draw_checks
from qa.reader.train.claims import SUPPORTED
from qa.reader.train.export import export
from qa.reader.train.losses import together_loss
from qa.reader.train.measure import area_under_curve
from qa.reader.train.near_misses import find_near_misses
from qa.reader.train.network import Linear, ReaderNetwork, rounded_rows
from qa.reader.train.prepare import prepare
from qa.reader.train.rewording import as_keywords, with_slip
from qa.reader.train.spans import best_spans
from qa.reader.train.together import PASSAGES, batches_together
from qa.reader.train.tokenised import SEP, Kind, Split, TrainingData
from qa.reader.train.windows import LONGEST, draw, draw_epoch, in_batches
from tests.helpers.training_sample import TOKENIZER, TOWNS, write_bench, write_mpnet, year

CPU = torch.device("cpu")
YEARS = {year(number) for number in (*range(12), 100, 101)}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The tokenizer that ships with the reader."""
    return open_tokenizer(TOKENIZER)


@pytest.fixture(scope="module")
def data(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    """The sample as tokens, written to a file and read back."""
    folder = tmp_path_factory.mktemp("data")
    prepare(write_bench(folder / "bench"), tokenizer, lambda line: None).write(folder / "data.npz")
    return TrainingData.read(folder / "data.npz")


@pytest.fixture(scope="module")
def split(data: TrainingData) -> Split:
    """The questions to train on."""
    return data.train


@pytest.fixture(scope="module")
def examples(split: Split) -> Examples:
    """The questions to train on, with near misses."""
    return Examples(split, CPU, find_near_misses(split))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> ReaderNetwork:
    """A small teacher with random weights."""
    folder = tmp_path_factory.mktemp("start")
    weights.pack(write_mpnet(folder / "mpnet"), TOKENIZER, folder / "packed")
    torch.manual_seed(1)
    return weights.read_start(folder / "packed").eval()


@pytest.fixture
def reader(start: ReaderNetwork, tmp_path: Path) -> Path:
    """The file of a two-layer reader."""
    weights.write_reader(weights.student_of(start, 2), tmp_path / "reader.safetensors")
    return tmp_path / "reader.safetensors"


def answer_text(batch: Batch, row: int, tokenizer: Tokenizer) -> str:
    first, last = batch.answer[row].tolist()
    return str(tokenizer.decode(batch.ids[row, first : last + 1].tolist()))


def test_prepared_spans_contain_the_answers(data: TrainingData, tokenizer: Tokenizer) -> None:
    """The spans of both answers are correct, whether the paragraphs form one text or are unrelated."""
    split = data.train
    spans = np.flatnonzero(split.examples[:, 1] == Kind.SPAN)
    texts = [[tokenizer.decode(tokens.tolist()) for tokens in split.answer_tokens(row)] for row in spans.tolist()]
    measured = [tokenizer.decode(next(iter(data.measured.answer_tokens(row))).tolist()) for row in range(0, 12, 2)]

    assert [[year(number), f"in {year(number)}"] for number in (*range(12), 100, 101)] == texts
    assert [year(number) for number in range(6)] == measured
    assert len(split.documents) == 3
    assert {Kind.SPAN: 14, Kind.NONE: 14, Kind.YES: 14} == {
        kind: int((split.examples[:, 1] == kind).sum()) for kind in (Kind.SPAN, Kind.NONE, Kind.YES)
    }
    assert tokenizer.decode(split.titles[0].tolist()) == "libraries of the coast."
    assert [len(split.titles[number]) for number in (1, 2)] == [0, 0]


def test_target_spans_of_windows_are_answers(examples: Examples, tokenizer: Tokenizer) -> None:
    """Wherever the text is cut, the target is an answer, or the first token if there is none."""
    rng = np.random.default_rng(0)
    for _ in range(8):
        windows = draw_epoch(examples.split, examples.rows, examples.misses, rng)
        batch = examples.batch(windows)
        for row, kind in enumerate(windows.kind):
            if kind == Kind.SPAN:
                assert answer_text(batch, row, tokenizer).removeprefix("in ") in YEARS
            else:
                assert batch.answer[row].tolist() == [0, 0]
            question = tokenizer.decode(batch.ids[row].tolist()).split("[SEP]")[0]
            assert any(town[1:3].lower() in question for town in TOWNS)
        assert windows.text_length.max() <= LONGEST
        assert Kind.MISS in windows.kind


def test_windows_of_near_misses_extend_beyond_paragraphs(examples: Examples) -> None:
    """Near misses from other documents are cut as widely as answers, so length does not reveal an answer."""
    rng = np.random.default_rng(0)
    answering = examples.split.examples[:, 0]
    elsewhere = (
        examples.split.paragraphs[np.maximum(examples.misses, 0), 0] != examples.split.paragraphs[answering, 0][:, None]
    )
    rows, slots = (np.repeat(numbers, 20) for numbers in np.nonzero(elsewhere & (examples.misses >= 0)))
    misses = examples.misses[rows, slots].astype(np.int64)
    _, low, high, _ = examples.split.paragraphs[misses].T
    windows = draw(examples.split, rows, rng, misses)
    beyond = (windows.offset < low) | (windows.offset + windows.text_length > high)
    touching = (windows.offset < high) & (windows.offset + windows.text_length > low)

    # Unrelated paragraphs are separate documents, so their windows cannot extend beyond them.
    assert 0.05 < beyond.mean() < 0.95
    assert touching.all()


def test_windows_depend_only_on_the_seed(examples: Examples) -> None:
    """Equal seeds draw equal windows; batches contain each window once and respect the token limit."""
    first, again, other = (
        draw_epoch(examples.split, examples.rows, examples.misses, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    batches = list(in_batches(first, np.random.default_rng(1), 700))

    assert np.array_equal(first.text_start, again.text_start)
    assert not np.array_equal(first.text_length, other.text_length[: len(first)])
    assert sorted(first.text_start) == sorted(start for batch in batches for start in batch.text_start)
    assert all(examples.batch(batch).ids.numel() <= 700 or len(batch) == 1 for batch in batches)


def test_near_misses_name_the_town_but_lack_the_answer(examples: Examples, tokenizer: Tokenizer) -> None:
    """They name the town in question but not the year asked for."""
    split = examples.split
    texts = [
        tokenizer.decode(split.documents[document][low:high].tolist()) for document, low, high, _ in split.paragraphs
    ]
    for row in np.flatnonzero(split.examples[:, 1] == Kind.SPAN).tolist():
        number = int(split.examples[row, 0])
        misses = [texts[miss] for miss in examples.misses[row] if miss >= 0]
        answer = tokenizer.decode(next(iter(split.answer_tokens(row))).tolist())

        assert len(misses) >= PASSAGES - 1
        assert not any(answer in text for text in misses)
        assert all(TOWNS[(number if number < 12 else number + 88) % 12].lower()[:3] in text for text in misses[:3])


def test_rewording_adds_typing_errors_and_keywords(split: Split) -> None:
    """Each question is repeated with a typing error in a long word, and as keywords."""
    rng = random.Random(0)
    question = "When was the library of Lindholm built?"
    misspelled = {with_slip(question, rng) for _ in range(30)}

    assert len(split.questions) == 3 * len(split.examples)
    assert len(misspelled) > 5
    assert all(len(variant.split()) == 7 and variant.startswith("When was the ") for variant in misspelled)
    assert {as_keywords(question, rng) for _ in range(30)} == {
        "library Lindholm built",
        "when library Lindholm built",
    }


def test_low_precision_matches_integer_arithmetic() -> None:
    """A layer in low precision multiplies 8-bit inputs by integer weights, like the int8 file."""
    torch.manual_seed(0)
    layer, inputs = Linear(16, 4), torch.randn(2, 5, 16)
    numbers, scale = rounded_rows(layer.weight.detach(), 64)
    low, high = (edge.view(2, 1, 1) for edge in (inputs.flatten(1).amin(1), inputs.flatten(1).amax(1)))
    step = (high - low) / 255
    whole = ((inputs - low) / step).round()
    expected = (whole @ numbers.T) * step * scale.T + low * (numbers.sum(1) * scale[:, 0]) + layer.bias
    layer.low = True
    outputs = layer(inputs)
    outputs.sum().backward()

    assert numbers.abs().amax(1).tolist() == [64.0] * 4
    assert set(whole.flatten().tolist()) <= set(map(float, range(256)))
    torch.testing.assert_close(outputs, expected)
    assert layer.weight.grad is not None


def test_weight_files_round_trip_exactly(start: ReaderNetwork, reader: Path, tmp_path: Path) -> None:
    """A reader that is read and written again is identical to the last bit; so is a teacher with its frozen tensors."""
    again = tmp_path / "again.safetensors"
    first = weights.read_reader(reader)
    weights.write_reader(first, again)
    stored, rewritten = load_file(reader), load_file(again)
    weights.write_teacher(start, tmp_path / "teacher.npz")
    teacher = weights.read_teacher(tmp_path / "teacher.npz", first)
    weights.write_teacher(teacher, tmp_path / "again.npz")

    assert stored.keys() == rewritten.keys()
    assert all(torch.equal(stored[name], rewritten[name]) for name in stored)
    assert stored["encoder.layer.1.output.dense.weight.int8"].abs().max() == 64
    assert teacher.size == start.size
    assert torch.equal(teacher.encoder.words.weight, start.encoder.words.weight)
    with np.load(tmp_path / "teacher.npz") as arrays, np.load(tmp_path / "again.npz") as copies:
        assert all(np.array_equal(arrays[name], copies[name]) for name in arrays.files)


def test_exported_model_matches_the_network(reader: Path, tmp_path: Path) -> None:
    """The int8 file gives the outputs of the network in low precision; padding does not affect them."""
    export(reader, TOKENIZER, tmp_path / "model")
    card = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    session = onnxruntime.InferenceSession(str(tmp_path / "model" / "model.onnx"), providers=["CPUExecutionProvider"])
    ids = torch.randint(1000, 20000, (1, 37), generator=torch.Generator().manual_seed(0))
    shipped = session.run(None, {"input_ids": ids.numpy(), "token_type_ids": np.zeros((1, 37), np.int64)})
    network = weights.read_reader(reader).eval()
    padded, pad = torch.cat([ids, ids[:, :11]], 1), torch.arange(48)[None] >= 37
    with torch.no_grad():
        whole = network(padded, pad)
        alone = network(ids, torch.zeros(1, 37, dtype=torch.bool))
        network.set_low_precision(True)
        low = network(ids, torch.zeros(1, 37, dtype=torch.bool))

    assert [output.name for output in session.get_outputs()] == card["outputs"] == ["scores", "yes_no", "support"]
    assert card["onnx_sha256"] == file_sha256(tmp_path / "model" / "model.onnx")
    assert card["weights_sha256"] == file_sha256(reader)
    torch.testing.assert_close(whole.scores[:, :, :37], alone.scores, atol=1e-4, rtol=1e-4)
    for ours, theirs in zip(low[:3], shipped, strict=True):
        torch.testing.assert_close(ours, torch.from_numpy(theirs), atol=0.02, rtol=0.02)


def test_only_correct_phrases_are_labelled_supported(examples: Examples, tokenizer: Tokenizer) -> None:
    """A claim is supported if it joins a question with its answer, and not with any other phrase."""
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    labels = []
    for _ in range(6):
        batch = examples.batch(draw_epoch(examples.split, examples.rows, examples.misses, rng))
        checks = draw_checks(batch, torch.randn(len(batch), 2, batch.ids.shape[1]), rng)
        assert checks is not None
        for ids, label in zip(checks.ids.tolist(), checks.label.tolist(), strict=True):
            claim, evidence = (tokenizer.decode(part) for part in (ids[: ids.index(SEP)], ids[ids.index(SEP) :]))
            # The other questions are about the builder.
            has_answer = any(claim.endswith(answer) for answer in YEARS) and not claim.startswith(("who", "built"))
            labels.append(label)
            assert has_answer or label != SUPPORTED
            assert label != SUPPORTED or any(answer in evidence for answer in YEARS)

    assert 0.1 < labels.count(SUPPORTED) / len(labels) < 0.5


def test_batches_group_an_answering_window_with_near_misses(examples: Examples, start: ReaderNetwork) -> None:
    """The window with the answer comes first; the others are near misses."""
    batch, passages = next(batches_together(examples, start, np.random.default_rng(0), 2048))
    kinds = batch.kind.view(-1, passages)

    assert (kinds[:, 0] == Kind.SPAN).all()
    assert (kinds[:, 1:] == Kind.MISS).all()
    assert (batch.answer.view(-1, passages, 2)[:, 0] > 0).all()
    assert len({tuple(ids) for ids in batch.ids.tolist()}) == len(batch)
    assert not list(batches_together(Examples(examples.split, CPU), start, np.random.default_rng(0), 2048))


def test_together_loss_normalises_over_all_passages() -> None:
    """The score of a span relative to "no answer" in its passage competes with all others and with no answer at all."""
    scores = torch.tensor([[[1.0, 9.0, 3.0, 2.0]] * 2, [[5.0, 9.0, 4.0, 7.0]] * 2])
    text = torch.tensor([[False, False, True, True]] * 2)
    kind = torch.tensor([Kind.SPAN, Kind.MISS])
    batch = Batch(torch.zeros(2, 4), ~text, text, torch.tensor([2, 2]), torch.tensor([[2, 3], [0, 0]]), kind)
    total = np.log(np.exp([0.0, 2.0, 1.0, -1.0, 2.0]).sum())
    unanswered = Batch(batch.ids, ~text, text, batch.text_start, torch.zeros_like(batch.answer), kind)

    assert together_loss(scores, batch, 2).item() == pytest.approx(((total - 2.0) + (total - 1.0)) / 2)
    assert together_loss(scores, unanswered, 2).item() == pytest.approx(total)
    shifted = scores + torch.tensor([3.0, -2.0])[:, None, None]
    assert together_loss(shifted, batch, 2).item() == pytest.approx(together_loss(scores, batch, 2).item())


def test_best_spans_and_area_under_curve_follow_their_definitions() -> None:
    """The best span is in the text and does not end before it begins; ties count half in the area under the curve."""
    scores = torch.tensor([[[1.0, 9.0, 2.0, 5.0], [1.0, 9.0, 4.0, 3.0]]])
    spans = best_spans(scores, torch.tensor([[False, False, True, True]]))

    assert [part.item() for part in spans] == [6.0, 3, 3]
    assert area_under_curve(np.array([3.0, 1.0, 2.0, 0.0]), np.array([True, True, False, False])) == 0.75
    assert area_under_curve(np.array([1.0, 1.0]), np.array([True, False])) == 0.5
