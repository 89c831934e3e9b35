"""Many updates give the same index as one run over the articles as they are in the end."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from qa.index import compaction
from qa.index.compaction import compact
from qa.index.folder import FolderStorage
from tests.conftest import SEEDS
from tests.helpers.index_contents import assert_same_content, refresh
from tests.helpers.index_files import segments_of

UPDATES = 10


class Articles:
    """A folder of articles that changes at random."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        folder.mkdir()
        self._folder = folder
        self._chance = chance
        lines = [line for path in sorted(SEEDS.iterdir()) for line in path.read_text(encoding="utf-8").splitlines()]
        self._paragraphs = [line for line in lines if len(line) > 80]
        self._names = (folder / f"{kind}-{number}.md" for number in range(1_000) for kind in ("port", "mill", "fair"))
        for _ in range(10):
            self._add([])

    def change(self) -> None:
        """Add, edit, rename, move, swap, touch or delete an article; the last one stays."""
        present = sorted(path for path in self._folder.rglob("*.md"))
        kinds = [self._add, self._add, self._edit, self._extend, self._rename, self._swap, self._touch, self._delete]
        self._chance.choice(kinds if len(present) > 2 else [self._add])(present)

    def _text(self) -> str:
        paragraphs = self._chance.sample(self._paragraphs, self._chance.randint(1, 5))
        return f"# Number {self._chance.randrange(100)}\n\n" + "\n\n".join(paragraphs) + "\n"

    def _add(self, _: list[Path]) -> None:
        next(self._names).write_text(self._text(), encoding="utf-8")

    def _edit(self, present: list[Path]) -> None:
        self._chance.choice(present).write_text(self._text(), encoding="utf-8")

    def _extend(self, present: list[Path]) -> None:
        path = self._chance.choice(present)
        path.write_text(path.read_text(encoding="utf-8") + "\nA sentence more.\n", encoding="utf-8")

    def _rename(self, present: list[Path]) -> None:
        folder = self._folder / self._chance.choice(["", "news", "notes"])
        folder.mkdir(exist_ok=True)
        self._chance.choice(present).rename(folder / next(self._names).name)

    def _swap(self, present: list[Path]) -> None:
        first, second = self._chance.sample(present, 2)
        texts = first.read_bytes(), second.read_bytes()
        second.write_bytes(texts[0])
        first.write_bytes(texts[1])

    def _touch(self, present: list[Path]) -> None:
        path = self._chance.choice(present)
        path.write_bytes(path.read_bytes())

    def _delete(self, present: list[Path]) -> None:
        self._chance.choice(present).unlink()


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 20))])
def test_many_updates_give_the_index_of_one_run(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Whatever happened to the articles, and however often segments were merged in between."""
    chance = random.Random(seed)
    corpus, fresh = tmp_path / "articles", tmp_path / "fresh"
    articles = Articles(corpus, chance)
    for update in range(UPDATES):
        for _ in range(chance.randint(1, 5)):
            articles.change()
        refresh(corpus, index)
        if update == UPDATES // 2:
            with monkeypatch.context() as patch:
                patch.setattr(compaction, "MOST_SEGMENTS", 2)
                compact(FolderStorage(index))
    refresh(corpus, fresh)

    assert_same_content(index, fresh)
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    compact(FolderStorage(index))
    assert 1 == len(segments_of(index))
    assert_same_content(index, fresh)
