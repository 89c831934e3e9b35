"""The training data as flat arrays of token ids in one compressed file: small to carry, quick to cut windows from."""

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
"""Ids of BERT's uncased vocabulary, which the shipped tokenizer gives."""
VOCABULARY = 30522
"""Tokens of that vocabulary."""

_LISTS = ("documents", "titles", "questions")
_TABLES = ("paragraphs", "examples", "answers")


class Kind(IntEnum):
    """What is known of a question and a window."""

    SPAN = 0
    """Characters of the window answer."""
    NONE = 1
    """The paragraph that the question was written for does not answer it."""
    YES = 2
    """The answer is yes."""
    NO = 3
    """The answer is no."""
    MISS = 4
    """The window is a near miss: it has the question's words and no answer."""


@dataclass(frozen=True)
class TokenLists:
    """Lists of token ids, end to end."""

    ids: NDArray[np.uint16]
    """All tokens."""
    bounds: Ints
    """Where each list begins and, last, where the last one ends; shape (lists + 1,)."""

    @classmethod
    def of(cls, lists: Sequence[Sequence[int] | NDArray[np.uint16]]) -> TokenLists:
        """Join ``lists``."""
        bounds = np.concatenate([[0], np.cumsum([len(tokens) for tokens in lists])]).astype(np.int64)
        parts = [np.asarray(tokens, np.uint16) for tokens in lists]
        return cls(np.concatenate([np.zeros(0, np.uint16), *parts]), bounds)

    @classmethod
    def read(cls, store: Store, name: str) -> TokenLists:
        """Take the lists called ``name`` out of a file's arrays."""
        return cls(store[f"{name}_ids"], store[f"{name}_bounds"].astype(np.int64))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays to write for the lists called ``name``."""
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
        """Tokens of each list; shape (lists,)."""
        return np.diff(self.bounds)


@dataclass(frozen=True)
class Split:
    """Questions about paragraphs of documents: those to train on, or those to measure with."""

    documents: TokenLists
    """Texts."""
    titles: TokenLists
    """Titles, each ending in a full stop; empty where there is none."""
    questions: TokenLists
    """One list an example; where there are three, all again with typing errors, then all again as keywords."""
    paragraphs: Ints
    """Document, first token in it, one past the last, title; shape (paragraphs, 4)."""
    examples: Ints
    """Paragraph, ``Kind``, first answer, number of answers; shape (examples, 4)."""
    answers: Ints
    """First and last token in the document; shape (answers, 2)."""

    @classmethod
    def read(cls, store: Store, prefix: str) -> Split:
        """Take the split whose names begin with ``prefix`` out of a file's arrays."""
        documents, titles, questions = (TokenLists.read(store, f"{prefix}_{name}") for name in _LISTS)
        paragraphs, examples, answers = (store[f"{prefix}_{name}"].astype(np.int64) for name in _TABLES)
        return cls(documents, titles, questions, paragraphs, examples, answers)

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the arrays to write."""
        arrays: dict[str, NDArray[Any]] = {}
        for name in _LISTS:
            arrays.update(getattr(self, name).arrays(f"{prefix}_{name}"))
        for name in _TABLES:
            arrays[f"{prefix}_{name}"] = getattr(self, name).astype(np.int32)
        return arrays

    @property
    def paragraph_starts(self) -> Ints:
        """First token of each paragraph among all tokens of ``documents``; shape (paragraphs,)."""
        return self.documents.starts[self.paragraphs[:, 0]] + self.paragraphs[:, 1]

    @property
    def paragraph_lengths(self) -> Ints:
        """Tokens of each paragraph; shape (paragraphs,)."""
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
    """ClaimExamples with evidence, in random order."""

    texts: TokenLists
    """ClaimExamples and pieces of evidence."""
    pairs: Ints
    """Number of the claim, number of the evidence, label (an output of ``support``); shape (pairs, 3)."""


@dataclass(frozen=True)
class TrainingData:
    """All that ``prepare`` writes."""

    train: Split
    """Questions to train on."""
    measured: Split
    """Questions to measure with."""
    claims: ClaimPairs
    """ClaimExamples for both."""

    def write(self, file: Path) -> None:
        """Write one compressed file."""
        arrays = self.train.arrays("train") | self.measured.arrays("measured")
        arrays |= self.claims.texts.arrays("claims")
        arrays["claims_pairs"] = self.claims.pairs.astype(np.int32)
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # an array could be called allow_pickle

    @classmethod
    def read(cls, file: Path) -> TrainingData:
        """Read what ``write`` wrote."""
        with np.load(file) as arrays:
            store = {name: arrays[name] for name in arrays.files}
        claims = ClaimPairs(TokenLists.read(store, "claims"), store["claims_pairs"].astype(np.int64))
        return cls(Split.read(store, "train"), Split.read(store, "measured"), claims)
