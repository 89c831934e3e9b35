"""Export a trained reader as the files that ship with the package."""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from torch import Tensor, nn

from qa.models.inference import file_sha256
from qa.models.quantization import write_int8
from qa.reader.train.network import Layer, ReaderNetwork
from qa.reader.train.weights import read_reader

OUTPUTS = {"scores": 2, "yes_no": None, "support": None}
"""Outputs of the file -> their token axis."""


class SingleInputReader(nn.Module):
    """The reader for one input at a time: without padding, so without a mask, and with attention in ONNX operators."""

    def __init__(self, reader: ReaderNetwork) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return scores, yes_no and support, as in ``Outputs``, for ids and types of shape (1, tokens)."""
        encoder = self.reader.encoder
        # MPNet has no token types, but the export would drop an unused input.
        hidden = encoder.embedded(input_ids) + token_type_ids[..., None].float() * 0
        bias = encoder.position_bias(input_ids.shape[1])
        for layer in encoder.layers:
            hidden = _layer(layer, hidden, bias)
        first = hidden[:, 0]
        return self.reader.span(hidden).transpose(1, 2), self.reader.yes_no(first), self.reader.support(first)


def _layer(layer: Layer | nn.Module, hidden: Tensor, bias: Tensor) -> Tensor:
    assert isinstance(layer, Layer)
    query, key, value = layer.projected(hidden)
    weights = (query @ key.transpose(2, 3) / math.sqrt(query.shape[-1]) + bias).softmax(-1)
    return layer.combined(hidden, weights @ value)


def export(weights: Path, tokenizer: Path, folder: Path) -> None:
    """Write ``model.onnx``, ``tokenizer.json`` and ``model.json`` to ``folder``.

    Args:
        weights: a reader's weights, as written by ``write_reader``.
        tokenizer: the ``tokenizer.json`` of its inputs.
        folder: the output folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "model.onnx"
    with torch.no_grad():
        write_int8(SingleInputReader(read_reader(weights)), ["input_ids", "token_type_ids"], OUTPUTS, model)
    # Read in full before writing: both may be the same file.
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    card = {
        "onnx_sha256": file_sha256(model),
        "onnx_bytes": model.stat().st_size,
        "outputs": [*OUTPUTS],
        "weights_sha256": file_sha256(weights),
    }
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
