"""``qa show FILE[:LINE[-LINE]]``: an article, its lines numbered as in citations."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import qa
from tests.conftest import SMALL
from tests.helpers.commands import Commands, commands_over


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus."""
    return commands_over(small, capsys)


def marked(out: str) -> list[int]:
    """Return the numbers of the marked lines."""
    return [int(line[1:].split()[0]) for line in out.splitlines() if line.startswith(">")]


def test_an_article_is_shown_with_line_numbers(town: Commands) -> None:
    """Title and date, the path, then every line; carriage returns are removed."""
    outcome = town("show", "bakery-oven.txt")

    assert (0, "") == (outcome.code, outcome.err)
    lines = outcome.out.splitlines()
    assert ["Bakers of Tallow Street share one oven", "bakery-oven.txt", ""] == lines[:3]
    assert "   1  Bakers of Tallow Street share one oven" == lines[3]
    assert "   5  Mr. Anselm Pike bakes rye from midnight to 4 a.m. and" == lines[7]
    assert [] == marked(outcome.out)
    assert "\r" not in outcome.out


@pytest.mark.parametrize(
    ("suffix", "lines"),
    [(":1", [1]), (":5", [5]), (":2-4", [2, 3, 4]), (":5-5", [5]), ("", [])],
)
def test_given_lines_are_marked(town: Commands, suffix: str, lines: list[int]) -> None:
    """A line, a range, or none."""
    outcome = town("show", f"bakery-oven.txt{suffix}")

    assert 0 == outcome.code
    assert lines == marked(outcome.out)


def test_the_lines_of_a_citation_contain_its_quote(town: Commands, small: qa.Assistant) -> None:
    """``show`` accepts the path and lines of a source."""
    citation = small.ask("Who bakes rye from midnight?").citations[0]

    lines = town("show", f"{citation.path}:{citation.line_start}-{citation.line_end}", "--json").json
    marked_lines = [lines["lines"][number - 1] for number in lines["marked"]]

    assert citation.quote.replace("\r\n", "\n") in "\n".join(marked_lines)


@pytest.mark.parametrize("lines", [":0", ":11", ":4-2", ":1-99", ":0-3", ":99999999999999999999"])
def test_a_line_out_of_range_is_a_usage_error(town: Commands, lines: str) -> None:
    """The message says how many lines the article has."""
    outcome = town("show", f"bakery-oven.txt{lines}")

    assert (2, "") == (outcome.code, outcome.out)
    assert 1 == outcome.err.count("\n")
    assert "has 10 lines" in outcome.err


def test_a_huge_line_number_is_a_usage_error(town: Commands) -> None:
    """Python refuses to parse thousands of digits."""
    outcome = town("show", "bakery-oven.txt:" + "9" * 5000)

    assert (2, "") == (outcome.code, outcome.out)
    assert "bug" not in outcome.err


@pytest.mark.parametrize("location", ["none.txt", "none.txt:3", "", ":3", "../conftest.py", "/etc/hostname", "a\0b"])
def test_an_unknown_article_is_a_usage_error(town: Commands, location: str) -> None:
    """Files outside the corpus are never shown."""
    outcome = town("show", location)

    assert (2, "") == (outcome.code, outcome.out)
    assert 1 == outcome.err.count("\n")
    assert str(town.corpus) in outcome.err


def test_a_skipped_file_is_a_usage_error_with_the_reason(town: Commands) -> None:
    """The reason is the one that ``qa status`` prints."""
    outcome = town("show", "empty.txt")

    assert (2, "") == (outcome.code, outcome.out)
    assert "empty.txt cannot be shown: empty" in outcome.err


def test_a_path_may_be_relative_to_the_current_folder(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """So shell completion works; absolute paths do too."""
    expected = town("show", "tram-line.txt:3")

    assert expected == town("show", f"{SMALL / 'tram-line.txt'}:3")
    monkeypatch.chdir(SMALL.parent)
    assert expected == town("show", "corpus/tram-line.txt:3")
    monkeypatch.chdir(SMALL / "..")
    assert expected == town("show", "./corpus/../corpus/tram-line.txt:3")


def test_a_file_name_may_contain_a_colon(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A file with exactly this name takes precedence over a line number; a line may follow it."""
    news = tmp_path / "news"
    news.mkdir()
    (news / "at 12:30.txt").write_text("First.\nSecond.\n")
    commands = Commands(capsys, news, tmp_path / "index")

    assert (0, []) == (commands("show", "at 12:30.txt").code, marked(commands("show", "at 12:30.txt").out))
    assert [2] == marked(commands("show", "at 12:30.txt:2").out)


def test_show_needs_no_index(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It does not create one either."""
    assert 0 == Commands(capsys, SMALL, tmp_path / "index")("show", "tram-line.txt").code
    assert not (tmp_path / "index").exists()


def test_the_last_line_can_be_marked_without_a_final_line_feed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It counts as a line like any other."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("First.\nSecond.")

    assert [2] == marked(Commands(capsys, tmp_path / "news")("show", "a.txt:2").out)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes and devices in folders")
def test_only_files_of_the_corpus_are_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A link to itself or out of the corpus, a pipe, a device and a folder are one line each, however named."""
    news = tmp_path / "news"
    news.mkdir()
    (news / "a.txt").write_text("First.\n")
    (tmp_path / "secret.txt").write_text("Secret.\n")
    (news / "folder.txt").mkdir()
    os.mkfifo(news / "pipe.txt")
    targets = {"loop.txt": "loop.txt", "out.txt": "../secret.txt", "device.txt": "/dev/zero", "up": "../news"}
    for name, target in targets.items():
        (news / name).symlink_to(target)
    commands = Commands(capsys, news, tmp_path / "index")
    for name in ("folder.txt", "pipe.txt", "loop.txt", "out.txt", "device.txt", "up/out.txt", "../secret.txt"):
        for location in (name, f"{name}:1", f"news/{name}", str(news / name)):
            outcome = commands("show", location)
            assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n")), location
            assert "bug" not in outcome.err
