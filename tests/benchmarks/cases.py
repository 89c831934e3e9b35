"""Questions with the output of the reader and their known answers, to which its calibration is fitted.

There are several kinds of questions, including near misses: with their article, without it, with it but without the
passages that answer, with it but about another thing, unanswerable ones with their paragraph, questions about news
articles with and without an answer, and everyday questions. Of the latter only those with odd ids are fitted to; the
others are for evaluation.
"""

from __future__ import annotations

import pickle
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import qa
from qa.datatypes import Passage
from qa.evaluation.scores import contains, exact_match, f1
from qa.questions.terms import Question, parse_question
from qa.questions.types import QuestionType
from qa.reader.candidates import Candidate
from qa.reader.network import SpanNetwork
from qa.reader.phrases import ScoredPhrase
from qa.reader.span_reader import PASSAGES_READ, reading_order
from qa.text.english.patterns import NAME
from qa.text.words import STOP_WORDS
from tests.benchmarks.data import Row, open_folder, read_rows, sample, squad_questions
from tests.benchmarks.refusal import halves, open_half

PASSAGES = 8
"""Passages retrieved for each question; only as many as the reader usually reads are read."""
FACTS = ("fact-plain", "fact-reworded", "typo-keyword")
NOT_THERE = ("near-miss", "false-premise", "off-topic")
_COUNTED = re.compile(r"\b[Hh]ow many (?P<thing>[a-z]{4,})\b")
_THING = re.compile(r"\b(?:[Ww]hat|[Ww]hich) (?P<thing>[a-z]{4,})\b")
_NAMED = re.compile(rf"(?<=\w )(?P<thing>{NAME}|\d{{4}}\b)")
_WORD = re.compile(r"[^\W_]+(?:[.]\d+)?")
RESERVED = 1000
"""Number of SQuAD questions reserved for other benchmarks; the calibration is not fitted to them."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the output of the reader."""

    kind: str
    question: Question
    passages: list[Passage]
    phrases: list[list[ScoredPhrase]]
    """The phrases of each passage; empty for passages that were not read."""
    answers: tuple[str, ...]
    """Known answers; empty if the passages do not answer."""
    everyday: Row | None = None
    """The row of an everyday question, with the expected answers."""

    def exact(self, candidate: Candidate) -> bool:
        """Whether a candidate exactly matches a known answer."""
        return self._everyday(candidate) if self.everyday else exact_match(candidate.text, self.answers) > 0

    def right(self, candidate: Candidate) -> bool:
        """Whether a candidate answers, when shown with its sentence."""
        if self.everyday:
            return self._everyday(candidate)
        return f1(candidate.text, self.answers) >= 0.5 or contains(self._sentence(candidate), self.answers)

    def _everyday(self, candidate: Candidate) -> bool:
        row = self.everyday
        if row is None or row["refuse"]:
            return False
        if row["short"]:
            return _contains_any(candidate.text, row["short"])
        return _contains_any(self._sentence(candidate), row["any"]) and not _contains_any(
            candidate.text, row["must_not"]
        )

    def _sentence(self, candidate: Candidate) -> str:
        return self.passages[candidate.passage].layout.text[slice(*candidate.sentence)]


def _contains_any(text: str, strings: Iterable[str]) -> bool:
    """Whether ``text`` contains any of ``strings``, ignoring case and punctuation."""
    return any(_folded(string) in _folded(text) for string in strings)


def _folded(text: str) -> str:
    words = _WORD.findall(text.casefold().replace(",", ""))
    return f" {' '.join(words)} "


def read_cases(data: Path, work: Path, count: int) -> list[Case]:
    """Return up to ``count`` questions of each kind, cached in ``work``."""
    store = work / "calibration-cases.pkl"
    if not store.exists():
        cases = list(_cases(data, work, count))
        store.write_bytes(pickle.dumps(cases))
    loaded: list[Case] = pickle.loads(store.read_bytes())  # written above, so trusted
    return loaded


