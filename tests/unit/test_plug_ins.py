"""Loaders that other packages bring: a package that is installed beside qa makes another format readable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.corpus import Corpus, UnreadableFile
from qa.corpus import formats as registry
from qa.corpus.formats import worker

_PACKAGE = """
from qa.corpus.formats.extract import Extract, Part
from qa.corpus.loaders import UnreadableFile
from qa.datatypes import BlockKind


def load(data, name):
    if not data.startswith(b"ROT"):
        raise UnreadableFile("not a rot file")
    text = data[3:].decode()[::-1]
    yield Extract(fields=(("title", "Backwards"), ("date", "2024-03-01")), parts=(Part(BlockKind.PARAGRAPH, text),))


class Reader:
    def load_data(self, file):
        from llama_index.core.schema import Document
        return [Document(text=file.read_text().upper(), metadata={"author": "Ada Holm", "page_label": "1"})]


def crash(data, name):
    import os
    os._exit(3)


def endless(data, name):
    return [Extract(text="x" * 10**10)]
"""


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a package with four loaders beside qa."""
    site = tmp_path / "site"
    information = site / "rotten-1.0.dist-info"
    information.mkdir(parents=True)
    (site / "rotten.py").write_text(_PACKAGE)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: rotten\nVersion: 1.0\n")
    points = ("rot = rotten:load", "loud = rotten:Reader", "boom = rotten:crash", "huge = rotten:endless")
    (information / "entry_points.txt").write_text("\n".join(["[qa.loaders]", *points]) + "\n")
    monkeypatch.syspath_prepend(str(site))
    registry.plug_ins.cache_clear()
    worker.stop()
    yield
    registry.plug_ins.cache_clear()
    worker.stop()


def corpus_with(tmp_path: Path, name: str, data: bytes) -> Corpus:
    """Return a corpus with this file."""
    folder = tmp_path / "articles"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return Corpus(folder)


def test_an_installed_package_adds_a_format(tmp_path: Path) -> None:
    """Its files are articles, with the metadata that its loader finds."""
    corpus = corpus_with(tmp_path, "a.rot", b"ROT" + b".tops no klim sklof eht evorp etisoppo sihT"[::1])

    assert ["a.rot"] == list(corpus.files())
    document = corpus.read("a.rot")
    assert ("Backwards", "2024-03-01") == (document.title, str(document.published))
    block = document.blocks[0]
    assert document.text[block.start : block.end] == block.clean.text == "This opposite prove the folks milk on spot."


def test_a_reader_of_llamaindex_is_a_loader(tmp_path: Path) -> None:
    """Its documents together are one article."""
    document = corpus_with(tmp_path, "a.loud", b"the tram stops at noon.").read("a.loud")

    assert "THE TRAM STOPS AT NOON." in document.text
    assert "Ada Holm" == document.value("author")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a.rot", "not a rot file"), ("a.boom", "its reader failed: it may be damaged"), ("a.huge", "3 GB of memory")],
)
def test_what_a_loader_cannot_read_is_skipped_with_the_reason(tmp_path: Path, name: str, reason: str) -> None:
    """Even if it ends its process or takes all memory, and the next file is read as usual."""
    with pytest.raises(UnreadableFile, match=reason):
        corpus_with(tmp_path, name, b"nothing").read(name)

    assert "words" in corpus_with(tmp_path, "b.rot", b"ROTsdrow").read("b.rot").text
