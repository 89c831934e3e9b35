"""What is not needed is not imported: each command loads only what it uses."""

from __future__ import annotations

import subprocess
import sys

import pytest

import qa
from tests.conftest import SMALL

MODELS = ("torch", "transformers", "sentence_transformers", "llama_index")
SCREENS = ("textual", "rich")
STORES = ("chromadb", "onnxruntime")


def imported(statement: str, forbidden: tuple[str, ...]) -> tuple[int, list[str]]:
    """Run a statement in a fresh Python; return its exit code and which forbidden modules it imported."""
    code = (
        f"import sys\ncode = 0\n{statement}\n"
        f"print(*sorted({{*{forbidden!r}}} & {{*sys.modules}}), file=sys.stderr)\nsys.exit(code)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return run.returncode, run.stderr.split()


def command(*arguments: str) -> str:
    return f"from qa.cli import run; code = int(run({[*arguments]!r}))"


@pytest.mark.parametrize("statement", ["import qa", "import qa.cli", command("--help"), command("ask", "--help")])
def test_help_and_import_load_nothing_heavy(statement: str) -> None:
    """Neither models nor stores nor screens nor numbers."""
    forbidden = (*MODELS, *STORES, *SCREENS, "numpy", "pydantic", "sqlite3")

    assert (0, []) == imported(statement, forbidden)


@pytest.mark.parametrize("arguments", [["status"], ["show", "tram-line.txt:3"]], ids=lambda arguments: arguments[0])
def test_status_and_show_load_no_model_and_no_vectors(small: qa.Assistant, arguments: list[str]) -> None:
    """Sizes, times and one article need neither."""
    places = ["--corpus", str(SMALL), "--index", str(small.settings.index_root)]

    assert (0, []) == imported(command(*arguments, *places), (*MODELS, *STORES, *SCREENS))


def test_a_question_loads_no_training_library(small: qa.Assistant) -> None:
    """An up-to-date index is asked through ONNX Runtime and Chroma alone."""
    places = ["--corpus", str(SMALL), "--index", str(small.settings.index_root)]
    statement = command("ask", "How long is the reading room of the library?", *places)

    assert (0, ["chromadb", "onnxruntime"]) == imported(statement, (*MODELS, *STORES, "textual"))
