"""Work in threads that must not block the screen: it makes many objects, or takes long and can be cancelled."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import qa

T = TypeVar("T")

_MANY = 100_000
"""Objects that a collection takes 10 ms to look at."""


async def in_thread(function: Callable[[], T]) -> T:
    """Return what ``function`` returns, called in a thread; many objects are exempt from garbage collection.

    They are freed as soon as nothing refers to them. Looking for circles in those of an article of 5 MB takes 0.3 s.
    """

    def run() -> T:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return function()
        finally:
            if gc.get_count()[0] > _MANY:
                gc.freeze()
            if was_enabled:
                gc.enable()

    return await asyncio.to_thread(run)


@contextmanager
def ending_with_us(report: Callable[[str], None]) -> Iterator[Callable[[str], None]]:
    """Yield ``report`` for another thread; its work ends at the next call once we do not wait for it any more."""
    is_over = threading.Event()

    def pass_on(text: str) -> None:
        if is_over.is_set():
            raise qa.QAError("Cancelled")
        report(text)

    try:
        yield pass_on
    finally:
        is_over.set()
