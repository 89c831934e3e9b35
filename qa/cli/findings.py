"""What ``qa doctor`` finds, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import click

from qa.cli.output import print_json
from qa.text.sanitizing import single_line


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    name: str
    """What was checked."""
    ok: bool
    """Whether it is in order."""
    detail: str
    """Its state, or the problem."""
    advice: str = ""
    """How to fix the problem, or what to do next; may be empty."""


def print_findings(findings: Iterable[Finding], as_json: bool) -> bool:
    """Print a line for each finding as soon as there is one, or all as one JSON object; return whether all are ok."""
    printed: list[Finding] = []
    for finding in findings:
        printed.append(finding)
        if not as_json:
            advice = f". {finding.advice}" if finding.advice else ""
            line = single_line(f"{finding.name}: {finding.detail}{advice}")
            click.echo(f"{'ok     ' if finding.ok else 'PROBLEM'}  {line}")
    is_ok = all(finding.ok for finding in printed)
    if as_json:
        rows = [
            {"name": finding.name, "ok": finding.ok, "found": finding.detail, "advice": finding.advice}
            for finding in printed
        ]
        print_json({"ok": is_ok, "findings": rows})
    return is_ok
