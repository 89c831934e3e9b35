"""Suggested questions: each one has an answer in the corpus."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import qa

HARBOUR = """Title: The harbour of Lindholm

Karin Osk opened the new harbour of Lindholm in the spring of 1989. It was cold.
In the first year 412 boats were moored at the long pier. She said that she was glad of it.
"""


def test_suggested_questions_have_answers(seeds: qa.Assistant) -> None:
    """None of them is refused."""
    suggestions = [question for question in islice(qa.suggest_questions(seeds), 30) if question]

    assert len(suggestions) >= 3
    assert all(seeds.ask(question).answered for question in suggestions[:3])


def test_suggestions_are_made_from_sentences_of_the_articles(embedder: object, tmp_path: Path) -> None:
    """They ask who did something and how many there were, from sentences that need no context."""
    corpus = tmp_path / "articles"
    corpus.mkdir()
    (corpus / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    with qa.open(corpus, tmp_path / "index") as assistant:
        suggestions = [question for question in qa.suggest_questions(assistant) if question]

    assert suggestions[:2] == [
        "Who opened the new harbour of Lindholm in the spring of 1989?",
        "How many boats were moored at the long pier?",
    ]


def test_a_deleted_file_is_skipped(corpus: Path, index: Path) -> None:
    """The index may be older than the folder."""
    with qa.open(corpus, index) as assistant:
        for file in corpus.iterdir():
            file.unlink()
        assert list(qa.suggest_questions(assistant))
