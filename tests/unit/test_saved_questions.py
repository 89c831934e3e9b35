"""Saved questions: which answers are the same, and that no process loses the questions of another."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import qa
from qa.private_files import DamagedFile
from qa.saved_questions import SavedAnswer, SavedQuestions, ask_again
from tests.conftest import PROJECT

KEEPER = "Who lit the lamps of Saltmere by hand?"
LIBRARY = "How long is the reading room of the library?"


@pytest.fixture
def saved(tmp_path: Path) -> SavedQuestions:
    return SavedQuestions(tmp_path / "data" / "questions" / "town.json")


@pytest.fixture(scope="module")
def answer(small: qa.Assistant) -> qa.Answer:
    """A short answer with a statement."""
    return small.find(KEEPER)


def test_a_question_is_saved_with_its_answer(saved: SavedQuestions, small: qa.Assistant, answer: qa.Answer) -> None:
    """Numbers count from 1, in the order in which they were added."""
    assert () == saved.all()
    assert [1, 2] == [saved.add(KEEPER, answer), saved.add(LIBRARY, small.find(LIBRARY))]

    assert [KEEPER, LIBRARY] == [item.question for item in saved.all()]
    assert "Tobias Wren" == saved.all()[0].answer.short_answer
    assert all(map(saved.all()[0].answer.statements.count, [statement.text for statement in answer.statements]))


@pytest.mark.parametrize("same", [KEEPER, KEEPER.upper(), "who  lit the lamps of Saltmere by hand", "“" + KEEPER + "”"])
def test_the_same_question_is_refused(saved: SavedQuestions, answer: qa.Answer, same: str) -> None:
    """Whatever its case, spaces and punctuation; the error says which number it has."""
    saved.add(KEEPER, answer)

    with pytest.raises(qa.UsageError, match="saved already, with number 1"):
        saved.require_new(same)
    with pytest.raises(qa.UsageError, match="saved already, with number 1"):
        saved.add(same, answer)
    assert 1 == len(saved.all())


@pytest.mark.parametrize("which", ["2", LIBRARY, LIBRARY.lower().rstrip("?")])
def test_a_question_is_removed_by_number_or_words(saved: SavedQuestions, answer: qa.Answer, which: str) -> None:
    """The numbers of those after it change."""
    for question in (KEEPER, LIBRARY, "Who was the last keeper?"):
        saved.add(question, answer)

    assert LIBRARY == saved.remove(which).question
    assert [KEEPER, "Who was the last keeper?"] == [item.question for item in saved.all()]


@pytest.mark.parametrize("which", ["0", "2", "-1", "", "?", "Who?", "1 2"])
def test_what_is_not_saved_cannot_be_removed(saved: SavedQuestions, answer: qa.Answer, which: str) -> None:
    """And nothing else is."""
    saved.add(KEEPER, answer)

    with pytest.raises(qa.UsageError, match="No saved question is"):
        saved.remove(which)
    assert 1 == len(saved.all())


def test_an_answer_is_the_same_in_other_order(answer: qa.Answer) -> None:
    """Confidence, order, places in files, letter case, white space and a final full stop make no other answer."""
    first, second = qa.Statement("The harbour opens.", (1,)), qa.Statement("The tram stops at noon.", (2,))
    before = SavedAnswer.of(replace(answer, statements=(first, second)))
    moved = tuple(replace(citation, line_start=99, start=900, path="moved.txt") for citation in answer.citations)
    upper = qa.Statement("THE harbour\n opens", (2,))

    assert before.is_same(SavedAnswer.of(replace(answer, statements=(second, upper), citations=moved, confidence=0.4)))
    assert before.is_same(SavedAnswer.of(replace(answer, statements=(second, first, upper), reason="?")))


def test_an_answer_is_another_one(answer: qa.Answer) -> None:
    """With another phrase, statement, figure or sign, without one of them, or if it became a refusal."""
    first, second = qa.Statement("A ticket costs 5 crowns.", (1,)), qa.Statement("It rose by 3 %.", (2,))
    before = SavedAnswer.of(replace(answer, short_answer="5", statements=(first, second)))
    others = [
        replace(answer, short_answer="-5", statements=(first, second)),
        replace(answer, short_answer=None, statements=(first, second)),
        replace(answer, short_answer="5", statements=(first,)),
        replace(answer, short_answer="5", statements=(first, replace(second, text="It rose by 3."))),
        replace(answer, answered=False, short_answer=None, statements=()),
    ]

    assert not any(before.is_same(SavedAnswer.of(other)) for other in others)
    assert ("It rose by 3 %.",) == before.without(SavedAnswer.of(others[2]))


def test_sentences_that_only_come_near_are_no_answer(answer: qa.Answer) -> None:
    """Another of them is no change from a refusal, since they differ with every article that is added."""
    refusal = SavedAnswer.of(replace(answer, answered=False, short_answer=None, statements=()))

    assert refusal.is_same(SavedAnswer.of(replace(answer, caveat="The articles do not say this directly.")))


def test_a_question_that_fails_does_not_stop_the_others(
    saved: SavedQuestions, small: qa.Assistant, answer: qa.Answer
) -> None:
    """It has an error instead of an answer, and is still saved afterwards with its old one."""
    for question in ("the of", KEEPER):
        saved.add(question, answer)

    failed, again = ask_again(small, saved.all())

    assert isinstance(failed.error, qa.UsageError)
    assert (False, False) == (failed.is_changed, again.is_changed)
    saved.update([failed, again])
    assert "Tobias Wren" == saved.all()[0].answer.short_answer
    assert saved.all()[0].asked < saved.all()[1].asked


def test_an_update_brings_no_question_back(saved: SavedQuestions, small: qa.Assistant, answer: qa.Answer) -> None:
    """One that was removed, or added, while the others were asked again stays so."""
    saved.add(KEEPER, answer)
    results = [*ask_again(small, saved.all())]
    saved.remove("1")
    saved.add(LIBRARY, answer)

    saved.update(results)

    assert [LIBRARY] == [item.question for item in saved.all()]


def test_two_processes_lose_no_question(saved: SavedQuestions) -> None:
    """Each adds twenty at the same time."""
    code = f"""
