"""Using libraries in somebody else's process: its environment and loggers stay as they were; nothing is reported."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_NO_TELEMETRY = ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY")
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


@contextmanager
def variables_set(**values: str) -> Iterator[None]:
    """Set environment variables meanwhile, except those that the user has set."""
    added = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


@contextmanager
def without_telemetry(is_offline: bool = False) -> Iterator[None]:
    """Keep libraries that are imported inside from reporting to their makers, and from the hub if ``is_offline``.

    They read the environment when they are imported. ONNX Runtime 1.32 otherwise stores a device identity in the home
    folder and contacts a server ten seconds after it has loaded a model.
    """
    with variables_set(**dict.fromkeys((*_NO_TELEMETRY, *(_OFFLINE if is_offline else ())), "1")):
        yield


@contextmanager
def without_torch_cache() -> Iterator[None]:
    """Let torch compile in a folder that is removed, instead of one that it leaves in the system's temporary folder."""
    with (
        tempfile.TemporaryDirectory(prefix="qa-torch-", ignore_cleanup_errors=True) as folder,
        variables_set(TORCHINDUCTOR_CACHE_DIR=folder),
    ):
        yield


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Silence warnings and progress bars of transformers and of the hub's library about loading a model."""
    loggers = [logging.getLogger(name) for name in ("transformers", "huggingface_hub")]
    levels = [logger.level for logger in loggers]
    from transformers.utils import logging as transformers_logging

    had_bars = transformers_logging.is_progress_bar_enabled()
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if had_bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
