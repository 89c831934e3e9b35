"""What a model writes: whether swapped facts are noticed, and what qa adds to the wait for the first word."""

from __future__ import annotations

import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import qa
from qa.datatypes import Passage
from qa.grounding.evidence import find_evidence
from qa.llm.chat import chat
from qa.llm.models import open_model
from qa.llm.prompt import build_prompt
from qa.text.sanitizing import single_line
from qa.text.sentences import sentence_offsets
from tests.benchmarks.data import contains_answer, open_folder, sample, squad_questions
from tests.benchmarks.figures import Figure, share
from tests.helpers.ollama_server import Ollama, ollama_server

QUESTIONS = 200
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
"""A question whose answer takes the place of its first word."""
_ASIDE = re.compile(r" \([^()]*\)|, (?:which|who) [^,]+(?=,)")


def run(data: Path, work: Path) -> list[Figure]:
    """Hold sentences of 200 answers, true and swapped, against what a question brings up."""
    dice = random.Random(5)
    noticed: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    with open_folder("squad", data, work) as assistant:
        for row in sample(squad_questions(data), QUESTIONS):
            passages = assistant.search(row["question"], top_k=10)
            text = next((one.text for one in passages if contains_answer(one, row)), None)
            sentence = text and _sentence_with(text, row["answers"][0]["text"])
            if not text or not sentence:
                continue
            told_in_other_words = _SUBJECT.fullmatch(row["question"])
            own_words = (
                [("true, in the question's words", f"{row['answers'][0]['text']} {told_in_other_words['rest']}.")]
                if told_in_other_words
                else []
            )
            for kind, told in [*_true(sentence), *own_words, *_swapped(sentence, passages, dice)]:
                seen[kind] += 1
                support = find_evidence(told, passages)
                noticed[kind] += support is None or not support.is_supported
    swapped = [kind for kind in seen if not kind.startswith("true")]
    true = [kind for kind in seen if kind.startswith("true")]
    each = ", ".join(f"{kind} {share(noticed[kind] / seen[kind])} of {seen[kind]}" for kind in sorted(seen))
    return [
        Figure(
            "written sentences with a fact swapped, marked unsupported / true ones marked",
            f"{_rate(noticed, seen, swapped)} / {_rate(noticed, seen, true)}",
            ".85 / at most .10",
            each,
        ),
        Figure("first word of a model, qa to its bare client", _first_word(data, work), "at most 1.05"),
    ]


def _first_word(data: Path, work: Path) -> str:
    """Return how much longer the first word takes through qa, a model thinking for half a second."""
    with ollama_server() as address, open_folder("squad", data, work) as assistant:
        Ollama.thinks = 0.5
        settings = assistant.settings.model_copy(update={"llm": "ollama/tiny", "llm_base_url": address})
        found = next(answer for row in sample(squad_questions(data), 5) if (answer := assistant.find(row["question"])))
        ours, bare = [], []
        with qa.Assistant(settings) as writing:
            writing.warm_up()
            model = open_model(settings)
            assert model is not None
            for _ in range(RUNS):
                ours.append(_until_first(partial(_write, writing, found)))
                messages = build_prompt(found.question, found.passages, settings.llm_context, len).messages
                bare.append(_until_first(partial(chat, model, "tiny", messages)))
        return f"{statistics.median(ours) / statistics.median(bare):.3f}"


def _write(writing: qa.Assistant, found: qa.Answer, on_text: Callable[[str], None]) -> None:
    writing.write(found, on_text=on_text)


def _until_first(write: Callable[[Callable[[str], None]], object]) -> float:
    """Return the seconds until the first piece."""
    started, times = time.perf_counter(), []
    write(lambda _: times.append(time.perf_counter()))
    return times[0] - started


def _rate(noticed: Counter[str], seen: Counter[str], kinds: list[str]) -> str:
    return share(sum(noticed[kind] for kind in kinds) / sum(seen[kind] for kind in kinds))


def _sentence_with(text: str, answer: str) -> str | None:
    sentences = (single_line(text[start:end]) for start, end in sentence_offsets(text))
    return next((one for one in sentences if answer in one and 40 < len(one) < 300), None)


def _true(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield the sentence, and shorter or turned ones that say the same."""
    yield "true, word for word", sentence
    without = _ASIDE.sub("", sentence)
    if without != sentence:
        yield "true, shortened", without
    opening = _OPENING.fullmatch(sentence)
    if opening:
        first = opening["opening"]
        turned = opening["rest"][0].upper() + opening["rest"][1:]
        yield "true, turned", f"{turned} {first[0].lower()}{first[1:]}."


def _swapped(sentence: str, passages: list[Passage], dice: random.Random) -> Iterator[tuple[str, str]]:
    """Yield the sentence with one fact changed, to one that stands in the passages where there is one."""
    everything = " ".join(passage.text for passage in passages)
    for kind, pattern in (("year", _YEAR), ("month", _MONTH), ("number", _NUMBER), ("name", _NAME)):
        found = list(pattern.finditer(sentence))
        if kind == "number":
            found = [one for one in found if not _YEAR.fullmatch(one[0])]
        others = sorted({other for other in pattern.findall(everything) if other not in sentence})
        if found and others:
            place = dice.choice(found)
            yield kind, sentence[: place.start()] + dice.choice(others) + sentence[place.end() :]
    verb = _VERB.search(sentence)
    if verb:
        yield "negation", f"{sentence[: verb.end()]} not{sentence[verb.end() :]}"
