"""Questions with their answers in articles, read from files in the format of SQuAD 1.1."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

PARAGRAPH_BREAK = "\n\n"
"""What joins the paragraphs of an article."""

CONNECTED = 10
"""An article with more paragraphs than this is one text; others are loose remarks that only share a file."""
LOOSE = 1000
"""One with more paragraphs than this is a heap of remarks."""


@dataclass(frozen=True)
class Article:
    """A text whose paragraphs follow each other, as tokens."""

    title: str
    """Its title; empty if it has none."""
    text: str
    """All paragraphs, joined."""
    token_ids: list[int]
    """The tokens of the text, without special ones."""
    token_starts: list[int]
    """First character of each token."""
    token_ends: list[int]
    """One past the last character of each token."""

    @classmethod
    def from_text(cls, title: str, text: str, tokenizer: Tokenizer) -> Article:
        """Split ``text`` into tokens."""
        encoding = tokenizer.encode(text, add_special_tokens=False)
        starts, ends = zip(*encoding.offsets, strict=True)
        return cls(title, text, encoding.ids, list(starts), list(ends))

    def tokens_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the first token that touches the characters and one past the last."""
        return bisect_right(self.token_ends, start), bisect_left(self.token_starts, end)

    def text_of(self, first: int, last: int) -> str:
        """Return the characters of tokens ``first`` up to, not including, ``last``."""
        return self.text[self.token_starts[first] : self.token_ends[last - 1]]


@dataclass(frozen=True)
class Example:
    """A question, and where its article answers it."""

    question: str
    """As asked."""
    article: Article
    """Where the answer stands."""
    paragraph: tuple[int, int]
    """First token of the paragraph with the answer, and one past the last."""
    answers: list[tuple[int, int]]
    """First character and one past the last, one entry for each person who answered."""

    @cached_property
    def answer_texts(self) -> frozenset[str]:
        """What was answered, folded."""
        return frozenset(self.article.text[start:end].casefold() for start, end in self.answers)


def read_examples(file: Path, tokenizer: Tokenizer) -> list[Example]:
    """Return the examples of one file, articles with connected text joined into one.

    Raises:
        OSError, ValueError, KeyError: the file can not be read or is not in the format.
    """
    examples: list[Example] = []
    for entry in json.loads(file.read_text(encoding="utf-8"))["data"]:
        paragraphs = entry["paragraphs"]
        connected = CONNECTED < len(paragraphs) < LOOSE
        title = entry["title"].replace("_", " ") if connected else ""
        for group in [paragraphs] if connected else [[one] for one in paragraphs]:
            examples.extend(_examples_of(title, group, tokenizer))
    return examples


def _examples_of(title: str, paragraphs: list[dict[str, Any]], tokenizer: Tokenizer) -> Iterator[Example]:
    article = Article.from_text(title, PARAGRAPH_BREAK.join(one["context"] for one in paragraphs), tokenizer)
    offset = 0
    for paragraph in paragraphs:
        end = offset + len(paragraph["context"])
        bounds = article.tokens_of(offset, end)
        for qa in paragraph["qas"]:
            answers = [
                (offset + one["answer_start"], offset + one["answer_start"] + len(one["text"]))
                for one in qa["answers"]
                if one["text"].strip()
            ]
            if answers:
                yield Example(" ".join(qa["question"].split()), article, bounds, answers)
        offset = end + len(PARAGRAPH_BREAK)
