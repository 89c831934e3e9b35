"""Errors and interrupts at the calls that writing an index makes, before and after they take effect."""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from qa.settings import DEFAULT_MODEL, cache_folder
from tests.helpers.faults import Call
from tests.helpers.index_states import RememberingEmbedder
from tests.helpers.scenarios import SCENARIOS, Scenario, many_small_writes, prepared
from tests.torture.attacks import Attempt


class Moment(NamedTuple):
    """When a run is disturbed, and by what."""

    scenario: str
    number: int
    call: Call
    fault: Callable[[], BaseException]


def attack(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Disturb runs at one call of each kind first, then at the others; there are some 30,000 in all."""
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    with many_small_writes(), _silenced():
        scenarios = {name: prepared(name, folder, embedder) for name in SCENARIOS}
        moments = [moment for name, scenario in scenarios.items() for moment in _moments(name, scenario)]
        generator.shuffle(moments)
        first = {(moment.scenario, moment.call, moment.fault): number for number, moment in enumerate(moments)}
        others = set(range(len(moments))) - set(first.values())
        for number in [*first.values(), *sorted(others)][:attempts]:
            yield _attempt(scenarios[moments[number].scenario], moments[number])


@contextmanager
def _silenced() -> Iterator[None]:
    """Ignore what the interpreter says of files that were interrupted between being opened and being assigned."""
    with warnings.catch_warnings(), patch.object(sys, "unraisablehook", lambda _: None):
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def _moments(name: str, scenario: Scenario) -> Iterator[Moment]:
    for number, call in enumerate(scenario.calls()):
        yield Moment(name, number, call, KeyboardInterrupt)
        if call.error is not None:
            yield Moment(name, number, call, call.error)


def _attempt(scenario: Scenario, moment: Moment) -> Attempt:
    fault = moment.fault()
    when = "after" if moment.call.is_over else "before"
    call = f"call {moment.number}, {moment.call.callee} in line {moment.call.line} of {moment.call.file}"
    description = f"{moment.scenario}: {fault!r} {when} {call}"
    try:
        scenario.check_fault(moment.number, moment.call, fault)
    except Exception as error:
        return Attempt.failed(description, error)
    return Attempt(description)
