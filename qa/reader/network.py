"""The trained network: a question and passages in, phrases with scores out; yes or no, and support of a claim."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Passage
from qa.models.folder import ModelFolder
from qa.models.inference import in_parallel
from qa.reader.encoding import CHECKED_AROUND, Encoded, Encoder
from qa.reader.phrases import ScoredPhrase, best_phrases, stretches

if TYPE_CHECKING:
    from tokenizers import Encoding

SHIPPED = Path(__file__).parent / "model"
"""The reader that comes with the package."""

WINDOW = 320
"""Tokens of text that are read at once. Whole chunks in one window cost two thirds of two windows of the trained
length, 208, and are read no worse: exact match .792 against .780 on 159 chunks."""
OVERLAP = 64
"""Tokens that two windows of a passage share at least, so that each answer stands whole in one, with what is around."""
PHRASES_PER_PASSAGE = 5
"""Phrases returned for a passage."""


class Verdict(NamedTuple):
    """What a stretch of text says of a claim, as log probabilities of three cases that exclude each other."""

    supported: float
    """The text says so."""
    refuted: float
    """The text says the contrary."""
    not_stated: float
    """The text says neither."""


class SpanNetwork:
    """The network under ONNX Runtime; loaded when first used."""

    def __init__(self, folder: Path = SHIPPED, cache: Path | None = None) -> None:
        self._files = ModelFolder(folder, "reader", cache=cache)

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[ScoredPhrase]]:
        """Return the best phrases of each passage, best first, at most ``PHRASES_PER_PASSAGE``.

        Raises:
            ModelError: the files of the network are missing or not the ones that were trained.
        """
        encoder = Encoder(self._files.tokenizer, question)
        texts = self._files.tokenizer.encode_batch([passage.text for passage in passages], add_special_tokens=False)
        windows = [
            (number, window)
            for number, (passage, text) in enumerate(zip(passages, texts, strict=True))
            for window in _windows(encoder, passage, text)
        ]
        lying_in = [stretches(passage.text) for passage in passages]
        read: list[list[ScoredPhrase]] = [[] for _ in passages]
        runs = in_parallel(self._run, [window.encoded for _, window in windows])
        for (number, window), run in zip(windows, runs, strict=True):
            first = window.encoded.text_start
            scores, none = run.scores[:, first:-1], float(run.scores[:, 0].sum())
            read[number].extend(best_phrases(scores, none, window.offsets, passages[number].text, lying_in[number]))
        return [_distinct(phrases) for phrases in read]

    def yes_no(self, question: str, passage: Passage, start: int, end: int) -> float:
        """Return the log odds of yes against no for a yes/no question, read from characters of a passage."""
        yes, no = self._run(self._encode(question, passage.title, passage.text[start:end])).yes_no
        return float(yes - no)

    def check(self, question: str, passage: Passage, start: int, end: int) -> float:
        """Return the log odds that a phrase of a passage answers, read once more with what stands around it.

        The network was trained on just this: question and phrase as the claim, 70 tokens to either side as the
        evidence, with phrases that it had taken for answers where there were none.
        """
        offsets = self._files.tokenizer.encode(passage.text, add_special_tokens=False).offsets
        first, last = bisect_right(offsets, start, key=itemgetter(1)), bisect_left(offsets, end, key=itemgetter(0)) - 1
        around = offsets[max(0, first - CHECKED_AROUND) : last + 1 + CHECKED_AROUND]
        low, high = around[0][0], around[-1][1]
        verdict = self.judge(f"{question} {passage.text[start:end]}", passage.text[low:high])
        return verdict.supported - float(np.logaddexp(verdict.refuted, verdict.not_stated))

    def judge(self, claim: str, evidence: str) -> Verdict:
        """Return what ``evidence``, a few sentences, says of ``claim``."""
        logits = self._run(self._encode(claim, "", evidence)).support.astype(float)
        return Verdict(*(logits - np.logaddexp.reduce(logits)).tolist())

    def warm_up(self) -> None:
        """Load the network now, so that a later question does not wait for it."""
        _ = self._files.session, self._files.tokenizer

    def _encode(self, question: str, title: str, text: str) -> Encoded:
        token_ids = self._files.tokenizer.encode(text, add_special_tokens=False).ids[:WINDOW]
        return Encoder(self._files.tokenizer, question).encode(title, token_ids)

    def _run(self, encoded: Encoded) -> _Run:
        inputs = {"input_ids": encoded.token_ids, "token_type_ids": encoded.token_types}
        arrays = {name: np.array([values], dtype=np.int64) for name, values in inputs.items()}
        return _Run(*(output[0] for output in self._files.session.run(["scores", "yes_no", "support"], arrays)))


class _Run(NamedTuple):
    """What the network gives for one input."""

    scores: NDArray[np.float32]
    """Of starting and of ending at each token, shape (2, tokens); the first token stands for "no answer here"."""
    yes_no: NDArray[np.float32]
    """Of yes and of no, shape (2,)."""
    support: NDArray[np.float32]
    """Of supported, refuted and not stated, shape (3,)."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a passage as the network sees it."""

    encoded: Encoded
    offsets: list[tuple[int, int]]
    """Characters of each token of the text."""


def _windows(encoder: Encoder, passage: Passage, text: Encoding) -> Iterator[_Window]:
    """Yield a passage as the fewest windows that overlap enough, evenly placed."""
    length = len(text.ids)
    count = 1 if length <= WINDOW else 1 + -(-(length - WINDOW) // (WINDOW - OVERLAP))
    for number in range(count if length else 0):
        start = round(number * (length - WINDOW) / (count - 1)) if count > 1 else 0
        ids = text.ids[start : start + WINDOW]
        yield _Window(encoder.encode(passage.title, ids), text.offsets[start : start + WINDOW])


def _distinct(phrases: Iterable[ScoredPhrase]) -> list[ScoredPhrase]:
    """Return the best phrases, best first, without those that overlap a better one."""
    chosen: list[ScoredPhrase] = []
    for phrase in sorted(phrases, key=lambda one: -one.score):
        if all(phrase.end <= one.start or one.end <= phrase.start for one in chosen):
            chosen.append(phrase)
            if len(chosen) == PHRASES_PER_PASSAGE:
                break
    return chosen
