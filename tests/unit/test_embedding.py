"""The embedding model that comes with the package, next to the original, and any other model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.corpus import Corpus
from qa.errors import ModelError
from qa.index.chunking import Chunker, ChunkingOptions
from qa.models.card import SHIPPED
from qa.models.embedding import Embedder
from qa.models.export import package_folder
from qa.models.hosting import quiet_transformers, without_telemetry
from qa.settings import DEFAULT_MODEL
from tests.conftest import SEEDS

CHUNKS = 100
LEAST_TOKENS = 64
"""Of a chunk that is compared; a fragment of ten tokens differs by up to .02."""


def chunks(embedder: Embedder) -> list[str]:
    """Return chunks of the seeds of several lengths; fragments such as a date line alone are left out."""
    texts: list[str] = []
    for tokens in range(96, 336, 16):
        chunker = Chunker(embedder.tokenizer, ChunkingOptions(tokens))
        corpus = Corpus(SEEDS)
        for path in corpus.files():
            texts += [chunk.text for chunk in chunker.split(corpus.read(path))]
    return [text for text in texts if embedder.count_tokens(text) >= LEAST_TOKENS]


def test_vectors_are_those_of_sentence_transformers(embedder: Embedder) -> None:
    """Cosines of 100 texts with the vectors of the unquantized model are at least .99."""
    with without_telemetry(is_offline=True), quiet_transformers():
        from sentence_transformers import SentenceTransformer

        original = SentenceTransformer(str(package_folder()), device="cpu")
    texts = chunks(embedder)[:CHUNKS]
    expected = original.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    assert CHUNKS == len(texts)
    assert (embedder.embed(texts) * expected).sum(axis=1).min() >= 0.99


def test_vectors_have_length_one(embedder: Embedder) -> None:
    """However long the text is, and for no text at all."""
    vectors = embedder.embed(["", "harbour", "harbour " * 1000])

    assert (3, embedder.card.dimension) == vectors.shape
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_the_default_model_needs_no_export(tmp_path: Path) -> None:
    """It is loaded from the package; the cache only notes that its hash was checked."""
    embedder = Embedder(DEFAULT_MODEL, tmp_path / "cache")
    embedder.warm_up()

    assert SHIPPED == embedder.folder
    assert ["verified"] == [path.name for path in (tmp_path / "cache").iterdir()]


def test_models_are_loaded_once_in_a_process(tmp_path: Path) -> None:
    """Two assistants share the network and the tokenizer."""
    first, second = (Embedder(DEFAULT_MODEL, tmp_path) for _ in range(2))

    assert first.tokenizer is second.tokenizer
    assert first._files.session is second._files.session


def test_another_model_without_the_extra_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line with the command, no traceback."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(ModelError, match=r"pip install 'qa-corpus\[models\]'"):
        Embedder("some/model", tmp_path).warm_up()


def test_importing_transformers_leaves_the_host_as_it_was() -> None:
    """Neither our part of the environment nor the root logger is changed by loading a model for export."""
    code = """
import logging, os
ours = "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "TOKENIZERS_PARALLELISM"
before = logging.getLogger().level, list(logging.getLogger().handlers)
from qa.models.export import _load, package_folder
_load(str(package_folder()))
assert before == (logging.getLogger().level, list(logging.getLogger().handlers))
assert not [name for name in ours if name in os.environ]
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (0, "") == (run.returncode, run.stderr)
