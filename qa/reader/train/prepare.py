"""Convert files of questions, articles and claims into the flat arrays that the reader is trained on."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from qa.reader.encoding import LONGEST_QUESTION, LONGEST_TITLE
from qa.reader.train.rewording import as_keywords, with_slip
from qa.reader.train.tokenised import ClaimPairs, Kind, Split, TokenLists, TrainingData

CONNECTED = 4
"""An article with more paragraphs than this is one text; others are unrelated paragraphs sharing a file."""
LOOSE = 1000
"""An article with at least this many paragraphs is a collection of unrelated ones."""
MOST_ANSWERS = 3
"""Maximum number of distinct answers to a question."""
LONGEST_TITLE_TEXT = 200
"""Characters; anything longer is not a title."""
SAMPLED = {"qamr": 0.5, "qadiscourse": 0.4, "squadshifts-amazon_reviews": 0.5, "squadshifts-reddit": 0.6}
"""Share of questions sampled from files that are repetitive, stilted or unlike articles; others are used in full."""
LONGEST_EVIDENCE = 208
"""Maximum tokens of a claim's evidence; the rest is cut."""
SUPPORT_LABELS = {"supported": 0, "refuted": 1, "not supported": 2}
"""Label of a claim in the file -> output of ``support``."""
SEED = 20

Report = Callable[[str], None]


def prepare(folder: Path, tokenizer: Tokenizer, report: Report) -> TrainingData:
    """Return all questions and claims in ``folder`` as tokens.

    Args:
        folder: contains ``reader-training/*.json`` in SQuAD's format, ``squad/questions_dev.jsonl`` and
            ``squad/articles`` for evaluation, and ``support/claims.json``.
        tokenizer: has BERT's uncased vocabulary, without padding and truncation.
        report: receives the number of questions in each file.

    Raises:
        OSError, ValueError, KeyError: a file cannot be read or has the wrong format.
    """
    rng = random.Random(SEED)
    train = SplitBuilder(tokenizer, rng)
    for file in sorted((folder / "reader-training").glob("*.json")):
        before = train.count
        content = json.loads(file.read_text(encoding="utf-8"))
        train.add(content["data"], SAMPLED.get(file.stem, 1.0), content.get("answer_kind") != "sentence")
        report(f"{file.stem}: {train.count - before} questions")
    measured = SplitBuilder(tokenizer, rng)
    measured.add(_measured_entries(folder / "squad"))
    claims = json.loads((folder / "support" / "claims.json").read_text(encoding="utf-8"))["data"]
    return TrainingData(train.build(reworded=True), measured.build(), _claim_pairs(claims, tokenizer))


