"""``qa add``: what it prints, its exit codes, and that a question finds what it saved."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from tests.conftest import PROJECT, RunQA
from tests.helpers.commands import Commands
from tests.helpers.local_server import allow_loopback
from tests.helpers.web_server import ARTICLE, Website, use_in_commands, website


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Website]:
    """A website that ``qa add`` takes for a public one."""
    allow_loopback(monkeypatch)
    use_in_commands(monkeypatch)
    with website() as served:
        yield served


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over an empty corpus."""
    (tmp_path / "articles").mkdir()
    return Commands(capsys, tmp_path / "articles", tmp_path / "index")


def _files(town: Commands) -> list[str]:
    assert town.corpus is not None
    return sorted(path.name for path in town.corpus.iterdir())


def test_a_question_finds_the_saved_page(site: Website, town: Commands, embedder: object) -> None:
    """Without another command, and cites it."""
    added = town("add", site.put_article("/bridge", "The bridge"))
    asked = town("ask", "How much did the bridge over the Wend cost?", "--json")

    assert (0, "Saved as The bridge.md: The bridge\n") == (added.code, added.out)
    assert "The next question takes in what was saved.\n" == added.err
    assert 0 == asked.code
    assert "12 million euros" in asked.json["short_answer"]
    assert "The bridge.md" == asked.json["citations"][0]["path"]


def test_each_page_has_a_line(site: Website, town: Commands) -> None:
    """One that fails does not stop the others, and is not saved in part; what is there already is no failure."""
    bridge, ferry = site.put_article("/bridge", "The bridge"), site.put_article("/ferry", "The ferry")
    login = site.put("/login", "<p>Log in, please.</p>")
    outcome = town("add", bridge, login, f"{site.root}/none", "http://10.0.0.1/", f"{bridge}#top", ferry)

    assert 4 == outcome.code
    assert [
        "Saved as The bridge.md: The bridge",
        f"Already there as The bridge.md: {bridge}",
        "Saved as The ferry.md: The ferry",
    ] == outcome.out.splitlines()
    first, second, third, _ = outcome.err.splitlines()
    assert first.startswith(f"Not saved: {login}: The page has no article")
    assert second.startswith(f"Not saved: {site.root}/none: The server answers 404 Not Found. ")
    assert third.startswith("Not saved: http://10.0.0.1/: The host 10.0.0.1 is in this machine's or a private network")
    assert ["The bridge.md", "The ferry.md"] == _files(town)
    assert 0 == town("add", bridge, ferry).code


def test_json_has_the_same(site: Website, town: Commands) -> None:
    """One object, with a result for each page."""
    bridge = site.put_article("/bridge", "The bridge")
    outcome = town("add", "--json", bridge, bridge, f"{site.root}/none")

    assert (4, "") == (outcome.code, outcome.err)
    reason = outcome.json["results"][2]["reason"]
    assert {
        "saved": 1,
        "present": 1,
        "failed": 1,
        "results": [
            {"url": bridge, "status": "saved", "path": "The bridge.md", "title": "The bridge", "reason": ""},
            {"url": bridge, "status": "present", "path": "The bridge.md", "title": "", "reason": ""},
            {"url": f"{site.root}/none", "status": "failed", "path": "", "title": "", "reason": reason},
        ],
    } == outcome.json
    assert reason.startswith("The server answers 404 Not Found. ")


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("notes.md", "qa: notes.md is a file, not the address of a page. Copy it into the corpus."),
        ("file:///etc/passwd", "qa: file:///etc/passwd is a file, not the address of a page. Copy it into the corpus."),
        ("example.org", "qa: example.org is not the address of a page. For example: https://example.org/article"),
        (
            "ftp://example.org/a",
            "qa: ftp://example.org/a is neither http nor https. Save the page as a file in the corpus.",
        ),
        ("http://u:p@a.example/", "qa: The address contains a user name or a password. Leave out what precedes the @."),
        ("\x1b]0;x\x07", "qa: is not the address of a page. For example: https://example.org/article"),
    ],
)
def test_what_is_no_address_is_a_usage_error(
    site: Website, town: Commands, tmp_path: Path, address: str, line: str
) -> None:
    """And nothing is fetched, of the others neither."""
    (tmp_path / "notes.md").write_text("Mine.")
    outcome = town("add", site.put_article("/bridge", "The bridge"), address)

    assert (2, "", line) == (outcome.code, outcome.out, outcome.err.strip())
    assert [] == site.requests


