"""What an answer says, before its citations are built."""

from __future__ import annotations

from dataclasses import dataclass

from qa.grounding.citations import Stretch


@dataclass(frozen=True, slots=True)
class QuotedStatement:
    """A statement with what it quotes, before the citations are built."""

    text: str
    """The statement in words."""
    stretches: tuple[Stretch, ...]
    """The stretches of articles that state it, best first."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The content of an answer, before its citations are built."""

    short_answer: str | None
    """The phrase that answers, if there is one."""
    statements: tuple[QuotedStatement, ...]
    """The statements, most important first; empty for a refusal."""


REFUSAL = Composition(None, ())