class SplitBuilder:
    """Collects articles in SQuAD's format into a ``Split``."""

    def __init__(self, tokenizer: Tokenizer, rng: random.Random) -> None:
        self._tokenizer = tokenizer
        self._rng = rng
        self._documents: list[NDArray[np.uint16]] = []
        self._titles: list[list[int]] = []
        self._questions: list[str] = []
        self._paragraphs: list[tuple[int, int, int, int]] = []
        self._examples: list[tuple[int, int, int, int]] = []
        self._answers: list[tuple[int, int]] = []

    @property
    def count(self) -> int:
        """Number of questions so far."""
        return len(self._questions)

    def add(self, entries: Iterable[dict[str, Any]], share: float = 1.0, has_phrases: bool = True) -> None:
        """Add articles with a share of their questions.

        Args:
            entries: articles, each with ``title`` and ``paragraphs``.
            share: share of the questions to add, drawn at random.
            has_phrases: whether answers are phrases. If they are whole sentences, only unanswerable questions are
                added, because the reader answers in phrases.
        """
        for entry in entries:
            paragraphs = entry["paragraphs"]
            connected = CONNECTED < len(paragraphs) < LOOSE
            for group in [paragraphs] if connected else [[paragraph] for paragraph in paragraphs]:
                self._add_document(entry["title"].replace("_", " "), group, share, has_phrases)

    def build(self, reworded: bool = False) -> Split:
        """Return the split; ``reworded``: also with typing errors in the questions, and as keywords."""
        questions = self._tokens(self._questions)
        if reworded:
            questions += self._tokens([with_slip(question, self._rng) for question in self._questions])
            questions += self._tokens([as_keywords(question, self._rng) for question in self._questions])
        return Split(
            TokenLists.of(self._documents),
            TokenLists.of(self._titles),
            TokenLists.of(questions),
            np.array(self._paragraphs, np.int64).reshape(-1, 4),
            np.array(self._examples, np.int64).reshape(-1, 4),
            np.array(self._answers, np.int64).reshape(-1, 2),
        )

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids[:LONGEST_QUESTION] for encoding in _encode(self._tokenizer, texts)]

    def _add_document(self, title: str, paragraphs: list[dict[str, Any]], share: float, has_phrases: bool) -> None:
        encodings = _encode(self._tokenizer, [paragraph["context"] for paragraph in paragraphs])
        tokens = [token for encoding in encodings for token in encoding.ids]
        if not tokens:
            return
        document, number = len(self._documents), len(self._titles)
        self._documents.append(np.array(tokens, np.uint16))
        self._titles.append(self._title_tokens(title))
        start = 0
        for paragraph, encoding in zip(paragraphs, encodings, strict=True):
            self._paragraphs.append((document, start, start + len(encoding.ids), number))
            for question in paragraph["qas"]:
                if share == 1.0 or self._rng.random() < share:
                    self._add_question(question, encoding, start, has_phrases)
            start += len(encoding.ids)

    def _title_tokens(self, title: str) -> list[int]:
        if not 1 < len(title) < LONGEST_TITLE_TEXT or title.lower() == "passage":
            return []
        ids: list[int] = self._tokenizer.encode(f"{title}.", add_special_tokens=False).ids
        return ids[-LONGEST_TITLE:]

    def _add_question(self, entry: dict[str, Any], encoding: Encoding, start: int, has_phrases: bool) -> None:
        """Add a question about the last paragraph, whose first token in the document is ``start``."""
        text = " ".join(entry["question"].split())
        spans: list[tuple[int, int]] = []
        if entry.get("yes_no"):
            kind = Kind.YES if entry["yes_no"] == "yes" else Kind.NO
        elif entry.get("is_impossible") or not entry["answers"]:
            kind = Kind.NONE
        else:
            kind = Kind.SPAN
            spans = _spans(entry["answers"], encoding, start) if has_phrases else []
        if not text or (kind is Kind.SPAN and not spans):
            return
        self._examples.append((len(self._paragraphs) - 1, kind, len(self._answers), len(spans)))
        self._answers.extend(spans)
        self._questions.append(text)


def _encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Encoding]:
    encodings: list[Encoding] = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return encodings


def _spans(answers: Iterable[dict[str, Any]], encoding: Encoding, start: int) -> list[tuple[int, int]]:
    """Return the first and last token in the document of each answer; the paragraph begins at token ``start``."""
    spans: dict[tuple[int, int], None] = {}
    for answer in answers:
        low, high = answer["answer_start"], answer["answer_start"] + len(answer["text"])
        inside = [number for number, (begin, end) in enumerate(encoding.offsets) if begin < high and end > low]
        if inside:
            spans[start + inside[0], start + inside[-1]] = None
    return list(spans)[:MOST_ANSWERS]


def _measured_entries(folder: Path) -> list[dict[str, Any]]:
    """Return the evaluation questions, grouped by paragraph, in SQuAD's format."""
    articles: dict[str, dict[tuple[int, int], dict[str, Any]]] = {}
    texts: dict[str, str] = {}
    for line in (folder / "questions_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        file, low, high = row["file"], row["para_start"], row["para_end"]
        if file not in texts:
            texts[file] = (folder / "articles" / file).read_bytes().decode("utf-8")
        paragraphs = articles.setdefault(file, {})
        paragraph = paragraphs.setdefault((low, high), {"context": texts[file][low:high], "qas": []})
        answers = [{"text": answer["text"], "answer_start": answer["start"] - low} for answer in row["answers"]]
        paragraph["qas"].append({"question": row["question"], "answers": answers if row["answerable"] else []})
    return [{"title": Path(file).stem, "paragraphs": list(entry.values())} for file, entry in articles.items()]


def _claim_pairs(rows: Iterable[dict[str, Any]], tokenizer: Tokenizer) -> ClaimPairs:
    texts: list[list[int]] = []
    pairs: list[tuple[int, int, int]] = []
    for row in rows:
        if row["label"] in SUPPORT_LABELS:
            claim, evidence = _encode(tokenizer, [row["claim"], row["evidence"]])
            pairs.append((len(texts), len(texts) + 1, SUPPORT_LABELS[row["label"]]))
            texts += [claim.ids[:LONGEST_QUESTION], evidence.ids[:LONGEST_EVIDENCE]]
    order = np.random.default_rng(SEED).permutation(len(pairs))
    return ClaimPairs(TokenLists.of(texts), np.array(pairs, np.int64).reshape(-1, 3)[order])
