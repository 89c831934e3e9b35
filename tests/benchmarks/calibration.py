"""``python -m tests.benchmarks.calibration DATA``: fit the parameters in ``qa/reader/model/calibration.json``.

The fits build on one another, in this order: the probability that a phrase answers (the choice among the phrases of a
question), that the best phrase is right, that a sentence answers, and that the passages answer at all; the weight of
retrieval in the order of passages; and a correction of the confidence for each question type.
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
from qa.reader.calibration import ANSWER_KINDS, FILE
from qa.reader.candidates import Candidate, score_phrases
from qa.reader.coverage import PassageWords, all_stems
from qa.reader.network import SHIPPED, SpanNetwork
from qa.reader.odds import LogisticModel, logistic
from qa.reader.span_reader import NOTHING_FOUND, PASSAGES_READ, reading_order, stopping_points
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.benchmarks.answer_confidence import fit_confidence
from tests.benchmarks.cases import Case, is_fitted_to, read_cases

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
"""Weight of a question of each kind when fitting confidence, by how often such questions occur in practice. Near misses
from encyclopedia questions are frequent in the data but rare otherwise; full weight would make all answers doubtful."""
CHOICE_WEIGHT = {"everyday": 6.0, "with its article": 0.5}
"""Weight of a question of each kind when fitting the choice among its phrases."""
BESIDE_THE_ANSWER = {"unanswerable", "without its passage", "another thing"}
"""Kinds whose passages are about the topic of the question: enough for a summary, or for yes or no."""
YES, NO = {"log_odds": 1.0, "probability": 0.5}, {"log_odds": 1.5, "probability": 0.75}
"""Thresholds for yes and no; ``python -m tests.benchmarks DATA yes_no`` measures their accuracy."""
SUPPORT = 0.2
EXCHANGE = {"weights": {"gain": 1.4, "support": 0.4, "order": 3.0, "swap": 0.3}, "bias": -0.45}
"""Chosen on 120 statements about news and encyclopedia articles, and as many with a fact changed, written by hand, so
that at most .08 of the true ones are marked. They are about the development data, so they are not in the project."""
RIDGE = 0.5
"""Penalty on the squared weights of the choice among phrases."""

_check = cache(SpanNetwork().check)
Array = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-benchmarks")
    parser.add_argument("--questions", type=int, default=200, help="questions per kind")
    parser.add_argument(
        "--no-answers",
        action="store_true",
        help="do not fit the confidence of each kind of answer, which takes minutes",
    )
    parser.add_argument(
        "--only-answers",
        action="store_true",
        help="fit nothing else than the confidence of each kind of answer",
    )
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    file = SHIPPED / FILE
    old = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    values = {key: value for key, value in old.items() if key != "onnx_sha256"}
    if not arguments.only_answers:
        cases = read_cases(arguments.data, arguments.work, arguments.questions)
        values |= _fit([case for case in cases if case.everyday is None or is_fitted_to(case.everyday)])
        _report(cases, values)
        values.setdefault("confidence", {kind: {"slope": 1.0, "bias": 0.0} for kind in ANSWER_KINDS})
        _write(file, values)
    if not arguments.no_answers:
        values["confidence"] = fit_confidence(arguments.data, arguments.work, values["confidence"])
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
        "support": SUPPORT,
        "exchange": EXCHANGE,
        "ranking": _fit_ranking(cases, phrase),
    }


def _named(names: Sequence[str], model: LogisticModel) -> dict[str, Any]:
    weights = {name: round(weight, 4) for name, weight in zip(names, model.weights, strict=True)}
    return {"weights": weights, "bias": round(model.bias, 4)}


def candidates_of(case: Case, model: LogisticModel, limit: int) -> list[Candidate]:
    """Return the candidates in the first ``limit`` passages, in the reader's order."""
    candidates: list[Candidate] = []
    for index in reading_order(case.passages)[:limit]:
        passage = case.passages[index]
        split = PassageWords.of(passage)
        candidates.extend(score_phrases(case.question, index, passage, split, case.phrases[index], model))
    return confidence.add_support(candidates)


