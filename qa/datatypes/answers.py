"""Passages, citations and answers."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from qa.datatypes.documents import NO_LAYOUT, Layout
from qa.datatypes.filters import NO_FILTER, Filter
from qa.datatypes.reports import IndexStats

NOT_ANSWERED = "The articles don't say."
"""The text of an answer if the corpus contains none; what is known of the reason follows."""


CERTAINTY = ((0.85, "very likely"), (0.6, "likely"))
"""What a confidence of at least so much is called."""
EXTRACTIVE = "extractive"
"""The engine of an answer that no language model wrote."""
UNSURE = "unsure"
"""What a lower confidence is called."""


def _renamed(old: str, new: str) -> property:
    """Return a deprecated property for an attribute's name in version 0.1.0."""

    def read(self: object) -> object:
        warnings.warn(f"{old} is now called {new}", DeprecationWarning, stacklevel=2)
        return getattr(self, new)

    return property(read, doc=f"Deprecated: use ``{new}``.")


class Scores(NamedTuple):
    """Scores of a passage from retriever and reader, each 0 to 1; comparable only within one question."""

    fulltext: float
    """BM25, divided by the highest BM25 for this question."""
    vector: float
    """Cosine similarity of question and chunk; 0 if negative."""
    fused: float
    """The weighted mean of the two, which ranks retrieved passages."""
    reader: float | None = None
    """The reader's score that it contains the answer, which ranks the passages of an answer; None if not read."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as retrieved for a question."""

    path: str
    """Path of the document, relative to the corpus."""
    title: str
    """Title of the document."""
    published: date | None
    """Day of publication, if known."""
    start: int
    """First character in the file's text."""
    end: int
    """One past the last character."""
    line_start: int
    """First line, counting from 1."""
    line_end: int
    """Last line, counting from 1."""
    text: str
    """The characters themselves."""
    rank: int
    """Rank among the passages for this question, from 1, the best."""
    scores: Scores
    """The scores that determined its rank."""
    layout: Layout = field(default=NO_LAYOUT, repr=False, compare=False)
    """The text as the reader sees it; not stored with an answer."""
    locator: str = ""
    """Where a person finds its beginning in the file, such as "page 3"; empty if that is a line."""
    copies: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """Paths of the articles that are near-identical to its own, and so are no further witnesses."""
    source: str | None = None
    """Outlet or author of the document, if it names one."""
    author: str | None = None
    """Who wrote the document, as it says."""
    url: str | None = None
    """Where it was published, if it says so."""

    file = _renamed("file", "path")

    @property
    def story(self) -> str:
        """The path of an article that stands for it and all its copies."""
        return min(self.path, *self.copies) if self.copies else self.path


