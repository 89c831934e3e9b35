"""What a ``qa.toml`` says without consent, what it needs consent for, and how consent is given and revoked."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.consent import ConsentNeeded
from tests.conftest import PROJECT
from tests.helpers.commands import Commands

needs_links = pytest.mark.skipif(os.name == "nt", reason="creating links needs a privilege on Windows")
HARMLESS = """
corpus = "articles"
index = "sub/../index"
top_k = 5
min_confidence = 0.2
strict = true
read_comments = true
history = false
llm = "none"
llm_context = 4096
llm_timeout = 3
llm_required = true
model = "all-MiniLM-L6-v2"
follow_links = false
keys = { "ask.why" = "f9" }
"""
SENSITIVE = {
    "a language model": ('llm = "ollama/x"', "llm", {"llm": "openai/y"}),
    "its server": ('llm_base_url = "http://models.example"', "llm_base_url", {"llm_base_url": "http://localhost:1"}),
    "another embedding model": ('model = "a/b"', "model", {"model": "all-MiniLM-L6-v2"}),
    "a corpus elsewhere": ('corpus = ".."', "corpus", {"corpus": "articles"}),
    "a corpus in the home folder": ('corpus = "~"', "corpus", {"corpus": "articles"}),
    "an index elsewhere": ('index = "sub/../../x"', "index", {"index": "index"}),
    "links": ("follow_links = true", "follow_links", {"follow_links": False}),
    "links in another word": ('follow_links = "yes"', "follow_links", {"follow_links": False}),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, as somebody else may have made it, with an article."""
    folder = tmp_path / "download"
    (folder / "articles").mkdir(parents=True)
    (folder / "articles" / "a.txt").write_text("The tram stops at noon.\n")
    monkeypatch.chdir(folder)
    return folder


def test_what_stays_in_its_own_folder_needs_no_consent(folder: Path) -> None:
    """All values that cannot reach outside the folder, or this machine, are taken."""
    Path("qa.toml").write_text(HARMLESS)

    settings = qa.load_settings()

    assert (folder / "articles", folder / "index") == (settings.corpus_root, settings.index_root)
    assert (5, False, ()) == (settings.top_k, settings.history, settings.trusted)


@pytest.mark.parametrize(("text", "name", "options"), SENSITIVE.values(), ids=[*SENSITIVE])
def test_what_reaches_outside_needs_consent(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, name: str, options: dict[str, Any]
) -> None:
    """It is an error that names the command which gives consent; a value given explicitly needs none."""
    Path("qa.toml").write_text(text)
    model: dict[str, Any] = {"llm": "openai-like/x"} if name == "llm_base_url" else {}
    with pytest.raises(qa.UsageError, match=f"sets {name} = .* needs your consent") as caught:
        qa.load_settings(None, **model)
    assert caught.value.hint.endswith(f"run: qa trust {folder}")
    assert qa.load_settings(None, **model | options).trusted == ()

    qa_ = Commands(capsys)
    assert f"Trusted: {folder}/qa.toml sets {name} = " in qa_("trust").out
    assert qa.load_settings(None, **model).trusted == (name,)
    assert qa_("trust", "--revoke").code == 0
    with pytest.raises(ConsentNeeded):
        qa.load_settings(None, **model)


@needs_links
def test_links_are_resolved_first(folder: Path, tmp_path: Path) -> None:
    """A link out of the folder counts as the path it leads to; consent ends if it leads elsewhere."""
    (tmp_path / "notes").mkdir()
    Path("inside").symlink_to("articles")
    Path("outside").symlink_to(tmp_path / "notes")
    Path("qa.toml").write_text('corpus = "inside"')
    assert qa.load_settings().corpus_root == folder / "articles"

    Path("qa.toml").write_text('corpus = "outside"')
    with pytest.raises(ConsentNeeded) as caught:
        qa.load_settings()
    assert str(tmp_path / "notes") in caught.value.message
    caught.value.request.grant()
    assert qa.load_settings().corpus_root == tmp_path / "notes"
    Path("outside").unlink()
    Path("outside").symlink_to(tmp_path)
    with pytest.raises(ConsentNeeded):
        qa.load_settings()


@needs_links
def test_consent_is_to_one_file_and_its_values(folder: Path, tmp_path: Path) -> None:
    """The same file at another path needs consent again, so does another value; harmless changes do not matter."""
    Path("qa.toml").write_text('llm = "ollama/x"')
    with pytest.raises(ConsentNeeded) as caught:
        qa.load_settings()
    caught.value.request.grant()
    Path("qa.toml").write_text('llm = "ollama/x"\ntop_k = 7')
    assert qa.load_settings().top_k == 7

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "qa.toml").symlink_to(folder / "qa.toml")
    with pytest.raises(ConsentNeeded):
        qa.load_settings(elsewhere)
    for text in ('llm = "ollama/y"', 'llm = "ollama/x"\nllm_base_url = "http://h"', 'llm = "ollama/x"\nmodel = "a/b"'):
        Path("qa.toml").write_text(text)
        with pytest.raises(ConsentNeeded):
            qa.load_settings()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files on Windows have no such owner")