def answer_features(case: Case, candidates: Sequence[Candidate]) -> tuple[float, ...]:
    """Return the features of the first candidate, as the reader computes them."""
    checked = confidence.check_best(_check, case.question, candidates, case.passages)
    known = all_stems(PassageWords.of(passage) for passage in case.passages)
    return confidence.answer_features(case.question, checked, known)


def _fit_phrase(cases: Sequence[Case]) -> LogisticModel:
    """Fit the choice of a right phrase for a question, then a bias that makes the mean probability match accuracy."""
    zero = LogisticModel((0.0,) * len(features.PHRASE_FEATURES), 0.0)
    data: list[tuple[Array, Array, float]] = []
    for case in cases:
        candidates = candidates_of(case, zero, len(case.passages)) if case.kind in CHOICE_WEIGHT else []
        right = np.array([float(case.exact(candidate)) for candidate in candidates])
        if right.any() and not right.all():
            data.append((np.array([candidate.features for candidate in candidates]), right, CHOICE_WEIGHT[case.kind]))

    def loss(weights: Array) -> tuple[float, Array]:
        total, gradient = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for values, right, weight in data:
            logits = values @ weights
            odds = np.exp(logits - logits.max())
            share = odds / odds.sum()
            among_right = odds * right / (odds * right).sum()
            total -= weight * float(np.log((share * right).sum()))
            gradient = gradient - weight * values.T @ (among_right - share)
        return total, gradient

    weights = minimize(loss, np.zeros(len(features.PHRASE_FEATURES)), jac=True, method="L-BFGS-B").x
    values = np.concatenate([rows for rows, _, _ in data])
    right = np.concatenate([labels for _, labels, _ in data])
    logits = values @ weights
    # The odds of a choice are proportional to those of the phrase; the bias sets the factor by the share of right ones.
    bias = brentq(lambda shift: float(np.sum(1 / (1 + np.exp(-logits - shift)) - right)), -30, 30)
    return LogisticModel(tuple(weights.tolist()), float(bias))


def _fit_answer(cases: Sequence[Case], phrase: LogisticModel) -> LogisticModel:
    """Fit the probability that the best phrase is right, at each number of passages after which reading may stop."""
    rows, right, weights = [], [], []
    limits = stopping_points(PASSAGES_READ[QuestionType.FACT])
    for case, limit in itertools.product(cases, limits):
        candidates = candidates_of(case, phrase, limit)
        if candidates:
            rows.append(answer_features(case, candidates))
            right.append(case.right(candidates[0]))
            weights.append(WEIGHT[case.kind] / len(limits))
    return _logistic(rows, right, weights)


def _fit_sentences(cases: Sequence[Case]) -> tuple[LogisticModel, LogisticModel]:
    """Fit the probability that a sentence contains the answer, and that the passages of a question do."""
    rows, right = [], []
    split = {id(case): [PassageWords.of(passage) for passage in case.passages] for case in cases}
    zero = LogisticModel((0.0,) * len(features.SENTENCE_FEATURES), 0.0)
    for case in cases:
        if case.kind == "with its article":
            for scored in sentences.score_sentences(case.question, case.passages, split[id(case)], zero):
                rows.append(scored.features)
                right.append(contains(scored.text, case.answers))
    sentence = _logistic(rows, right, [1.0] * len(rows))
    embedder = Embedder(DEFAULT_MODEL, cache_folder(), print)
    rows, right, weights = [], [], []
    for case in cases:
        if case.kind in BESIDE_THE_ANSWER:
            continue
        scored_sentences = sentences.score_sentences(case.question, case.passages, split[id(case)], sentence)
        if scored_sentences:
            cosines = sentences.cosines_of(
                case.question, scored_sentences[: sentences.SENTENCES_FOR_FEATURES], embedder
            )
            rows.append(sentences.passages_features(case.question, scored_sentences, cosines))
            right.append(bool(case.answers))
            weights.append(WEIGHT[case.kind])
    # A strong penalty, because these features almost separate encyclopedia questions but not others.
    return sentence, _logistic(rows, right, weights, penalty=50.0)


