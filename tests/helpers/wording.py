"""``python -m tests.helpers.wording [FILE ...]``: list private words and vague variable names.

A newcomer should not have to learn a vocabulary. In ``qa`` and ``tui`` all text counts; in tests, plain string literals
do not, since they contain articles.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent

WORDS = "house room door doors seam seams way ways walk walks yardstick bar mend mended kept upkeep asking".split()
"""Words that have a standard term: architecture, layer, interface, path, baseline, target, fix, saved, chat."""
NAMES = {"found", "said", "one", "place"}
"""Names that do not say what a variable contains."""
_FORBIDDEN = re.compile(rf"(?<![\w-])(?:{'|'.join(WORDS)}|rooms|held\s+against|can\s+not)(?![\w-])", re.IGNORECASE)


def main() -> None:
    """Print every problem of the files named, or of all."""
    paths = [Path(name).resolve() for name in sys.argv[1:]] or checked_files()
    problems = [f"{path.relative_to(PROJECT)}:{problem}" for path in paths for problem in problems_of(path)]
    print("\n".join(problems))
    sys.exit(bool(problems))


def checked_files() -> list[Path]:
    """Return all files whose wording counts."""
    python = [path for folder in ("qa", "tui", "tests") for path in (PROJECT / folder).rglob("*.py")]
    prose = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md"), *PROJECT.glob("qa/**/*.md"), PROJECT / "pyproject.toml"]
    this = [PROJECT / "tests/helpers/wording.py"]
    return sorted(path for path in [*python, *prose] if path not in this)


def problems_of(path: Path) -> Iterator[str]:
    """Yield the problems of a file as ``line: what``."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from _in_text(source, 1)
        return
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for name in _bound_names(node):
            parts = set(name.casefold().strip("_").split("_"))
            if name in NAMES or parts & set(WORDS):
                yield f"{getattr(node, 'lineno', 1)}: the name {name}"
    docstrings = _docstring_lines(tree)
    in_tests = path.is_relative_to(PROJECT / "tests")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        is_text = token.type in (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING))
        if token.type == tokenize.COMMENT or (is_text and (not in_tests or token.start[0] in docstrings)):
            yield from _in_text(token.string, token.start[0])


def _in_text(text: str, line: int) -> Iterator[str]:
    for match in _FORBIDDEN.finditer(text):
        yield f"{line + text.count(chr(10), 0, match.start())}: {match[0]}"


def _bound_names(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node defines; names of other libraries are only used."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr


def _docstring_lines(tree: ast.Module) -> set[int]:
    """Return the lines on which strings begin that are statements: docstrings of modules, functions and attributes."""
    return {
        node.value.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


if __name__ == "__main__":
    main()
