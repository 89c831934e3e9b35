"""Questions as read, with what is known of their answers: what the reader's calibration is fitted to.

Questions of several kinds, so that near misses count as much as far ones: with their article, without it, with it
but without the passages that answer, with it but asking for another thing, unanswerable ones beside their paragraph,
questions over news articles with and without an answer, and everyday questions of which only the odd ones are used:
the even ones are for measuring.
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
"""Passages found for each question; the first of them are read, as many as the reader reads."""
FACTS = ("fact-plain", "fact-reworded", "typo-keyword")
NOT_THERE = ("near-miss", "false-premise", "off-topic")
_COUNTED = re.compile(r"\b[Hh]ow many (?P<thing>[a-z]{4,})\b")
_THING = re.compile(r"\b(?:[Ww]hat|[Ww]hich) (?P<thing>[a-z]{4,})\b")
_NAMED = re.compile(rf"(?<=\w )(?P<thing>{NAME}|\d{{4}}\b)")
_WORD = re.compile(r"[^\W_]+(?:[.]\d+)?")
MEASURED = 1000
"""Questions of SQuAD's sample that other benchmarks ask: none of them is fitted to."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question as read."""

    kind: str
    asked: Question
    passages: list[Passage]
    phrases: list[list[ScoredPhrase]]
    """Of each passage; none of those that were not read."""
    answers: tuple[str, ...]
    """Empty if what was read does not answer."""
    everyday: Row | None = None
    """What is expected of an everyday question."""

    def exact(self, one: Candidate) -> bool:
        """Whether a candidate is a known answer to the letter."""
        return self._everyday(one) if self.everyday else exact_match(one.text, self.answers) > 0

    def right(self, one: Candidate) -> bool:
        """Whether a candidate, shown with its sentence, answers."""
        if self.everyday:
            return self._everyday(one)
        return f1(one.text, self.answers) >= 0.5 or contains(self._sentence(one), self.answers)

    def _everyday(self, one: Candidate) -> bool:
        row = self.everyday
        if row is None or row["refuse"]:
            return False
        if row["short"]:
            return _holds(one.text, row["short"])
        return _holds(self._sentence(one), row["any"]) and not _holds(one.text, row["must_not"])

    def _sentence(self, one: Candidate) -> str:
        return self.passages[one.passage].text[slice(*one.sentence)]


def _holds(text: str, strings: Iterable[str]) -> bool:
    """Whether one of the strings of an everyday question stands in ``text``, case and punctuation aside."""
    return any(_folded(string) in _folded(text) for string in strings)


def _folded(text: str) -> str:
    found = _WORD.findall(text.casefold().replace(",", ""))
    return f" {' '.join(found)} "


def read_cases(data: Path, work: Path, count: int) -> list[Case]:
    """Return ``count`` questions of each kind, or less; what was read is stored in ``work``."""
    store = work / "calibration-cases.pkl"
    if not store.exists():
        cases = list(_cases(data, work, count))
        store.write_bytes(pickle.dumps(cases))
    loaded: list[Case] = pickle.loads(store.read_bytes())  # our own file
    return loaded


def another_thing(rows: Sequence[Row], count: int) -> list[str]:
    """Return questions that ask for something else: "How many lakes strokes occur ...?", "When did Osterby ...?".

    Equally many have what they count, the thing they ask for, or a name or number swapped: the first two for those of
    questions on other articles, names for one of another question on the same article.
    """
    chance = random.Random(count)
    swapped = []
    for pattern, of_same_file in ((_COUNTED, False), (_THING, False), (_NAMED, True)):
        found = [
            (row, match) for row in rows if (match := pattern.search(row["question"])) and _is_thing(match["thing"])
        ]
        for row, match in found[: count // 3]:
            asked = row["question"]
            others = {other["thing"] for one, other in found if (one["file"] == row["file"]) is of_same_file}
            new = sorted(other for other in others if other not in asked)
            if new:
                swapped.append(f"{asked[: match.start('thing')]}{chance.choice(new)}{asked[match.end('thing') :]}")
    return swapped


def _is_thing(word: str) -> bool:
    return word not in STOP_WORDS and not word.endswith(("ed", "ing"))


def is_fitted_to(row: Row) -> bool:
    """Whether an everyday question belongs to the half that is fitted to."""
    return int(row["id"][1:]) % 2 == 1


def _cases(data: Path, work: Path, count: int) -> Iterator[Case]:
    yield from _everyday(data, work)
    rows = sample(squad_questions(data), 3 * MEASURED)[MEASURED:]
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
    """Return the same question with the passages that answer it hidden."""
    places = [place for place, one in enumerate(case.passages) if not contains(one.text, case.answers)]
    passages = [case.passages[place] for place in places]
    return Case("without its passage", case.asked, passages, [case.phrases[place] for place in places], ())


def _reading(assistant: qa.Assistant) -> Callable[..., Case]:
    network, index = SpanNetwork(), assistant.index
    chunks = index.stats().chunks

    def read(kind: str, question: str, answers: tuple[str, ...] = (), everyday: Row | None = None) -> Case:
        passages = assistant.search(question, PASSAGES)
        asked = parse_question(question, index.document_frequency, chunks)
        places = reading_order(passages)[: PASSAGES_READ[QuestionType.FACT]]
        found = dict(zip(places, network.read(question, [passages[place] for place in places]), strict=True))
        return Case(kind, asked, passages, [found.get(n, []) for n in range(len(passages))], answers, everyday)

    return read
