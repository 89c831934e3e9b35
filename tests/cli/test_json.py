"""``--json``: one object on stdout, as documented, for answers and errors alike."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from tests.helpers.commands import Commands, commands_over

LENGTH = "How long is the reading room of the library?"
FAR = "Who won the football world cup in 1998?"
QUOTE = "The reading room is 140 metres long, because ropes were once twisted there."

ANSWER = (
    "question standalone_question answered short_answer text statements citations confidence understood scope filter"
    " reason engine question_type caveat disagreement notice passages index timings_ms"
).split()
CITATION = (
    "number path title published line_start line_end start end quote text stale locator also_in source author url"
).split()
PASSAGE = "path title published start end line_start line_end text rank locator source author url".split()


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus."""
    return commands_over(small, capsys)


def test_an_answer_has_the_documented_keys(town: Commands) -> None:
    """All keys, in order, at every level."""
    outcome = town("ask", LENGTH, "--json")

    assert (0, "") == (outcome.code, outcome.err)
    answer = outcome.json
    assert ANSWER == [*answer]
    assert [["text", "citations", "supported"]] == [[*statement] for statement in answer["statements"]]
    assert [CITATION] == [[*citation] for citation in answer["citations"]]
    assert 7 == len(answer["passages"])
    assert [PASSAGE] * 7 == [[*passage] for passage in answer["passages"]]
    assert ["search", "answer", "total"] == [*answer["timings_ms"]]


def test_an_answer_has_the_values_of_the_article(town: Commands, small: qa.Assistant) -> None:
    """The quote is in the file at the given offsets."""
    answer = town("ask", LENGTH, "--json").json

    assert (LENGTH, True, "140 metres", QUOTE) == tuple(
        answer[key] for key in ("question", "answered", "short_answer", "text")
    )
    assert [{"text": QUOTE, "citations": [1], "supported": True}] == answer["statements"]
    citation = answer["citations"][0]
    text = small.corpus.text("rope-works-library.txt")
    start = text.index(QUOTE)
    expected = {
        "number": 1,
        "path": "rope-works-library.txt",
        "title": "Library in the rope works opens on Sundays",
        "published": "2024-06-02",
        "line_start": 6,
        "line_end": 6,
        "start": start,
        "end": start + len(QUOTE),
        "quote": QUOTE,
        "text": QUOTE,
        "stale": False,
        "locator": "",
        "also_in": [],
        "source": None,
        "author": None,
        "url": None,
    }
    assert expected == citation
    assert 0.5 <= answer["confidence"] <= 1
    assert "extractive" == answer["engine"]
    assert {"generation": 1, "documents": 7, "chunks": 7} == answer["index"]


def test_python_and_json_give_the_same_answer(town: Commands, small: qa.Assistant) -> None:
    """The same passages, ranks, citations and confidence."""
    answer = small.ask(LENGTH)
    as_json = town("ask", LENGTH, "--json").json

    assert [(passage.rank, passage.path, passage.start, passage.end) for passage in answer.passages] == [
        (passage["rank"], passage["path"], passage["start"], passage["end"]) for passage in as_json["passages"]
    ]
    assert [citation.quote for citation in answer.citations] == [citation["quote"] for citation in as_json["citations"]]
    assert round(answer.confidence, 4) == as_json["confidence"]


def test_a_refusal_has_the_same_keys(town: Commands) -> None:
    """The exit code is 1, and the nearest passages are included."""
    outcome = town("ask", FAR, "--json")

    assert (1, "") == (outcome.code, outcome.err)
    answer = outcome.json
    assert ANSWER == [*answer]
    assert (False, None, [], []) == tuple(
        answer[key] for key in ("answered", "short_answer", "statements", "citations")
    )
    assert answer["text"].startswith("The articles don't say.")
    assert 7 == len(answer["passages"])


