"""Broken, disguised and malicious files are skipped with a reason, or read; whatever is beside them is indexed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT
from tests.helpers import broken_files

GOOD = "good.md"
PEAK = 1_000_000
"""Kilobytes of memory that indexing may take; one small article takes 190,000."""
READER_PEAK = 3_000_000
"""Kilobytes that a reader, which is a process of its own, may take."""
_LONG = {broken_files.truncated, broken_files.many_entries, broken_files.long_pdf, broken_files.long_fields}


def _cases() -> list[object]:
    marks = {case: pytest.mark.slow if case in _LONG else () for case in broken_files.CASES}
    return [pytest.param(case, id=case.__name__, marks=mark) for case, mark in marks.items()]


@pytest.mark.parametrize("write", _cases())
def test_a_bad_file_does_no_harm(write: Callable[[Path], None], tmp_path: Path) -> None:
    """Indexing ends, nothing is silent, memory stays bounded, and no other file of the machine gets into the index."""
    corpus = tmp_path / "articles"
    corpus.mkdir()
    write(corpus)
    (corpus / GOOD).write_text("# Kettles\n\nThe good kettle is on the shelf in the blue kitchen.\n")

    report = _indexed(corpus, tmp_path / "index")

    indexed = set(report["indexed"])
    assert GOOD in indexed
    assert not report["leaks"]
    assert report["peak"] < PEAK
    assert report["reader_peak"] < READER_PEAK
    for file in corpus.iterdir():
        is_read = any(path.startswith(file.name) for path in indexed)
        reason = report["skipped"].get(file.name, "")
        assert is_read or reason or file.suffix in report["other_types"], file.name
        assert "\n" not in reason and "Traceback" not in reason


def _indexed(corpus: Path, index: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.helpers.limited_indexing", str(corpus), str(index), broken_files.SECRET]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-2_000:]
    report: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return report
