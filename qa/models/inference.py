"""Running ONNX models: sessions shared within the process, one input at a time on each core."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qa import private_files
from qa.errors import ModelError
from qa.models.hosting import without_telemetry

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Input = TypeVar("Input")
Output = TypeVar("Output")

_MAX_THREADS = 8
"""Inputs that run at once; one thread each beats sharing an input among all cores by a tenth."""
_SHARED_MODELS = 4
"""Models that stay loaded in a process: the reader, the embedding model, and those of a change of settings."""


def open_session(file: Path, hint: str) -> InferenceSession:
    """Open a model for runs on one thread each; the same unchanged file is loaded only once in a process.

    Raises:
        ModelError: the file cannot be loaded; ``hint`` says what to do then.
    """
    try:
        status = file.stat()
        return _session(file.resolve(), status.st_size, status.st_mtime_ns)
    except Exception as error:  # onnxruntime raises its own untyped errors for a damaged file
        reason = str(error).splitlines()[0]
        raise ModelError(f"The model {file} cannot be loaded: {reason}", hint) from None


def open_tokenizer(file: Path) -> Tokenizer:
    """Open a tokenizer without padding and truncation; the same unchanged file is loaded only once in a process.

    Raises:
        Exception: the file cannot be read; tokenizers raises nothing more precise.
    """
    status = file.stat()
    return _tokenizer(file.resolve(), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=_SHARED_MODELS)
def _session(file: Path, size: int, mtime_ns: int) -> InferenceSession:
    with without_telemetry():
        import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=_SHARED_MODELS)
def _tokenizer(file: Path, size: int, mtime_ns: int) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    # The file may ask for padding to 128 tokens, which the model would attend to, and for truncation.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_verified(file: Path, sha256: str, cache: Path | None) -> bool:
    """Whether ``file`` has this hash.

    With a folder ``cache`` it is hashed once for each size and modification time: 68 MB take a quarter of a second.

    Raises:
        OSError: the file cannot be read.
    """
    status = file.stat()
    identity = f"{file.resolve()} {status.st_size} {status.st_mtime_ns} {sha256}"
    name = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()
    record = cache / "verified" / name if cache else None
    if record is not None and record.exists():
        return True
    if file_sha256(file) != sha256:
        return False
    if record is not None:
        # A cache that cannot be written costs time, not the answer.
        with suppress(OSError):
            private_files.make_folder(record.parent)
            record.touch(0o600)
    return True


def in_parallel(function: Callable[[Input], Output], inputs: Iterable[Input]) -> Iterator[Output]:
    """Yield ``function`` of each input in order, as many at once as there are cores."""
    return _pool().map(function, inputs)


def in_background(function: Callable[[], Output]) -> Future[Output]:
    """Start ``function`` on the same threads that ``in_parallel`` uses; it must not use them itself."""
    return _pool().submit(function)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(_MAX_THREADS, os.cpu_count() or 1), thread_name_prefix="qa-model")
