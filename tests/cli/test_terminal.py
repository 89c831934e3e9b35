"""Output to a terminal: links and emphasis if supported, never an escape sequence from an article."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import os
import re
import signal
import subprocess
import sys
import termios
import time
import unicodedata
from pathlib import Path

import pytest

import qa
from qa.cli.output import link
from qa.cli.streams import ESCAPE, safe_streams
from tests.conftest import SMALL, RunQA
from tests.helpers.commands import LINK, Commands, commands_over, on_terminal

LENGTH = "How long is the reading room of the library?"
STYLE = re.compile(r"\x1b\[(?:0|1|2)m")

HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]0;owned\x07 \x1b]8;;http://evil/\x1b\\click\x1b]8;;\x1b\\ "
    "\x9b2J \x90q\x9c \u202egnp\u2066\x7f\x08"
)
"""Colours, a window title, a link, clearing the screen, a device control string, bidi controls, backspace."""
HOSTILE_NAME = "le\x1b[31mak\x9b2J\u202etxt.\x07.txt"


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus."""
    return commands_over(small, capsys)


def harmful(text: str) -> str:
    """Return the control and formatting characters of ``text`` that a terminal would interpret."""
    return "".join(char for char in text if char not in "\r\n\t" and unicodedata.category(char) in ("Cc", "Cf"))


# Style


