"""Everything that can go wrong for a user, one class per failure, each with the way out.

QAError                     exit 4
├── UsageError              exit 2   an empty question, an unknown option value
├── CorpusError             exit 3   no corpus named, missing, empty
├── UnusableIndex             exit 3
│   ├── IndexMissing                 nothing was built yet
│   ├── IndexMismatch                built by another model, version or settings
│   └── IndexDamaged                 half copied, or a file of it is gone
├── IndexLocked             exit 4   another process is writing
├── ModelError              exit 4   the embedding model is missing or not the one it claims to be
└── LLMError                exit 4   the language model did not answer
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to its caller."""

    ANSWERED = 0
    NOT_IN_CORPUS = 1
    USAGE = 2
    NO_INDEX = 3
    FAILURE = 4
    INTERRUPTED = 130


class QAError(Exception):
    """A failure that a user can understand; shown as one line, never as a traceback."""

    exit_code = ExitCode.FAILURE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        """What happened, without a full stop."""
        self.hint = hint
        """What to do next; may be empty."""

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class UsageError(QAError):
    """The question or an option can not be used."""

    exit_code = ExitCode.USAGE


class CorpusError(QAError):
    """There is no corpus, or nothing in it."""

    exit_code = ExitCode.NO_INDEX


class UnusableIndex(QAError):
    """The index can not be used as it is."""

    exit_code = ExitCode.NO_INDEX


class IndexMissing(UnusableIndex):
    """Nothing was built yet."""


class IndexMismatch(UnusableIndex):
    """The index was built by another model, version or settings."""


class IndexDamaged(UnusableIndex):
    """A part of the index is gone or can not be read."""


class IndexLocked(QAError):
    """Another process is writing the index."""


class IndexNotWritten(QAError):
    """The next generation could not be written; the one before answers as it did."""


class ModelError(QAError):
    """The embedding model is missing, or not the one it claims to be."""


class LLMError(QAError):
    """The language model can not be reached, refused, or said nothing of use."""
