"""Links and what is left out of a corpus, as the commands show them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import qa
from tests.helpers.commands import Commands
from tests.helpers.settings_files import write_trusted
from tui.indexing import IndexingRun

pytestmark = pytest.mark.skipif(os.name == "nt", reason="creating links needs a privilege on Windows")

DEEP = "How deep is the well?"
REASON = "link to a folder outside the corpus; to read it, set follow_links"


@pytest.fixture
def farm(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Commands:
    """Commands over a corpus with an article and a link to a folder with another."""
    news, vault = tmp_path / "news", tmp_path / "vault"
    for folder in (news, vault):
        folder.mkdir()
    (news / "a.md").write_text("# Lighthouse\n\nThe lighthouse was lit in 1887.\n")
    (vault / "well.md").write_text("# Well\n\nThe well is 40 metres deep.\n")
    (news / "archive").symlink_to(vault)
    return Commands(capsys, news, tmp_path / "index")


def test_a_link_to_the_outside_is_reported(farm: Commands) -> None:
    """``qa index`` and ``qa status`` name it with what to do, as text and JSON; the index stays up to date."""
    indexed, status = farm("index"), farm("status")

    assert indexed.out.startswith("1 document, 1 chunk: 1 added, 0 changed, 0 removed, 1 skipped ")
    assert [f"skipped archive: {REASON}"] == indexed.out.splitlines()[1:]
    assert ["state       up to date", f"skipped     archive: {REASON}"] == status.out.splitlines()[-2:]
    for report in (farm("index", "--json").json, farm("status", "--json").json):
        assert [("archive", REASON)] == [(file["path"], file["reason"]) for file in report["skipped"]]
    assert 1 == farm("ask", DEEP).code
    assert 1 == farm("status", "--json").json["generation"]


@pytest.mark.parametrize("source", ["option", "variable", "file"])
def test_following_links_is_a_setting(
    farm: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """The answer cites the path through the link, which ``qa show`` opens; without the setting it is removed again."""
    farm("index")
    if source == "variable":
        monkeypatch.setenv("QA_FOLLOW_LINKS", "true")
    elif source == "file":
        write_trusted("follow_links = true")
    options = ["--follow-links"] if source == "option" else []

    citations = farm("ask", DEEP, "--json", *options).json["citations"]

    assert ["archive/well.md"] == [citation["path"] for citation in citations]
    assert "state       up to date" in farm("status", *options).out
    for path in ("archive/well.md", "news/archive/well.md", f"{farm.corpus}/archive/well.md"):
        assert "> 3  The well is 40 metres deep." in farm("show", f"{path}:3", *options).out
    monkeypatch.delenv("QA_FOLLOW_LINKS", raising=False)
    (tmp_path / "qa.toml").unlink(missing_ok=True)
    assert "state       1 removed; " in farm("status").out
    assert 1 == farm("ask", DEEP, "--json").code


def test_the_terminal_ui_shows_and_follows_links_like_the_commands(farm: Commands) -> None:
    """Its library lists a link that is not followed once, also where an article was; its updates follow links."""
    assert farm.corpus and farm.index
    (farm.corpus / "b.md").write_text("The mill was built in 1901.\n")
    with qa.open(farm.corpus, farm.index) as assistant:
        (farm.corpus / "b.md").unlink()
        (farm.corpus / "b.md").symlink_to(farm.corpus.parent / "vault" / "well.md")
        articles = assistant.articles()

    assert [("a.md", "indexed"), ("archive", "skipped"), ("b.md", "removed")] == [
        (article.path, article.state.value) for article in articles
    ]
    assert REASON == articles[1].reason
    for follow in (True, False):
        settings = qa.load_settings(corpus=farm.corpus, index=farm.index, follow_links=follow)
        assert follow is IndexingRun(settings, rebuild=False, total=1)._request["follow_links"]


def test_status_counts_what_is_left_out_in_a_line(farm: Commands) -> None:
    """Only the most frequent types of files are named; ``--json`` has all."""
    assert farm.corpus
    for folder in (".git", ".obsidian", "node_modules"):
        (farm.corpus / folder).mkdir()
    names = [".hidden", "README", *(f"{number}.png" for number in range(8)), "b.pdf", "c.csv", "d.gif", "e.zip"]
    for name in names:
        (farm.corpus / name).touch()
    (farm.corpus / "again").symlink_to(".")
    farm("index")

    last = farm("status").out.splitlines()[-1]

    assert last == (
        "left out    2 hidden folders, 1 hidden file, 1 node_modules folder, 1 duplicate link, "
        "13 files of other types: .png 8, no suffix 1, .csv 1, .gif 1, .pdf 1, ..."
    )
    assert farm("status", "--json").json["left_out"] == {
        "hidden_folders": 2,
        "hidden_files": 1,
        "generated_folders": {"node_modules": 1},
        "duplicate_links": 1,
        "other_types": {"": 1, ".png": 8, ".pdf": 1, ".csv": 1, ".gif": 1, ".zip": 1},
    }


def test_a_single_file_of_another_type(farm: Commands) -> None:
    """The line is grammatical."""
    assert farm.corpus
    (farm.corpus / "a.png").touch()
    farm("index")

    assert farm("status").out.endswith("left out    1 file of another type: .png 1\n")


def test_a_current_folder_that_was_removed_is_named(
    farm: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if there were a typo in a path."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    outcome = farm("ask", "Who?")

    assert (2, 1) == (outcome.code, outcome.err.count("\n"))
    assert "The current folder does not exist any more" in outcome.err
