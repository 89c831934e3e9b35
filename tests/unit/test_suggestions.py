"""Questions to begin with: each one has an answer here."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import qa

HARBOUR = """Title: The harbour of Lindholm

Karin Osk opened the new harbour of Lindholm in the spring of 1989. It was cold.
In the first year 412 boats were moored at the long pier. She said that she was glad of it.
"""


def test_suggested_questions_have_answers(seeds: qa.Assistant) -> None:
    """Asked, none is refused."""
    found = [question for question in islice(qa.suggest_questions(seeds), 30) if question]

    assert len(found) >= 3
    assert all(seeds.ask(question).answered for question in found[:3])


def test_they_are_made_of_the_articles_sentences(embedder: object, tmp_path: Path) -> None:
    """Who did it, and how many there were; nothing that leans on a sentence before."""
    corpus = tmp_path / "articles"
    corpus.mkdir()
    (corpus / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    with qa.open(corpus, tmp_path / "index") as assistant:
        found = [question for question in qa.suggest_questions(assistant) if question]

    assert found[:2] == [
        "Who opened the new harbour of Lindholm in the spring of 1989?",
        "How many boats were moored at the long pier?",
    ]


def test_a_file_that_vanished_is_passed_over(corpus: Path, index: Path) -> None:
    """The index may be older than the folder."""
    with qa.open(corpus, index) as assistant:
        for file in corpus.iterdir():
            file.unlink()
        assert list(qa.suggest_questions(assistant))
