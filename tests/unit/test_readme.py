"""The README is correct: its code runs, its links resolve and its settings are valid."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from qa.cli import run
from qa.models.embedding import Embedder
from tests.conftest import PROJECT, SEEDS

README = (PROJECT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("code", PYTHON)
def test_python_code_runs(code: str, embedder: Embedder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The example prints what the README says."""
    shutil.copytree(SEEDS, tmp_path / "seeds")

    exec(compile(code, "README.md", "exec"), {})

    printed = capsys.readouterr().out
    assert "True Kang Sun Nam" in printed
    assert "IndexStats(generation=1, documents=5" in printed


def test_links_resolve() -> None:
    """Every relative link points to an existing file."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)

    assert links
    assert [] == [link for link in links if not (PROJECT / link).exists()]


def test_settings_are_valid(embedder: Embedder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its ``qa.toml`` works as shown."""
    (block,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "qa.toml").write_text(block, encoding="utf-8")
    shutil.copytree(SEEDS, tmp_path / "articles")

    assert 0 == run(["index"])
    assert "5 documents" in capsys.readouterr().out
    assert (tmp_path / "index" / "CURRENT").exists()
