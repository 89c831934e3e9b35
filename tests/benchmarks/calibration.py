"""``python -m tests.benchmarks.calibration DATA``: try and fit the weights in ``qa/reader/spans.py``, print them.

Questions of four kinds, so that near misses count as much as far ones: with their article, without it, with
it but without the passages that answer, and questions over several news articles, some without an answer.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import qa
from qa.datatypes import Passage
from qa.evaluation.scores import contains, exact_match, f1
from qa.reader import spans
from qa.reader.coverage import PassageWords
from qa.reader.network import SpanNetwork
from qa.reader.questions import Question, parse_question
from qa.reader.spans import PASSAGES_READ, Candidate, evidence, find_candidates
from tests.benchmarks.data import open_folder, read_rows, sample, squad_questions
from tests.benchmarks.refusal import halves, open_half

FEATURES = ("score", "fused", "own", "near")
WEIGHT = {
    "with its article": 1.0,
    "without its article": 1.0,
    "without its passage": 0.3,
    "news": 0.5,
    "news without an answer": 0.5,
}
"""What a question of each kind counts for confidence: near misses are rarer than questions that are answered."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question as read, with what is known of its answer."""

    kind: str
    asked: Question
    passages: list[Passage]
    found: list[Candidate]
    answers: tuple[str, ...]
    """Empty if what was read does not answer."""

    def right(self, one: Candidate) -> bool:
        """Whether a candidate agrees with a known answer."""
        text = self.passages[one.passage].text
        said, shown = text[slice(*one.short)], text[slice(*one.sentence)]
        return f1(said, self.answers) >= 0.5 or contains(shown, self.answers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-benchmarks")
    parser.add_argument("--questions", type=int, default=400, help="of each kind")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    spans.READ_TOGETHER = PASSAGES_READ  # what is fitted must not depend on what it was before
    cases = list(_cases(arguments.data, arguments.work, arguments.questions))
    _try_spans([case for case in cases if case.answers])
    _fit_confidence(cases)


def _cases(data: Path, work: Path, count: int) -> Iterator[Case]:
    rows = sample(squad_questions(data), 2 * count)
    with open_folder("squad", data, work) as assistant:
        read = _reading(assistant)
        for row in rows[:count]:
            answers = tuple(answer["text"] for answer in row["answers"])
            yield read("with its article", row["question"], answers)
        for row in rows[count : count + count // 2]:
            answers = tuple(answer["text"] for answer in row["answers"])
            yield read("without its passage", row["question"], (), answers)
    for side, names in enumerate(halves(data)):
        with open_half(side, data, work) as assistant:
            read = _reading(assistant)
            for row in rows[:count]:
                if row["file"] not in names:
                    yield read("without its article", row["question"], ())
    news = read_rows(data / "multihop" / "queries_dev.jsonl")
    with open_folder("multihop", data, work) as assistant:
        read = _reading(assistant)
        for row in sample([row for row in news if row["question_type"] == "inference_query"], count // 2):
            yield read("news", row["query"], (row["answer"],))
        for row in sample([row for row in news if row["question_type"] == "null_query"], count // 4):
            yield read("news without an answer", row["query"], ())


def _reading(assistant: qa.Assistant) -> Callable[..., Case]:
    network, index = SpanNetwork(), assistant.index

    def read(kind: str, question: str, answers: tuple[str, ...], hidden: tuple[str, ...] = ()) -> Case:
        near = assistant.search(question, 3 * PASSAGES_READ)
        passages = [one for one in near if not contains(one.text, hidden)][:PASSAGES_READ]
        asked = parse_question(question, index.document_frequency, index.stats().chunks)
        found, _ = find_candidates(asked, network, passages, [PassageWords.of(one) for one in passages])
        return Case(kind, asked, passages, found, answers)

    return read


def _try_spans(cases: Sequence[Case]) -> None:
    """Print the best weights of a grid: exact match and share of right sentences, by kind of question."""
    rows = [(case.kind, *_outcomes(case)) for case in cases if case.found]
    tried = []
    for weights in itertools.product((0.1, 0.2, 0.3), (0, 1, 2, 3), (0, 1, 2, 3), (0, 1, 2, 4)):
        chosen = [(kind, right[int((features @ np.array(weights)).argmax())]) for kind, features, right in rows]
        means = {kind: np.mean([one for name, one in chosen if name == kind], axis=0) for kind, *_ in rows}
        tried.append((sum(mean.sum() for mean in means.values()), weights, means))
    for _, weights, means in sorted(tried, key=lambda one: -one[0])[:5]:
        print("SCORE, FUSED, OWN, NEAR =", weights, {kind: mean.round(3).tolist() for kind, mean in means.items()})


def _outcomes(case: Case) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the features of the candidates, and for each exact match and whether it is right."""
    texts = [case.passages[one.passage].text[slice(*one.short)] for one in case.found]
    right = [(exact_match(text, case.answers), case.right(one)) for text, one in zip(texts, case.found, strict=True)]
    return np.array([[getattr(one, name) for name in FEATURES] for one in case.found]), np.array(right, dtype=float)


def _fit_confidence(cases: Sequence[Case]) -> None:
    """Print weights, and for each kind of question how many would be refused at which confidence."""
    cases = [case for case in cases if case.found]
    features = np.array([evidence(case.asked, case.found, case.passages) for case in cases])
    right = np.array([bool(case.answers) and case.right(case.found[0]) for case in cases])
    weights = [WEIGHT[case.kind] for case in cases]
    model = LogisticRegression(C=10, max_iter=5000, fit_intercept=False).fit(features, right, sample_weight=weights)
    stated = model.predict_proba(features)[:, 1]
    print("WEIGHTS =", *np.round(model.coef_[0], 2), " area under the curve", round(roc_auc_score(right, stated), 3))
    for kind in WEIGHT:
        these = np.array([case.kind == kind for case in cases])
        refused = " ".join(f"{np.mean(stated[these] < least):.3f}" for least in (0.2, 0.25, 0.3, 0.4, 0.5))
        print(f"{kind:<24} right {right[these].mean():.3f}, refused below .2 .25 .3 .4 .5: {refused}")


if __name__ == "__main__":
    main()
