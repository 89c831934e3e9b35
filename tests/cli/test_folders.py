"""Links and what is left out of a corpus, as the commands show them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from qa.corpus import formats
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

    assert indexed.out.startswith("1 document, 1 chunk: 1 added, 1 skipped ")
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
    """Types of files without a loader come in the order of their number, the rarest together; ``--json`` has all."""
    assert farm.corpus
    for folder in (".git", ".obsidian", "node_modules"):
        (farm.corpus / folder).mkdir()
    names = [".hidden", "README", *(f"{number}.png" for number in range(8)), "b.xls", "c.ods", "d.gif", "e.zip"]
    for name in names:
        (farm.corpus / name).touch()
    (farm.corpus / "again").symlink_to(".")
    farm("index")

    last = farm("status").out.splitlines()[-1]

    assert last == (
        "left out    8 .png, 1 without suffix, 1 .gif, 1 .ods, 1 .xls, 1 other not supported; "
        "2 hidden folders, 1 hidden file, 1 node_modules folder, 1 duplicate link"
    )
    assert farm("status", "--json").json["left_out"] == {
        "hidden_folders": 2,
        "hidden_files": 1,
        "generated_folders": {"node_modules": 1},
        "duplicate_links": 1,
        "other_types": {"": 1, ".png": 8, ".xls": 1, ".ods": 1, ".gif": 1, ".zip": 1},
        "missing": {},
    }


def test_files_of_other_types_alone(farm: Commands) -> None:
    """Nothing else is in the line."""
    assert farm.corpus
    for name in ("a.gif", "a.png", "b.png", "c.PNG"):
        (farm.corpus / name).touch()
    farm("index")

    assert farm("status").out.endswith("\nleft out    3 .png, 1 .gif not supported\n")


@pytest.fixture
def light_install(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation without any library that is not needed."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    formats._missing.cache_clear()
    yield
    formats._missing.cache_clear()


@pytest.mark.usefixtures("light_install")
def test_files_that_need_a_further_library_are_counted_with_the_command(farm: Commands) -> None:
    """Nobody wonders why a PDF is never cited; what is installed later is read by the next command."""
    assert farm.corpus
    for name in ("a.html", "a.pdf", "b.pdf", "c.PDF"):
        (farm.corpus / name).touch()
    farm("index")

    command = "pip install 'qa-corpus[formats]'"
    assert farm("status").out.endswith(f"\nleft out    3 .pdf, 1 .html not read: {command}\n")
    assert {command: {".pdf": 3, ".html": 1}} == farm("status", "--json").json["left_out"]["missing"]
    assert f"formats: 3 .pdf, 1 .html not read: {command}" in farm("doctor").out


def test_files_that_are_skipped_for_the_same_reason_are_counted(farm: Commands) -> None:
    """Three of them have a line each; ``--json`` lists all."""
    assert farm.corpus
    for number in range(4):
        (farm.corpus / f"{number}.txt").write_bytes(b"\0\1\2")
    lines = ["4 files: binary (0.txt, 1.txt, 2.txt, \u2026)", f"archive: {REASON}"]

    assert [f"skipped {line}" for line in lines] == farm("index").out.splitlines()[1:]
    assert [f"skipped     {line}" for line in lines] == farm("status").out.splitlines()[-2:]
    assert 5 == len(farm("status", "--json").json["skipped"])


def test_a_copied_folder_is_up_to_date(farm: Commands, tmp_path: Path) -> None:
    """Other times and inodes are no change: the content decides, for all that compare the folder with its index."""
    farm("index")
    copy = Path(shutil.copytree(tmp_path, tmp_path / "copy", symlinks=True, copy_function=shutil.copyfile))
    copied = Commands(farm._capsys, copy / "news", copy / "index")

    assert "state       up to date\n" in copied("status").out
    assert ([], [], []) == tuple(copied("status", "--json").json[kind] for kind in ("new", "changed", "removed"))
    with qa.open(copied.corpus, copied.index, refresh=False) as assistant:
        assert ["indexed", "skipped"] == [article.state.value for article in assistant.articles()]
    assert ": no changes, " in copied("index").out


def test_status_shows_the_model_that_is_configured(farm: Commands) -> None:
    """If the index was built with another one, or differently, it says so and what to do."""
    farm("index")

    outcome = farm("status", "--model", "some/model")

    assert (0, "") == (outcome.code, outcome.err)
    assert "\nmodel       some/model\n" in outcome.out
    problem = "The index was built with the model all-MiniLM-L6-v2, not some/model. Run: qa index --rebuild"
    assert f"\nstate       {problem}\n" in outcome.out
    state = farm("status", "--model", "some/model", "--json").json
    assert ("some/model", "all-MiniLM-L6-v2") == (state["model"], state["index_model"])
    assert "some/model" in state["mismatch"]["error"]
    assert farm("status", "--json").json["mismatch"] is None
    farm.corpus = farm.corpus and Path(shutil.copytree(farm.corpus, farm.corpus.parent / "other"))
    assert "\nstate       The index was built from another corpus (../news). " in farm("status").out


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