def test_a_terminal_gets_links_and_emphasis(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path and line of a source are a link to the file; the short answer is bold."""
    code, screen = on_terminal(monkeypatch, ["ask", *town.path_options, LENGTH])

    assert 0 == code
    uri = (SMALL / "rope-works-library.txt").as_uri()
    assert f"\x1b]8;;{uri}\x1b\\rope-works-library.txt:6\x1b]8;;\x1b\\" in screen
    assert screen.startswith("\x1b[1m140 metres\x1b[0m")
    assert "" == harmful(LINK.sub("", STYLE.sub("", screen)))


@pytest.mark.parametrize("arguments", [["ask", LENGTH], ["search", "harbour"], ["show", "tram-line.txt:3"]])
def test_no_color_removes_emphasis(town: Commands, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """Links remain, since they are not colours."""
    _, styled = on_terminal(monkeypatch, [*town.path_options, *arguments])
    monkeypatch.setenv("NO_COLOR", "1")
    _, plain = on_terminal(monkeypatch, [*town.path_options, *arguments])

    assert STYLE.sub("", styled) == plain
    assert "" == harmful(LINK.sub("", plain))
    assert ("\x1b]8;;file://" in plain) is (arguments[0] != "show")


@pytest.mark.parametrize("arguments", [["ask", LENGTH], ["search", "harbour"], ["show", "tram-line.txt:3"]])
def test_a_dumb_terminal_gets_no_escape_sequences(
    town: Commands, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """It gets the same text as a pipe."""
    monkeypatch.setenv("TERM", "dumb")

    code, screen = on_terminal(monkeypatch, [*town.path_options, *arguments])

    assert (code, screen.replace("\r\n", "\n")) == town(*arguments)[:2]
    assert "\x1b" not in screen


def test_text_is_wrapped_to_the_terminal(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe, each line of the article is one line."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    _, screen = on_terminal(monkeypatch, [*town.path_options, "show", "tram-line.txt"])

    assert 80 >= max(map(len, screen.splitlines()[3:]))
    assert 80 < max(map(len, town("show", "tram-line.txt").out.splitlines()))


def test_a_pipe_gets_no_escape_sequences(town: Commands) -> None:
    """The next program has nothing to filter out."""
    for arguments in (["ask", LENGTH, "--explain"], ["search", "harbour"], ["show", "tram-line.txt:3"], ["status"]):
        assert "" == harmful(town(*arguments).out)


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_links_lead_to_files_below_the_corpus_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a path in an index of somebody else nor a link in the corpus leads elsewhere; a name is encoded."""
    (tmp_path / "news").mkdir()
    (tmp_path / "outside.txt").touch()
    (tmp_path / "news" / "out.txt").symlink_to(tmp_path / "outside.txt")
    monkeypatch.setattr("qa.cli.output.on_terminal", lambda: True)
    for path in ("../outside.txt", "out.txt", str(tmp_path / "outside.txt"), "a/../../outside.txt"):
        assert "text" == link("text", tmp_path / "news", path)

    linked = link("text", tmp_path / "news", f"a b/{HOSTILE_NAME}").replace(ESCAPE, "\x1b")
    assert LINK.match(linked)
    assert "a%20b/le%1B%5B31mak%C2%9B2J" in linked


def test_only_escape_sequences_of_qa_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever prints to whichever stream: a command, a library, a warning, a traceback."""
    with safe_streams():
        for stream in (sys.stdout, sys.stderr):
            print(f"{ESCAPE}[1m{HOSTILE}{ESCAPE}[0m\tend", file=stream)
            stream.write("".join(map(chr, range(0x300))))
    for written in capsys.readouterr():
        assert written.startswith("\x1b[1m") and "\x1b[0m\tend\n" in written
        assert "\xad" == harmful(STYLE.sub("", written))


# Text from articles


@pytest.fixture
def hostile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over articles with escape sequences in name, title and text."""
    news = tmp_path / "news"
    news.mkdir()
    text = f"Title: Lighthouse {HOSTILE} lit\n\nThe lighthouse {HOSTILE} was lit in 1887 by Ada Wren.\n"
    text += "Boats had to keep to the north channel before. The keeper rings the bell on his birthday.\n" * 4
    (news / HOSTILE_NAME).write_text(text, encoding="utf-8")
    (news / f"empty {HOSTILE_NAME}").write_bytes(b"")
    commands = Commands(capsys, news, tmp_path / "index")
    assert 0 == commands("index").code
    return commands


HOSTILE_COMMANDS = (
    (0, ["ask", "When was the lighthouse lit by Ada Wren?", "--explain", "--min-confidence", "0"]),
    (1, ["ask", "Who ate the cake?", "--min-confidence", "1"]),
    (0, ["search", "lighthouse", "--explain"]),
    (0, ["show", HOSTILE_NAME]),
    (0, ["show", f"{HOSTILE_NAME}:3"]),
    (2, ["show", f"{HOSTILE_NAME}:99"]),
    (2, ["show", f"empty {HOSTILE_NAME}"]),
    (2, ["show", f"none {HOSTILE_NAME}"]),
    (0, ["status"]),
    (0, ["index", "--rebuild"]),
    (0, ["doctor"]),
)


def test_escape_sequences_in_articles_do_not_reach_the_terminal(
    hostile: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The only escape sequences on stdout are those of qa itself; stderr has none."""
    for code, arguments in HOSTILE_COMMANDS:
        outcome = hostile(*arguments)
        terminal_code, screen = on_terminal(monkeypatch, [*hostile.path_options, *arguments])

        assert code == outcome.code == terminal_code, arguments
        assert ("", "") == (harmful(outcome.out), harmful(outcome.err)), arguments
        assert "" == harmful(LINK.sub("", STYLE.sub("", screen))), arguments
        assert not any("evil" in link for link in LINK.findall(screen))
        assert outcome.out or outcome.err


def test_json_contains_such_text_escaped(hostile: Commands) -> None:
    """A program gets the exact text; a terminal that displays the JSON gets no control characters."""
    outcome = hostile("ask", "When was the lighthouse lit by Ada Wren?", "--min-confidence", "0", "--json")

    assert 0 == outcome.code
    assert "" == harmful(outcome.out)
    citation = outcome.json["citations"][0]
    assert HOSTILE_NAME == citation["path"]
    assert HOSTILE in citation["quote"]
    for _, arguments in HOSTILE_COMMANDS:
        assert "" == harmful(hostile(*arguments, "--json").out), arguments


# Pipes, encodings and interruption


def test_json_is_ascii_unless_the_encoding_is_utf_8(run_qa: RunQA, small: qa.Assistant) -> None:
    """With another encoding, JSON remains valid, and characters that it lacks are printed as escapes."""
    path_options = ["--corpus", str(SMALL), "--index", str(small.settings.index_root)]
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}

    as_json = run_qa(*path_options, "show", "choir-visit.txt", "--json", env=environment)
    as_text = run_qa(*path_options, "show", "choir-visit.txt", env=environment, encoding="latin-1")

    assert [(0, "")] * 2 == [(run.returncode, run.stderr) for run in (as_json, as_text)]
    assert "Two choirs, one bridge 🎶" == json.loads(as_json.stdout)["lines"][0]
    assert "Two choirs, one bridge \\U0001f3b6" in as_text.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs Unix pipes")
def test_a_closed_pipe_is_not_an_error() -> None:
    """``qa show FILE | head -1`` ends without a message."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "qa", "show", "tram-line.txt", "--corpus", str(SMALL)]
    try:
        run = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(write)

    assert (0, "") == (run.returncode, run.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_line_and_exit_code_4() -> None:
    """The line has the reason, with ``--json`` as well: where the JSON would be, there is no space."""
    command = [sys.executable, "-m", "qa", "show", "tram-line.txt", "--corpus", str(SMALL)]
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        as_json = subprocess.run([*command, "--json"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    line = "qa: The output cannot be written: No space left on device. Write it to another place.\n"
    assert [(4, line)] * 2 == [(each.returncode, each.stderr) for each in (run, as_json)]


def _unread(pipe: int) -> int:
    """Return the number of bytes that the other end of a pipe has not read yet."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


@pytest.mark.skipif(sys.platform == "win32", reason="needs Unix signals")
def test_an_interrupt_exits_130(tmp_path: Path) -> None:
    """Ctrl+C while qa waits for a question prints one word and no traceback."""
    command = [sys.executable, "-m", "qa", "ask", "-"]
    # A shell starts background jobs, such as these tests may be, with SIGINT ignored.
    restore_sigint = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, cwd=tmp_path, preexec_fn=restore_sigint) as waiting:
        assert waiting.stdin and waiting.stdout and waiting.stderr
        waiting.stdin.write(b"harbour")
        waiting.stdin.flush()
        while _unread(waiting.stdin.fileno()):
            time.sleep(0.01)
        while waiting.poll() is None:  # Python may miss a signal that arrives just before it blocks
            waiting.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                waiting.wait(2)
        out, err = waiting.stdout.read(), waiting.stderr.read()

    assert (130, b"") == (waiting.returncode, out)
    assert b"Interrupted." == err.strip()
