"""Files and functions stay short enough to read at once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import PROJECT

FILES = sorted(path for folder in ("qa", "tui", "tests") for path in (PROJECT / folder).rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_files_and_functions_are_short(path: Path) -> None:
    """A file that grows beyond 300 lines, or a function beyond 40, lacks a module."""
    source = path.read_text(encoding="utf-8")
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = {node.name: size for node in functions if (size := _lines(node)) > LONGEST_FUNCTION}

    assert len(source.splitlines()) <= LONGEST_FILE
    assert {} == long


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines from the name of a function to its end; decorators do not count."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
