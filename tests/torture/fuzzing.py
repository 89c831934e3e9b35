"""Attacks on the parsers: whatever text they get, they end soon, raise no error but ours, and stay consistent."""

from __future__ import annotations

import faulthandler
import gc
import io
import math
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from itertools import product
from pathlib import Path

import qa
from qa.errors import QAError
from tests.torture.attacks import Attempt
from tests.torture.parsers import Parser, Parsers
from tests.torture.texts import KINDS, Inputs, repeated

_PROJECT = Path(__file__).parent.parent.parent
_FOLDERS = [_PROJECT / "seeds", _PROJECT / "tests" / "corpus", _PROJECT / "docs"]
"""Whose files inputs are made from."""
_PATIENCE = 5.0
"""Seconds of CPU time of a parser for an input of some thousand characters; usual are milliseconds."""
_BUSY = 20
"""How many times as long the same may take on a machine that does other things too."""
_SHOWN = 400
"""Characters of an input in a description, which also tells how to make it again."""
_LENGTHS = [2_500 * 2**number for number in range(7)]
"""Lengths of the texts whose time is compared: up to 160,000 characters."""
_LINEAR = 1.3
"""The greatest exponent of the time that counts as linear, on a machine that does other things too."""
_NOTICEABLE = 1.0
"""Seconds of CPU time from which growth is looked at."""


class Hang(BaseException):
    """A parser took too long; no ``except Exception`` catches it."""


def fuzz(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Give each of so many inputs to one of the parsers, in turn."""
    seed = generator.random()
    with _parsers(folder) as parsers:
        for number in range(attempts):
            name, parser = [*parsers.items()][number % len(parsers)]
            text = Inputs.from_files(random.Random(f"{seed} {number}"), _FOLDERS).draw()
            yield Attempt(f"{name} of input {number} of {seed}: {_shortened(text)}", problem_with(parser, text))


def growth(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Give each parser texts of each kind that are twice as long every time, and compare how long it takes."""
    with _parsers(folder) as parsers:
        every = [*product(parsers, KINDS)]
        for name, kind in generator.sample(every, min(attempts, len(every))):
            yield Attempt(f"{name} of {kind}", _problem_with_growth(parsers[name], kind))


def problem_with(parser: Parser, text: str, patience: float = _PATIENCE) -> str | None:
    """Return how a parser fails on a text, or takes more than so many seconds; None if it does not."""
    try:
        with _watched(patience), redirect_stdout(io.StringIO()):
            parser(text)
    except QAError:
        return None
    except (Exception, Hang) as error:
        return f"{type(error).__name__}: {_shortened(str(error))}{_place_of(error)}"
    return None


def _problem_with_growth(parser: Parser, kind: str) -> str | None:
    seconds: list[float] = []
    for length in _LENGTHS:
        text = repeated(kind, length)
        gc.collect()  # else the time of an earlier text's garbage would count
        began = time.process_time()
        problem = problem_with(parser, text, patience=10 * _PATIENCE)
        seconds.append(time.process_time() - began)
        if problem:
            return f"{problem} at {length:,} characters"
        # Twice in a row: a parser may look at the first characters only, and the machine does other things too.
        if seconds[-1] > _NOTICEABLE and len(seconds) > 2 and math.log2(seconds[-1] / seconds[-3]) > 2 * _LINEAR:
            return f"{seconds[-3]:.2f} s for {length // 4:,} characters, {seconds[-1]:.2f} s for {length:,}"
    return None


@contextmanager
def _parsers(folder: Path) -> Iterator[dict[str, Parser]]:
    with qa.open(_PROJECT / "tests" / "corpus", folder / "index") as assistant:
        yield Parsers(assistant, folder / "files").all()


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    """Raise ``Hang`` after so many seconds of CPU time, or many more in all; print where native code does not end."""

    def interrupt(*_: object) -> None:
        raise Hang

    former = {number: signal.signal(number, interrupt) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, _BUSY * seconds)
    faulthandler.dump_traceback_later(2 * _BUSY * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        for number, handler in former.items():
            signal.signal(number, handler)


def _place_of(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""


def _shortened(text: str) -> str:
    return ascii(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!a} and {len(text) - _SHOWN} more"
