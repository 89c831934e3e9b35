"""Articles in files of other formats than text, as the corpus reads them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from qa.corpus import Corpus
from qa.datatypes import Document, locator_at


def read_file(folder: Path, name: str, data: bytes | str) -> Document:
    """Return the article in a file of this name and content, after checking that each block is where it says."""
    corpus = folder / "articles"
    corpus.mkdir(exist_ok=True)
    (corpus / name).write_bytes(data.encode() if isinstance(data, str) else data)
    document = Corpus(corpus).read(name)
    for block in document.blocks:
        shown = document.text[block.start : block.end]
        assert shown
        texts = block.cells or (block.clean,)
        assert all(text.text in shown for text in texts if not block.columns or text.text)
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    """Return the kind and the text of each block."""
    return [(block.kind.value, block.clean.text) for block in document.blocks]


def texts(document: Document) -> list[str]:
    """Return the text of each block."""
    return [block.clean.text for block in document.blocks]


def place_of(document: Document, words: str) -> str:
    """Return where a person finds these words."""
    return locator_at(document.locators, document.text.index(words))


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP archive of these entries."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()
