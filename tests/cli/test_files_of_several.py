"""Files of several articles: each has a number, which every command shows and takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.commands import Commands


def test_an_article_of_a_file_of_several_has_a_number(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """As the sources of an answer show it; without one, the error says how many there are."""
    folder = tmp_path / "records"
    folder.mkdir()
    records = ["The first tram leaves at six in the morning.", "The last ferry leaves at nine in the evening."]
    (folder / "times.jsonl").write_text("".join(f'{{"text": "{text}"}}\n' for text in records))

    commands = Commands(capsys, folder, tmp_path / "index")

    assert "The last ferry" in commands("show", "times.jsonl#2").out
    assert "> 1  The last ferry" in commands("show", "times.jsonl#2:1").out
    assert 2 == commands("show", "times.jsonl#3").code
    assert "the file has 2 articles" in commands("show", "times.jsonl").err
