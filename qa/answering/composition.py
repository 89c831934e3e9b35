"""What an answer says, before its citations are built."""

from __future__ import annotations

from dataclasses import dataclass

from qa.datatypes import Passage
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
    caveat: str = ""
    """What to say before them if they do not answer the question directly."""
    disagreement: str = ""
    """What to say before them if articles answer differently."""
    refusal: str = ""
    """What to say if there are no statements; empty if there is nothing special to say."""

    @property
    def text(self) -> str:
        """All of it in words, or what to say for a refusal."""
        before = filter(None, (self.caveat, self.disagreement))
        return " ".join([*before, *(statement.text for statement in self.statements)]) or self.refusal


REFUSAL = Composition(None, ())


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before its citations are built: what to say, what it is taken from, and how sure it is."""

    composition: Composition
    """What to say."""
    passages: tuple[Passage, ...]
    """The passages that it is taken from and others that bear on the question, best first."""
    confidence: float
    """Probability that it is right, 0 to 1, not calibrated yet; for a refusal, that of the best candidate."""
    reason: str
    """Why the question was answered or refused, in one line."""
    notice: str = ""
    """What else to tell, in one line, such as that the articles say nothing about a side of a comparison."""
    kind: str = ""
    """Its kind, if its confidence is not calibrated with its question type: ``structure``."""
