"""Model-written answers: detection of swapped and exchanged facts, and the overhead of qa until the first word."""

from __future__ import annotations

import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from pathlib import Path

import qa
from qa.answering.material import material_of, prompt_of
from qa.datatypes import Layout, Passage
from qa.grounding.mentions import mentions
from qa.grounding.support import SupportClassifier
from qa.llm.chat import chat
from qa.llm.providers import open_model
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.text.sanitizing import single_line
from tests.benchmarks.data import Row, contains_answer, open_folder, sample, squad_questions
from tests.benchmarks.figures import Figure, share
from tests.helpers.ollama_server import OllamaHandler, ollama_server

QUESTIONS = 200
EXCHANGED = "exchanged"
"""The kind of statements with two mentions exchanged."""
LEAST_BETWEEN = 3
"""Minimum number of words between two mentions that are exchanged: neighbours are often parts of one name."""
RUNS = 5
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
_YEAR = re.compile(r"\b1\d{3}\b|\b20\d{2}\b")
_MONTH = re.compile(r"\b(?:January|February|March|April|June|July|August|September|October|November|December)\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*")
_VERB = re.compile(r"\b(?:is|was|are|were|has|had|have|can|could|will|would|did)\b(?! not)")
_OPENING = re.compile(r"(?P<opening>(?:In|On|By|After|During|At) [^,]{3,40}), (?P<rest>.+)\.")
_SUBJECT = re.compile(
    r"(?:Who|What) (?P<rest>(?!is|are|was|were|do|does|did|has|have|had|can|would|will|type|kind)[a-z]+ .+)\?"
)
"""A question whose first word can be replaced by its answer."""
_ASIDE = re.compile(r" \([^()]*\)|, (?:which|who) [^,]+(?=,)")


def run(data: Path, work: Path) -> list[Figure]:
    """Check sentences of 200 answers, true ones and ones with a swapped fact, against the retrieved passages."""
    rng = random.Random(5)
    marked: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    support = SupportClassifier(SpanNetwork(), load_calibration(SHIPPED))
    with open_folder("squad", data, work) as assistant:
        for row in sample(squad_questions(data), QUESTIONS):
            passages = assistant.search(row["question"], top_k=10)
            layout = next((passage.layout for passage in passages if contains_answer(passage, row)), None)
            sentence = layout and _sentence_with(layout, row["answers"][0]["text"])
            if not sentence:
                continue
            made = [*_true(sentence), *_reworded(row), *_swapped(sentence, passages, rng), *_exchanged(sentence)]
            for kind, statement in made:
                totals[kind] += 1
                marked[kind] += not support.evidence(statement, (), passages)
    swapped = [kind for kind in totals if not kind.startswith(("true", EXCHANGED))]
    true = [kind for kind in totals if kind.startswith("true")]
    each = ", ".join(f"{kind} {share(marked[kind] / totals[kind])} of {totals[kind]}" for kind in sorted(totals))
    return [
        Figure(
            "written sentences with a fact swapped, marked unsupported / true ones marked",
            f"{_rate(marked, totals, swapped)} / {_rate(marked, totals, true)}",
            ".85 / at most .10",
            each,
        ),
        Figure(
            "written sentences with two names, numbers or dates exchanged, marked unsupported",
            _rate(marked, totals, [EXCHANGED]),
            "as many as possible",
            f"{totals[EXCHANGED]} made by exchanging the first two that can be; some are nonsense",
        ),
        Figure("first word of a model, qa to its bare client", _first_word(data, work), "at most 1.05"),
    ]


def _first_word(data: Path, work: Path) -> str:
    """Return the time to the first word through qa relative to a bare client; the model delays it by half a second."""
    with ollama_server(), open_folder("squad", data, work) as assistant:
        OllamaHandler.delay = 0.5
        settings = assistant.settings.model_copy(update={"llm": "ollama/tiny"})
        answer = next(answer for row in sample(squad_questions(data), 5) if (answer := assistant.find(row["question"])))
        ours, bare = [], []
        with qa.Assistant(settings) as writing:
            writing.warm_up()
            model = open_model(settings)
            assert model is not None
            for _ in range(RUNS):
                ours.append(_until_first(partial(_write, writing, answer)))
                messages = prompt_of(answer, material_of(answer), settings.llm_context, len).messages
                bare.append(_until_first(partial(chat, model, "tiny", messages)))
        return f"{statistics.median(ours) / statistics.median(bare):.3f}"


def _write(writing: qa.Assistant, answer: qa.Answer, on_text: Callable[[str], None]) -> None:
    writing.write(answer, on_text=on_text)


def _until_first(write: Callable[[Callable[[str], None]], object]) -> float:
    """Return the seconds until the first piece of text."""
    started, times = time.perf_counter(), []
    write(lambda piece: times.append(time.perf_counter()) if piece else None)
    return times[0] - started


def _rate(marked: Counter[str], totals: Counter[str], kinds: list[str]) -> str:
    return share(sum(marked[kind] for kind in kinds) / sum(totals[kind] for kind in kinds))


def _sentence_with(layout: Layout, answer: str) -> str | None:
    sentences = (single_line(layout.text[start:end]) for start, end in layout.sentences)
    return next((sentence for sentence in sentences if answer in sentence and 40 < len(sentence) < 300), None)


def _reworded(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the question as a statement with its answer, if it is about who or what did something."""
    subject = _SUBJECT.fullmatch(row["question"])
    if subject:
        yield "true, in the question's words", f"{row['answers'][0]['text']} {subject['rest']}."


def _true(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield the sentence, and shortened or reordered versions with the same meaning."""
    yield "true, word for word", sentence
    without = _ASIDE.sub("", sentence)
    if without != sentence:
        yield "true, shortened", without
    opening = _OPENING.fullmatch(sentence)
    if opening:
        first = opening["opening"]
        turned = opening["rest"][0].upper() + opening["rest"][1:]
        yield "true, turned", f"{turned} {first[0].lower()}{first[1:]}."


def _swapped(sentence: str, passages: list[Passage], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield versions of the sentence with one fact changed, taken from the passages if possible."""
    text = " ".join(passage.layout.text for passage in passages)
    for kind, pattern in (("year", _YEAR), ("month", _MONTH), ("number", _NUMBER), ("name", _NAME)):
        matches = list(pattern.finditer(sentence))
        if kind == "number":
            matches = [match for match in matches if not _YEAR.fullmatch(match[0])]
        others = sorted({other for other in pattern.findall(text) if other not in sentence})
        if matches and others:
            match = rng.choice(matches)
            yield kind, sentence[: match.start()] + rng.choice(others) + sentence[match.end() :]
    verb = _VERB.search(sentence)
    if verb:
        yield "negation", f"{sentence[: verb.end()]} not{sentence[verb.end() :]}"


def _exchanged(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield the sentence with its first two mentions exchanged that are of one kind and not joined by "and" or "or"."""
    for first, second in combinations(mentions(sentence), 2):
        between = sentence[first.end : second.start]
        is_apart = len(between.split()) >= LEAST_BETWEEN and not {"and", "or"} & set(between.split())
        if first.kind == second.kind and not first.stems & second.stems and is_apart:
            yield EXCHANGED, sentence[: first.start] + second.text + between + first.text + sentence[second.end :]
            return
