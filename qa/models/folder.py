"""A model on disk: ``model.onnx``, ``tokenizer.json``, and the card ``model.json`` that names its hash."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import ModelError
from qa.models.inference import is_verified, open_session, open_tokenizer

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

REINSTALL = "Run: pip install --force-reinstall --no-deps qa-corpus"
"""What to do about a damaged model of the package."""


class ModelFolder:
    """Loads one model when it is first used, after checking its hash.

    Args:
        path: the folder.
        kind: what messages call it, such as "reader".
        hint: what to do if it is damaged.
        cache: where to note that the hash was checked; None to check it in every process.
    """

    def __init__(self, path: Path, kind: str, hint: str = REINSTALL, cache: Path | None = None) -> None:
        self.path = path
        """The folder."""
        self._kind = kind
        self._hint = hint
        self._cache = cache

    @property
    def onnx_file(self) -> Path:
        """The network."""
        return self.path / "model.onnx"

    @cached_property
    def card(self) -> dict[str, Any]:
        """The contents of ``model.json``.

        Raises:
            ModelError: it cannot be read.
        """
        try:
            card: dict[str, Any] = json.loads((self.path / "model.json").read_text(encoding="utf-8"))
            _ = card["onnx_sha256"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._unreadable(error) from None
        return card

    @cached_property
    def session(self) -> InferenceSession:
        """The network, ready to run.

        Raises:
            ModelError: it cannot be read, or is not the one that the card names.
        """
        try:
            is_same = is_verified(self.onnx_file, self.card["onnx_sha256"], self._cache)
        except OSError as error:
            raise self._unreadable(error) from None
        if not is_same:
            raise ModelError(f"The {self._kind} {self.onnx_file} has changed", self._hint)
        return open_session(self.onnx_file, self._hint)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Its tokenizer, without padding and truncation.

        Raises:
            ModelError: it cannot be read.
        """
        try:
            return open_tokenizer(self.path / "tokenizer.json")
        except Exception as error:  # tokenizers raises nothing more precise
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> ModelError:
        return ModelError(f"The {self._kind} in {self.path} cannot be read: {error}", self._hint)
