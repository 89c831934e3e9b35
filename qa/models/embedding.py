"""Text -> vectors: the embedding model under ONNX Runtime, and the tokenizer that measures chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.models.card import SHIPPED, ModelCard
from qa.models.folder import REINSTALL, ModelFolder
from qa.models.inference import in_parallel
from qa.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
"""Shape (texts, dimension), each row of length 1."""


class Embedder:
    """An embedding model; loaded when a vector is first wanted, and exported before that if it did not come with qa.

    Args:
        name: ``DEFAULT_MODEL``, or any sentence-transformers model by name or path.
        cache: the folder for exported models.
        on_notice: called with a line for the user before something that takes long.
        remember_hash: whether the hash of an unchanged file is checked only once.
    """

    def __init__(
        self, name: str, cache: Path, on_notice: Callable[[str], None] = lambda _: None, remember_hash: bool = True
    ) -> None:
        self.name = name
        """The model as the user named it."""
        self._cache = cache
        self._on_notice = on_notice
        self._hash_cache = cache if remember_hash else None

    @cached_property
    def card(self) -> ModelCard:
        """What the model says of itself.

        Raises:
            ModelError: it cannot be found, loaded or exported.
        """
        try:
            return ModelCard.of(self._files.card)
        except TypeError as error:
            raise ModelError(f"The model card in {self._files.path} cannot be read: {error}", REINSTALL) from None

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer, without padding and truncation."""
        return self._files.tokenizer

    @property
    def folder(self) -> Path:
        """The folder of its files."""
        return self._files.path

    def embed(self, texts: Sequence[str], on_embedded: Callable[[int], None] = lambda _: None) -> Vectors:
        """Return one unit vector for each text; what exceeds the model's input is cut.

        ``on_embedded`` is called, in this thread, with the number of texts done since its last call.
        Each text runs alone, without padding, one on each core.
        """
        vectors = np.zeros((len(texts), self.card.dimension), dtype=np.float32)
        token_ids = [self._cut(encoding.ids) for encoding in self.tokenizer.encode_batch(list(texts))]
        self.warm_up()
        for row, vector in enumerate(in_parallel(self._run, token_ids)):
            vectors[row] = vector
            on_embedded(1)
        return vectors

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of ``text``."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def warm_up(self) -> None:
        """Load the model now, so that a later question does not wait for it."""
        _ = self._files.session, self._files.tokenizer

    @cached_property
    def _files(self) -> ModelFolder:
        if self.name == DEFAULT_MODEL:
            return ModelFolder(SHIPPED, "embedding model", cache=self._hash_cache)
        from qa.models.export import exported_folder  # needs torch only if the model was not exported yet

        folder = exported_folder(self.name, self._cache, self._on_notice)
        return ModelFolder(folder, "embedding model", f"Delete {folder} and ask again.", self._hash_cache)

    def _cut(self, ids: list[int]) -> list[int]:
        if len(ids) <= self.card.max_tokens:
            return ids
        return [*ids[: self.card.max_tokens - 1], ids[-1]]

    def _run(self, token_ids: list[int]) -> Vectors:
        inputs = {"input_ids": np.array([token_ids], dtype=np.int64)}
        token_vectors = self._files.session.run(None, inputs)[0][0]
        pooled: Vectors = token_vectors[0] if self.card.pooling == "cls" else token_vectors.mean(axis=0)
        return pooled / max(float(np.linalg.norm(pooled)), 1e-12)
