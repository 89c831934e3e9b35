"""Saved questions: they are asked again, and an answer that is no longer the same is a change.

Two answers are the same if they have the same short answer and make the same statements, in any order, with any
confidence, from any articles. Sentences that only come near a question are no answer, as for the exit code of
``qa ask``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import QAError, UsageError
from qa.saved_state import load_state, only_process, save_state
from qa.text.words import words

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.datatypes import Answer


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What an answer said, to be compared with a later one."""

    answered: bool
    """Whether the articles stated it."""
    short_answer: str | None
    """The phrase that answered, if there was one."""
    statements: tuple[str, ...]
    """The statements; none if the articles did not state it."""

    @classmethod
    def of(cls, answer: Answer) -> SavedAnswer:
        """Return what an answer says."""
        if not answer.is_stated:
            return cls(False, None, ())
        return cls(True, answer.short_answer, tuple(statement.text for statement in answer.statements))

    def is_same(self, other: SavedAnswer) -> bool:
        """Whether another answer says the same, apart from order, letter case, white space and a final full stop."""
        return self._key == other._key

    def without(self, other: SavedAnswer) -> tuple[str, ...]:
        """Return the statements that another answer does not make."""
        theirs = {_folded(statement) for statement in other.statements}
        return tuple(statement for statement in self.statements if _folded(statement) not in theirs)

    @property
    def _key(self) -> tuple[bool, str, frozenset[str]]:
        return self.answered, _folded(self.short_answer or ""), frozenset(map(_folded, self.statements))


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question and what the articles last said."""

    question: str
    """The question."""
    answer: SavedAnswer
    """Its last answer that the user has seen."""
    asked: datetime
    """When that was."""


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A saved question, and how it is answered now, or why it is not."""

    saved: SavedQuestion
    """The question, with its former answer."""
    answer: Answer | None = None
    """The answer of now."""
    error: QAError | None = None
    """Why there is none."""

    @property
    def is_changed(self) -> bool:
        """Whether the answer is another one."""
        return self.answer is not None and not SavedAnswer.of(self.answer).is_same(self.saved.answer)


@dataclass(frozen=True, slots=True)
class _Content:
    version: int = 1
    questions: tuple[SavedQuestion, ...] = ()


class SavedQuestions:
    """The saved questions about one corpus; several processes may change them at once.

    Each method raises ``DamagedFile`` if the file has other content than was written: it was renamed, and the next call
    begins with no questions.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        """The file."""

    def all(self) -> tuple[SavedQuestion, ...]:
        """Return all questions, in the order in which they were added."""
        return load_state(self.path, _Content()).questions

    def require_new(self, question: str) -> None:
        """Check that a question is not saved yet.

        Raises:
            UsageError: it is.
        """
        _require_new(question, self.all())

    def add(self, question: str, answer: Answer) -> int:
        """Save a question with its answer of now, and return its number, from 1.

        Raises:
            UsageError: it is saved already.
            QAError: it cannot be saved.
        """
        with self._changing() as questions:
            _require_new(question, questions)
            questions.append(SavedQuestion(question, SavedAnswer.of(answer), _now()))
            return len(questions)

    def remove(self, which: str) -> SavedQuestion:
        """Remove a question, given by its number or its words, and return it.

        Raises:
            UsageError: there is no such question.
            QAError: the others cannot be saved.
        """
        with self._changing() as questions:
            return questions.pop(_position(which, questions))

    def update(self, results: Sequence[AskedAgain]) -> None:
        """Save the answers of questions that were asked again, as far as these are still saved.

        Raises:
            QAError: they cannot be saved.
        """
        now = _now()
        answers = {result.saved.question: SavedAnswer.of(result.answer) for result in results if result.answer}
        with self._changing() as questions:
            questions[:] = [
                replace(saved, answer=answers.get(saved.question, saved.answer), asked=now)
                if saved.question in answers
                else saved
                for saved in questions
            ]

    @contextmanager
    def _changing(self) -> Iterator[list[SavedQuestion]]:
        """Provide the questions to change, and save them unless that fails; no other process changes them meanwhile."""
        with only_process(self.path):
            questions = [*self.all()]
            yield questions
            save_state(self.path, _Content(questions=tuple(questions)))


def ask_again(assistant: Assistant, questions: Sequence[SavedQuestion]) -> Iterator[AskedAgain]:
    """Yield what each question is answered with now, always in the articles' own sentences: a model's would vary.

    Raises:
        QAError: the index or a model cannot be used, whatever the question.
    """
    for saved in questions:
        try:
            yield AskedAgain(saved, assistant.find(saved.question))
        except UsageError as error:
            yield AskedAgain(saved, error=error)


def _require_new(question: str, questions: Sequence[SavedQuestion]) -> None:
    for number, saved in enumerate(questions, 1):
        if words(saved.question) == words(question):
            raise UsageError(
                f"The question is saved already, with number {number}", "To see its answers that change: qa watch run"
            )


def _position(which: str, questions: Sequence[SavedQuestion]) -> int:
    """Return the position of the question with a number or with these words.

    Raises:
        UsageError: there is none.
    """
    for position, saved in enumerate(questions):
        if which == str(position + 1) or (words(which) and words(saved.question) == words(which)):
            return position
    raise UsageError(f"No saved question is '{which}'", "To see the questions and their numbers, run: qa watch list")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).removesuffix(".")


def _now() -> datetime:
    return datetime.now(UTC)
