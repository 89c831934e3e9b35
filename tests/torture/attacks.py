"""What an attack is: a promise that is tried to be broken many times, each time in another manner."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class Attempt(NamedTuple):
    """One attempt to break a promise."""

    description: str
    """What was done, so that it can be done again."""
    problem: str | None = None
    """How the promise was broken; None if it was not."""

    @classmethod
    def failed(cls, description: str, error: BaseException) -> Attempt:
        """Return an attempt that ended in an error."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return cls(description, f"{error!r} in line {frame.lineno} of {Path(frame.filename).name}: {frame.line}")


Attack = Callable[[int, random.Random, Path], Iterator[Attempt]]
"""Makes so many attempts, drawn from a generator, in an empty folder."""


def require_unbroken(attempts: Iterable[Attempt]) -> None:
    """Make all attempts, and check that there was at least one and that none broke a promise."""
    results = [*attempts]
    assert results, "no attempt was made"
    problems = [f"{attempt.description}: {attempt.problem}" for attempt in results if attempt.problem is not None]
    assert not problems, "\n".join(problems)
