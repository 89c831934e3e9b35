"""Inputs of the reader's network: a question and a window of a passage, as token ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST_QUESTION = 96
"""Maximum number of tokens of a question; the rest is cut off."""
LONGEST_TITLE = 24
"""Maximum number of tokens of a title; only the last ones are encoded."""
CHECKED_AROUND = 70
"""Tokens on either side of a phrase that belong to the evidence it is checked against."""


@dataclass(frozen=True, slots=True)
class EncodedInput:
    """An input of the network."""

    token_ids: list[int]
    """``[CLS] question [SEP] title . text [SEP]``"""
    token_types: list[int]
    """0 for the question, 1 for what follows it."""
    text_start: int
    """Index of the first token of the text; tokens before it are never part of an answer."""


class InputEncoder:
    """Encodes windows of passages for one question."""

    def __init__(self, tokenizer: Tokenizer, question: str) -> None:
        token_ids = tokenizer.encode(question, add_special_tokens=True).ids
        if len(token_ids) > LONGEST_QUESTION + 2:
            token_ids = [*token_ids[: LONGEST_QUESTION + 1], token_ids[-1]]
        self._tokenizer = tokenizer
        self._question: list[int] = token_ids

    def encode(self, title: str, token_ids: Sequence[int]) -> EncodedInput:
        """Join the question, the title (may be empty) and the tokens of a window."""
        head = self._tokenizer.encode(f"{title}.", add_special_tokens=False).ids[-LONGEST_TITLE:] if title else []
        separator = self._question[-1]
        ids = [*self._question, *head, *token_ids, separator]
        types = [0] * len(self._question) + [1] * (len(ids) - len(self._question))
        return EncodedInput(ids, types, len(self._question) + len(head))