def _fit_ranking(cases: Sequence[Case], phrase: LogisticModel) -> float:
    """Choose the weight of retrieval relative to reading, by the rank of the first passage that answers."""
    answerable = [case for case in cases if case.answers]
    results = []
    for weight in (0.0, 1.0, 2.0, 4.0, 8.0):
        ranks = [_rank(case, phrase, weight) for case in answerable]
        results.append((sum(1 / rank for rank in ranks if rank) / len(ranks), weight))
    print("mean reciprocal rank of a passage that answers, log odds per term:", sorted(results)[-3:])
    return max(results)[1]


def _rank(case: Case, phrase: LogisticModel, weight: float) -> int | None:
    limit = PASSAGES_READ[QuestionType.FACT]
    read = reading_order(case.passages)[:limit]
    best: dict[int, float] = {}
    for candidate in candidates_of(case, phrase, limit):
        best[candidate.passage] = max(candidate.log_odds, best.get(candidate.passage, candidate.log_odds))
    relevance = [
        logistic(best.get(index, NOTHING_FOUND)) if index in read else None for index in range(len(case.passages))
    ]
    order = ranking.reading_rank(case.question, case.passages, relevance, weight)
    hits = (rank for rank, index in enumerate(order, 1) if contains(case.passages[index].layout.text, case.answers))
    return next(hits, None)


def _logistic(
    rows: Sequence[Sequence[float]], right: Sequence[bool], weights: Sequence[float], penalty: float = 1.0
) -> LogisticModel:
    """Return a logistic regression whose penalty does not depend on the scale of the features."""
    values = np.array(rows)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(C=1 / penalty, max_iter=5000).fit((values - mean) / spread, right, sample_weight=weights)
    scaled = model.coef_[0] / spread
    return LogisticModel(tuple(scaled), float(model.intercept_[0] - scaled @ mean))


def _report(cases: Sequence[Case], values: dict[str, Any]) -> None:
    """Print accuracy and refusals for each kind of question, and for both halves of the everyday questions."""
    phrase = LogisticModel(tuple(values["phrase"]["weights"].values()), values["phrase"]["bias"])
    answer = LogisticModel(tuple(values["answer"]["weights"].values()), values["answer"]["bias"])
    print(json.dumps({name: values[name] for name in ("phrase", "answer", "sentence", "passages")}, indent=1))
    kinds: dict[str, Callable[[Case], bool]] = {kind: lambda case, kind=kind: case.kind == kind for kind in WEIGHT}  # type: ignore[misc]
    kinds |= {
        "everyday, fitted to": lambda case: case.everyday is not None and is_fitted_to(case.everyday),
        "everyday, not fitted to": lambda case: case.everyday is not None and not is_fitted_to(case.everyday),
    }
    for kind, matches in kinds.items():
        confidences, right = [], []
        for case in filter(matches, cases):
            candidates = candidates_of(case, phrase, PASSAGES_READ[QuestionType.FACT])
            if candidates:
                confidences.append(logistic(answer.log_odds(answer_features(case, candidates))))
                right.append(case.right(candidates[0]))
        p, r = np.array(confidences), np.array(right)
        area = f"{roc_auc_score(r, p):.3f}" if 0 < r.sum() < len(r) else "-"
        refused = " ".join(f"{np.mean(p < threshold):.3f}" for threshold in (0.2, 0.25, 0.3, 0.35, 0.4))
        print(f"{kind:<24} {len(r)}, right {r.mean():.3f}, area {area}, refused below .2 .25 .3 .35 .4: {refused}")


if __name__ == "__main__":
    main()