def test_a_file_of_another_user_above_is_not_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any of its values needs consent; in the folder itself, harmless ones do not, as in any download."""
    Path("qa.toml").write_text("top_k = 5")
    (folder / "deeper").mkdir()
    for change in ("owner", "rights"):
        if change == "rights":
            Path("qa.toml").chmod(0o666)
        with monkeypatch.context() as patch:
            if change == "owner":
                patch.setattr(os, "geteuid", lambda: Path("qa.toml").stat().st_uid + 1)
                patch.setattr("qa.settings_file._ROOT", -1)
            assert qa.load_settings().top_k == 5
            with pytest.raises(ConsentNeeded, match="sets top_k = 5"):
                qa.load_settings(folder / "deeper")
            assert qa.load_settings(folder / "deeper", top_k=3).top_k == 3


def test_consent_is_private_and_survives_damage(folder: Path, tmp_path: Path) -> None:
    """Only the user may read and write it; a damaged record is no consent."""
    Path("qa.toml").write_text('llm = "ollama/x"')
    with pytest.raises(ConsentNeeded) as caught:
        qa.load_settings()
    caught.value.request.grant()
    (record,) = (tmp_path / "config" / "qa" / "trusted").iterdir()

    assert (0o600, 0o700) == (record.stat().st_mode & 0o777, record.parent.stat().st_mode & 0o777)
    record.write_bytes(b"\xff")
    with pytest.raises(ConsentNeeded):
        qa.load_settings()


def test_every_command_refuses_without_a_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, one line, the values without what a terminal would interpret; JSON with ``--json``."""
    Path("qa.toml").write_text('corpus = "articles"\nllm = "ollama/x\\u001b[31m"')
    qa_ = Commands(capsys)
    for arguments in (["ask", "Who?"], ["search", "tram"], ["index"], ["status"], ["show", "a.txt"]):
        outcome = qa_(*arguments)
        assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
        assert "\x1b" not in outcome.err
        assert f"qa trust {folder}" in outcome.err
        refused = qa_(*arguments, "--json")
        assert (2, f"If you trust it, run: qa trust {folder}") == (refused.code, refused.json["hint"])
    assert "PROBLEM  settings: " in qa_("doctor").out
    assert not (folder / "index").exists()


def test_trust_says_what_there_is(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It finds the file like any command, has JSON, and records nothing if nothing needs consent."""
    qa_ = Commands(capsys)
    assert (2, "There is no qa.toml in") == ((missing := qa_("trust", "--json")).code, missing.json["error"][:22])
    Path("qa.toml").write_text("top_k = 5")
    assert f"{folder}/qa.toml sets nothing that needs consent\n" == qa_("trust", "articles").out
    assert not (tmp_path / "config").exists()
    Path("qa.toml").write_text('follow_links = true\nindex = "index"\ncorpus = "articles"')
    recorded = {"file": f"{folder}/qa.toml", "settings": {"follow_links": True}, "trusted": True}
    assert recorded == qa_("trust", "articles", "--json").json
    assert f"ok       settings: {folder}/qa.toml, with your consent: follow_links\n" in qa_("doctor").out
    qa_("index")
    assert qa_("status").out.startswith(f"settings    {folder}/qa.toml; with your consent: follow_links\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_on_a_terminal_consent_is_asked_for_once(folder: Path) -> None:
    """The answer goes to stdout; what the file wants and the question go to stderr."""
    Path("qa.toml").write_text('corpus = "articles"\nllm = "ollama/x"')
    command = [sys.executable, "-P", "-m", "qa", "show", "a.txt"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}

    def run(reply: bytes) -> tuple[int, str, str]:
        master, slave = pty.openpty()
        os.write(master, reply)
        result = subprocess.run(
            command, env=environment, stdin=slave, stdout=subprocess.PIPE, stderr=slave, check=False
        )
        shown = os.read(master, 4096).decode() if select.select([master], [], [], 0)[0] else ""
        os.close(slave)
        os.close(master)
        return result.returncode, result.stdout.decode(), shown

    code, out, asked = run(b"n\n")
    assert (2, "") == (code, out)
    assert f'{folder}/qa.toml sets llm = "ollama/x"' in asked
    assert "[y/N]" in asked
    code, out, _ = run(b"y\n")
    assert (0, True) == (code, "The tram stops at noon." in out)
    code, out, asked = run(b"")
    assert (0, True, "") == (code, "The tram stops at noon." in out, asked)
