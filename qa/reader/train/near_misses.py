"""Near misses: paragraphs that have a question's rare words and do not hold its answer, by tf-idf over tokens."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from qa.reader.train.tokenised import VOCABULARY, Ints, Kind, Split

MOST = 10
"""Near misses of a question."""
MOST_OF_SAME = 4
"""Those of the document that answers; they come first."""
LOOKED_AT = 32
"""Best paragraphs among which near misses are looked for."""
COMMON = 0.03
"""A token in a larger share of the paragraphs says nothing about one."""
LENGTH_POWER = 0.5
"""Paragraphs are divided by their norm to this power: by all of it, short ones would win."""
BLOCK = 4000
"""Questions scored at once: half a gigabyte of scores."""


def find_near_misses(split: Split) -> NDArray[np.int32]:
    """Return numbers of paragraphs, -1 where there are fewer; shape (examples, MOST)."""
    paragraphs = _counts(split.documents.ids, split.paragraph_starts, split.paragraph_lengths)
    rarity = _rarity(paragraphs)
    by_token = _weighted(paragraphs, rarity).T.tocsr()
    texts = [
        _as_text(split.documents.ids[start : start + length])
        for start, length in zip(split.paragraph_starts, split.paragraph_lengths, strict=True)
    ]
    rows = np.flatnonzero(split.examples[:, 1] == Kind.SPAN)
    questions = _counts(split.questions.ids, split.questions.starts[rows], split.questions.lengths[rows])
    questions.data = rarity[questions.indices].astype(np.float32)
    misses = np.full((len(split.examples), MOST), -1, np.int32)
    for first in range(0, len(rows), BLOCK):
        scores = (questions[first : first + BLOCK] @ by_token).tocsr()
        for number, row in enumerate(rows[first : first + BLOCK]):
            low, high = scores.indptr[number], scores.indptr[number + 1]
            nearest = _best(scores.indices[low:high], scores.data[low:high])
            chosen = _without_answer(split, int(row), nearest, texts)
            misses[row, : len(chosen)] = chosen
    return misses


def _counts(ids: NDArray[np.uint16], starts: Ints, lengths: Ints) -> Any:
    """Return how often each stretch of ``ids`` has each token; a sparse matrix of shape (stretches, VOCABULARY)."""
    before = np.cumsum(lengths) - lengths
    tokens = ids[np.repeat(starts - before, lengths) + np.arange(lengths.sum())]
    rows = np.repeat(np.arange(len(starts)), lengths)
    counts = csr_matrix((np.ones(len(tokens), np.float32), (rows, tokens)), shape=(len(starts), VOCABULARY))
    counts.sum_duplicates()
    return counts


def _rarity(counts: Any) -> NDArray[np.float64]:
    """Return the inverse document frequency of each token, 0 for common ones and those that link no two paragraphs."""
    holding = np.asarray((counts > 0).sum(0)).ravel()
    total = counts.shape[0]
    # In a handful of paragraphs every token is in a large share of them.
    useful = (holding > 1) & (holding < max(COMMON * total, 10))
    rarity: NDArray[np.float64] = np.log1p(total / np.maximum(holding, 1)) * useful
    return rarity


def _weighted(counts: Any, rarity: NDArray[np.float64]) -> Any:
    weighted = counts.copy()
    weighted.data = (np.log1p(counts.data) * rarity[counts.indices]).astype(np.float32)
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(1)).ravel()) ** LENGTH_POWER + 1e-6
    weighted = csr_matrix(weighted.multiply((1 / norms[:, None]).astype(np.float32)))
    weighted.eliminate_zeros()
    return weighted


def _best(paragraphs: NDArray[np.int32], scores: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the paragraphs with the highest scores, best first."""
    if len(scores) > LOOKED_AT:
        top = np.argpartition(-scores, LOOKED_AT)[:LOOKED_AT]
        paragraphs, scores = paragraphs[top], scores[top]
    return paragraphs[np.argsort(-scores, kind="stable")]


def _without_answer(split: Split, example: int, nearest: NDArray[np.int32], texts: list[str]) -> list[int]:
    own = split.examples[example, 0]
    answers = [_as_text(tokens) for tokens in split.answer_tokens(example)]
    good = [int(near) for near in nearest if near != own and not any(answer in texts[int(near)] for answer in answers)]
    document = split.paragraphs[own, 0]
    same = [near for near in good if split.paragraphs[near, 0] == document][:MOST_OF_SAME]
    others = [near for near in good if split.paragraphs[near, 0] != document]
    return [*same, *others[: MOST - len(same)]]


def _as_text(tokens: NDArray[Any]) -> str:
    """Return tokens as characters, so that one list of tokens is found in another as fast as text is."""
    return "".join(map(chr, (tokens.astype(np.int64) + 1).tolist()))
