"""``python -m tests.benchmarks.calibration DATA``: fit the numbers of ``qa/reader/model/calibration.json``, write them.

What is fitted, in this order, each on what came before: how likely a phrase answers (the choice among the phrases of
a question), how likely the best one is right, how likely a sentence answers, whether passages answer at all, what
retrieval counts in the order of passages, and by how much answers of each form are right less often.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from qa.evaluation.scores import contains
from qa.models.embedding import Embedder
from qa.questions.types import QuestionType
from qa.reader import confidence, features, ranking, sentences
from qa.reader.calibration import FILE
from qa.reader.candidates import Candidate, weigh
from qa.reader.coverage import PassageWords, all_stems
from qa.reader.network import SHIPPED, SpanNetwork
from qa.reader.odds import LogisticModel, logistic
from qa.reader.span_reader import NOTHING_FOUND, PASSAGES_READ, reading_order, stops
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.benchmarks.cases import Case, is_fitted_to, read_cases
from tests.benchmarks.question_types import fit_question_types

WEIGHT = {
    "everyday": 1.0,
    "with its article": 1.0,
    "without its article": 1.0,
    "another thing": 0.08,
    "unanswerable": 0.03,
    "without its passage": 0.02,
    "news": 0.1,
    "news without an answer": 0.1,
}
"""What a question of each kind counts for confidence: as often as it is asked. Near misses made of encyclopedia
questions are many in the data and rare in a folder; counted in full they make every answer look doubtful."""
CHOICE_WEIGHT = {"everyday": 6.0, "with its article": 0.5}
"""What a question of each kind counts for the choice among its phrases."""
BESIDE_THE_ANSWER = {"unanswerable", "without its passage", "another thing"}
"""Kinds whose passages tell of what is asked about: enough for a summary, or for yes and no."""
YES, NO = {"log_odds": 1.0, "probability": 0.5}, {"log_odds": 1.5, "probability": 0.75}
"""When to say yes and no; python -m tests.benchmarks DATA decisions says how often that is right."""
RIDGE = 0.5
"""Penalty on the squared weights of the choice among phrases."""

_check = cache(SpanNetwork().check)
Array = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-benchmarks")
    parser.add_argument("--questions", type=int, default=200, help="of each kind")
    parser.add_argument(
        "--no-question-types", action="store_true", help="keep the numbers by form: asking takes minutes"
    )
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    cases = read_cases(arguments.data, arguments.work, arguments.questions)
    fitted = [one for one in cases if one.everyday is None or is_fitted_to(one.everyday)]
    values = _fit(fitted)
    _report(cases, values)
    file = SHIPPED / FILE
    old = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    values["question_types"] = old.get("question_types", {each.value: 0.0 for each in QuestionType})
    _write(file, values)
    if not arguments.no_question_types:
        values["question_types"] = fit_question_types(arguments.data, arguments.work, values["question_types"])
        _write(file, values)


def _write(file: Path, values: dict[str, Any]) -> None:
    network = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))["onnx_sha256"]
    file.write_text(json.dumps({"onnx_sha256": network, **values}, indent=1) + "\n", encoding="utf-8")


def _fit(cases: Sequence[Case]) -> dict[str, Any]:
    phrase = _fit_phrase(cases)
    answer = _fit_answer(cases, phrase)
    sentence, passages = _fit_sentences([case for case in cases if case.everyday is None])
    return {
        "phrase": _named(features.PHRASE_FEATURES, phrase),
        "answer": _named(features.ANSWER_FEATURES, answer),
        "sentence": _named(features.SENTENCE_FEATURES, sentence),
        "passages": _named(features.PASSAGES_FEATURES, passages),
        "yes": YES,
        "no": NO,
        "ranking": _fit_ranking(cases, phrase),
    }


def _named(names: Sequence[str], model: LogisticModel) -> dict[str, Any]:
    weights = {name: round(weight, 4) for name, weight in zip(names, model.weights, strict=True)}
    return {"weights": weights, "bias": round(model.bias, 4)}


def found_in(case: Case, model: LogisticModel, read: int) -> list[Candidate]:
    """Return the candidates of the first ``read`` passages, as the reader orders them."""
    found: list[Candidate] = []
    for place in reading_order(case.passages)[:read]:
        passage = case.passages[place]
        found.extend(weigh(case.asked, place, passage, PassageWords.of(passage), case.phrases[place], model))
    return confidence.add_up(found)


def answer_features(case: Case, found: Sequence[Candidate]) -> tuple[float, ...]:
    """Return the evidence that the first of ``found`` is right, as the reader collects it."""
    checked = confidence.check_first(_check, case.asked, found, case.passages)
    everywhere = all_stems(PassageWords.of(passage) for passage in case.passages)
    return confidence.evidence(case.asked, checked, everywhere)


def _fit_phrase(cases: Sequence[Case]) -> LogisticModel:
    """Fit the choice of a right phrase among those of a question, then a bias so that as many are right as is said."""
    nothing = LogisticModel((0.0,) * len(features.PHRASE_FEATURES), 0.0)
    data: list[tuple[Array, Array, float]] = []
    for case in cases:
        found = found_in(case, nothing, len(case.passages)) if case.kind in CHOICE_WEIGHT else []
        right = np.array([float(case.exact(one)) for one in found])
        if right.any() and not right.all():
            data.append((np.array([one.evidence for one in found]), right, CHOICE_WEIGHT[case.kind]))

    def loss(weights: Array) -> tuple[float, Array]:
        total, gradient = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for evidence, right, weight in data:
            logits = evidence @ weights
            odds = np.exp(logits - logits.max())
            share = odds / odds.sum()
            among_right = odds * right / (odds * right).sum()
            total -= weight * float(np.log((share * right).sum()))
            gradient = gradient - weight * evidence.T @ (among_right - share)
        return total, gradient

    weights = minimize(loss, np.zeros(len(features.PHRASE_FEATURES)), jac=True, method="L-BFGS-B").x
    evidence = np.concatenate([rows for rows, _, _ in data])
    right = np.concatenate([labels for _, labels, _ in data])
    logits = evidence @ weights
    # The odds of a choice are those of the phrase but for a factor: as many are right as is said.
    bias = brentq(lambda shift: float(np.sum(1 / (1 + np.exp(-logits - shift)) - right)), -30, 30)
    return LogisticModel(tuple(weights.tolist()), float(bias))


def _fit_answer(cases: Sequence[Case], phrase: LogisticModel) -> LogisticModel:
    """Fit how likely the best phrase is right, after each number of passages at which reading may end."""
    rows, right, weights = [], [], []
    may_end = stops(PASSAGES_READ[QuestionType.FACT])
    for case, read in itertools.product(cases, may_end):
        found = found_in(case, phrase, read)
        if found:
            rows.append(answer_features(case, found))
            right.append(case.right(found[0]))
            weights.append(WEIGHT[case.kind] / len(may_end))
    return _logistic(rows, right, weights)


def _fit_sentences(cases: Sequence[Case]) -> tuple[LogisticModel, LogisticModel]:
    """Fit how likely a sentence holds the answer, and whether the passages of a question do."""
    rows, right = [], []
    split = {id(case): [PassageWords.of(passage) for passage in case.passages] for case in cases}
    nothing = LogisticModel((0.0,) * len(features.SENTENCE_FEATURES), 0.0)
    for case in cases:
        if case.kind == "with its article":
            for one in sentences.weigh_sentences(case.asked, case.passages, split[id(case)], nothing):
                rows.append(one.evidence)
                right.append(contains(one.text, case.answers))
    sentence = _logistic(rows, right, [1.0] * len(rows))
    embedder = Embedder(DEFAULT_MODEL, cache_folder(), print)
    rows, right, weights = [], [], []
    for case in cases:
        if case.kind in BESIDE_THE_ANSWER:
            continue
        weighed = sentences.weigh_sentences(case.asked, case.passages, split[id(case)], sentence)
        if weighed:
            rows.append(sentences.passages_features(case.asked, weighed, embedder))
            right.append(bool(case.answers))
            weights.append(WEIGHT[case.kind])
    # Encyclopedia questions are all but separable by this evidence, and others are not: a strong penalty.
    return sentence, _logistic(rows, right, weights, penalty=50.0)


def _fit_ranking(cases: Sequence[Case], phrase: LogisticModel) -> float:
    """Try what retrieval counts beside reading, by where the first passage that answers comes."""
    asked = [case for case in cases if case.answers]
    tried = []
    for weight in (0.0, 1.0, 2.0, 4.0, 8.0):
        ranks = [_rank(case, phrase, weight) for case in asked]
        tried.append((sum(1 / rank for rank in ranks if rank) / len(ranks), weight))
    print("mean reciprocal rank of a passage that answers, log odds a term:", sorted(tried)[-3:])
    return max(tried)[1]


def _rank(case: Case, phrase: LogisticModel, weight: float) -> int | None:
    read = PASSAGES_READ[QuestionType.FACT]
    places = reading_order(case.passages)[:read]
    best: dict[int, float] = {}
    for one in found_in(case, phrase, read):
        best[one.passage] = max(one.log_odds, best.get(one.passage, one.log_odds))
    relevance = [
        logistic(best.get(place, NOTHING_FOUND)) if place in places else None for place in range(len(case.passages))
    ]
    order = ranking.order_of(case.asked, case.passages, relevance, weight)
    hits = (rank for rank, place in enumerate(order, 1) if contains(case.passages[place].text, case.answers))
    return next(hits, None)


def _logistic(
    rows: Sequence[Sequence[float]], right: Sequence[bool], weights: Sequence[float], penalty: float = 1.0
) -> LogisticModel:
    """Return a logistic regression, the penalty the same for evidence of any scale."""
    values = np.array(rows)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(C=1 / penalty, max_iter=5000).fit((values - mean) / spread, right, sample_weight=weights)
    scaled = model.coef_[0] / spread
    return LogisticModel(tuple(scaled), float(model.intercept_[0] - scaled @ mean))


def _report(cases: Sequence[Case], values: dict[str, Any]) -> None:
    """Print for each kind of question, everyday ones of both halves, what would be right and refused."""
    phrase = LogisticModel(tuple(values["phrase"]["weights"].values()), values["phrase"]["bias"])
    answer = LogisticModel(tuple(values["answer"]["weights"].values()), values["answer"]["bias"])
    print(json.dumps({name: values[name] for name in ("phrase", "answer", "sentence", "passages")}, indent=1))
    kinds: dict[str, Callable[[Case], bool]] = {kind: lambda one, kind=kind: one.kind == kind for kind in WEIGHT}  # type: ignore[misc]
    kinds |= {
        "everyday, fitted to": lambda one: one.everyday is not None and is_fitted_to(one.everyday),
        "everyday, not fitted to": lambda one: one.everyday is not None and not is_fitted_to(one.everyday),
    }
    for kind, belongs in kinds.items():
        stated, right = [], []
        for case in filter(belongs, cases):
            found = found_in(case, phrase, PASSAGES_READ[QuestionType.FACT])
            if found:
                stated.append(logistic(answer.log_odds(answer_features(case, found))))
                right.append(case.right(found[0]))
        p, r = np.array(stated), np.array(right)
        area = f"{roc_auc_score(r, p):.3f}" if 0 < r.sum() < len(r) else "-"
        refused = " ".join(f"{np.mean(p < least):.3f}" for least in (0.2, 0.25, 0.3, 0.35, 0.4))
        print(f"{kind:<24} {len(r)}, right {r.mean():.3f}, area {area}, refused below .2 .25 .3 .35 .4: {refused}")


if __name__ == "__main__":
    main()
