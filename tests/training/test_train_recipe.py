"""The training commands of the reader, end to end, on a few invented articles and a small network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from click.testing import CliRunner

from qa.models.inference import file_sha256
from qa.reader.train import weights
from qa.reader.train.__main__ import main
from tests.helpers.training_sample import HEADS, LAYERS, TOKENIZER, WIDTH, WORDS, write_bench, write_mpnet

pytestmark = pytest.mark.slow


def run(*arguments: object) -> str:
    """Run a training command and return its output."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_commands_train_and_export_a_reader(tmp_path: Path) -> None:
    """Each command reads the files of the previous ones; the exported model runs and has the final weights."""
    bench, mpnet = write_bench(tmp_path / "bench"), write_mpnet(tmp_path / "mpnet")
    data, near, start = tmp_path / "data.npz", tmp_path / "near.npy", tmp_path / "start"
    first, second, model = tmp_path / "first", tmp_path / "second", tmp_path / "model"
    budget = ("--teacher-seconds", 6, "--student-seconds", 6, "--tokens", 2048)

    assert "few: 42 questions" in run("prepare", bench, data)
    assert "near misses for 14 questions" in run("near-misses", data, near)
    run("pack", mpnet, start)
    output = run("train", data, near, start, first, "--student-layers", 2, *budget)
    assert "teacher: EM" in output
    assert "student: EM" in output
    reader, teacher = first / "reader.safetensors", first / "teacher.npz"
    output = run("further", data, near, reader, teacher, second, "--examples", 40, *budget)
    assert "checks" in output
    run("export", second / "reader.safetensors", model)

    figures = json.loads((second / "figures.json").read_text(encoding="utf-8"))
    assert {"teacher before", "student before", "teacher", "student"} == figures.keys()
    assert {"EM", "F1", "AUC", "claims", "checks"} == figures["student"].keys()
    assert reader.read_bytes() != (second / "reader.safetensors").read_bytes()
    card = json.loads((model / "model.json").read_text(encoding="utf-8"))
    assert card["weights_sha256"] == file_sha256(second / "reader.safetensors")
    assert (model / "tokenizer.json").read_bytes() == TOKENIZER.read_bytes()
    session = onnxruntime.InferenceSession(str(model / "model.onnx"), providers=["CPUExecutionProvider"])
    ids = np.arange(1000, 1030)[None]
    shapes = [output.shape for output in session.run(None, {"input_ids": ids, "token_type_ids": ids * 0})]
    assert [(1, 2, 30), (1, 2), (1, 3)] == shapes


def test_encoder_matches_transformers_mpnet(tmp_path: Path) -> None:
    """With the same weights, its hidden states equal those of MPNet in transformers, with and without padding."""
    from transformers import MPNetConfig, MPNetModel

    mpnet = write_mpnet(tmp_path / "mpnet")
    MPNetConfig(
        vocab_size=WORDS,
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=4 * WIDTH,
        max_position_embeddings=514,
        layer_norm_eps=1e-5,
    ).save_pretrained(mpnet)
    weights.pack(mpnet, TOKENIZER, tmp_path / "packed")
    reader = weights.read_start(tmp_path / "packed").eval()
    ids = torch.randint(1000, 20000, (2, 300), generator=torch.Generator().manual_seed(0))
    pad = torch.arange(300)[None] >= torch.tensor([[300], [170]])
    theirs = MPNetModel.from_pretrained(mpnet, add_pooling_layer=False)
    with torch.no_grad():
        ours = reader(ids, pad).hidden
        expected = theirs(reader.encoder.mpnet_ids[ids], attention_mask=(~pad).long()).last_hidden_state

    torch.testing.assert_close(ours[0], expected[0], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(ours[1, :170], expected[1, :170], atol=1e-4, rtol=1e-4)
