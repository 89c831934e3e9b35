"""Running exported models: ONNX Runtime, one input at a time on each core."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qa.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Input = TypeVar("Input")
Output = TypeVar("Output")

_MAX_THREADS = 8
"""Inputs that run at once; one thread each beats sharing an input among all cores by a tenth."""


def open_session(file: Path, hint: str) -> InferenceSession:
    """Open an exported model for runs on one thread each.

    Raises:
        ModelError: the file can not be loaded; ``hint`` says what to do then.
    """
    # Set before the import: without it, onnxruntime 1.32 stores a device identity and looks up a server of its maker.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own untyped errors for a damaged file
        reason = str(error).splitlines()[0]
        raise ModelError(f"The model {file} can not be loaded: {reason}", hint) from None


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_verified(file: Path, sha256: str, cache: Path | None) -> bool:
    """Whether ``file`` has this hash.

    With a folder ``cache`` it is hashed once for each size and time of change: 68 MB take a quarter of a second.

    Raises:
        OSError: the file cannot be read.
    """
    status = file.stat()
    seen = f"{file.resolve()} {status.st_size} {status.st_mtime_ns} {sha256}"
    note = cache / "verified" / hashlib.sha256(seen.encode("utf-8", "surrogateescape")).hexdigest() if cache else None
    if note is not None and note.exists():
        return True
    if file_sha256(file) != sha256:
        return False
    if note is not None:
        # A cache that cannot be written costs time, not the answer.
        with suppress(OSError):
            note.parent.mkdir(parents=True, exist_ok=True)
            note.touch()
    return True


def open_tokenizer(file: Path) -> Tokenizer:
    """Open a tokenizer, without padding and truncation."""
    from tokenizers import Tokenizer

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    tokenizer = Tokenizer.from_file(str(file))
    # The file may pad to 128 tokens that the model would attend to, and cut.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def in_parallel(function: Callable[[Input], Output], inputs: Iterable[Input]) -> Iterator[Output]:
    """Yield ``function`` of each input in order, as many at once as there are cores."""
    return _pool().map(function, inputs)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(_MAX_THREADS, os.cpu_count() or 1), thread_name_prefix="model")
