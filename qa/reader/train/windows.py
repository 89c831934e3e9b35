"""The windows that the reader is trained on: cut anew for each pass, so that no two passes show the same."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from qa.reader.encoding import Encoded, Encoder
from qa.reader.train.examples import Article, Example

SHORTEST, LONGEST = 64, 208
"""Tokens of text in a window."""
ROUND = 16
"""Whole inputs are as long as a multiple of this, so that a batch needs neither padding nor a mask: a third faster."""

PARAGRAPH_SHARE = 0.5
"""Share of windows that are the paragraph of the answer; the others are cut anywhere around it."""
TITLE_SHARE = 0.6
"""Share of windows with the article's title in front, where it has one."""
NEAR_MISS_SHARE = 0.35
"""Windows without an answer that a retriever found, per question of an article."""
SWAPPED_SHARE = 0.12
"""Questions with another name or number put in, per question of an article."""
LOOSE_PASSES = 2
"""Questions about loose remarks are seen once in so many passes: they are the farther domain."""

_NAME = re.compile(r"(?<=\s)[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the network and what it should say."""

    encoded: Encoded
    """The input."""
    answer: tuple[int, int]
    """First and last place of the answer in the input; both 0 if it holds none."""

    @property
    def length(self) -> int:
        """Tokens of the whole input."""
        return len(self.encoded.token_ids)


@dataclass(frozen=True)
class NearMiss:
    """A stretch of an article that looks like an answer to a question and is none."""

    example: int
    """Number of the example."""
    article: Article
    """Where it stands."""
    tokens: tuple[int, int]
    """First token and one past the last."""


def draw_windows(
    examples: Sequence[Example], near_misses: Sequence[NearMiss], tokenizer: Tokenizer, number: int, seed: int
) -> list[Window]:
    """Return the windows of pass ``number``, in random order."""
    chance = random.Random(f"{seed}-{number}")
    names = _names_by_article(examples)
    drawn: list[Window | None] = []
    connected = 0
    for place, example in enumerate(examples):
        if example.article.title or place % LOOSE_PASSES == number % LOOSE_PASSES:
            drawn.append(_Cutter(tokenizer, example.question, example.article, chance).around_answer(example))
        if example.article.title:
            connected += 1
            question = _swapped(example, names[id(example.article)], chance)
            if question and chance.random() < SWAPPED_SHARE:
                drawn.append(_Cutter(tokenizer, question, example.article, chance).without_answer(*example.paragraph))
    misses = list(near_misses)
    chance.shuffle(misses)
    for miss in misses[: round(NEAR_MISS_SHARE * connected)]:
        cutter = _Cutter(tokenizer, examples[miss.example].question, miss.article, chance)
        drawn.append(cutter.without_answer(*miss.tokens))
    windows = [window for window in drawn if window]
    chance.shuffle(windows)
    return windows


def holds_answer(text: str, example: Example) -> bool:
    """Whether any of the answers occurs in ``text``."""
    folded = text.casefold()
    return any(answer in folded for answer in example.answer_texts)


class _Cutter:
    """Cuts windows of an article for one question."""

    def __init__(self, tokenizer: Tokenizer, question: str, article: Article, chance: random.Random) -> None:
        self._encoder = Encoder(tokenizer, question)
        self._article = article
        self._chance = chance
        self._title = article.title if chance.random() < TITLE_SHARE else ""
        self._fixed = len(self._encoder.encode(self._title, []).token_ids)

    def around_answer(self, example: Example) -> Window | None:
        """Return the paragraph of an answer, or a stretch anywhere around it; None if the text is too short."""
        first, last = self._article.tokens_of(*self._chance.choice(example.answers))
        last = min(last, first + SHORTEST)
        low, high = example.paragraph
        wanted = high - low
        if self._chance.random() >= PARAGRAPH_SHARE:
            low, high = 0, len(self._article.token_ids)
            wanted = self._chance.randint(SHORTEST, LONGEST)
        length = self._rounded(min(wanted, high - low, LONGEST))
        if length < last - first:
            return None
        start = self._chance.randint(max(low, last - length), min(first, high - length))
        return self._window(start, length, (first - start, last - 1 - start))

    def without_answer(self, low: int, high: int) -> Window | None:
        """Return a stretch of the tokens ``low`` to ``high``, which do not answer; None if they are too few."""
        length = self._rounded(min(high - low, self._chance.randint(SHORTEST, LONGEST)))
        if length <= 0:
            return None
        return self._window(self._chance.randint(low, high - length), length, None)

    def _rounded(self, length: int) -> int:
        return (self._fixed + length) // ROUND * ROUND - self._fixed

    def _window(self, start: int, length: int, answer: tuple[int, int] | None) -> Window:
        encoded = self._encoder.encode(self._title, self._article.token_ids[start : start + length])
        if answer is None:
            return Window(encoded, (0, 0))
        return Window(encoded, (encoded.text_start + answer[0], encoded.text_start + answer[1]))


def _names_by_article(examples: Iterable[Example]) -> dict[int, dict[str, list[str]]]:
    """Return the names and numbers that the questions on each article hold."""
    found: dict[int, dict[str, list[str]]] = {}
    for example in examples:
        entry = found.setdefault(id(example.article), {"name": [], "number": []})
        entry["name"].extend(_NAME.findall(example.question))
        entry["number"].extend(_NUMBER.findall(example.question))
    return found


def _swapped(example: Example, names: dict[str, list[str]], chance: random.Random) -> str | None:
    """Return the question with another name or number put in: its own paragraph no longer answers it."""
    paragraph = example.article.text_of(*example.paragraph).casefold()
    places = [("name", match) for match in _NAME.finditer(example.question)]
    places += [("number", match) for match in _NUMBER.finditer(example.question)]
    if not places:
        return None
    kind, match = chance.choice(places)
    others = [name for name in names[kind] if name.casefold() not in paragraph]
    if not others:
        return None
    return example.question[: match.start()] + chance.choice(others) + example.question[match.end() :]
