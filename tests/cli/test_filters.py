"""Options that choose articles: --since, --until, --on, --source, --author, --tag and --path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import RunQA

FERRY = "How much does the Sandvik ferry cost?"


@pytest.fixture
def ferries(tmp_path: Path) -> Path:
    """Two articles of two outlets."""
    folder = tmp_path / "articles"
    (folder / "notes").mkdir(parents=True)
    (folder / "gazette.txt").write_text(
        "Title: Ferry\nSource: The Gazette\nDate: 2023-10-02\nTags: sea\n\nThe Sandvik ferry costs 12 euros.\n"
    )
    (folder / "notes" / "herald.txt").write_text(
        "Title: Ferry\nSource: The Herald\nAuthor: Jane Smith\nDate: 2023-11-05\n\nThe Sandvik ferry costs 15 euros.\n"
    )
    return folder


def test_only_some_articles_are_asked(run_qa: RunQA, ferries: Path) -> None:
    """The filter is shown above the answer and in JSON, goes on with --continue, and ends with --all-articles."""
    options = ("--corpus", str(ferries), "--index", str(ferries.parent / "index"))
    shown = run_qa(*options, "--source", "herald", "ask", FERRY)
    continued = json.loads(run_qa("ask", *options, "--continue", "--json", FERRY).stdout)
    dropped = json.loads(run_qa("ask", *options, "--continue", "--all-articles", "--json", FERRY).stdout)

    assert shown.stdout.startswith("Articles from The Herald\n\n15 euros\n")
    assert "Ferry · The Herald · 2023-11-05 · notes/herald.txt:6" in shown.stdout
    assert continued["filter"] == {"sources": ["The Herald"]}
    assert {passage["path"] for passage in continued["passages"]} == {"notes/herald.txt"}
    assert continued["citations"][0]["author"] == "Jane Smith"
    assert dropped["filter"] == {}


def test_every_command_that_searches_has_the_options(run_qa: RunQA, ferries: Path) -> None:
    """Search and batches too; several values of one option are alternatives."""
    options = ("--corpus", str(ferries), "--index", str(ferries.parent / "index"))
    both = run_qa("search", *options, "--json", "--source", "herald", "--source", "gazette", "ferry")
    tagged = run_qa("search", *options, "--json", "--tag", "#sea", "ferry")
    none = run_qa("search", *options, "--until", "2020", "ferry")
    batch = run_qa("ask", *options, "--batch", "-", "--path", "notes/", input=f"{FERRY}\n")

    assert len(json.loads(both.stdout)["passages"]) == 2
    assert json.loads(both.stdout)["filter"] == {"sources": ["The Herald", "The Gazette"]}
    assert [passage["path"] for passage in json.loads(tagged.stdout)["passages"]] == ["gazette.txt"]
    assert (1, "Nothing in articles until 31 December 2020 contains") == (none.returncode, none.stdout[:51])
    assert json.loads(batch.stdout)["short_answer"] == "15 euros"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--source", "Herold"], "No article is from “Herold”. Did you mean The Herald?"),
        (["--author", "Jones"], "No article is by “Jones”. There is Jane Smith."),
        (["--tag", "seas"], "No article is tagged “seas”. Did you mean sea?"),
        (["--path", "note/*"], "No article is in “note/*”. Did you mean notes/?"),
        (["--since", "2024", "--until", "2023"], "No day is both since"),
        (["--on", "someday"], "“someday” is no date for on."),
    ],
)
def test_a_filter_that_cannot_be_meant(run_qa: RunQA, ferries: Path, options: list[str], message: str) -> None:
    """It is an error of usage, which says what may be meant."""
    result = run_qa("ask", "--corpus", str(ferries), "--index", str(ferries.parent / "index"), *options, FERRY)

    assert result.returncode == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_refusal_names_the_filter(run_qa: RunQA, ferries: Path) -> None:
    """Nothing outside of it is searched."""
    options = ("--corpus", str(ferries), "--index", str(ferries.parent / "index"), "--on", "5 November 2023")
    result = run_qa("ask", *options, "Who won the chess championship of Atlantis?")

    assert result.returncode == 1
    assert "(Articles from 5 November 2023)" in result.stdout
    assert "12 euros" not in result.stdout
