"""The trained network: a question and passages in, spans with scores out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Passage
from qa.errors import ModelError
from qa.inference import file_sha256, in_parallel, open_session, open_tokenizer
from qa.reader.encoding import Encoded, Encoder

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

SHIPPED = Path(__file__).parent / "model"
"""The reader that comes with the package."""

WINDOW = 208
"""Tokens of text that are read at once, the longest that it was trained on."""
OVERLAP = 64
"""Tokens that two windows of a passage share at least, so that each answer stands whole in one, with what is around."""
LONGEST_ANSWER = 30
"""Tokens of a span."""
SPANS_PER_PASSAGE = 5
"""Spans returned for a passage."""


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """Characters of a passage that may answer."""

    start: int
    """First character in the passage's text."""
    end: int
    """One past the last character."""
    score: float
    """Logarithm of the odds of this span against "no answer here", as the network sees it; not calibrated."""


class SpanNetwork:
    """The network under ONNX Runtime; loaded when first used."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._folder = folder

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[ScoredSpan]]:
        """Return the best spans of each passage, best first, at most ``SPANS_PER_PASSAGE``.

        Raises:
            ModelError: the files of the network are missing or not the ones that were trained.
        """
        encoder = Encoder(self._tokenizer, question)
        texts = self._tokenizer.encode_batch([passage.text for passage in passages], add_special_tokens=False)
        windows = [
            (number, window)
            for number, (passage, text) in enumerate(zip(passages, texts, strict=True))
            for window in _windows(encoder, passage, text)
        ]
        found: list[dict[tuple[int, int], float]] = [{} for _ in passages]
        runs = in_parallel(self._run, [window.encoded for _, window in windows])
        for (number, window), scores in zip(windows, runs, strict=True):
            text = passages[number].text
            for first, last, score in _best(scores, window.encoded):
                place = _whole_words(text, *window.characters(first, last))
                found[number][place] = max(score, found[number].get(place, score))
        return [_ranked(spans) for spans in found]

    def warm_up(self) -> None:
        """Load the network now, so that a later question does not wait for it."""
        _ = self._session, self._tokenizer

    @cached_property
    def _session(self) -> InferenceSession:
        hint = "Run: pip install --force-reinstall --no-deps qa-corpus"
        file = self._folder / "model.onnx"
        try:
            wanted = json.loads((self._folder / "model.json").read_text(encoding="utf-8"))["onnx_sha256"]
            is_same = file_sha256(file) == wanted
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"The reader in {self._folder} can not be read: {error}", hint) from None
        if not is_same:
            raise ModelError(f"The reader {file} is not the one that was shipped", hint)
        return open_session(file, hint)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return open_tokenizer(self._folder / "tokenizer.json")

    def _run(self, encoded: Encoded) -> NDArray[np.float32]:
        """Return start and end scores, shape (2, tokens)."""
        inputs = {"input_ids": encoded.token_ids, "token_type_ids": encoded.token_types}
        arrays = {name: np.array([values], dtype=np.int64) for name, values in inputs.items()}
        scores: NDArray[np.float32] = self._session.run(None, arrays)[0][0]
        return scores


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a passage as the network sees it."""

    encoded: Encoded
    offsets: list[tuple[int, int]]
    """Characters of each token of the text."""

    def characters(self, first: int, last: int) -> tuple[int, int]:
        """Return the characters of places ``first`` to ``last`` of the input."""
        start = self.encoded.text_start
        return self.offsets[first - start][0], self.offsets[last - start][1]


def _windows(encoder: Encoder, passage: Passage, text: Encoding) -> Iterator[_Window]:
    """Yield a passage as the fewest windows that overlap enough, evenly placed."""
    length = len(text.ids)
    count = 1 if length <= WINDOW else 1 + -(-(length - WINDOW) // (WINDOW - OVERLAP))
    for number in range(count if length else 0):
        start = round(number * (length - WINDOW) / (count - 1)) if count > 1 else 0
        ids = text.ids[start : start + WINDOW]
        yield _Window(encoder.encode(passage.title, ids), text.offsets[start : start + WINDOW])


def _best(scores: NDArray[np.float32], encoded: Encoded) -> Iterator[tuple[int, int, float]]:
    """Yield first and last place and score of the best spans of a window, best first."""
    begin, end = encoded.text_start, len(encoded.token_ids) - 1
    starts, ends = scores[0, begin:end], scores[1, begin:end]
    none = float(scores[0, 0] + scores[1, 0])
    length = end - begin
    sums = np.full((length, LONGEST_ANSWER), -np.inf, dtype=np.float32)
    for more in range(min(LONGEST_ANSWER, length)):
        sums[: length - more, more] = starts[: length - more] + ends[more:]
    flat = sums.ravel()
    count = min(SPANS_PER_PASSAGE * 4, flat.size)
    for place in sorted(np.argpartition(-flat, count - 1)[:count], key=lambda one: -flat[one]):
        first, more = divmod(int(place), LONGEST_ANSWER)
        if np.isfinite(flat[place]):
            yield begin + first, begin + first + more, float(flat[place]) - none


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to whole words: a token may be part of one."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _ranked(spans: dict[tuple[int, int], float]) -> list[ScoredSpan]:
    """Return the best spans, without those that overlap a better one."""
    kept: list[ScoredSpan] = []
    for (start, end), score in sorted(spans.items(), key=lambda item: -item[1]):
        if len(kept) < SPANS_PER_PASSAGE and all(end <= one.start or one.end <= start for one in kept):
            kept.append(ScoredSpan(start, end, score))
    return kept