import sys
from pathlib import Path
from qa.datatypes import Answer, IndexStats
from qa.saved_questions import SavedQuestions
answer = Answer("?", False, None, "", (), (), 0.0, "extractive", (), IndexStats(1, 1, 1))
for number in range(20):
    SavedQuestions(Path({str(saved.path)!r})).add(f"Who is number {{number}} of {{sys.argv[1]}}?", answer)
"""
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    processes = [subprocess.Popen([sys.executable, "-c", code, name], env=environment) for name in ("a", "b")]

    assert [0, 0] == [process.wait() for process in processes]
    assert 40 == len({item.question for item in saved.all()})


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"version": 1, "questions": [{"question": 3}]}'])
def test_damaged_questions_are_set_aside(saved: SavedQuestions, answer: qa.Answer, damage: str) -> None:
    """Nothing of them is lost, also if it is noticed while one is added."""
    saved.add(KEEPER, answer)
    saved.path.write_text(damage)

    with pytest.raises(DamagedFile):
        saved.add(LIBRARY, answer)

    assert damage == saved.path.with_name("town.json.damaged").read_text()
    assert 1 == saved.add(LIBRARY, answer)


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_only_the_user_may_read_them(saved: SavedQuestions, answer: qa.Answer) -> None:
    """Nor the file that is locked."""
    saved.add(KEEPER, answer)

    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in saved.path.parent.iterdir()}
    assert 0o700 == stat.S_IMODE(saved.path.parent.stat().st_mode)


def test_questions_that_cannot_be_saved_are_an_error(saved: SavedQuestions, answer: qa.Answer, tmp_path: Path) -> None:
    """In one line, with the reason."""
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(qa.QAError, match=r"town.json cannot be written: .+\. Free some space, or make it writable\."):
        saved.add(KEEPER, answer)