def another_thing(rows: Sequence[Row], count: int) -> list[str]:
    """Return questions that ask for something else: "How many lakes strokes occur ...?", "When did Osterby ...?".

    In equal numbers, the counted noun, the requested noun, or a name or number is swapped. Replacement nouns come from
    questions about other articles, names and numbers from other questions about the same article.
    """
    rng = random.Random(count)
    swapped = []
    for pattern, of_same_file in ((_COUNTED, False), (_THING, False), (_NAMED, True)):
        matches = [
            (row, match) for row in rows if (match := pattern.search(row["question"])) and _is_thing(match["thing"])
        ]
        for row, match in matches[: count // 3]:
            question = row["question"]
            things = {other["thing"] for source, other in matches if (source["file"] == row["file"]) is of_same_file}
            new = sorted(thing for thing in things if thing not in question)
            if new:
                thing = rng.choice(new)
                swapped.append(f"{question[: match.start('thing')]}{thing}{question[match.end('thing') :]}")
    return swapped


def _is_thing(word: str) -> bool:
    return word not in STOP_WORDS and not word.endswith(("ed", "ing"))


def is_fitted_to(row: Row) -> bool:
    """Whether an everyday question belongs to the half that is fitted to."""
    return int(row["id"][1:]) % 2 == 1


def _cases(data: Path, work: Path, count: int) -> Iterator[Case]:
    yield from _everyday(data, work)
    rows = sample(squad_questions(data), 3 * RESERVED)[RESERVED:]
    with open_folder("squad", data, work) as assistant:
        read = _reading(assistant)
        for row in rows[:count]:
            answers = tuple(answer["text"] for answer in row["answers"])
            case = read("with its article", row["question"], answers)
            yield case
            yield _without_answer(case)
        for row in sample(squad_questions(data, answerable=False), count // 2):
            yield read("unanswerable", row["question"])
        for question in another_thing(rows[count:], count):
            yield read("another thing", question)
    for side, names in enumerate(halves(data)):
        with open_half(side, data, work) as assistant:
            read = _reading(assistant)
            for row in rows[count : count + count // 2]:
                if row["file"] not in names:
                    yield read("without its article", row["question"])
    news = read_rows(data / "multihop" / "queries_dev.jsonl")
    with open_folder("multihop", data, work) as assistant:
        read = _reading(assistant)
        for row in sample([row for row in news if row["question_type"] == "inference_query"], count // 2):
            yield read("news", row["query"], (row["answer"],))
        for row in sample([row for row in news if row["question_type"] == "null_query"], count // 4):
            yield read("news without an answer", row["query"])


def _everyday(data: Path, work: Path) -> Iterator[Case]:
    rows = [row for row in read_rows(data / "everyday" / "questions.jsonl") if row["kind"] in FACTS + NOT_THERE]
    with open_folder("everyday", data, work) as assistant:
        read = _reading(assistant)
        for row in rows:
            if row["corpus"] == "news":
                yield read("everyday", row["question"], tuple(row["short"] or row["any"]), row)


def _without_answer(case: Case) -> Case:
    """Return the same question without the passages that answer it."""
    indices = [index for index, passage in enumerate(case.passages) if not contains(passage.layout.text, case.answers)]
    passages = [case.passages[index] for index in indices]
    return Case("without its passage", case.question, passages, [case.phrases[index] for index in indices], ())


def _reading(assistant: qa.Assistant) -> Callable[..., Case]:
    network, index = SpanNetwork(), assistant.index
    chunks = index.stats().chunks

    def read(kind: str, text: str, answers: tuple[str, ...] = (), everyday: Row | None = None) -> Case:
        passages = assistant.search(text, PASSAGES)
        question = parse_question(text, index.document_frequency, chunks)
        order = reading_order(passages)[: PASSAGES_READ[QuestionType.FACT]]
        phrases = dict(zip(order, network.read(text, [passages[number] for number in order]), strict=True))
        return Case(kind, question, passages, [phrases.get(n, []) for n in range(len(passages))], answers, everyday)

    return read
