"""Loaders of other packages: functions like our own, or readers of LlamaIndex."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from qa.corpus.formats import Load
from qa.corpus.formats.extract import Extract
from qa.corpus.loaders import UnreadableFile

_FIELDS = {"title", "author", "date", "updated", "source", "url", "language", "tags"}


def load_plug_in(target: str, suffix: str) -> Load:
    """Return the loader that ``module:attribute`` names: a function, or a reader of LlamaIndex, as class or object."""
    module, _, attribute = target.partition(":")
    loader: Any = import_module(module)
    for name in attribute.split("."):
        loader = getattr(loader, name)
    if isinstance(loader, type):
        loader = loader()
    if hasattr(loader, "load_data"):
        return lambda data, _: _read_with(loader, data, suffix)
    function: Load = loader
    return function


def _read_with(reader: Any, data: bytes, suffix: str) -> Iterable[Extract]:
    """Return what a LlamaIndex reader makes of a file as one article; each of its documents is usually a page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"article{suffix}")
        path.write_bytes(data)
        documents = reader.load_data(path)
    if not documents:
        raise UnreadableFile("it has no text")
    metadata = {str(key).lower(): str(value) for key, value in documents[0].metadata.items()}
    fields = tuple((key, value) for key, value in metadata.items() if key in _FIELDS)
    yield Extract(fields=fields, text="\n\n".join(document.text for document in documents))
