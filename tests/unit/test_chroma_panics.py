"""Chroma's Rust code gives up on some failures of a disk, which Python does not see as an ``Exception``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from qa.errors import IndexDamaged, IndexNotWritten
from qa.index import chroma
from qa.index.chroma import ChromaStore


class PanicException(BaseException):
    """Has the name and the base of what Rust raises, which cannot be made to panic in every version."""


def panic(*_: object, **__: object) -> NoReturn:
    raise PanicException("called `Result::unwrap()` on an `Err` value")


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda store: store.add([1], np.eye(1, 384, dtype=np.float32), [{}]), IndexNotWritten),
        (lambda store: store.count(), IndexDamaged),
        (lambda store: [*store.read()], IndexDamaged),
    ],
    ids=["adding", "counting", "reading"],
)
def test_a_panic_is_an_error_with_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[ChromaStore], object], expected: type[Exception]
) -> None:
    """Of the index that is written or read."""
    store = ChromaStore.create(tmp_path / "chroma")
    for name in ("add", "count", "get"):
        monkeypatch.setattr(type(store._collection), name, panic)
    with pytest.raises(expected):
        act(store)
    store.close()


def test_a_panic_while_opening_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were no store."""
    ChromaStore.create(tmp_path / "chroma").close()
    monkeypatch.setattr(chroma, "_client", panic)
    with pytest.raises(IndexDamaged):
        ChromaStore.open(tmp_path / "chroma")
