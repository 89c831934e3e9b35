"""How the commands show what was odd about an article, and what a writer hid in comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.commands import Commands

HIDDEN = "How much was the mayor paid?"


@pytest.fixture
def fair(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Commands:
    """Commands over an article with broken front matter and hidden comments."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "fair.md").write_text(
        "---\ntitle: The fair: a plan\nauthor: @greta\n---\n\nThe fair opens on Saturday.\n\n"
        "%% The mayor was paid 900 crowns. %%\n\n<!-- The mayor lives in Brenn. -->\n"
    )
    return Commands(capsys, folder, tmp_path / "index")


def test_broken_front_matter_is_noticed(fair: Commands) -> None:
    """``qa status`` says so in a line, and in JSON; the title is right all the same."""
    fair("index")

    assert any(
        line.startswith("notice      fair.md: front matter is not valid YAML (line 2)")
        for line in fair("status").out.splitlines()
    )
    assert ["fair.md"] == [notice["path"] for notice in fair("status", "--json").json["notices"]]
    passage = fair("search", "fair", "--json").json["passages"][0]
    assert ("The fair: a plan", False) == (passage["title"], "author" in passage["text"])


def test_comments_are_not_read(fair: Commands) -> None:
    """What the writer hid is neither answered nor listed by a search."""
    assert 1 == fair("ask", HIDDEN).code
    assert "900" not in fair("search", "mayor paid crowns").out


def test_comments_are_read_if_that_is_set(fair: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index has to be built again, which the error says; then the comment is quoted exactly."""
    fair("index")
    monkeypatch.setenv("QA_READ_COMMENTS", "true")

    refused = fair("ask", HIDDEN)
    fair("index", "--rebuild")
    answer = fair("ask", HIDDEN, "--json").json

    assert 3 == refused.code
    assert "without what writers hid in comments" in refused.err
    assert "qa index --rebuild" in refused.err
    assert "900" in answer["short_answer"]
    assert "The mayor was paid 900 crowns." == answer["citations"][0]["quote"]
