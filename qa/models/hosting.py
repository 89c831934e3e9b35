"""Using transformers inside somebody else's process: its environment and loggers stay as they were."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


@contextmanager
def offline(is_offline: bool) -> Iterator[None]:
    """Keep the hub's libraries, imported inside, from using the network if ``is_offline``."""
    before = {name: os.environ.get(name) for name in _OFFLINE}
    try:
        for name in _OFFLINE if is_offline else ():
            os.environ.setdefault(name, "1")
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Silence transformers' warnings and progress bars about loading a model."""
    logger = logging.getLogger("transformers")
    level = logger.level
    from transformers.utils import logging as transformers_logging

    had_bars = transformers_logging.is_progress_bar_enabled()
    logger.setLevel(logging.ERROR)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logger.setLevel(level)
        if had_bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
