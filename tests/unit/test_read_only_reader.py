"""A user who may not write the index reads it while its owner changes it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from qa.corpus import Corpus
from qa.index import Index
from qa.index.folder import FolderStorage
from qa.index.update import Updater
from qa.models.embedding import Embedder
from tests.helpers.index_files import share

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may read."""
    path = Path(tempfile.mkdtemp(prefix="qa-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@contextmanager
def another_user() -> Iterator[None]:
    """Act as a user who owns nothing."""
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act as another user")
def test_a_reader_without_rights_notices_an_update(folder: Path, embedder: Embedder) -> None:
    """It reads one state until it pauses, and then learns that there is another."""
    corpus, index = folder / "articles", folder / "index"
    corpus.mkdir()
    updater = Updater(FolderStorage(index), Corpus(corpus), embedder)
    for number in range(2):
        (corpus / "ferry.txt").write_text(f"The ferry sails {number} times.\n" * 500)
        updater.run()
        if number == 0:
            share(index)
        with another_user():
            reader = Index.open(index)
            assert f"{number} times" in text_of(reader)
            reader.pause()
            assert reader.resume()
            reader.pause()
        (corpus / "ferry.txt").write_text(f"The ferry is cancelled {number} times.\n" * 500)
        updater.run()
        with another_user(), closing(reader):
            assert not reader.resume()
        with another_user(), closing(Index.open(index)) as after:
            assert f"cancelled {number} times" in text_of(after)


def text_of(index: Index) -> str:
    """Return the text of the first chunk."""
    return index.chunks(index.keys_of("ferry.txt")[:1]).popitem()[1].chunk.text
