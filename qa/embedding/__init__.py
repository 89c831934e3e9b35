"""Text -> vectors: the exported model under ONNX Runtime, and the tokenizer that measures chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.embedding.export import ModelCard, export, exported_folder, read_card
from qa.inference import in_parallel, open_session, open_tokenizer

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
"""Shape (texts, dimension), each row of length 1."""


class Embedder:
    """An embedding model, exported on first use; loading waits until a vector is wanted."""

    def __init__(self, name: str, cache: Path, notice: Callable[[str], None] = lambda _: None) -> None:
        self.name = name
        """The model as the user named it."""
        self._cache = cache
        self._notice = notice

    @cached_property
    def card(self) -> ModelCard:
        """What the model says of itself; exports it if that was not done yet.

        Raises:
            ModelError: it can not be found, loaded or exported.
        """
        card = read_card(self._folder)
        if card is None:
            self._notice(f"Preparing the embedding model {self.name} (once, about half a minute) ...")
            card = export(self.name, self._cache)
        return card

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer without padding and truncation."""
        _ = self.card
        return open_tokenizer(self._folder / "tokenizer.json")

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None) -> Vectors:
        """Return one unit vector per text; what exceeds the model's input is cut.

        ``progress`` is called, in this thread, with the number of texts done since its last call.
        Each text runs alone, without padding, one per core.
        """
        vectors = np.zeros((len(texts), self.card.dimension), dtype=np.float32)
        token_ids = [self._cut(encoding.ids) for encoding in self.tokenizer.encode_batch(list(texts))]
        self.warm_up()
        for place, vector in enumerate(in_parallel(self._run, token_ids)):
            vectors[place] = vector
            progress(1)
        return vectors

    def count_tokens(self, text: str) -> int:
        """Return how many tokens of this model ``text`` has."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def warm_up(self) -> None:
        """Load the model now, so that a later question does not wait for it."""
        _ = self._session, self.tokenizer

    @property
    def onnx_file(self) -> Path:
        """The exported model."""
        return self._folder / "model.onnx"

    @property
    def _folder(self) -> Path:
        return exported_folder(self.name, self._cache)

    @cached_property
    def _session(self) -> InferenceSession:
        _ = self.card
        return open_session(self.onnx_file, f"Delete {self._folder} and ask again.")

    def _cut(self, ids: list[int]) -> list[int]:
        if len(ids) <= self.card.max_tokens:
            return ids
        return [*ids[: self.card.max_tokens - 1], ids[-1]]

    def _run(self, token_ids: list[int]) -> Vectors:
        tokens = self._session.run(None, {"input_ids": np.array([token_ids], dtype=np.int64)})[0][0]
        pooled: Vectors = tokens[0] if self.card.pooling == "cls" else tokens.mean(axis=0)
        return pooled / max(float(np.linalg.norm(pooled)), 1e-12)
