"""Near misses: paragraphs that share rare words with a question but lack its answer, found by tf-idf over tokens."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from qa.reader.train.tokenised import VOCABULARY, Ints, Kind, Split

MOST = 10
"""Maximum near misses per question."""
MOST_OF_SAME = 4
"""Maximum near misses from the document that answers; they come first."""
CANDIDATES = 32
"""Highest-ranked paragraphs considered as near misses."""
COMMON = 0.03
"""Tokens in a larger share of the paragraphs are ignored."""
LENGTH_POWER = 0.5
"""Power of the norm by which paragraphs are divided: with 1, short paragraphs would dominate."""
BLOCK = 4000
"""Questions scored at a time: the scores take half a gigabyte."""


def find_near_misses(split: Split) -> NDArray[np.int32]:
    """Return paragraph numbers, padded with -1; shape (examples, MOST)."""
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
    """Return the token counts of each slice of ``ids``; a sparse matrix of shape (slices, VOCABULARY)."""
    before = np.cumsum(lengths) - lengths
    tokens = ids[np.repeat(starts - before, lengths) + np.arange(lengths.sum())]
    rows = np.repeat(np.arange(len(starts)), lengths)
    counts = csr_matrix((np.ones(len(tokens), np.float32), (rows, tokens)), shape=(len(starts), VOCABULARY))
    counts.sum_duplicates()
    return counts


def _rarity(counts: Any) -> NDArray[np.float64]:
    """Return the inverse document frequency of each token; 0 if it is common or occurs in only one paragraph."""
    frequency = np.asarray((counts > 0).sum(0)).ravel()
    total = counts.shape[0]
    # With few paragraphs, every token is in a large share of them.
    useful = (frequency > 1) & (frequency < max(COMMON * total, 10))
    rarity: NDArray[np.float64] = np.log1p(total / np.maximum(frequency, 1)) * useful
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
    if len(scores) > CANDIDATES:
        top = np.argpartition(-scores, CANDIDATES)[:CANDIDATES]
        paragraphs, scores = paragraphs[top], scores[top]
    return paragraphs[np.argsort(-scores, kind="stable")]


def _without_answer(split: Split, example: int, nearest: NDArray[np.int32], texts: list[str]) -> list[int]:
    answering = split.examples[example, 0]
    answers = [_as_text(tokens) for tokens in split.answer_tokens(example)]
    misses = [
        paragraph
        for paragraph in nearest.tolist()
        if paragraph != answering and not any(answer in texts[paragraph] for answer in answers)
    ]
    document = split.paragraphs[answering, 0]
    same = [paragraph for paragraph in misses if split.paragraphs[paragraph, 0] == document][:MOST_OF_SAME]
    others = [paragraph for paragraph in misses if split.paragraphs[paragraph, 0] != document]
    return [*same, *others[: MOST - len(same)]]


def _as_text(tokens: NDArray[Any]) -> str:
    """Encode tokens as characters, so that fast substring search finds one list of tokens in another."""
    return "".join(map(chr, (tokens.astype(np.int64) + 1).tolist()))
