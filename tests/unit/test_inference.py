"""Running exported models: a file is verified once after each change, and never used unverified."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

import qa.models.inference
from qa.errors import ModelError
from qa.models.inference import file_sha256, in_parallel, is_verified, open_session

CONTENT = b"weights"
HASH = sha256(CONTENT).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of known hash."""
    path = tmp_path / "model.onnx"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were hashed, in order."""
    paths: list[Path] = []

    def record(path: Path) -> str:
        paths.append(path)
        return file_sha256(path)

    monkeypatch.setattr(qa.models.inference, "file_sha256", record)
    return paths


def test_a_file_is_hashed_once(file: Path, tmp_path: Path, hashed: list[Path]) -> None:
    """A verified file is not hashed again."""
    cache = tmp_path / "cache"

    assert is_verified(file, HASH, cache)
    assert is_verified(file, HASH, cache)
    assert hashed == [file]


def test_without_a_cache_it_is_hashed_each_time(file: Path, hashed: list[Path]) -> None:
    """Without a cache folder nothing is written, and each verification hashes the file."""
    assert is_verified(file, HASH, None)
    assert is_verified(file, HASH, None)
    assert hashed == [file, file]
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("content", [CONTENT, b"other size", b"WEIGHTS"])
def test_a_changed_file_is_hashed_again(file: Path, tmp_path: Path, hashed: list[Path], content: bytes) -> None:
    """A new modification time invalidates a verification, whether or not size and content changed."""
    cache = tmp_path / "cache"
    assert is_verified(file, HASH, cache)
    file.write_bytes(content)
    os.utime(file, ns=(1, 1))

    assert is_verified(file, HASH, cache) == (content == CONTENT)
    assert hashed == [file, file]


def test_another_file_of_the_same_name_is_hashed(file: Path, tmp_path: Path, hashed: list[Path]) -> None:
    """A verification does not apply to a file of the same name, size and time in another folder."""
    cache, twin = tmp_path / "cache", tmp_path / "elsewhere" / file.name
    twin.parent.mkdir()
    twin.write_bytes(b"WEIGHTS")
    status = file.stat()
    os.utime(twin, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert is_verified(file, HASH, cache)
    assert not is_verified(twin, HASH, cache)


@pytest.mark.parametrize("cached", [False, True])
@pytest.mark.parametrize("sha256_hex", ["", "0" * 64, HASH[:-1], HASH.upper()])
def test_a_wrong_hash_is_never_verified(file: Path, tmp_path: Path, sha256_hex: str, cached: bool) -> None:
    """A wrong hash is rejected even after the right one was verified and cached."""
    cache = tmp_path / "cache" if cached else None

    assert not is_verified(file, sha256_hex, cache)
    assert is_verified(file, HASH, cache)
    assert not is_verified(file, sha256_hex, cache)


@pytest.mark.parametrize("obstacle", ["cache", "cache/verified"])
def test_a_cache_that_cannot_be_written_costs_only_time(
    file: Path, tmp_path: Path, hashed: list[Path], obstacle: str
) -> None:
    """If a file obstructs the cache folder, each verification hashes the model."""
    (tmp_path / obstacle).parent.mkdir(exist_ok=True)
    (tmp_path / obstacle).write_text("not a folder", encoding="utf-8")

    assert is_verified(file, HASH, tmp_path / "cache")
    assert is_verified(file, HASH, tmp_path / "cache")
    assert hashed == [file, file]
    assert not is_verified(file, "0" * 64, tmp_path / "cache")


def test_verifying_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A file that cannot be read raises OSError."""
    with pytest.raises(OSError, match="model"):
        is_verified(tmp_path / "model.onnx", HASH, tmp_path / "cache")


@pytest.mark.parametrize("content", [b"", CONTENT])
def test_a_file_that_is_not_a_model_is_an_error(file: Path, content: bytes) -> None:
    """The error names the file in a single line, and has the given hint."""
    file.write_bytes(content)

    with pytest.raises(ModelError, match=r"model\.onnx") as caught:
        open_session(file, "Run: this")
    assert caught.value.hint == "Run: this"
    assert "\n" not in str(caught.value)


def test_results_come_in_order() -> None:
    """Results are in the order of the inputs, no matter how many run at once."""
    assert list(in_parallel(lambda number: number * 2, range(100))) == list(range(0, 200, 2))
