"""The cache of exported embedding models: a damaged one is exported again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.models import export
from qa.models.card import SHIPPED
from qa.models.embedding import Embedder

NAME = "somebody/a-model"


def change_card(folder: Path, **values: object) -> None:
    card = json.loads((folder / "model.json").read_text()) | values
    (folder / "model.json").write_text(json.dumps(card))


def replace_by_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("something else")


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_by_link(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to("nowhere")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no card": lambda folder: (folder / "model.json").unlink(),
    "half a card": lambda folder: os.truncate(folder / "model.json", 30),
    "a card of other types": lambda folder: change_card(folder, dimension="384"),
    "a card with more": lambda folder: change_card(folder, colour="red"),
    "no tokenizer": lambda folder: (folder / "tokenizer.json").unlink(),
    "half a tokenizer": lambda folder: os.truncate(folder / "tokenizer.json", 5_000),
    "a network of one byte less": lambda folder: os.truncate(folder / "model.onnx", 1_000),
    "another file": replace_by_file,
}
if hasattr(os, "mkfifo"):
    DAMAGE["a pipe as card"] = lambda folder: replace_by_pipe(folder / "model.json")
    DAMAGE["a pipe as tokenizer"] = lambda folder: replace_by_pipe(folder / "tokenizer.json")
    DAMAGE["a link to nowhere"] = replace_by_link


@pytest.mark.parametrize("name", [*DAMAGE])
def test_a_damaged_model_is_exported_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """With one notice; a whole one is not."""
    exported: list[str] = []

    def copy_shipped(model: str, source: str, folder: Path, is_online: bool) -> None:
        exported.append(model)
        shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)

    monkeypatch.setattr(export, "export", copy_shipped)
    monkeypatch.setattr(export, "require_source", lambda _: True)
    notices: list[str] = []
    for _ in range(2):
        assert Embedder(NAME, tmp_path, notices.append).card.dimension == 384
    assert [NAME] == exported
    DAMAGE[name](Embedder(NAME, tmp_path).folder)

    for _ in range(2):
        embedder = Embedder(NAME, tmp_path, notices.append)
        assert (1, 384) == embedder.embed(["The tram stops at noon."]).shape
    assert [NAME] * 2 == exported
    assert 2 == len(notices)
