"""What the reader's network is shown: a question and a window of a passage, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST_QUESTION = 96
"""Tokens of a question; the rest is cut."""
LONGEST_TITLE = 24
"""Tokens of a title; the rest is cut."""
CHECKED_AROUND = 70
"""Tokens to either side of a phrase in the evidence that it is checked against."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One input of the network."""

    token_ids: list[int]
    """``[CLS] question [SEP] title . text [SEP]``"""
    token_types: list[int]
    """0 for the question, 1 for what follows it."""
    text_start: int
    """Where the text begins; what stands before it is never an answer."""


class Encoder:
    """Encodes windows of passages for one question."""

    def __init__(self, tokenizer: Tokenizer, question: str) -> None:
        asked = tokenizer.encode(question, add_special_tokens=True).ids
        if len(asked) > LONGEST_QUESTION + 2:
            asked = [*asked[: LONGEST_QUESTION + 1], asked[-1]]
        self._tokenizer = tokenizer
        self._asked: list[int] = asked

    def encode(self, title: str, token_ids: Sequence[int]) -> Encoded:
        """Join the question, the title (may be empty) and the tokens of a window."""
        head = self._tokenizer.encode(f"{title}.", add_special_tokens=False).ids[-LONGEST_TITLE:] if title else []
        end = self._asked[-1]
        ids = [*self._asked, *head, *token_ids, end]
        types = [0] * len(self._asked) + [1] * (len(ids) - len(self._asked))
        return Encoded(ids, types, len(self._asked) + len(head))
