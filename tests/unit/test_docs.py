"""The documentation is true: its tables follow from the code, its examples run, its links lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import qa
from qa.cli import run
from qa.cli.output import answer_json
from qa.models.embedding import Embedder
from tests.conftest import PROJECT, SEEDS
from tests.helpers.manual import all_commands, manual
from tests.helpers.reference import DOCS, MANUAL, rewritten

FILES = sorted([*DOCS.glob("*.md"), *PROJECT.glob("*.md")])


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_reference_tables_follow_from_the_code(path: Path) -> None:
    """Settings, key bindings, exit codes and commands; ``make docs`` rewrites them."""
    text = path.read_text(encoding="utf-8")

    assert rewritten(text) == text


def test_the_manual_page_follows_from_the_code() -> None:
    """``make docs`` rewrites it; the package has it where ``man`` looks for it."""
    assert manual() == MANUAL.read_text(encoding="utf-8")
    data = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert {"docs/qa.1": "share/man/man1/qa.1"} == data["wheel"]["shared-data"]
    assert "/docs/qa.1" in data["sdist"]["include"]


@pytest.mark.skipif(shutil.which("groff") is None, reason="nothing to draw a manual page with")
def test_the_manual_page_is_drawn_as_it_is_meant() -> None:
    """Without a warning; with every command, option and example, letter by letter."""
    groff = ["groff", "-man", "-Tutf8", "-ww", "-P-cbou", str(MANUAL)]
    drawn = subprocess.run(groff, capture_output=True, text=True, encoding="utf-8", check=True)
    words = " ".join(drawn.stdout.split())

    assert "" == drawn.stderr
    for name, command in all_commands():
        assert f"qa {name} [OPTIONS]" in words
        assert " ".join((command.help or "").split()) in words
        options = [option for parameter in command.params for option in parameter.opts if option.startswith("-")]
        assert [] == [option for option in options if option not in words]
        assert [] == [line for line in getattr(command, "examples", ()) if line not in words]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_links_lead_to_files(path: Path) -> None:
    """Relative links and pictures point to files that exist."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    if path.name == "README.md":
        assert links
    assert [] == [link for link in links if not (path.parent / link).exists()]


def test_files_named_in_the_architecture_exist() -> None:
    """Every path in its tables is there."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:qa|tui|tests)/[^`*]*)`", text)

    assert len(paths) > 20
    assert [] == [path for path in paths if not (PROJECT / path).exists()]


def test_every_json_key_is_documented(seeds: qa.Assistant) -> None:
    """The table about ``qa ask --json`` has the keys in their order, and those of the objects inside."""
    value = answer_json(seeds.ask("Who is North Korea's defence minister?"), explain=True)
    text = (DOCS / "scripting.md").read_text(encoding="utf-8").split("`qa ask --json` prints")[1].split("\n\n")[1]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))

    assert [*value] == [*rows]
    for name in ("statements", "citations", "passages"):
        assert {*value[name][0]} <= {*re.findall(r"`(\w+)`", rows[name])}


@pytest.mark.parametrize("path", [PROJECT / "README.md", DOCS / "scripting.md"], ids=lambda path: path.name)
def test_examples_run(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The Python code works in a folder with the seeds and prints what the page says."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    (code,) = re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)

    exec(compile(code, path.name, "exec"), {})

    printed = capsys.readouterr().out
    assert "True Kang Sun Nam" in printed
    assert "IndexStats(generation=1, documents=5" in printed


def test_settings_in_the_readme_are_valid(
    embedder: Embedder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its ``qa.toml`` works as shown."""
    (block,) = re.findall(r"```toml\n(.*?)```", (PROJECT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "qa.toml").write_text(block, encoding="utf-8")
    shutil.copytree(SEEDS, tmp_path / "articles")

    assert 0 == run(["index"])
    assert "5 documents" in capsys.readouterr().out
    assert (tmp_path / "index" / "CURRENT").exists()