@dataclass(frozen=True, slots=True)
class Span:
    """The characters of a passage that answer a question; offsets are relative to its clean text."""

    start: int
    """First character in the passage's clean text."""
    end: int
    """One past the last character."""
    probability: float
    """Probability that this span answers the question, 0 to 1."""
    phrase: tuple[int, int] | None = None
    """Start and end of the shortest phrase inside it that answers, if there is one."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and its location; created only after the file was checked."""

    number: int
    """Its number in the answer, from 1."""
    path: str
    """Path relative to the corpus."""
    title: str
    """Title of the article."""
    published: date | None
    """Day of publication, if known."""
    line_start: int
    """First line of the quote, counting from 1."""
    line_end: int
    """Last line of the quote."""
    start: int
    """First character of the quote in the file's text."""
    end: int
    """One past the last character."""
    quote: str
    """The characters themselves."""
    text: str = ""
    """The quote as a reader of the article sees it, without markup, on one line."""
    stale: bool = False
    """True if the file has changed and no longer contains the quote at this location, or if it cannot be read."""
    locator: str = ""
    """Where a person finds the quote in the file, such as "page 3"; empty if that is a line."""
    also_in: tuple[str, ...] = ()
    """Paths of near-identical articles that contain the very quote."""
    source: str | None = None
    """Outlet or author of the article, if it names one."""
    author: str | None = None
    """Who wrote the article, as it says."""
    url: str | None = None
    """Where it was published, if it says so."""

    file = _renamed("file", "path")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer, with the numbers of the citations that support it."""

    text: str
    """The statement in words."""
    citations: tuple[int, ...]
    """Numbers of its citations; none if it is not supported, or is about the corpus as a whole, such as a count."""
    supported: bool = True
    """Whether the articles support it; False only for statements that a language model wrote."""


class Timings(NamedTuple):
    """Durations of the stages of answering, in milliseconds."""

    search: float = 0.0
    """Retrieving passages, including the time to load anything not loaded yet."""
    answer: float = 0.0
    """Reading them, composing the answer and checking its citations."""
    write: float = 0.0
    """Waiting for the language model; 0 without one."""

    @property
    def total(self) -> float:
        """Duration of all stages together."""
        return round(self.search + self.answer + self.write, 1)

    def by_stage(self) -> dict[str, float]:
        """Return the duration of each stage and the total; ``write`` only if a language model was used."""
        stages = {name: value for name, value in self._asdict().items() if name != "write" or value}
        return stages | {"total": self.total}


NOT_TIMED = Timings()


class Turn(NamedTuple):
    """A question of a conversation and its answer, as far as a follow-up may refer to them."""

    question: str
    """The question as understood."""
    short_answer: str | None
    """The phrase that answers it, if there is one."""
    text: str
    """The answer in words; empty for a refusal."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The corpus's answer to a question, or the result that it contains none."""

    question: str
    """The question as asked."""
    answered: bool
    """False if the corpus does not answer the question."""
    short_answer: str | None
    """The phrase that answers, if there is one."""
    text: str
    """The complete answer in words, or a sentence stating that there is none."""
    statements: tuple[Statement, ...]
    """The statements of the answer, each with its citations."""
    citations: tuple[Citation, ...]
    """The citations that support the statements, by number."""
    confidence: float
    """Probability that the answer is right, 0 to 1; for a refusal, that of the best candidate."""
    engine: str
    """What wrote the answer: ``extractive``, or the name of a language model."""
    passages: tuple[Passage, ...]
    """The retrieved passages, best first."""
    index: IndexStats
    """The generation that was searched."""
    reason: str = ""
    """Why the question was answered or refused, in one line."""
    standalone_question: str | None = None
    """The question as understood, if it referred to the previous question."""
    understood: str = ""
    """Which articles the question was taken to mean, such as "Articles from November 2023"; empty if all."""
    filter: Filter = NO_FILTER
    """The filter that was given with the question, or for the conversation."""
    scope: Filter = NO_FILTER
    """The articles that the question itself means; all if nothing was found in them."""
    question_type: str = ""
    """The kind of answer that the question needs, such as ``fact`` or ``timeline``."""
    caveat: str = ""
    """What to know before reading the statements, such as that none of them answers the question directly."""
    disagreement: str = ""
    """That articles answer differently, in a sentence, before the statements with each answer; empty if they do not."""
    notice: str = ""
    """Anything else the user should know, in one line, such as which misspelt word was corrected."""
    timings_ms: Timings = NOT_TIMED
    """The duration of each stage."""
    earlier: tuple[Turn, ...] = field(default=(), repr=False, compare=False)
    """The turns before this question, oldest first, which the next one may refer to as well."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """This question and its answer after the turns before it, oldest first."""
        text = self.text if self.answered else ""
        return (*self.earlier, Turn(self.standalone_question or self.question, self.short_answer, text))

    @property
    def certainty(self) -> str:
        """The confidence in words: ``very likely``, ``likely`` or ``unsure``."""
        return next((words for least, words in CERTAINTY if self.confidence >= least), UNSURE)

    @property
    def shown_certainty(self) -> str:
        """The certainty if it is that of these very words; empty for a written text and for what comes nearest."""
        return self.certainty if self.is_stated and self.engine == EXTRACTIVE else ""

    @property
    def is_stated(self) -> bool:
        """Whether the corpus answers the question, rather than only saying something near it."""
        return self.answered and not self.caveat

    def label(self, statement: Statement) -> str:
        """Return what a statement says in front of its quote: the title of an article, a day; else an empty string."""
        quotes = (citation.text for citation in self.citations if citation.number in statement.citations)
        quote = next((quote for quote in quotes if quote and statement.text.endswith(quote)), statement.text)
        return statement.text.removesuffix(quote).rstrip()

    def by_article(self) -> list[tuple[Citation | None, list[Statement]]]:
        """Return the statements in runs that quote the same article, each with its first citation.

        The citation is None where it goes without saying: if there is a short answer or only one article, or if
        statements begin with a label.
        """
        cited = {citation.number: citation for citation in self.citations}
        firsts = [cited.get(next(iter(statement.citations), 0)) for statement in self.statements]
        articles = {citation.path for citation in firsts if citation}
        if self.short_answer or len(articles) < 2 or any(map(self.label, self.statements)):
            return [(None, [*self.statements])] if self.statements else []
        runs: list[tuple[Citation | None, list[Statement]]] = []
        for first, statement in zip(firsts, self.statements, strict=True):
            if runs and (runs[-1][0] and runs[-1][0].path) == (first and first.path):
                runs[-1][1].append(statement)
            else:
                runs.append((first, [statement]))
        return runs

    def with_notice(self, notice: str) -> Answer:
        """Return this answer with a further notice, a sentence or empty."""
        return replace(self, notice=" ".join(filter(None, (self.notice, notice))))

    short = _renamed("short", "short_answer")
    standing = _renamed("standing", "standalone_question")
