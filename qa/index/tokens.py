"""Texts as tokens of the embedding model: encoded some at a time, counted, and split where a word begins."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from qa.datatypes import Offsets
from qa.text.clean_text import trimmed

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_ENCODED_AT_ONCE = 50_000
"""Characters of a document that are encoded at once; each token takes 600 bytes, and every character can be one."""
_MOST_PER_TOKEN = 32
"""Characters that count as a token at least; words of usual text have 4 or 5."""


def encoded(tokenizer: Tokenizer, texts: Iterable[str]) -> Iterator[Encoding]:
    """Yield the tokens of each text."""
    for batch in _batches(texts):
        yield from tokenizer.encode_batch(batch, add_special_tokens=False)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield the texts in lists of about ``_ENCODED_AT_ONCE`` characters."""
    batch: list[str] = []
    characters = 0
    for text in texts:
        batch.append(text)
        characters += len(text)
        if characters >= _ENCODED_AT_ONCE:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def length_of(tokens: int, characters: int) -> int:
    """Return what counts as the length of a text: its tokens, or more if some of its words have no tokens of their own.

    WordPiece makes one token of a word of more than 100 letters, whatever its length.
    """
    return max(tokens, -(-characters // _MOST_PER_TOKEN))


def split(text: str, start: int, end: int, tokens: Sequence[Offsets], budget: int) -> Iterator[tuple[int, int, int]]:
    """Yield parts of a sentence, each with a length up to ``budget``; they begin where a word begins, if one does.

    Args:
        text: the text that contains it.
        start: its first character.
        end: one past its last character.
        tokens: start and end of each of its tokens, counted from ``start``.
        budget: the greatest length of a part.
    """
    begins = [start, *(start + first for first, _ in tokens[1:]), end]
    first = 0
    while first < len(begins) - 1:
        fitting = bisect_right(begins, begins[first] + budget * _MOST_PER_TOKEN) - 1
        last = _end_of_word(text, begins, first, min(first + budget, max(fitting, first + 1)))
        low, high = trimmed(text, begins[first], begins[last])
        if low < high:
            yield low, high, length_of(last - first, high - low)
        first = last


def _end_of_word(text: str, begins: Sequence[int], first: int, last: int) -> int:
    """Return the last index up to ``last`` at which a word begins; ``last`` itself if there is none after ``first``."""
    if last >= len(begins) - 1:
        return len(begins) - 1
    at_words = (index for index in range(last, first, -1) if text[begins[index] - 1].isspace())
    return next(at_words, last)
