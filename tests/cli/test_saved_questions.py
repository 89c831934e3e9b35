"""``qa watch``: saved questions, and the answers that have changed."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from qa.cli import run
from tests.helpers.commands import Commands, on_terminal

KEEPER = "Who lit the lamps of Saltmere by hand?"
DEPOT = "Where is the tram depot?"


@pytest.fixture
def town(growing_town: Commands) -> Commands:
    """Commands over a town with a saved question."""
    assert 0 == growing_town("watch", "add", KEEPER).code
    return growing_town


def new_keeper(town: Commands) -> None:
    """Let the articles answer the saved question otherwise."""
    assert town.corpus
    path = town.corpus / "harbour-lights.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("Tobias Wren", "Ada Holm"), encoding="utf-8")


def questions(town: Commands) -> list[str]:
    """Return the saved questions."""
    return [saved["question"] for saved in town("watch", "list", "--json").json["questions"]]


def test_a_question_is_saved_with_its_answer_of_now(growing_town: Commands) -> None:
    """So that the first run shows only what has changed since; a refusal is an answer too."""
    assert growing_town("watch", "add", KEEPER).out.startswith("Saved with number 1. The answer of now:\n\nTobias Wren")
    assert "The articles don't say." in growing_town("watch", "add", "Who", "is", "the", "mayor", "of", "Rome?").out

    assert (1, "", "") == growing_town("watch", "run")
    lines = growing_town("watch", "list").out.splitlines()
    assert [f" 1. {KEEPER}", " 2. Who is the mayor of Rome?"] == lines[::2]
    assert lines[1].startswith("    Tobias Wren (")
    assert lines[3].startswith("    The articles don't say. (")


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (KEEPER.lower(), "The question is saved already, with number 1"),
        (" ", "The question is empty"),
        ("of the", "no searchable words"),
        ("x" * 4001, "longer than 4,000 characters"),
    ],
    ids=lambda text: text[:12],
)
def test_what_cannot_be_saved_is_a_usage_error(town: Commands, question: str, message: str) -> None:
    """It is checked before it is saved, also from standard input."""
    outcome = town("watch", "add", question)

    assert (2, "") == (outcome.code, outcome.out)
    assert message in outcome.err
    assert [KEEPER] == questions(town)


def test_a_question_may_come_from_standard_input(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for ``qa ask``."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{DEPOT}\n".encode())))

    assert {"number": 2, "question": DEPOT} | town("watch", "add", "-", "--json").json == town(
        "watch", "list", "--json"
    ).json["questions"][1]


def test_only_changed_answers_are_shown(town: Commands) -> None:
    """Once, with the one before; another article, line or confidence is no change."""
    assert town.corpus
    assert 0 == town("watch", "add", DEPOT).code
    assert 0 == town("watch", "add", "How long is the reading room of the library?").code
    library = town.corpus / "rope-works-library.txt"
    library.write_text("\n\n\n" + library.read_text(encoding="utf-8"), encoding="utf-8")
    assert (1, "", "") == town("watch", "run")
    new_keeper(town)
    (town.corpus / "depot.txt").write_text("The tram depot\n\nThe tram depot is in Gull Street.\n")

    outcome = town("watch", "run")

    assert (0, "") == (outcome.code, outcome.err)
    before, depot = outcome.out.split("---\n")
    assert before.startswith(f"1. {KEEPER}\n\nBefore (")
    assert before.index("\nTobias Wren\n") < before.index("\nNow\nAda Holm\n") < before.index("harbour-lights.txt:")
    assert depot.index("The articles don't say.") < depot.index("Now\n") < depot.index("Gull Street")
    assert "reading room" not in outcome.out
    assert (1, "", "") == town("watch", "run")


def test_json_is_one_object(town: Commands) -> None:
    """With the former answer, and that of now as ``qa ask --json`` prints it."""
    assert {"asked": 1, "changed": [], "failed": []} == town("watch", "run", "--json").json
    new_keeper(town)

    outcome = town("watch", "run", "--json")

    assert 0 == outcome.code
    (change,) = outcome.json["changed"]
    assert ["number", "question", "before", "answer"] == [*change]
    assert ["answered", "short_answer", "statements", "asked"] == [*change["before"]]
    assert ("Tobias Wren", "Ada Holm") == (change["before"]["short_answer"], change["answer"]["short_answer"])
    assert town("ask", KEEPER, "--json").json.keys() == change["answer"].keys()
    assert 1 == town("watch", "run", "--json").code


def test_a_question_that_fails_does_not_stop_the_others(town: Commands, tmp_path: Path) -> None:
    """It is named on stderr, or in ``failed``, and the exit code is 4."""
    (path,) = (tmp_path / "data" / "qa" / "questions").glob("*.json")
    saved = json.loads(path.read_text())
    saved["questions"].insert(0, saved["questions"][0] | {"question": "x" * 4001})
    path.write_text(json.dumps(saved))
    new_keeper(town)

    as_json = town("watch", "run", "--json", "--no-refresh").json
    outcome = town("watch", "run")

    assert [1] == [failure["number"] for failure in as_json["failed"]]
    assert "longer than 4,000 characters" in as_json["failed"][0]["error"]
    assert 4 == outcome.code
    assert "Ada Holm" in outcome.out
    assert "longer than 4,000 characters" in outcome.err
    assert 1 == outcome.err.count("\n")


def test_a_change_that_nobody_reads_is_shown_again(town: Commands) -> None:
    """Its pipe was closed before it was printed."""
    new_keeper(town)
    read, write = os.pipe()
    os.close(read)
    with pytest.MonkeyPatch.context() as patch, os.fdopen(write, "w", encoding="utf-8") as unread:
        patch.setattr(sys, "stdout", unread)
        assert 0 == run([*town.path_options, "watch", "run"])
        with suppress(BrokenPipeError):
            unread.close()

    assert "Ada Holm" in town("watch", "run").out


def test_a_question_is_removed(town: Commands) -> None:
    """By its number or its words; what is not there is a usage error."""
    assert 0 == town("watch", "add", DEPOT).code
    assert (0, f"Removed: {KEEPER}\n", "") == town("watch", "remove", "1")
    assert {"removed": DEPOT} == town("watch", "remove", *DEPOT.lower().split(), "--json").json
    outcome = town("watch", "remove", "1")
    assert (2, "") == (outcome.code, outcome.out)
    assert "qa: No saved question is '1'. To see the questions and their numbers, run: qa watch list\n" == outcome.err


def test_without_questions_nothing_has_changed(copied_town: Commands) -> None:
    """The list says how to save one."""
    assert (1, "", "") == copied_town("watch", "run")
    assert 'To save one: qa watch add "QUESTION"' in copied_town("watch", "list").out
    assert {"questions": []} == copied_town("watch", "list", "--json").json


def test_on_a_terminal_nothing_changed_is_said(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a line; a job at night is quiet."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    assert town("watch", "run").err.endswith("1 question asked again: no answer has changed.\n")


def test_a_saved_question_does_not_steer_the_terminal(growing_town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does what the articles said."""
    growing_town("watch", "add", f"{KEEPER} \x1b[2J")
    new_keeper(growing_town)

    code, screen = on_terminal(monkeypatch, [*growing_town.path_options, "watch", "run"])

    assert 0 == code
    assert "Ada Holm" in screen
    assert "\x1b[2J" not in screen


def test_it_is_saved_even_without_history(growing_town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user asks for it; what is not asked for is not saved."""
    monkeypatch.setenv("QA_HISTORY", "false")

    assert 0 == growing_town("watch", "add", KEEPER).code

    assert [KEEPER] == questions(growing_town)


def test_damaged_questions_are_renamed(town: Commands, tmp_path: Path) -> None:
    """A line says so, and there are none."""
    (path,) = (tmp_path / "data" / "qa" / "questions").glob("*.json")
    path.write_text("{")

    outcome = town("watch", "run")

    assert (1, "") == (outcome.code, outcome.out)
    assert f"{path} cannot be read; it is now {path.name}.damaged. It is not needed to go on.\n" == outcome.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND is missing. Usage: qa watch add|list|remove|run"),
        (["ad"], "unknown command 'ad' (did you mean 'add'?). Run: qa watch --help"),
        (["add"], "QUESTION... is missing. Usage: qa watch add QUESTION..."),
        (["run", "--llm", "none"], "run has no option '--llm'. Run: qa watch run --help"),
    ],
    ids=" ".join,
)
def test_usage_errors_say_what_to_do(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    """As those of other commands."""
    assert (2, "", f"qa: {message}\n") == Commands(capsys)("watch", *arguments)
