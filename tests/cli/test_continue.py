"""``qa ask --continue``: goes on with the last question about the same corpus."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest

import qa
from tests.conftest import SMALL
from tests.helpers.commands import Commands, commands_over

KEEPER = "Who lit the lamps of Saltmere by hand?"
FAR = "Who won the football world cup in 1998?"


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus."""
    return commands_over(small, capsys)


def conversations(tmp_path: Path) -> list[Path]:
    """Return the saved conversations."""
    return sorted((tmp_path / "data" / "qa" / "conversations").iterdir())


def test_a_chain_goes_on(town: Commands) -> None:
    """Each follow-up refers to the one before; stderr says how it was understood, stdout only the answer."""
    first = town("ask", KEEPER)
    second = town("ask", "--continue", "how old is he?")
    third = town("ask", "--continue", "and", "what", "did", "he", "do?")

    assert first.out.startswith("Tobias Wren\n")
    assert second.err == "Understood as: How old is Tobias Wren?\n"
    assert second.out.startswith("91")
    assert third.err == "Understood as: What did Tobias Wren do?\n"


def test_json_has_the_question_as_understood(town: Commands) -> None:
    """Nothing is on stderr; a question without ``--continue`` is understood as it is."""
    first, second = town("ask", KEEPER, "--json"), town("ask", "--continue", "how old is he?", "--json")

    assert first.json["standalone_question"] is None
    assert (0, "") == (second.code, second.err)
    assert ("how old is he?", "How old is Tobias Wren?") == (
        second.json["question"],
        second.json["standalone_question"],
    )


def test_the_follow_up_may_come_from_a_pipe(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """As any question."""
    town("ask", KEEPER)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"how old is he?\n")))

    assert town("ask", "-", "--continue").out.startswith("91")


def test_a_refusal_can_be_continued(town: Commands) -> None:
    """And a new question is not bent into the old one."""
    assert 1 == town("ask", FAR).code
    outcome = town("ask", "--continue", KEEPER)

    assert (0, "") == (outcome.code, outcome.err)
    assert outcome.out.startswith("Tobias Wren")


def test_without_continue_a_question_begins_anew(town: Commands, tmp_path: Path) -> None:
    """The saved conversation then has one turn."""
    town("ask", KEEPER)
    town("ask", "--continue", "how old is he?")
    (path,) = conversations(tmp_path)
    assert [KEEPER, "How old is Tobias Wren?"] == [turn[0] for turn in json.loads(path.read_text())["turns"]]

    town("ask", FAR)

    assert [[FAR, None, ""]] == json.loads(path.read_text())["turns"]


def test_nothing_to_continue_is_a_usage_error(town: Commands) -> None:
    """The hint says what to do first."""
    outcome = town("ask", "--continue", "and when?")

    assert (2, "") == (outcome.code, outcome.out)
    assert outcome.err == (
        "qa: There is no earlier question about this corpus to continue. Ask a question first, without --continue.\n"
    )


@pytest.mark.parametrize("damage", ["", "{", '{"a": 1}', "[]", "[[1, 2, 3]]", "null", "\x00", "[" * 100_000])
def test_a_damaged_conversation_is_set_aside(town: Commands, tmp_path: Path, damage: str) -> None:
    """Nothing of it is lost, and the next question begins a new one."""
    town("ask", KEEPER)
    (path,) = conversations(tmp_path)
    path.write_text(damage)

    outcome = town("ask", "--continue", "and when?")

    assert (2, "") == (outcome.code, outcome.out)
    (renamed,) = conversations(tmp_path)
    assert f"its file is now {renamed}" in outcome.err
    assert renamed.read_text() == damage
    assert 0 == town("ask", KEEPER).code
    assert 0 == town("ask", "--continue", "how old is he?").code


def test_only_the_user_may_read_it(town: Commands, tmp_path: Path) -> None:
    """Nothing else stays in the folder."""
    town("ask", KEEPER)
    town("ask", "--continue", "how old is he?")
    (path,) = conversations(tmp_path)

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)


def test_each_corpus_has_its_own(town: Commands, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A question about another corpus is not continued here."""
    town("ask", KEEPER)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.txt").write_text((SMALL / "harbour-lights.txt").read_text(encoding="utf-8"))
    other = Commands(capsys, tmp_path / "other", tmp_path / "other-index")

    assert 2 == other("ask", "--continue", "how old is he?").code


def test_history_can_be_turned_off(town: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Then nothing is saved."""
    monkeypatch.setenv("QA_HISTORY", "false")

    assert (0, "") == (town("ask", KEEPER).code, town("ask", KEEPER).err)
    assert not (tmp_path / "data").exists()


def test_an_unwritable_folder_does_not_prevent_answers(town: Commands, tmp_path: Path) -> None:
    """One line says that the question cannot be continued."""
    (tmp_path / "data").write_text("a file where the folder should be")

    outcome = town("ask", KEEPER)

    assert 0 == outcome.code
    assert outcome.out.startswith("Tobias Wren")
    assert outcome.err.startswith("This question cannot be continued with --continue: it was not saved (")
    assert 1 == outcome.err.count("\n")
