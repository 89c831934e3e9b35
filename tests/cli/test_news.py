"""``qa news``: lists what is new once, and not before it was printed."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest

from qa.cli import run
from qa.cli.days import first_day
from qa.errors import UsageError
from tests.helpers.commands import LINK, Commands, on_terminal

FRIDAY = date(2026, 11, 27)
RECORD = Path("data", "qa", "news")


@pytest.fixture
def town(growing_town: Commands) -> Commands:
    """Commands over a town whose articles were looked at, all but ``new.txt``."""
    assert growing_town.corpus
    text = (growing_town.corpus / "new.txt").read_bytes()
    (growing_town.corpus / "new.txt").unlink()
    assert 0 == growing_town("news").code
    (growing_town.corpus / "new.txt").write_bytes(text)
    return growing_town


def record(tmp_path: Path) -> Path:
    """Return the file with the last look."""
    (path,) = (tmp_path / RECORD).iterdir()
    return path


def test_the_first_look_says_so(copied_town: Commands) -> None:
    """With how many articles there are, each with title, date, outlet and path."""
    outcome = copied_town("news")

    assert (0, "") == (outcome.code, outcome.err)
    first, *lines = outcome.out.splitlines()
    assert "This is the first look at 7 articles:" == first
    gazette = "2024-05-14 · The Saltmere Gazette · harbour-lights.txt"
    assert f"  Saltmere harbour lights go dark for one week · {gazette}" in lines


def test_what_is_new_is_listed_once(town: Commands) -> None:
    """Whichever command has updated the index before; then the exit code is 1."""
    assert town.corpus
    (town.corpus / "tram-line.txt").write_text("The tram stops.\n")
    (town.corpus / "cafe-piano.txt").unlink()
    (town.corpus / "bakery-oven.txt").rename(town.corpus / "oven.txt")
    assert 0 == town("index").code

    outcome = town("news")

    assert (0, "") == (outcome.code, outcome.err)
    first, *lines = outcome.out.splitlines()
    assert first.startswith("1 new, 1 changed, 1 removed since ")
    assert ["", "New", "", "Changed", "", "Removed"] == [line for line in lines if not line.startswith("  ")]
    assert [" · new.txt", " · tram-line.txt", " · cafe-piano.txt"] == [
        line[line.rindex(" · ") :] for line in lines if line.startswith("  ")
    ]
    again = town("news")
    assert (1, "") == (again.code, again.err)
    assert again.out.startswith("Nothing new since ")


def test_json_is_one_object(town: Commands) -> None:
    """With what is new in lists, and since when."""
    value = town("news", "--json").json

    assert ["since", "first_look", "articles", "new", "changed", "removed"] == [*value]
    assert (False, 8, [], []) == (value["first_look"], value["articles"], value["changed"], value["removed"])
    (item,) = value["new"]
    assert ["path", "title", "source", "published", "time"] == [*item]
    assert "new.txt" == item["path"]
    assert item["time"] > value["since"]
    assert 1 == town("news", "--json").code


def test_since_a_day_is_no_look(town: Commands) -> None:
    """It lists what came since, and what came since the last look is still listed after that."""
    first = town("news", "--since", "yesterday", "--json")
    assert "new.txt" in [item["path"] for item in first.json["new"]]
    assert str(date.today() - timedelta(1)) == first.json["since"]

    assert ["new.txt"] == [item["path"] for item in town("news", "--json").json["new"]]


def test_a_list_that_nobody_reads_is_no_look(town: Commands) -> None:
    """As if the pipe's reader had left, or if the disk is full; what is new is listed again."""
    read, write = os.pipe()
    os.close(read)
    with pytest.MonkeyPatch.context() as patch, os.fdopen(write, "w", encoding="utf-8") as unread:
        patch.setattr(sys, "stdout", unread)
        assert 0 == run([*town.path_options, "news"])
        with suppress(BrokenPipeError):
            unread.close()
    if Path("/dev/full").exists():
        with pytest.MonkeyPatch.context() as patch, open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
            patch.setattr(sys, "stdout", full)
            assert 4 == run([*town.path_options, "news"])
            with suppress(OSError):
                full.close()

    assert "  The tram stops at the Glass Market. · new.txt" in town("news").out.splitlines()


