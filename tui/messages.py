"""Messages from workers to screens; only the message handlers change what is shown."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

import qa
from tui.sessions.session import Exchange


@dataclass
class Working(Message):
    """A question reached its next step."""

    exchange: Exchange
    """The question it belongs to."""
    step: str
    """The step that begins."""


@dataclass
class Found(Message):
    """A question was answered in the articles' own sentences, and a language model begins to write another answer."""

    exchange: Exchange
    """The question it belongs to."""
    answer: qa.Answer
    """The answer so far."""
    writer: str
    """The name of the model."""


@dataclass
class Written(Message):
    """A language model wrote more of an answer."""

    exchange: Exchange
    """The question it belongs to."""
    piece: str
    """The text added."""


@dataclass
class Answered(Message):
    """A question was answered."""

    exchange: Exchange
    """The question it belongs to."""
    answer: qa.Answer
    """The answer; it may be a refusal."""


@dataclass
class AskFailed(Message):
    """A question could not be answered."""

    exchange: Exchange
    """The question it belongs to."""
    problem: str
    """What happened and what to do about it, on one line."""


@dataclass
class Suggested(Message):
    """There is a new suggested question, which the corpus answers."""

    question: str
    """The question."""


class CorpusChanged(Message):
    """A file of the corpus was added, edited or removed."""
