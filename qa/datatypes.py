"""The values that travel through the house: frozen, typed, standard library only."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

NOT_ANSWERED = "The corpus does not answer this question."
"""What an answer says that is none."""


def _renamed(old: str, new: str) -> property:
    """Return a property that still answers to an attribute's name of version 0.1.0."""

    def read(self: object) -> object:
        warnings.warn(f"{old} is now called {new}", DeprecationWarning, stacklevel=2)
        return getattr(self, new)

    return property(read, doc=f"Deprecated: use ``{new}``.")


@dataclass(frozen=True, slots=True)
class Document:
    """One article, read and decoded."""

    path: str
    """Where it lies, relative to the corpus, with forward slashes."""
    text: str
    """The decoded text; all offsets count its characters, line ends as they are in the file."""
    encoding: str
    """What it was decoded from."""
    content_hash: str
    """SHA-256 of the file's bytes, hexadecimal."""
    size: int
    """Bytes on disk."""
    mtime_ns: int
    """Time of last change, nanoseconds since the epoch."""
    title: str = ""
    """Its title, else the beginning of its first sentence."""
    source: str | None = None
    """The outlet or author that it names."""
    published: date | None = None
    """The day it was published, if it says so in full."""
    body_start: int = 0
    """Where the article begins, after header lines or front matter."""
    has_title: bool = False
    """Whether ``title`` was given as one (then it goes in front of each chunk)."""

    @property
    def header(self) -> str:
        """Title, source and date: what goes in front of each chunk for embedding and full text."""
        named = (
            self.title if self.has_title else "",
            self.source or "",
            self.published.isoformat() if self.published else "",
        )
        return " | ".join(part for part in named if part)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a document as indexed: ``document.text[start:end] == text``."""

    path: str
    """The document's path."""
    start: int
    """First character in the document."""
    end: int
    """One past the last character."""
    text: str
    """The characters themselves."""
    line_start: int
    """Line of the first character, counting from 1."""
    content_hash: str
    """SHA-256 of header and text, hexadecimal: chunks of equal hash have equal vectors."""

    @property
    def id(self) -> str:
        """Stable name of the chunk in both stores."""
        return f"{self.path}:{self.start}-{self.end}"


class Scores(NamedTuple):
    """How a passage was found and read; each part is 0 to 1, comparable only within one question."""

    fulltext: float
    """BM25 over the best BM25 for this question."""
    vector: float
    """Cosine between question and chunk, negative values as 0."""
    fused: float
    """The weighted mean of the two, by which found passages are ranked."""
    reader: float | None = None
    """How far the reader finds the answer in it, by which the passages of an answer are ranked; None if not read."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as found for a question."""

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
    """Place among the passages of this question, 1 is best."""
    scores: Scores
    """Why it is there."""

    file = _renamed("file", "path")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a passage that answer, offsets relative to the passage."""

    start: int
    """First character in the passage's text."""
    end: int
    """One past the last character."""
    probability: float
    """How likely this span answers the question, 0 to 1."""
    phrase: tuple[int, int] | None = None
    """The shortest phrase inside it that answers, where there is one."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands; made only after the file was checked."""

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
    stale: bool = False
    """True if the file changed since it was indexed and the quote no longer stands there."""

    file = _renamed("file", "path")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer with the numbers of the citations that carry it."""

    text: str
    """What is said."""
    citations: tuple[int, ...]
    """Numbers of its citations."""
    supported: bool = True
    """Whether what it says was found in the articles; False only for what a language model wrote."""


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What an index holds."""

    generation: int
    """Number of the generation, from 1."""
    documents: int
    """Articles indexed."""
    chunks: int
    """Chunks indexed."""


class Timings(NamedTuple):
    """How long the stages of an answer took, in milliseconds."""

    search: float = 0.0
    """Finding passages, loading what was not loaded yet included."""
    answer: float = 0.0
    """Reading them, composing the answer and checking its citations."""
    write: float = 0.0
    """Waiting for the language model; 0 without one."""

    @property
    def total(self) -> float:
        """All stages together."""
        return round(self.search + self.answer + self.write, 1)

    def by_stage(self) -> dict[str, float]:
        """Return the stages that took any time, and the total."""
        stages = {name: value for name, value in self._asdict().items() if name != "write" or value}
        return stages | {"total": self.total}


NOT_TIMED = Timings()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the corpus says to a question, or that it says nothing."""

    question: str
    """As asked."""
    answered: bool
    """False: not in the corpus."""
    short_answer: str | None
    """The phrase that answers, where there is one."""
    text: str
    """The whole answer in words, or the sentence that says there is none."""
    statements: tuple[Statement, ...]
    """The answer in pieces, each with its citations."""
    citations: tuple[Citation, ...]
    """What the statements rest on, by number."""
    confidence: float
    """How likely the answer is right, 0 to 1; of a refusal, how likely the best that was found would have been."""
    engine: str
    """What wrote the answer: ``extractive``, or the name of a language model."""
    passages: tuple[Passage, ...]
    """What was found, best first."""
    index: IndexStats
    """The generation that was asked."""
    reason: str = ""
    """Why it was answered or withheld, in one line."""
    standalone_question: str | None = None
    """The question as it was understood, where it leaned on the one before."""
    notice: str = ""
    """What the user should know besides, in one line, such as why the language model did not write."""
    timings_ms: Timings = NOT_TIMED
    """How long each stage took."""

    short = _renamed("short", "short_answer")
    standing = _renamed("standing", "standalone_question")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not in the index, and why."""

    path: str
    """Relative to the corpus."""
    reason: str
    """Why it was left out, for people."""
    size: int = 0
    """Bytes on disk, to notice a change."""
    mtime_ns: int = 0
    """Time of last change, to notice a change."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What bringing the index up to date did."""

    stats: IndexStats
    """The index afterwards."""
    added: tuple[str, ...] = ()
    """Paths that are new."""
    changed: tuple[str, ...] = ()
    """Paths whose content is new."""
    removed: tuple[str, ...] = ()
    """Paths that left the corpus."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Old and new path of documents that only moved."""
    skipped: tuple[Skipped, ...] = ()
    """Files that are not indexed, and why."""
    embedded: int = 0
    """Chunks that had to be embedded."""
    seconds: float = math.nan
    """Wall time."""

    @property
    def unchanged(self) -> bool:
        """Whether nothing had to be written."""
        return not (self.added or self.changed or self.removed or self.renamed)
