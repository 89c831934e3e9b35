"""Writing the trained network to the files that the package ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from qa.inference import file_sha256
from qa.quantization import write_int8
from qa.reader.train.network import SpanNetwork


def write_reader(network: SpanNetwork, tokenizer: Tokenizer, folder: Path, made_of: dict[str, Any]) -> None:
    """Write ``model.onnx``, ``tokenizer.json`` and ``model.json`` (hash, and what it was made of) to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_int8(network.cpu(), ["input_ids", "token_type_ids"], "scores", 2, folder / "model.onnx")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    card = {"onnx_sha256": file_sha256(folder / "model.onnx"), **made_of}
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
