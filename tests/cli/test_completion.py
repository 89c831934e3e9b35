"""Completion in a shell: commands, options, folders and articles, with names as they are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.helpers.commands import Commands, Outcome

NAMES = ["Kim, Putin & co.txt", "news 1.txt", "plain.txt"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a ``qa.toml`` and articles whose names shells interpret."""
    (tmp_path / "articles").mkdir()
    for name in NAMES:
        (tmp_path / "articles" / name).write_text("The tram stopped.")
    (tmp_path / "qa.toml").write_text('corpus = "articles"')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bash(folder: Path, tmp_path: Path) -> str:
    """A program for bash that prints what Tab offers after its arguments; the last one is incomplete."""
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    _command(tmp_path)
    return """
PATH=$PWD/bin:$PATH
compopt() { echo "$2"; }
eval "$(qa completion bash)"
COMP_WORDS=(qa "$@"); COMP_CWORD=$#
_qa_completion qa
printf '%s\\n' "${COMPREPLY[@]}"
"""


def _command(folder: Path) -> None:
    """Put a command ``qa`` into ``bin``."""
    (folder / "bin").mkdir()
    (folder / "bin" / "qa").write_text(f'#!/bin/sh\nPYTHONPATH={PROJECT} exec {sys.executable} -P -m qa "$@"\n')
    (folder / "bin" / "qa").chmod(0o755)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["st"], ["status"]),
        (["show", "p"], ["filenames", "plain.txt"]),
        (["show", '"Kim'], ["filenames", NAMES[0]]),
        (["show", "--corpus", "=", "articles", "ne"], ["filenames", NAMES[1]]),
        (["--corpus", "=", "art"], ["dirnames", ""]),
        (["show", "qa.t"], ["default", ""]),
    ],
    ids=lambda words: " ".join(words),
)
def test_bash_completes(bash: str, words: list[str], offered: list[str]) -> None:
    """Commands, articles whatever their name, folders; what is no article may be a file of the current folder."""
    run = subprocess.run(["bash", "-c", bash, "bash", *words], capture_output=True, text=True, check=True)

    assert (offered, "") == (run.stdout.splitlines(), run.stderr)


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_completes(folder: Path) -> None:
    """An article with a comma and a space in its name."""
    _command(folder)
    program = "set PATH $PWD/bin $PATH; qa completion fish | source; complete -C'qa show Ki'"

    run = subprocess.run(["fish", "--no-config", "-c", program], capture_output=True, text=True, check=True)

    assert ([NAMES[0]], "") == (run.stdout.splitlines(), run.stderr)


def test_each_shell_gets_what_it_asks_for(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable of a start-up file of earlier still prints the script."""

    def answer(instruction: str, line: str = "", word: int = 0) -> Outcome:
        with monkeypatch.context() as patch:
            patch.setenv("_QA_COMPLETE", instruction)
            patch.setenv("COMP_WORDS", line)
            patch.setenv("COMP_CWORD", str(word) if instruction[0] != "f" else line.split(" ")[-1])
            return Commands(capsys)()

    for shell in ("bash", "zsh", "fish"):
        assert Commands(capsys)("completion", shell).out.strip() == answer(f"{shell}_source").out.strip()
    assert ["plain,status"] == answer("bash_complete", "qa st", 1).out.splitlines()
    assert ["plain,--index"] == answer("bash_complete", "qa status extra --ind", 3).out.splitlines()
    assert ["plain", "status", "Show which corpus and index are in use, and their state."] == answer(
        "zsh_complete", "qa st", 1
    ).out.splitlines()
    assert answer("fish_complete", "qa st").out.startswith("plain,status\t")
    assert ["plain,zsh"] == answer("bash_complete", "qa completion z", 2).out.splitlines()
    assert ["plain,status"] == answer("bash_complete", "qa help st", 2).out.splitlines()
    assert 2 == answer("tcsh_complete", "qa st", 1).code


def test_saved_questions_are_completed_by_number(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands of ``qa watch`` too; zsh shows the question beside its number."""
    commands = Commands(capsys)
    assert 0 == commands("watch", "add", "Where did the tram stop?").code
    for words, offered in (("qa watch rem", ["remove"]), ("qa watch remove ", ["1", "Where did the tram stop?"])):
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        monkeypatch.setenv("_QA_COMPLETE", "zsh_complete")

        assert ["plain", *offered] == commands().out.splitlines()[: 1 + len(offered)]
        monkeypatch.delenv("_QA_COMPLETE")


def test_a_settings_file_without_consent_completes_files(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its corpus is not listed."""
    (folder / "qa.toml").write_text('corpus = "/"\n')
    for name, value in {"_QA_COMPLETE": "bash_complete", "COMP_WORDS": "qa show ", "COMP_CWORD": "2"}.items():
        monkeypatch.setenv(name, value)

    assert (0, "file,\n", "") == Commands(capsys)()


def test_the_shell_is_the_one_in_use(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless its name is given; another one than the three cannot be completed."""
    zsh = Commands(capsys)("completion", "zsh")
    monkeypatch.setenv("SHELL", "/usr/local/bin/zsh")
    assert zsh == Commands(capsys)("completion")
    monkeypatch.setenv("SHELL", "/bin/sh")
    assert (2, "", "qa: SHELL is missing. Usage: qa completion bash, zsh or fish\n") == Commands(capsys)("completion")
