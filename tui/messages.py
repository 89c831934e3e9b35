"""What the workers tell the app; only the app's handlers change what is shown."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

import qa
from tui.sessions.session import Exchange


@dataclass
class Working(Message):
    """A question came to its next step."""

    exchange: Exchange
    """Which question."""
    step: str
    """What begins now."""


@dataclass
class Written(Message):
    """A language model wrote a piece of an answer."""

    exchange: Exchange
    """Which question."""
    piece: str
    """The piece."""


@dataclass
class Answered(Message):
    """A question has its answer."""

    exchange: Exchange
    """Which question."""
    answer: qa.Answer
    """What the corpus says."""


@dataclass
class AskFailed(Message):
    """A question can not be answered now."""

    exchange: Exchange
    """Which question."""
    problem: str
    """What happened and what to do, on one line."""


@dataclass
class Suggested(Message):
    """A question that the corpus can answer was found."""

    question: str
    """The question."""


class CorpusChanged(Message):
    """A file of the corpus was added, edited or removed."""
