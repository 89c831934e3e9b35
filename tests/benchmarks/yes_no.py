"""Frequency and accuracy of yes and no, on claims made from SQuAD's questions."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from qa.datatypes import Offsets, Passage, Span
from qa.grounding.yes_no import YesNoClassifier
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.settings import cache_folder
from tests.benchmarks.data import sample, squad_questions
from tests.benchmarks.figures import Figure, share
from tests.benchmarks.reading import paragraph_of

QUESTIONS = 4000
"""Questions considered; few can be turned into claims."""
_SUBJECT = re.compile(
    r"(?:Who|What|Which \w+) (?P<rest>(?!is|are|was|were|do|does|did|has|have|had|can|would|will|type|kind)[a-z]+ .+)\?"
)
"""A question whose first words can be replaced by its answer."""
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*")


def run(data: Path, work: Path) -> list[Figure]:
    """Ask whether claims are true, with the right answer or another name from the paragraph in its place."""
    network = SpanNetwork(cache=cache_folder())
    classifier = YesNoClassifier(network, load_calibration(SHIPPED))
    counts = {True: [0, 0], False: [0, 0]}
    claims = 0
    for claim, is_true, passage, span in _claims(data):
        claims += 1
        decision = classifier.classify(f"Is it true that {claim}?", passage, span)
        if decision is not None:
            counts[decision][0] += decision == is_true
            counts[decision][1] += 1
    shown = ", ".join(f"{word} {counts[word == 'yes'][0]} of {counts[word == 'yes'][1]}" for word in ("yes", "no"))
    right = sum(count[0] for count in counts.values()) / max(1, sum(count[1] for count in counts.values()))
    return [Figure(f"yes and no said of {claims} claims, right", f"{share(right)} ({shown})", "at least .90")]


def _claims(data: Path) -> Iterator[tuple[str, bool, Passage, Span]]:
    """Yield claims, whether they are true, their paragraph and the sentence with the answer."""
    rng = random.Random(3)
    for row in sample(squad_questions(data), QUESTIONS):
        subject = _SUBJECT.fullmatch(row["question"])
        if not subject:
            continue
        passage = paragraph_of(row, data)
        position = row["answers"][0]["start"] - row["para_start"]
        start, end = _sentence_at(passage, position)
        known = [answer["text"] for answer in row["answers"]]
        yield f"{known[0]} {subject['rest']}", True, passage, Span(start, end, 1.0)
        names = sorted(
            name
            for name in set(_NAME.findall(passage.layout.text))
            if name not in row["question"] and not any(name in answer or answer in name for answer in known)
        )
        if names:
            yield f"{rng.choice(names)} {subject['rest']}", False, passage, Span(start, end, 1.0)


def _sentence_at(passage: Passage, position: int) -> Offsets:
    """Return the sentence of the clean text that contains this character of the file."""
    layout = passage.layout
    places = ((offsets, layout.clean.in_file(*offsets)) for offsets in reversed(layout.sentences))
    return next(offsets for offsets, in_file in places if in_file and in_file[0] <= position)
