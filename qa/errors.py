"""All failures that users may see: one class per kind of failure, each with a hint on how to fix it.

QAError                     exit 4
├── UsageError              exit 2   an empty question, an unknown option value
├── CorpusError             exit 3   the corpus is not configured, missing or empty
├── UnusableIndex           exit 3
│   ├── IndexMissing                 not built yet
│   ├── IndexMismatch                built with another model, version or settings
│   ├── IndexDamaged                 copied incompletely, or a file is missing
│   └── IndexUnreachable             a server that it lies on does not answer
├── IndexLocked             exit 4   another process is writing
├── IndexNotWritten         exit 4   the disk is full or the folder is read-only
├── ModelError              exit 4   a model is missing or not the expected one
├── PageError               exit 4   a web page cannot be fetched, or is no article
└── LLMError                exit 4   the language model did not answer
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the process."""

    ANSWERED = 0
    NOT_IN_CORPUS = 1
    """No answer: a refusal, or only the sentences that come nearest."""
    USAGE = 2
    NO_INDEX = 3
    FAILURE = 4
    INTERRUPTED = 130


class QAError(Exception):
    """A failure to report to the user; shown as one line, never as a traceback."""

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
    """The question or an option is invalid."""

    exit_code = ExitCode.USAGE


class CorpusError(QAError):
    """There is no corpus, or it contains no articles."""

    exit_code = ExitCode.NO_INDEX


class UnusableIndex(QAError):
    """The index cannot be used in its present state."""

    exit_code = ExitCode.NO_INDEX


class IndexMissing(UnusableIndex):
    """No index has been built yet."""


class IndexMismatch(UnusableIndex):
    """The index was built with another model, version or settings."""


class IndexOutdated(IndexMismatch):
    """The index was built by an earlier version of qa; updating it builds it again."""


class IndexDamaged(UnusableIndex):
    """Part of the index is missing or cannot be read."""


class IndexUnreachable(UnusableIndex):
    """A server that the index lies on does not answer, or refuses the connection."""


class IndexLocked(QAError):
    """Another process is writing the index."""


class IndexNotWritten(QAError):
    """The next generation could not be written; the current one remains in use."""


class ModelError(QAError):
    """A model is missing, or is not the expected one."""


class PageError(QAError):
    """A web page cannot be fetched, or has no article to save."""


class LLMError(QAError):
    """The language model could not be reached, refused, or returned no usable reply."""
