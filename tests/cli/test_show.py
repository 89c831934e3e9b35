"""``qa show FILE[:LINE[-LINE]]``: an article, its lines numbered as in citations."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

import qa
from tests.conftest import SMALL
from tests.helpers.commands import Commands, commands_over, on_terminal


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


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("0", "bakery-oven.txt has no line 0: it has 10 lines"),
        ("0-3", "bakery-oven.txt has no line 0: it has 10 lines"),
        ("11", "bakery-oven.txt has no line 11: it has 10 lines"),
        ("1-99", "bakery-oven.txt has no line 99: it has 10 lines"),
        ("99999999999999999999", "has no line 99999999999999999999"),
        ("4-2", "Lines 4-2 are in the wrong order. Show bakery-oven.txt:2-4."),
        ("abc", "'abc' is no line. Give a line or a range"),
        ("4-", "'4-' is no line"),
        ("9" * 5000, "9999\u2026' is no line"),  # Python refuses to parse thousands of digits
    ],
)
def test_a_wrong_line_is_a_usage_error_that_says_what_is_wrong(town: Commands, lines: str, message: str) -> None:
    """In one line: there is no such line, the range is reversed, or it is no number."""
    outcome = town("show", f"bakery-oven.txt:{lines}")

    assert (2, "") == (outcome.code, outcome.out)
    assert 1 == outcome.err.count("\n")
    assert message in outcome.err


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


def test_a_name_of_any_length_is_shown_in_part(town: Commands) -> None:
    """The message stays readable."""
    outcome = town("show", "x" * 5000)

    assert (2, 1) == (outcome.code, outcome.err.count("\n"))
    assert len(outcome.err) < 500


@pytest.mark.parametrize("name", ["bakery-oven", "bakery", "BAKERY", "oven", "bakery-oven.txt:", "oven:5", "y-ov"])
def test_a_part_of_a_name_is_enough(town: Commands, name: str) -> None:
    """Its beginning, or anything that no other article has; what grep prints in front of a line is fine, too."""
    outcome = town("show", name)

    assert 0 == outcome.code
    assert "bakery-oven.txt" in outcome.out.splitlines()[1]


def test_a_whole_name_precedes_a_part_of_others(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A name without its suffix, then a beginning, then any part; one of several is never guessed."""
    news = tmp_path / "news"
    (news / "sub").mkdir(parents=True)
    for name in ("well.md", "well-2.md", "sub/old well.md", "sub/deep.md"):
        (news / name).write_text(f"About {name}.\n")
    commands = Commands(capsys, news)

    for name, path in {
        "well": "well.md",
        "well-": "well-2.md",
        "old": "sub/old well.md",
        "deep.md": "sub/deep.md",
    }.items():
        assert path == commands("show", name, "--json").json["path"]
    outcome = commands("show", "sub/")
    assert (2, "") == (outcome.code, outcome.out)
    assert "'sub/' may be 2 articles: sub/deep.md, sub/old well.md. Give more of the name." in outcome.err


def test_a_misspelt_name_suggests_the_nearest(town: Commands) -> None:
    """With a line or without; what is like no name suggests nothing."""
    for location in ("bakry-ovn.txt", "bakry-ovn.txt:3", "Bakeryoven"):
        outcome = town("show", location)
        assert 2 == outcome.code
        assert "(did you mean 'bakery-oven.txt'?)" in outcome.err
    assert "did you mean" not in town("show", "xyz").err


def test_the_paragraphs_around_a_line_are_shown(town: Commands) -> None:
    """As many on each side as wanted, three by default; the heading says which lines, and ``--all`` shows all."""
    lines = {
        (): [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
        ("--context", "1"): [13, 14, 15, 16, 17, 18],
        ("--context", "0"): [14],
        ("--all",): [*range(1, 24)],
        ("--context", "99"): [*range(1, 24)],
    }
    for options, numbers in lines.items():
        out = town("show", "orchard-fair.md:14", *options).out.splitlines()
        assert numbers == [int(line.lstrip(">").split()[0]) for line in out[3:]], options
        part = "" if len(numbers) == 23 else f" · lines {numbers[0]}-{numbers[-1]} of 23"
        assert f"orchard-fair.md{part}" == out[1]
    assert 2 == town("show", "orchard-fair.md:14", "--context", "-1").code


def test_json_has_the_whole_article(town: Commands) -> None:
    """Whatever is printed otherwise."""
    value = town("show", "orchard-fair.md:14", "--json", "--context", "0").json

    assert (23, [14]) == (len(value["lines"]), value["marked"])


def paged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *arguments: str, rows: int = 12, pager: str | None = None
) -> tuple[str, str | None, list[str]]:
    """Run ``qa show`` on a terminal; return what it printed, what the pager read, and the pager's arguments."""
    log = tmp_path / "log"
    script = tmp_path / "less"
    script.write_text(f'#!/bin/sh\ncat > {log}\nprintf "%s\\n" "$LESS" "$@" > {log}.arguments\n')
    script.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("LINES", str(rows))
    monkeypatch.delenv("LESS", raising=False)
    monkeypatch.delenv("PAGER", raising=False)
    if pager is not None:
        monkeypatch.setenv("PAGER", pager)
    code, out = on_terminal(monkeypatch, ["show", *arguments])
    assert 0 == code
    words = Path(f"{log}.arguments").read_text().splitlines() if log.exists() else []
    return out, log.read_text() if log.exists() else None, words


ARGUMENTS = ("--corpus", str(SMALL), "orchard-fair.md:14", "--all")


def test_what_is_longer_than_the_screen_is_paged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By less, which leaves short texts on the screen and has the marked line in view."""
    out, read, words = paged(monkeypatch, tmp_path, *ARGUMENTS)

    assert "" == out
    assert read is not None
    marked = next(number for number, line in enumerate(read.splitlines(), 1) if "> 14" in line)
    assert ["FRX", "-R", f"+{marked - 3}"] == words


@pytest.mark.parametrize("pager", ["cat", "", "'", "no-such-pager"])
def test_without_a_pager_everything_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pager: str) -> None:
    """``PAGER=cat`` turns it off, and a pager that does not exist does no harm."""
    out, read, _ = paged(monkeypatch, tmp_path, *ARGUMENTS, pager=pager)

    assert read is None
    assert "Maiden's Thumb" in out


def test_a_pager_may_have_arguments(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They are its own; a position is only given to less."""
    (tmp_path / "most").symlink_to("less")

    assert ["FRX", "-w"] == paged(monkeypatch, tmp_path, *ARGUMENTS, pager="most -w")[2]


@pytest.mark.parametrize(("option", "rows"), [("--no-pager", 12), ("--all", 90)])
def test_no_pager_starts_without_need(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: str, rows: int) -> None:
    """Not if it is declined, nor for a text that fits."""
    out, read, _ = paged(monkeypatch, tmp_path, *ARGUMENTS, option, rows=rows)

    assert read is None
    assert "Maiden's Thumb" in out


def test_an_article_cannot_steer_the_pager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only our own styles reach it, which less -R shows as such."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a\x1b[2J.txt").write_text("\x1b]0;owned\x07First \x1b[31mred.\n\nmore\n" * 20)

    _, read, _ = paged(monkeypatch, tmp_path, "--corpus", str(tmp_path / "news"), "a:1", "--all")

    assert read is not None
    assert {"\x1b[0m", "\x1b[1m", "\x1b[2m"} == {*re.findall(r"\x1b[^m]*m?", read)}
