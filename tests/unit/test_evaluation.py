"""``qa eval``: figures from questions whose answers are known."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import qa
from qa.errors import UsageError
from qa.evaluation import Evaluation, KnownQuestion, evaluate, read_questions
from qa.evaluation.scores import calibration_error, contains, exact_match, f1, percentile
from tests.conftest import PROJECT, SMALL, RunQA

QUESTIONS = PROJECT / "tests" / "seeds_questions.jsonl"


@pytest.mark.parametrize(
    ("said", "known", "exact", "agreement"),
    [
        ("The Eiffel Tower.", ["eiffel tower"], 1.0, 1.0),
        ("in 1987", ["1987"], 0.0, 2 / 3),
        ("Karin Osk", ["Nils Holm", "mayor Karin Osk"], 0.0, 0.8),
        ("", ["1987"], 0.0, 0.0),
        ("1987", [], 0.0, 0.0),
        ("the", ["a"], 1.0, 1.0),
    ],
)
def test_agreement_with_known_answers(said: str, known: list[str], exact: float, agreement: float) -> None:
    """Case, punctuation and articles do not count; the nearest known answer does."""
    assert exact == exact_match(said, known)
    assert math.isclose(agreement, f1(said, known))


def test_an_answer_stands_in_a_text_as_whole_words() -> None:
    """The answer 11 does not stand in 1,187."""
    assert contains("It had 1,187 boats.", ["1187"])
    assert not contains("It had 1,187 boats.", ["11"])
    assert not contains("It had boats.", ["the"])


def test_calibration_error() -> None:
    """Confidence that holds costs nothing; overconfidence costs its excess."""
    assert 0.0 == calibration_error([], [])
    assert math.isclose(0.0, calibration_error([0.75] * 4, [True, True, True, False]), abs_tol=1e-9)
    assert math.isclose(0.4, calibration_error([0.9] * 2, [True, False]))
    assert math.isclose(0.25, calibration_error([1.0, 0.5], [True, False]))


def test_percentile() -> None:
    """The value below which the share lies."""
    assert [percentile([3, 1, 2, 4], share) for share in (0.5, 0.99)] == [3, 4]
    assert percentile([], 0.5) == 0.0


def test_questions_are_read_in_all_their_forms(tmp_path: Path) -> None:
    """One answer or several, one file or several, and what is not said is open."""
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
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    """The error says which line and what it should look like."""
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "Who?"}\n' + line, encoding="utf-8")

    with pytest.raises(UsageError, match="line 2"):
        read_questions(file)


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    """Nothing to ask is no measurement."""
    file = tmp_path / "questions.jsonl"
    file.write_text("\n", encoding="utf-8")

    with pytest.raises(UsageError, match="no question"):
        read_questions(file)


@pytest.fixture(scope="module")
def measured(seeds: qa.Assistant) -> Evaluation:
    """The committed questions about the seeds, asked."""
    return evaluate(seeds, read_questions(QUESTIONS))


def test_the_seeds_questions(measured: Evaluation) -> None:
    """Of the questions about the seeds most are answered right, all citations stand, and most others are refused."""
    figures = measured.figures()
    wanted = {"f1": 0.75, "recall@10": 1.0, "right_article": 0.85, "refusal_recall": 0.6, "exact_citations": 1.0}

    assert {"questions": 30, "answerable": 15}.items() <= figures.items()
    assert {} == {name: figures[name] for name, least in wanted.items() if (figures[name] or 0) < least}


def test_misses_are_what_was_not_right(measured: Evaluation) -> None:
    """The surest first; right answers and right refusals are not among them."""
    misses = measured.misses()
    confidences = [one.answer.confidence for one in misses]

    assert confidences == sorted(confidences, reverse=True)
    assert not any(one.right for one in misses)
    assert len(misses) == sum(not one.right for one in measured.outcomes)


def test_what_nothing_tells_about_is_not_measured(seeds: qa.Assistant) -> None:
    """Without known answers and files there is no F1 and no recall."""
    figures = evaluate(seeds, [KnownQuestion("Who visited North Korea?", (), frozenset(), True)]).figures()

    assert figures["f1"] is None
    assert figures["recall@1"] is None
    assert figures["refusal_recall"] is None


@pytest.fixture
def places(small: qa.Assistant) -> list[str]:
    """Where the small corpus and its index are."""
    return ["--corpus", str(SMALL), "--index", str(small.settings.index_root), "--no-refresh"]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Two questions about the small corpus, one with a wrong known answer."""
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


def test_eval_prints_figures_and_misses(run_qa: RunQA, places: list[str], file: str) -> None:
    """Figures on stdout, and with --misses what was answered instead."""
    run = run_qa("eval", file, "--misses", "5", *places)

    assert run.returncode == 0, run.stderr
    assert "2 questions, 1 of them answerable" in run.stdout
    assert "exact match of the short answer            0.000" in run.stdout
    assert "wanted never this (rope-works-library.txt)" in run.stdout


def test_eval_fails_below_what_is_wanted(run_qa: RunQA, places: list[str], file: str) -> None:
    """For CI: exit code 1 and a line on stderr for each figure that is too low."""
    run = run_qa("eval", file, "--min-f1", "0.5", "--min-refusal-recall", "1", "--json", *places)

    assert run.returncode == 1
    assert run.stderr == "f1 is 0.000, below 0.5\n"
    assert json.loads(run.stdout)["refusal_recall"] == 1.0


def test_eval_of_a_missing_file_is_wrong_usage(run_qa: RunQA, places: list[str]) -> None:
    """Exit code 2 and one line."""
    run = run_qa("eval", "nowhere.jsonl", *places)

    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
