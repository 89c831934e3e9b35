"""The commands: what they print to stdout and stderr, and their exit codes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import click
import pytest

import qa
from qa.answering.nearest import CAVEAT
from qa.cli.commands import cli
from tests.conftest import PROJECT, SEEDS
from tests.helpers.commands import Commands, commands_over

LENGTH = "How long is the reading room of the library?"
FAR = "Who won the football world cup in 1998?"


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus."""
    return commands_over(small, capsys)


# ask


def test_prints_short_answer_sentence_and_sources(town: Commands) -> None:
    """The phrase, the sentence with its citation mark, and the source with its line; nothing on stderr."""
    outcome = town("ask", LENGTH)

    assert (0, "") == (outcome.code, outcome.err)
    assert [
        "140 metres",
        "",
        "The reading room is 140 metres long, because ropes were once twisted there. [1]",
        "",
        "Sources (very likely)",
        "[1] Library in the rope works opens on Sundays · 2024-06-02 · rope-works-library.txt:6",
    ] == outcome.out.splitlines()


def test_what_several_articles_say_is_printed_article_by_article(
    seeds: qa.Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    """Title and date of an article, then its sentences, indented."""
    question = "What do the articles say about North Korea?"
    answer = seeds.ask(question)
    lines = commands_over(seeds, capsys)("ask", question).out.splitlines()

    for citation in answer.citations:
        day = f" · {citation.published.isoformat()}" if citation.published else ""
        heading = lines.index(f"{citation.title}{day}")
        assert lines.index(f"  {citation.text} [{citation.number}]") > heading


def test_a_question_may_be_several_words(town: Commands) -> None:
    """Quotation marks around the question are optional."""
    assert town("ask", LENGTH).out == town("ask", *LENGTH.split()).out


def test_a_dash_reads_the_question_from_standard_input(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line breaks in it count as spaces."""
    expected = town("ask", LENGTH).out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LENGTH.replace(" ", "\n").encode() + b"\n")))

    assert expected == town("ask", "-").out


def test_a_question_the_corpus_does_not_answer_exits_1(town: Commands) -> None:
    """The output says so, and lists the nearest passages with their lines."""
    outcome = town("ask", FAR)

    assert (1, "") == (outcome.code, outcome.err)
    unknown = "\u201cfootball\u201d, \u201cworld\u201d or \u201c1998\u201d"
    refusal = f"The articles don't say. No article mentions {unknown}."
    assert [refusal, "", "Nearest passages"] == outcome.out.splitlines()[:3]
    assert [" 1. ", " 2. ", " 3. "] == [line[:4] for line in outcome.out.splitlines()[3::2]]


def test_explain_adds_confidence_scores_and_timings(town: Commands) -> None:
    """The answer is the same; engine, confidence, scores of each passage and timings follow."""
    plain = town("ask", LENGTH)
    explained = town("ask", LENGTH, "--explain", "-k", "3")

    assert 0 == explained.code
    answer, _, explanation = explained.out.partition("\nWhy\n")
    assert plain.out == answer
    lines = explanation.splitlines()
    assert lines[0].startswith("extractive, confidence ")
    assert lines[1].startswith(" 1. reader ")
    assert all(re.match(rf" {rank}\. .*fused 0\.\d+ = full text", line) for rank, line in enumerate(lines[1:4], 1))
    assert "rope-works-library.txt:" in explanation
    assert lines[4].startswith("index generation 1; search ")


def test_min_confidence_decides_between_answer_and_refusal(town: Commands) -> None:
    """At 0 the best sentence is always an answer; at 1 even a certain one comes with a caveat."""
    assert 0 == town("ask", LENGTH, "--min-confidence", "0").code
    unsure = town("ask", LENGTH, "--min-confidence", "1")
    assert (1, True) == (unsure.code, CAVEAT in unsure.out)


# search


def test_search_lists_passages_only(town: Commands) -> None:
    """Rank, title, outlet, date, file and line, then the beginning of the passage."""
    outcome = town("search", "harbour", "breakwater", "--top-k", "2")

    assert (0, "") == (outcome.code, outcome.err)
    lines = outcome.out.splitlines()
    assert 4 == len(lines)
    origin = "The Saltmere Gazette · 2024-05-14 · harbour-lights.txt:6"
    assert f" 1. Saltmere harbour lights go dark for one week · {origin}" == lines[0]
    assert lines[1].startswith("    The nine harbour lights of Saltmere will be switched off")


def test_search_explains_with_scores(town: Commands) -> None:
    """The weighted mean and its two components, under each heading."""
    lines = town("search", "harbour", "-k", "1", "--explain").out.splitlines()

    assert lines[1].startswith("    fused ")
    assert "full text 1.000, vector 0." in lines[1]


@pytest.mark.parametrize("count", [1, 4, 1000])
def test_top_k_limits_the_number_of_passages(town: Commands, count: int) -> None:
    """Six have one of the words."""
    query = "Saltmere harbour town people year"

    assert min(count, 6) == len(town("search", query, "-k", str(count), "--json").json["passages"])


@pytest.mark.parametrize("count", ["0", "-1", "1001", "many", "1.5", ""])
def test_invalid_top_k_is_a_usage_error(town: Commands, count: str) -> None:
    """One line on stderr, nothing on stdout."""
    outcome = town("search", "harbour", "-k", count)

    assert (2, "") == (outcome.code, outcome.out)
    assert 1 == outcome.err.count("\n")


# index and status


def test_index_reports_what_it_did(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One line with counts; a second run does nothing; ``--rebuild`` starts over."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("The lighthouse was lit in 1887.\n")
    commands = Commands(capsys, tmp_path / "news", tmp_path / "index")

    first, second, third = commands("index"), commands("index"), commands("index", "--rebuild")

    for outcome, changes in (
        (first, "1 added (1 chunk embedded, "),
        (second, "no changes ("),
        (third, "1 added (1 chunk embedded, "),
    ):
        assert (0, "") == (outcome.code, outcome.err)
        assert outcome.out.startswith(f"1 document, 1 chunk: {changes}")


def test_status_shows_folders_model_state_and_skipped_files(town: Commands) -> None:
    """One line each."""
    outcome = town("status")

    assert (0, "") == (outcome.code, outcome.err)
    assert [
        f"corpus      {town.corpus}",
        f"index       {town.index}",
        "model       all-MiniLM-L6-v2",
        "generation  1: 7 documents, 7 chunks",
        "size",
        "state       up to date",
        "skipped     empty.txt: empty",
        "left out    1 hidden file",
    ] == [line if line[:4] != "size" else "size" for line in outcome.out.splitlines()]
    sizes = re.search(r"size        (.+) MB: catalog (.+) MB, vectors (.+) MB in 1 segment\n", outcome.out)
    assert sizes
    assert float(sizes[1]) == pytest.approx(float(sizes[2]) + float(sizes[3]), abs=0.11)


def test_status_counts_changes_without_updating_the_index(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """New, changed and removed articles."""
    news = tmp_path / "news"
    news.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (news / name).write_text(f"Article {name} is about sails.\n")
    commands = Commands(capsys, news, tmp_path / "index")
    commands("index")
    (news / "a.txt").unlink()
    (news / "b.txt").write_text("This text is longer than before.\n")
    (news / "d.txt").write_text("New.\n")

    state = commands("status", "--json").json

    assert (["d.txt"], ["b.txt"], ["a.txt"]) == (state["new"], state["changed"], state["removed"])
    advice = "the next question, or qa index, updates the index"
    assert f"state       1 new, 1 changed, 1 removed; {advice}\n" in commands("status").out
    assert "1" == (tmp_path / "index" / "CURRENT").read_text()


# doctor


def test_doctor_without_problems(town: Commands) -> None:
    """One line for each check."""
    outcome = town("doctor")

    assert (0, "") == (outcome.code, outcome.err)
    names = [line.partition(":")[0].split(maxsplit=1) for line in outcome.out.splitlines()]
    expected = ["sqlite", "reader", "model", "corpus", "index", "disk for index"]
    assert [["ok", name] for name in expected] == names


def test_doctor_continues_after_a_problem(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A missing corpus and a missing index are two problems with advice; the exit code is 4."""
    outcome = Commands(capsys, tmp_path / "none", tmp_path / "index")("doctor")

    assert (4, "") == (outcome.code, outcome.err)
    problems = [line for line in outcome.out.splitlines() if line.startswith("PROBLEM")]
    assert ["PROBLEM  corpus", "PROBLEM  index"] == [line.partition(":")[0] for line in problems]
    assert "--corpus DIR" in problems[0]
    assert "qa index" in problems[1]
    assert "disk for index" in outcome.out


def test_doctor_says_how_much_space_is_missing(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """For an index, that depends on the articles."""
    monkeypatch.setattr("qa.cli.doctor.free_bytes", lambda _: 1_000_000)

    outcome = town("doctor")

    assert 4 == outcome.code
    assert "PROBLEM  disk for index: 0.0 GB free. Free up space for" in outcome.out
    assert "it takes about 2 MB" in outcome.out


# Options and usage


def test_options_may_precede_or_follow_the_command(town: Commands) -> None:
    """The option after the command takes precedence."""
    after = town("search", "harbour", "--json", "-k", "2")

    assert after == town.exactly("--json", "-k", "2", *town.path_options, "search", "harbour")
    assert after == town.exactly(
        "-k", "5", "--corpus", "nowhere", "search", "--json", "harbour", *town.path_options, "-k", "2"
    )


@pytest.mark.parametrize("name", [*cli.commands])
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """``-h`` and ``--help`` print the same text, and every option has a description."""
    outcome = Commands(capsys)(name, "--help")

    assert (0, "") == (outcome.code, outcome.err)
    assert outcome.out.startswith(f"Usage: qa {name} ")
    assert outcome == Commands(capsys)(name, "-h")
    options = [option for option in cli.commands[name].params if isinstance(option, click.Option)]
    assert [] == [option.name for option in options if not option.help]


def test_help_lists_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """``qa`` without a command prints the same if there is no terminal."""
    outcome = Commands(capsys)("--help")

    assert outcome == Commands(capsys)()
    assert 0 == outcome.code
    for word in [*cli.commands, "0 answered", "1 not in the corpus", "130 interrupted"]:
        assert word in outcome.out


def test_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    """``qa --version`` prints nothing else."""
    assert (0, f"qa, version {qa.__version__}\n", "") == Commands(capsys)("--version")


def test_the_project_works_from_its_own_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """``qa.toml`` in the root of the repository sets the seeds as the corpus."""
    monkeypatch.chdir(PROJECT / "tests")

    outcome = Commands(capsys, index=tmp_path / "index")("status")

    assert 3 == outcome.code
    assert f"(corpus {SEEDS}, 5 files)" in outcome.err


def test_readme_mentions_every_command() -> None:
    """Except ``qa tui``, since ``qa`` alone does the same, and those that help with the command line."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")

    assert {"tui", "completion", "help"} >= {name for name in cli.commands if f"qa {name}" not in readme}
