"""What benchmarks measured, kept in ``figures.json`` and shown as the table in the README."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT = Path(__file__).parent / "figures.json"
README = Path(__file__).parent.parent.parent / "README.md"
BEGIN, END = "<!-- figures: rewritten by python -m tests.benchmarks DATA -->\n", "<!-- end of figures -->\n"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    """What was measured."""
    measured: str
    """What came out."""
    bar: str
    """What it should be at least, or at most; may be empty."""
    beside: str = ""
    """Published figures or the yardstick's; may be empty."""


def table(figures: Iterable[Figure]) -> str:
    """Return a Markdown table."""
    lines = ["| figure | qa | bar | others |", "| --- | --- | --- | --- |"]
    lines += [f"| {one.name} | {one.measured} | {one.bar} | {one.beside} |" for one in figures]
    return "\n".join(lines) + "\n"


def keep(benchmark: str, figures: Sequence[Figure], order: Sequence[str]) -> None:
    """Keep the figures of one benchmark and rewrite the README's table from all that are kept, in ``order``."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    kept[benchmark] = [asdict(one) for one in figures]
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    shown = table(Figure(**one) for name in order for one in kept.get(name, []))
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    README.write_text(before + BEGIN + shown + END + rest.split(END)[1], encoding="utf-8")


def share(value: float) -> str:
    """Return a share as three decimals without the leading zero."""
    return f"{value:.3f}".removeprefix("0")
