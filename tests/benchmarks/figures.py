"""Results of the benchmarks, stored in ``figures.json`` and shown as a table in ``docs/benchmarks.md``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

STORE = Path(__file__).parent / "figures.json"
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: rewritten by python -m tests.benchmarks DATA -->\n", "<!-- end of figures -->\n"


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table."""

    name: str
    """What was measured."""
    measured: str
    """The result."""
    target: str
    """The value to reach or not to exceed; may be empty."""
    beside: str = ""
    """Published figures or those of the baseline; may be empty."""


def table(figures: Iterable[Figure]) -> str:
    """Return a Markdown table."""
    lines = ["| figure | qa | target | others |", "| --- | --- | --- | --- |"]
    lines += [f"| {figure.name} | {figure.measured} | {figure.target} | {figure.beside} |" for figure in figures]
    return "\n".join(lines) + "\n"


def save_figures(benchmark: str, figures: Sequence[Figure], order: Sequence[str]) -> None:
    """Store the figures of a benchmark and rewrite the table in the documentation, with benchmarks in ``order``."""
    stored = json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}
    stored[benchmark] = [asdict(figure) for figure in figures]
    STORE.write_text(json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    rows = table(Figure(**row) for name in order for row in stored.get(name, []))
    before, rest = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)
    DOCUMENT.write_text(before + BEGIN + rows + END + rest.split(END)[1], encoding="utf-8")


def share(value: float) -> str:
    """Format a share with three decimals and without the leading zero."""
    return f"{value:.3f}".removeprefix("0")
