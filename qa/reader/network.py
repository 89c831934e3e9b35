"""The trained network: it scores phrases of passages, yes against no, and the support for a claim."""

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
from qa.questions.terms import asks_for_address, asks_for_code
from qa.questions.types import QuestionType, question_type
from qa.reader.encoding import CHECKED_AROUND, EncodedInput, InputEncoder
from qa.reader.phrases import ScoredPhrase, best_phrases, stretches
from qa.reader.reading import Verdict
from qa.text.words import words

if TYPE_CHECKING:
    from tokenizers import Encoding

SHIPPED = Path(__file__).parent / "model"
"""The network that is shipped with the package."""

WINDOW = 320
"""Maximum number of text tokens in a window. A whole chunk in one window costs two thirds of two windows of the length
used in training, 208, and is read no less accurately: exact match .792 against .780 on 159 chunks."""
OVERLAP = 64
"""Minimum overlap of two windows in tokens, so that each answer is in one of them completely, with its context."""
PHRASES_PER_PASSAGE = 5
"""Maximum number of phrases returned for a passage."""


class SpanNetwork:
    """The network, run by ONNX Runtime; loaded on first use."""

    def __init__(self, folder: Path = SHIPPED, cache: Path | None = None) -> None:
        self._files = ModelFolder(folder, "reader", cache=cache)

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[ScoredPhrase]]:
        """Return the best phrases of each passage, best first, at most ``PHRASES_PER_PASSAGE``.

        Raises:
            ModelError: files of the network are missing or were modified.
        """
        encoder = InputEncoder(self._files.tokenizer, question)
        texts = self._files.tokenizer.encode_batch(
            [passage.layout.text for passage in passages], add_special_tokens=False
        )
        windows = [
            (index, window)
            for index, (passage, text) in enumerate(zip(passages, texts, strict=True))
            for window in _windows(encoder, passage, text)
        ]
        addresses, code = asks_for_address(question), asks_for_code(question)
        headings = question_type(words(question) or [""]) is not QuestionType.REASON
        allowed = [stretches(passage.layout, addresses, headings, code) for passage in passages]
        phrases: list[list[ScoredPhrase]] = [[] for _ in passages]
        outputs = in_parallel(self._run, [window.encoded for _, window in windows])
        for (index, window), output in zip(windows, outputs, strict=True):
            first = window.encoded.text_start
            scores, none = output.scores[:, first:-1], float(output.scores[:, 0].sum())
            phrases[index].extend(
                best_phrases(scores, none, window.offsets, passages[index].layout.text, allowed[index])
            )
        return [_distinct(of_passage) for of_passage in phrases]

    def yes_no(self, question: str, passage: Passage, start: int, end: int) -> float:
        """Return the log odds of yes against no for a yes/no question, read from characters of a passage."""
        yes, no = self._run(self._encode(question, passage.layout.context, passage.layout.text[start:end])).yes_no
        return float(yes - no)

    def check(self, question: str, passage: Passage, start: int, end: int) -> float:
        """Return the log odds that a phrase of a passage answers, according to a second reading with its context.

        The network was trained on exactly this task: question and phrase as the claim, 70 tokens on either side as
        the evidence; its training data include wrong answers of its own to unanswerable questions.
        """
        offsets = self._files.tokenizer.encode(passage.layout.text, add_special_tokens=False).offsets
        first, last = bisect_right(offsets, start, key=itemgetter(1)), bisect_left(offsets, end, key=itemgetter(0)) - 1
        around = offsets[max(0, first - CHECKED_AROUND) : last + 1 + CHECKED_AROUND]
        low, high = around[0][0], around[-1][1]
        return self.judge(f"{question} {passage.layout.text[start:end]}", passage.layout.text[low:high]).log_odds

    def judge(self, claim: str, evidence: str) -> Verdict:
        """Return whether ``evidence``, a few sentences, supports or refutes ``claim``."""
        logits = self._run(self._encode(claim, "", evidence)).support.astype(float)
        return Verdict(*(logits - np.logaddexp.reduce(logits)).tolist())

    def warm_up(self) -> None:
        """Load the network now, so that no later question has to wait for it."""
        _ = self._files.session, self._files.tokenizer

    def _encode(self, question: str, title: str, text: str) -> EncodedInput:
        token_ids = self._files.tokenizer.encode(text, add_special_tokens=False).ids[:WINDOW]
        return InputEncoder(self._files.tokenizer, question).encode(title, token_ids)

    def _run(self, encoded: EncodedInput) -> _Outputs:
        inputs = {"input_ids": encoded.token_ids, "token_type_ids": encoded.token_types}
        arrays = {name: np.array([values], dtype=np.int64) for name, values in inputs.items()}
        return _Outputs(*(output[0] for output in self._files.session.run(["scores", "yes_no", "support"], arrays)))


class _Outputs(NamedTuple):
    """The outputs of the network for one input."""

    scores: NDArray[np.float32]
    """Scores of starting and of ending at each token, shape (2, tokens); the first token means "no answer here"."""
    yes_no: NDArray[np.float32]
    """Scores of yes and no, shape (2,)."""
    support: NDArray[np.float32]
    """Scores of supported, refuted and not stated, shape (3,)."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of a passage as input of the network."""

    encoded: EncodedInput
    offsets: list[tuple[int, int]]
    """Start and end of each text token in the passage's text."""


def _windows(encoder: InputEncoder, passage: Passage, text: Encoding) -> Iterator[_Window]:
    """Split a passage into the fewest windows with enough overlap, evenly spaced."""
    length = len(text.ids)
    count = 1 if length <= WINDOW else 1 + -(-(length - WINDOW) // (WINDOW - OVERLAP))
    for number in range(count if length else 0):
        start = round(number * (length - WINDOW) / (count - 1)) if count > 1 else 0
        ids = text.ids[start : start + WINDOW]
        yield _Window(encoder.encode(passage.layout.context, ids), text.offsets[start : start + WINDOW])


def _distinct(phrases: Iterable[ScoredPhrase]) -> list[ScoredPhrase]:
    """Return the best phrases, best first, without those that overlap a better one."""
    chosen: list[ScoredPhrase] = []
    for phrase in sorted(phrases, key=lambda scored: -scored.score):
        if all(phrase.end <= better.start or better.end <= phrase.start for better in chosen):
            chosen.append(phrase)
            if len(chosen) == PHRASES_PER_PASSAGE:
                break
    return chosen
