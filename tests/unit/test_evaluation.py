"""``qa eval``: metrics from questions whose answers are known."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import qa
from qa.errors import UsageError
from qa.evaluation import Evaluation, KnownQuestion, Outcome, evaluate, read_questions
from qa.evaluation.scores import calibration_error, contains, exact_match, f1, percentile
from tests.conftest import PROJECT, SMALL, RunQA

QUESTIONS = PROJECT / "tests" / "seeds_questions.jsonl"


@pytest.mark.parametrize(
    ("answer", "known", "exact", "overlap"),
    [
        ("The Eiffel Tower.", ["eiffel tower"], 1.0, 1.0),
        ("in 1987", ["1987"], 0.0, 2 / 3),
        ("Karin Osk", ["Nils Holm", "mayor Karin Osk"], 0.0, 0.8),
        ("", ["1987"], 0.0, 0.0),
        ("1987", [], 0.0, 0.0),
        ("the", ["a"], 1.0, 1.0),
    ],
)
def test_exact_match_and_f1(answer: str, known: list[str], exact: float, overlap: float) -> None:
    """Case, punctuation and articles do not count, and the closest known answer is used."""
    assert exact == exact_match(answer, known)
    assert math.isclose(overlap, f1(answer, known))


def test_a_text_contains_an_answer_as_whole_words() -> None:
    """The answer 11 does not occur in 1,187, and an answer consisting of articles occurs in no text."""
    assert contains("It had 1,187 boats.", ["1187"])
    assert not contains("It had 1,187 boats.", ["11"])
    assert not contains("It had boats.", ["the"])


def test_calibration_error() -> None:
    """The error is 0 for accurate confidence; otherwise it is the distance from accuracy."""
    assert 0.0 == calibration_error([], [])
    assert math.isclose(0.0, calibration_error([0.75] * 4, [True, True, True, False]), abs_tol=1e-9)
    assert math.isclose(0.4, calibration_error([0.9] * 2, [True, False]))
    assert math.isclose(0.25, calibration_error([1.0, 0.5], [True, False]))


def test_percentile() -> None:
    """A percentile is the value that the given share of values does not exceed, and 0 without values."""
    assert [percentile([3, 1, 2, 4], share) for share in (0.5, 0.99)] == [3, 4]
    assert percentile([], 0.5) == 0.0


def test_questions_are_read_in_every_format(tmp_path: Path) -> None:
    """A line has one answer or several, one file or several, or neither; blank lines are skipped."""
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '\ufeff{"question": " Who?\\n", "answer": "Karin", "file": "a.txt"}\n\n'
        '{"question": "When?", "answers": ["1987", "in 1987"], "files": ["a.txt", "b.txt"]}\n'
        '{"question": "Why?", "answerable": false, "id": 7}\n',
        encoding="utf-8",
    )

    assert read_questions(file) == [
        KnownQuestion("Who?", ("Karin",), frozenset({"a.txt"}), True),
        KnownQuestion("When?", ("1987", "in 1987"), frozenset({"a.txt", "b.txt"}), True),
        KnownQuestion("Why?", (), frozenset(), False),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "who?",
        "[]",
        "7",
        '{"answer": "x"}',
        '{"question": ""}',
        '{"question": 7}',
        '{"question": "Who?", "answer": 7}',
        '{"question": "Who?", "answers": [["x"]]}',
        '{"question": "Who?", "answerable": "no"}',
    ],
)
def test_an_invalid_line_is_an_error(tmp_path: Path, line: str) -> None:
    """The error gives the number of the line."""
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "Who?"}\n' + line, encoding="utf-8")

    with pytest.raises(UsageError, match="line 2"):
        read_questions(file)


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    """A file without questions raises UsageError."""
    file = tmp_path / "questions.jsonl"
    file.write_text("\n", encoding="utf-8")

    with pytest.raises(UsageError, match="no question"):
        read_questions(file)


def test_quality_of_answers_about_the_seeds(seeds: qa.Assistant) -> None:
    """Most answerable questions are answered right, all citations are exact, and most others are refused."""
    figures = evaluate(seeds, read_questions(QUESTIONS)).figures()
    minimums = {"f1": 0.75, "recall@10": 1.0, "right_article": 0.85, "refusal_recall": 0.6, "exact_citations": 1.0}

    assert {"questions": 30, "answerable": 15}.items() <= figures.items()
    assert {} == {name: figures[name] for name, minimum in minimums.items() if (figures[name] or 0) < minimum}


def outcome(answered: bool, answerable: bool, confidence: float) -> Outcome:
    """Return the outcome of a question that is answered with 1987, the right answer if it is answerable, or refused."""
    known = KnownQuestion("When?", ("1987",) if answerable else (), frozenset(), answerable)
    text = "It was in 1987." if answered else qa.datatypes.NOT_ANSWERED
    stats = qa.IndexStats(1, 1, 1)
    answer = qa.Answer(
        "When?", answered, "1987" if answered else None, text, (), (), confidence, "extractive", (), stats
    )
    return Outcome(known, answer, 0)


def test_misses_are_wrong_answers_and_wrong_refusals() -> None:
    """Misses are in descending order of confidence and omit right answers and right refusals."""
    right = (outcome(True, True, 0.8), outcome(False, False, 0.2))
    refused, answered = outcome(False, True, 0.1), outcome(True, False, 0.7)

    assert [answered, refused] == Evaluation((refused, *right, answered)).misses()


def test_without_known_answers_there_are_no_scores(seeds: qa.Assistant) -> None:
    """F1, recall and refusal recall are None if no question provides their data."""
    figures = evaluate(seeds, [KnownQuestion("Who visited North Korea?", (), frozenset(), True)]).figures()

    assert figures["f1"] is None
    assert figures["recall@1"] is None
    assert figures["refusal_recall"] is None


@pytest.fixture
def options(small: qa.Assistant) -> list[str]:
    """The options for the small corpus and its index."""
    return ["--corpus", str(SMALL), "--index", str(small.settings.index_root), "--no-refresh"]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A file of two questions about the small corpus, one with a wrong known answer."""
    path = tmp_path / "questions.jsonl"
    rows = (
        {
            "question": "How long is the reading room of the library?",
            "answer": "never this",
            "file": "rope-works-library.txt",
        },
        {"question": "Who won the 2022 World Cup?", "answerable": False},
    )
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return str(path)


def test_eval_prints_metrics_and_misses(run_qa: RunQA, options: list[str], file: str) -> None:
    """The metrics are on stdout and, with ``--misses``, the expected answers that were missed."""
    run = run_qa("eval", file, "--misses", "5", *options)

    assert run.returncode == 0, run.stderr
    assert "2 questions, 1 of them answerable" in run.stdout
    assert "exact match of the short answer            0.000" in run.stdout
    assert "expected never this (rope-works-library.txt)" in run.stdout


def test_eval_fails_below_a_minimum(run_qa: RunQA, options: list[str], file: str) -> None:
    """The exit code is 1, and stderr has a line for each metric that is too low."""
    run = run_qa("eval", file, "--min-f1", "0.5", "--min-refusal-recall", "1", "--json", *options)

    assert run.returncode == 1
    assert run.stderr == "f1 is 0.000, below 0.5\n"
    assert json.loads(run.stdout)["refusal_recall"] == 1.0


def test_eval_of_a_missing_file_is_a_usage_error(run_qa: RunQA, options: list[str]) -> None:
    """The exit code is 2, and stderr has a single line."""
    run = run_qa("eval", "nowhere.jsonl", *options)

    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
