"""``qa search`` shows why each passage is listed, and says so if nothing matches."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from tests.helpers.commands import Commands, commands_over, on_terminal

LONG = " ".join(f"Sentence number {number} is about the weather." for number in range(30))
NOTE = f"""Notes from town

{LONG}

The **harbour** master rings a [bell](https://example.org/harbour) at noon.

{LONG}
"""


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus."""
    return commands_over(small, capsys)


@pytest.fixture
def notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over one long Markdown file."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "town.md").write_text(NOTE, encoding="utf-8")
    return Commands(capsys, tmp_path / "notes", tmp_path / "index")


def test_the_text_around_the_match_is_shown_with_its_line(notes: Commands) -> None:
    """Without markup, on one line, cut between words; the line is that of the match, not of the passage."""
    match = notes("search", "harbour bell", "-k", "1", "--json").json["passages"][0]["match"]

    assert (
        NOTE.splitlines().index("The **harbour** master rings a [bell](https://example.org/harbour) at noon.") + 1
        == (match["line"])
    )
    assert "The harbour master rings a bell at noon." in match["snippet"]
    assert ["harbour", "bell"] == [match["snippet"][start:end] for start, end in match["marks"]]
    assert 200 > len(match["snippet"])
    assert ("\u2026", "\u2026") == (match["snippet"][0], match["snippet"][-1])
    assert match["snippet"] in notes("search", "harbour bell", "-k", "1").out


def test_matching_words_are_bold_on_a_terminal(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other forms of the word too; plain in a pipe."""
    _, screen = on_terminal(monkeypatch, ["search", "-k", "1", *town.path_options, "light harbour"])

    assert "\x1b[1mharbour\x1b[0m" in screen
    assert "\x1b[1mlights\x1b[0m" in screen
    assert "\x1b[1m" not in town("search", "-k", "1", "light harbour").out


def test_a_query_without_a_match_says_so(town: Commands) -> None:
    """Nothing is listed, and the exit code is that of a refusal."""
    outcome = town("search", "photosynthesis", "of", "chlorophyll")
    as_json = town("search", "photosynthesis of chlorophyll", "--json")

    assert (1, 'Nothing in the corpus contains "photosynthesis" or "chlorophyll".\n', "") == outcome
    assert (1, []) == (as_json.code, as_json.json["passages"])
    assert outcome.out.strip() == as_json.json["notice"]


def test_passages_that_are_only_near_in_meaning_are_called_so(town: Commands) -> None:
    """No word of the query is in the article about the tram."""
    outcome = town("search", "streetcar")

    assert 0 == outcome.code
    assert 'Nothing in the corpus contains "streetcar". Near in meaning: ' in outcome.out.splitlines()[0]
    assert "tram-line.txt" in outcome.out


def test_passages_without_a_word_and_far_in_meaning_are_left_out(town: Commands) -> None:
    """The number of passages is a maximum."""
    assert 2 == len(town("search", "ropes twisted", "-k", "7", "--json").json["passages"])
    assert 7 == len(town("ask", "Who twisted the ropes?", "-k", "7", "--json").json["passages"])


def test_a_misspelt_query_is_corrected(town: Commands) -> None:
    """One line on stderr says so; in JSON it is the notice."""
    outcome = town("search", "harbuor", "-k", "1")

    assert (0, 'Searched for "harbour" instead of "harbuor".\n') == (outcome.code, outcome.err)
    assert "harbour" in outcome.out
    assert ("harbour", outcome.err.strip()) == tuple(
        town("search", "harbuor", "--json").json[key] for key in ("query", "notice")
    )