def test_explain_adds_scores_to_passages(town: Commands) -> None:
    """The passages that the reader scored come first, in descending order of that score."""
    passages = town("ask", LENGTH, "--json", "--explain").json["passages"]

    keys = [*PASSAGE[: PASSAGE.index("rank") + 1], "scores", *PASSAGE[PASSAGE.index("rank") + 1 :]]
    assert [keys] * 7 == [[*passage] for passage in passages]
    assert [["fulltext", "vector", "fused", "reader"]] * 7 == [[*passage["scores"]] for passage in passages]
    scores = [passage["scores"]["reader"] for passage in passages]
    reader_scores = [score for score in scores if score is not None]
    assert sorted(reader_scores, reverse=True) == reader_scores
    assert reader_scores == scores[: len(reader_scores)]


def test_search_returns_the_query_and_passages_with_scores(town: Commands, small: qa.Assistant) -> None:
    """The text of a passage is the text of the file at its offsets."""
    outcome = town("search", "harbour", "-k", "2", "--json")

    assert (0, "") == (outcome.code, outcome.err)
    assert ["query", "notice", "filter", "passages"] == [*outcome.json]
    assert ("harbour", "") == (outcome.json["query"], outcome.json["notice"])
    assert [1, 2] == [passage["rank"] for passage in outcome.json["passages"]]
    for passage in outcome.json["passages"]:
        assert small.corpus.text(passage["path"])[passage["start"] : passage["end"]] == passage["text"]
        assert 0 <= passage["scores"]["fused"] <= 1


def test_index_reports_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What was done, and each skipped file with its reason."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("The lighthouse was lit in 1887.\n")
    (tmp_path / "news" / "b.txt").write_bytes(b"")

    outcome = Commands(capsys, tmp_path / "news", tmp_path / "index")("index", "--json")

    assert (0, "") == (outcome.code, outcome.err)
    report = outcome.json
    assert {"generation": 1, "documents": 1, "chunks": 1} == report["stats"]
    assert (["a.txt"], [], [], []) == tuple(report[key] for key in ("added", "changed", "removed", "renamed"))
    assert [("b.txt", "empty")] == [(file["path"], file["reason"]) for file in report["skipped"]]
    assert 1 == report["embedded"]


def test_status_show_and_doctor_as_json(town: Commands) -> None:
    """One object each, with the content of the text output."""
    status, show, doctor = (
        town("status", "--json"),
        town("show", "cafe-piano.txt:5", "--json"),
        town("doctor", "--json"),
    )

    assert [(0, "")] * 3 == [(outcome.code, outcome.err) for outcome in (status, show, doctor)]
    assert (str(town.corpus), str(town.index)) == (status.json["corpus"], status.json["index"])
    assert ([], [], []) == tuple(status.json[key] for key in ("new", "changed", "removed"))
    assert ("cafe-piano.txt", "windows-1252", [5]) == tuple(show.json[key] for key in ("path", "encoding", "marked"))
    assert "Café Étoile buys back its piano" == show.json["lines"][0]
    assert doctor.json["ok"]
    assert {"name", "ok", "found", "advice"} == {*doctor.json["findings"][0]}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ask", "", "--json"], 2),
        (["ask", "the of and", "--json"], 2),
        (["ask", "--json"], 2),
        (["--json", "explode"], 2),
        (["ask", "--explode", "--json"], 2),
        (["search", "harbour", "-k", "many", "--json"], 2),
        (["status", "now", "--json"], 2),
        (["search", "harbour", "-k", "0", "--json"], 2),
        (["show", "none.txt", "--json"], 2),
        (["status", "--corpus", "nowhere", "--json"], 3),
        (["status", "--index", "nowhere", "--json"], 3),
        (["ask", "harbour?", "--no-refresh", "--index", "nowhere", "--json"], 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_an_error_is_one_object_on_stdout(
    arguments: list[str],
    code: int,
    small: qa.Assistant,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has an error and a hint; stderr is empty, and the exit code is the same without ``--json``."""
    monkeypatch.setenv("QA_CORPUS", str(small.corpus.root))
    monkeypatch.setenv("QA_INDEX", str(small.settings.index_root))

    outcome = Commands(capsys)(*arguments)

    assert (code, "") == (outcome.code, outcome.err)
    assert ["error", "hint"] == [*outcome.json]
    assert outcome.json["error"]
    assert outcome.json["hint"]
    assert code == Commands(capsys)(*[word for word in arguments if word != "--json"]).code
