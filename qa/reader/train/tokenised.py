"""The training data as flat arrays of token ids in one compressed file: small, and fast to cut windows from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Store = Mapping[str, NDArray[Any]]

PAD, CLS, SEP, QUESTION_MARK = 0, 101, 102, 1029
"""Ids in BERT's uncased vocabulary, which the shipped tokenizer uses."""
VOCABULARY = 30522
"""Tokens in that vocabulary."""

_LISTS = ("documents", "titles", "questions")
_TABLES = ("paragraphs", "examples", "answers")


class Kind(IntEnum):
    """The kind of a question, or of a window."""

    SPAN = 0
    """A span of the window answers the question."""
    NONE = 1
    """The question was written for this paragraph, which does not answer it."""
    YES = 2
    """The answer is yes."""
    NO = 3
    """The answer is no."""
    MISS = 4
    """The window is a near miss: it contains words of the question but no answer."""


@dataclass(frozen=True)
class TokenLists:
    """Concatenated lists of token ids."""

    ids: NDArray[np.uint16]
    """All tokens."""
    bounds: Ints
    """Start of each list, followed by the end of the last one; shape (lists + 1,)."""

    @classmethod
    def of(cls, lists: Sequence[Sequence[int] | NDArray[np.uint16]]) -> TokenLists:
        """Concatenate ``lists``."""
        bounds = np.concatenate([[0], np.cumsum([len(tokens) for tokens in lists])]).astype(np.int64)
        parts = [np.asarray(tokens, np.uint16) for tokens in lists]
        return cls(np.concatenate([np.zeros(0, np.uint16), *parts]), bounds)

    @classmethod
    def read(cls, store: Store, name: str) -> TokenLists:
        """Return the lists called ``name`` from the arrays of a file."""
        return cls(store[f"{name}_ids"], store[f"{name}_bounds"].astype(np.int64))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays to store for the lists called ``name``."""
        return {f"{name}_ids": self.ids, f"{name}_bounds": self.bounds.astype(np.int32)}

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __getitem__(self, number: int) -> Ints:
        return self.ids[self.bounds[number] : self.bounds[number + 1]].astype(np.int64)

    @property
    def starts(self) -> Ints:
        """First token of each list; shape (lists,)."""
        return self.bounds[:-1]

    @property
    def lengths(self) -> Ints:
        """Length of each list; shape (lists,)."""
        return np.diff(self.bounds)


@dataclass(frozen=True)
class Split:
    """Questions about paragraphs of documents, for training or evaluation."""

    documents: TokenLists
    """Texts."""
    titles: TokenLists
    """Titles, each ending with a full stop; empty if the document has none."""
    questions: TokenLists
    """One list per example, optionally followed by all of them with typing errors and all of them as keywords."""
    paragraphs: Ints
    """Document, first token in the document, end (exclusive), title; shape (paragraphs, 4)."""
    examples: Ints
    """Paragraph, ``Kind``, first answer, number of answers; shape (examples, 4)."""
    answers: Ints
    """First and last token in the document; shape (answers, 2)."""

    @classmethod
    def read(cls, store: Store, prefix: str) -> Split:
        """Return the split whose names begin with ``prefix`` from the arrays of a file."""
        documents, titles, questions = (TokenLists.read(store, f"{prefix}_{name}") for name in _LISTS)
        paragraphs, examples, answers = (store[f"{prefix}_{name}"].astype(np.int64) for name in _TABLES)
        return cls(documents, titles, questions, paragraphs, examples, answers)

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the arrays to store."""
        arrays: dict[str, NDArray[Any]] = {}
        for name in _LISTS:
            arrays.update(getattr(self, name).arrays(f"{prefix}_{name}"))
        for name in _TABLES:
            arrays[f"{prefix}_{name}"] = getattr(self, name).astype(np.int32)
        return arrays

    @property
    def paragraph_starts(self) -> Ints:
        """Index of the first token of each paragraph in ``documents.ids``; shape (paragraphs,)."""
        return self.documents.starts[self.paragraphs[:, 0]] + self.paragraphs[:, 1]

    @property
    def paragraph_lengths(self) -> Ints:
        """Length of each paragraph; shape (paragraphs,)."""
        lengths: Ints = self.paragraphs[:, 2] - self.paragraphs[:, 1]
        return lengths

    def answer_tokens(self, example: int) -> Iterable[Ints]:
        """Yield the tokens of each answer to an example."""
        paragraph, _, first, count = self.examples[example]
        document = self.documents[self.paragraphs[paragraph, 0]]
        for start, last in self.answers[first : first + count]:
            yield document[start : last + 1]


@dataclass(frozen=True)
class ClaimPairs:
    """Claims with evidence, in random order."""

    texts: TokenLists
    """Claims and their evidence."""
    pairs: Ints
    """Index of the claim, index of the evidence, label (an output of ``support``); shape (pairs, 3)."""


@dataclass(frozen=True)
class TrainingData:
    """Everything that ``prepare`` writes."""

    train: Split
    """Questions to train on."""
    measured: Split
    """Questions to evaluate on."""
    claims: ClaimPairs
    """Claims for both."""

    def write(self, file: Path) -> None:
        """Write all arrays to one compressed file."""
        arrays = self.train.arrays("train") | self.measured.arrays("measured")
        arrays |= self.claims.texts.arrays("claims")
        arrays["claims_pairs"] = self.claims.pairs.astype(np.int32)
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # an array could be called allow_pickle

    @classmethod
    def read(cls, file: Path) -> TrainingData:
        """Read a file written by ``write``."""
        with np.load(file) as arrays:
            store = {name: arrays[name] for name in arrays.files}
        claims = ClaimPairs(TokenLists.read(store, "claims"), store["claims_pairs"].astype(np.int64))
        return cls(Split.read(store, "train"), Split.read(store, "measured"), claims)