def test_an_address_is_needed(town: Commands) -> None:
    """It says how the command is called."""
    assert (2, "qa: URL is missing. Usage: qa add URL\n") == town("add")[::2]


def test_the_corpus_has_to_be_there(site: Website, town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """And to be writable: before anything is fetched."""
    bridge = site.put_article("/bridge", "The bridge")
    none = town.exactly("add", bridge)
    missing = town.exactly("add", "--corpus", "nowhere", bridge)
    monkeypatch.setattr(os, "access", lambda _, mode: not mode & os.W_OK)
    read_only = town("add", bridge)

    assert (3, "qa: No corpus configured. Pass --corpus DIR or set corpus in qa.toml.\n") == none[::2]
    assert 3 == missing.code
    assert "nowhere does not exist" in missing.err
    assert 4 == read_only.code
    assert "is read-only" in read_only.err
    assert [] == site.requests


def test_a_full_disk_is_one_line(site: Website, town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the page is left; another one may fit."""
    failures = [OSError(errno.ENOSPC, "No space left on device")]

    def fsync(_: int) -> None:
        if failures:
            raise failures.pop()

    monkeypatch.setattr("os.fsync", fsync)
    outcome = town("add", site.put_article("/bridge", "The bridge"), site.put_article("/ferry", "The ferry"))

    assert 4 == outcome.code
    assert "No space left on device. Free some space, or change its permissions." in outcome.err
    assert ["The ferry.md"] == _files(town)


def test_a_title_does_not_steer_the_terminal(site: Website, town: Commands) -> None:
    """Nor the name of its file."""
    evil = "Bridge &#27;]0;evil&#7; \x1b[2J\u202e"
    outcome = town("add", site.put_article("/bridge", evil))

    assert 0 == outcome.code
    assert outcome.out.strip().isprintable()
    assert all(name.isprintable() for name in _files(town))


def test_a_missing_library_is_named(site: Website, town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it, before anything is fetched."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    outcome = town("add", site.put_article("/bridge", "The bridge"))

    assert (4, "") == outcome[:2]
    assert "qa: qa add needs trafilatura and feedparser. Run: pip install 'qa-corpus[formats]'\n" == outcome.err
    assert [] == site.requests


def test_this_machine_is_never_asked(town: Commands, run_qa: RunQA) -> None:
    """As a user runs it, with nothing in the environment or a settings file that could change that."""
    with website() as site:
        names = ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]")
        settings = {"QA_CORPUS": str(town.corpus), "PYTHONPATH": str(PROJECT)}
        environment = os.environ | settings | {"http_proxy": site.root, "ALL_PROXY": site.root}
        addresses = [f"http://{name}:{site.port}/" for name in names]
        outcome = run_qa("add", *addresses, env=environment)

        assert 4 == outcome.returncode
        lines = outcome.stderr.splitlines()
        assert [True] * len(names) == ["in this machine's or a private network" in line for line in lines]
        assert [] == site.requests


@pytest.mark.parametrize("setting", ['add = ["http://a.example/"]', 'urls = ["http://a.example/"]', "proxy = 'x'"])
def test_a_settings_file_cannot_make_it_fetch(town: Commands, site: Website, tmp_path: Path, setting: str) -> None:
    """There is no such setting."""
    (tmp_path / "qa.toml").write_text(f'corpus = "articles"\n{setting}\n')

    assert 2 == town.exactly("add", site.put_article("/bridge", "The bridge")).code
    assert [] == site.requests


def test_the_settings_file_names_the_corpus(town: Commands, site: Website, tmp_path: Path) -> None:
    """As for every command; and the user agent names the program."""
    (tmp_path / "qa.toml").write_text('corpus = "articles"\n')

    assert 0 == town.exactly("add", site.put_article("/bridge", "The bridge", ARTICLE)).code
    assert ["The bridge.md"] == _files(town)
    assert f"qa-corpus/{qa.__version__}" == site.requests[0][1]["User-Agent"]
