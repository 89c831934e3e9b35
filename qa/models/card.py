"""What an embedding model says of itself in ``model.json``, and where the one of the package lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent / "minilm"
"""The folder of the default model, which comes with the package."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What ``model.json`` says of an embedding model."""

    name: str
    """Name or path as the user gave it."""
    weights_sha256: str
    """SHA-256 of the weights it was made from."""
    onnx_sha256: str
    """SHA-256 of ``model.onnx``."""
    dimension: int
    """Length of its vectors."""
    max_tokens: int
    """Longest input in tokens."""
    pooling: str
    """How token vectors become one: ``mean`` or ``cls``."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ModelCard:
        """Return the card with these values.

        Raises:
            TypeError: one is missing, unknown or of another type.
        """
        card = cls(**values)
        for field in fields(cls):
            if type(getattr(card, field.name)).__name__ != field.type:
                raise TypeError(f"{field.name} is no {field.type}")
        return card
