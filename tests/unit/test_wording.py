"""The English and the names of the project: standard terms, no private vocabulary."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.wording import PROJECT, checked_files, problems_of


@pytest.mark.parametrize("path", checked_files(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_private_words(path: Path) -> None:
    """No word that has a standard term, and no variable whose name says nothing."""
    assert [] == [*problems_of(path)]


def test_such_words_are_noticed(tmp_path: Path) -> None:
    """In names, comments, docstrings and prose."""
    code, prose = tmp_path / "a.py", tmp_path / "a.md"
    code.write_text('"""The rooms of the house."""\n\nfound = 1  # kept\n\n\ndef mend(place: int) -> None: ...\n')
    prose.write_text("It is held\nagainst the text and can not fail.")

    assert 6 == len([*problems_of(code)])
    assert ["1: held\nagainst", "2: can not"] == [*problems_of(prose)]