def test_a_look_that_cannot_be_saved_is_said(town: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is printed all the same."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa.private_files.write", fail)
    outcome = town("news")

    assert 0 == outcome.code
    assert "new.txt" in outcome.out
    assert f"{record(tmp_path)} cannot be written: No space left on device. " in outcome.err
    assert outcome.err.endswith(" The next qa news lists this again.\n")


def test_a_damaged_look_is_renamed(town: Commands, tmp_path: Path) -> None:
    """A line says so, and the next look is the first."""
    path = record(tmp_path)
    path.write_text("{")

    outcome = town("news")

    assert 0 == outcome.code
    assert outcome.out.startswith("This is the first look at 8 articles:")
    assert f"{path} cannot be read; it is now {path.name}.damaged. It is not needed to go on.\n" == outcome.err
    assert "{" == path.with_name(f"{path.name}.damaged").read_text()


def test_without_refresh_the_index_is_what_is_seen(town: Commands) -> None:
    """What it does not know yet is new later."""
    assert 1 == town("news", "--no-refresh").code
    assert 0 == town("news").code


def test_titles_do_not_steer_the_terminal(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor do names of files; lines fit, and files that are there are links."""
    assert town.corpus
    long_title = "A very long title of an article " * 10
    (town.corpus / "evil\x1b[2Jname.txt").write_text(f"\x1b]0;owned\x07{long_title}\n\nThe ferry sails.\n")
    (town.corpus / "cafe-piano.txt").unlink()

    code, screen = on_terminal(monkeypatch, [*town.path_options, "news"])

    assert 0 == code
    assert "evilname.txt" in screen
    assert "\x1b[2J" not in screen
    assert "\x07" not in screen
    assert "new.txt" in "".join(LINK.split(screen))
    assert not LINK.search(next(line for line in screen.splitlines() if "cafe-piano.txt" in line))
    plain = LINK.sub("", screen).replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
    assert max(map(len, plain.splitlines())) <= 80


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-01", "2026-11-01"),
        ("1 November", "2026-11-01"),
        ("30 Nov", "2025-11-30"),
        ("November 1, 2025", "2025-11-01"),
        ("27.11.2026", "2026-11-27"),
        ("today", "2026-11-27"),
        ("Yesterday", "2026-11-26"),
        ("Monday", "2026-11-23"),
        ("last friday", "2026-11-20"),
        ("this week", "2026-11-23"),
        ("last week", "2026-11-16"),
        ("last month", "2026-10-01"),
        ("March", "2026-03-01"),
        ("2025", "2025-01-01"),
        ("3 days ago", "2026-11-24"),
        ("two weeks  ago", "2026-11-13"),
    ],
)
def test_days_are_understood_as_people_type_them(text: str, day: str) -> None:
    """On a Friday, Friday is the one before."""
    assert day == first_day(text, FRIDAY).isoformat()


@pytest.mark.parametrize("text", ["", "soon", "03/04/2024", "30 February", "2026-11-28", "in 2 days", "5 hours ago"])
def test_what_is_no_day_is_a_usage_error(text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nothing is guessed: an ambiguous date is none, nor is one that has not come yet."""
    with pytest.raises(UsageError):
        first_day(text, FRIDAY)

    outcome = Commands(capsys)("news", "--since", text or " ")
    assert text == "2026-11-28" or outcome.code == 2
    assert "" == outcome.out


def test_no_articles_are_an_error_and_no_news(town: Commands, tmp_path: Path) -> None:
    """A drive that is away has not removed anything."""
    assert town.corpus
    before = record(tmp_path).read_bytes()
    town.corpus.rename(town.corpus.with_name("away"))

    assert 3 == town("news").code
    assert before == record(tmp_path).read_bytes()
