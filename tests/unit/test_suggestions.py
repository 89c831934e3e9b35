"""Suggested questions: each one is what a person might ask, and has a good answer in the corpus."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

import qa
from qa.suggestions.facts import facts_of
from tests.helpers.scripted_llm import ScriptedLLM

HARBOUR = """Title: The harbour of Lindholm

Karin Osk opened the new harbour of Lindholm in the spring of 1989. It was cold.
In the first year 412 boats were moored at the long pier. She said that she was glad of it.
"""
NEWS = {
    "harbour": ("Karin Osk opens the harbour", "1989-05-01", "The harbour was opened by Karin Osk on a cold day."),
    "crane": ("Karin Osk sells the crane", "1989-06-11", "The crane was sold by Karin Osk to a town in the south."),
    "ferry": ("A ferry for Lindholm", "1990-02-20", "The ferry to Lindholm was bought by Karin Osk for two million."),
    "mill": ("The mill is silent", "1990-03-05", "The mill has not ground any flour since the fire in January."),
}
RECIPES = {
    "bread.md": "# Banana bread\n\n- 3 bananas\n- 190 g flour\n\nMash the bananas. Bake the bread for 60 minutes.\n",
    "soup.md": "# Lentil soup\n\n- 250 g lentils\n- 1 onion\n\nFry the onion in oil. Simmer the soup for 20 minutes.\n",
    "pie.md": "# Plum pie\n\n- 1 kg plums\n- 300 g flour\n\nHalve the plums. Bake the pie until the crust is brown.\n",
}


def suggested(corpus: Path) -> list[str]:
    """Return all suggestions for a corpus."""
    with qa.open(corpus, corpus.parent / "index") as assistant:
        return [question for question in qa.suggest_questions(assistant) if question]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for articles."""
    path = tmp_path / "articles"
    path.mkdir()
    return path


def test_suggested_questions_have_answers(seeds: qa.Assistant) -> None:
    """None of the first four is refused, or answered with a caveat, and no two are of the same type."""
    suggestions = [question for question in islice(qa.suggest_questions(seeds), 30) if question]
    answers = [seeds.ask(question) for question in suggestions[:4]]

    assert len(answers) == 4
    assert all(answer.is_stated for answer in answers)
    assert len({answer.question_type for answer in answers}) == 4


def test_suggesting_questions_needs_no_language_model(seeds: qa.Assistant) -> None:
    """It would take minutes of a slow one, and real questions would wait."""
    model = ScriptedLLM.saying()
    with qa.open(seeds.corpus.root, seeds.settings.index_root, llm=model) as assistant:
        assert next(filter(None, qa.suggest_questions(assistant)))

    assert model.requests == []


def test_the_first_suggestions_are_of_different_kinds(embedder: object, folder: Path) -> None:
    """Topics, a name that several articles share, the latest: each name in one question only."""
    for name, (title, day, text) in NEWS.items():
        (folder / f"{name}.txt").write_text(f"Title: {title}\nDate: {day}\n\n{text}\n", encoding="utf-8")

    suggestions = suggested(folder)

    assert suggestions[:2] == [
        "What topics come up in these articles?",
        "What do the articles say about Karin Osk?",
    ]
    assert sum("Karin Osk" in question for question in suggestions if "titled" not in question) == 1


def test_a_single_article_gets_facts_and_its_summary(embedder: object, folder: Path) -> None:
    """They ask who did something and how many there were, from sentences that need no context."""
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")

    assert suggested(folder) == [
        "Who opened the new harbour of Lindholm in the spring of 1989?",
        "What does the article titled “The harbour of Lindholm” say?",
        "How many boats were moored at the long pier?",
    ]


def test_recipes_are_asked_for_by_their_titles(embedder: object, folder: Path) -> None:
    """Without names, dates and sentences that make a fact."""
    for name, text in RECIPES.items():
        (folder / name).write_text(text, encoding="utf-8")

    assert suggested(folder) == [
        "What topics come up in these articles?",
        "What does the article titled “Banana bread” say?",
        "What does the article titled “Plum pie” say?",
    ]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Karin Osk opened the harbour of Lindholm in May.", "Who opened the harbour of Lindholm in May?"),
        ("Karin Osk opened the harbour of Lindholm, as planned.", None),
        ("Karin Osk opened the harbour of Lindholm yesterday.", None),
        ("Karin Osk opened the gate of her garden.", None),
        ("Binance launched in Lindholm in the summer of 2017.", None),
        ("Pump Bold built from 2019 to 2021 can leak at the valve.", None),
        ("They drove 12 new buses were bought in Lindholm last May.", None),
        ("The mill burned, and 12 houses were rebuilt in Lindholm.", "How many houses were rebuilt in Lindholm?"),
        ("About $12 coins were minted in Lindholm for Karin Osk.", None),
        ("Karin Osk, the mayor of Lindholm, was there.", "Who is the mayor of Lindholm?"),
        ("Karin Osk, a director of Lindholm Ferries, was there.", None),
        ("We met Lindholm Ferries CEO Karin Osk in May.", "Who is the CEO of Lindholm Ferries?"),
        ("We met former Lindholm Ferries CEO Karin Osk in May.", None),
        ("We met NAACP CEO Karin Osk in May.", None),
        ("Lindholm Castle was built by monks in 1641.", "When was Lindholm Castle built?"),
        ("It was built by monks in 1641.", None),
    ],
)
def test_only_sentences_that_leave_no_doubt_become_questions(
    embedder: object, folder: Path, sentence: str, question: str | None
) -> None:
    """A clause, a word that depends on the context, a name that may be no person's: no question."""
    (folder / "article.txt").write_text(f"{sentence}\n", encoding="utf-8")
    with qa.open(folder, folder.parent / "index") as assistant:
        assert [fact.question for fact in facts_of("article.txt", assistant.index)] == ([question] if question else [])


def test_a_deleted_file_is_skipped(corpus: Path, index: Path) -> None:
    """The index may be older than the folder."""
    with qa.open(corpus, index) as assistant:
        for file in corpus.iterdir():
            file.unlink()
        assert list(qa.suggest_questions(assistant))
