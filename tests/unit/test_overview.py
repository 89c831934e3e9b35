"""Overviews of a corpus: how many articles, from when, from which sources, and their main topics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import qa
from qa.answering.surveys.clusters import cluster
from qa.answering.surveys.topic_names import Vocabulary

STORIES = {
    "harbour": "In week {0} the harbour of Lindholm was dredged. Divers repaired {0} walls of the harbour.",
    "choir": "In week {0} the choir of Vostrava sang. Some {0} singers praised the choir and its songs.",
    "potato": "In week {0} the potato harvest of Osterby was poor. Some {0} farmers planted the potato too late.",
}
EACH = 4


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, embedder: object) -> qa.Assistant:
    """Four articles about each of three stories, and a request to subscribe in all of them."""
    folder = tmp_path_factory.mktemp("stories")
    for name, text in STORIES.items():
        for number in range(1, EACH + 1):
            head = (
                f"---\ntitle: News of the {name}, part {number}\ndate: 2024-0{number}-11\nsource: The Gazette\n---\n\n"
            )
            line = f"{text.format(number)}\n\nSign up for the Sunday Letter from Marek Novak.\n"
            (folder / f"{name}{number}.md").write_text(head + line, encoding="utf-8")
    return qa.open(folder, tmp_path_factory.mktemp("index"))


def test_numbers_dates_and_sources_come_first(assistant: qa.Assistant) -> None:
    """In one statement about the whole corpus, without a citation."""
    answer = assistant.ask("What topics come up in these files?")

    first = answer.statements[0]
    assert first.text == "12 articles from 11 January to 11 April 2024, all from The Gazette."
    assert (first.citations, first.supported) == ((), True)


def test_topics_have_a_name_a_number_and_a_quote(assistant: qa.Assistant) -> None:
    """Each story is a topic, named by what tells it from the others, with a sentence of one of its articles."""
    answer = assistant.ask("Give me an overview.")

    assert answer.question_type == "overview"
    for name, town in (("harbour", "Lindholm"), ("choir", "Vostrava"), ("potato", "Osterby")):
        topic = next(statement for statement in answer.statements if town in statement.text.split(":")[0])
        citation = answer.citations[topic.citations[0] - 1]
        assert f"({EACH} articles)" in topic.text
        assert citation.path.startswith(name)
        assert topic.text.endswith(citation.text)
    assert "Novak" not in answer.text and "Sunday" not in answer.text


@pytest.mark.parametrize("question", ["What's in here?", "What do my notes cover?", "summarise everything"])
def test_it_is_recognised_in_other_words(assistant: qa.Assistant, question: str) -> None:
    """Even if the question consists of stop words."""
    assert assistant.ask(question).statements[0].text.startswith("12 articles")


def test_of_few_articles_each_is_named(seeds: qa.Assistant) -> None:
    """Each with a sentence of its own."""
    answer = seeds.ask("What are these articles about?")

    assert answer.statements[0].text.startswith("5 articles")
    assert len({citation.path for citation in answer.citations}) == 5


def test_of_one_article(tmp_path: Path) -> None:
    """One statement about the corpus, one about the article."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.md").write_text("# The ferry\n\nThe ferry crosses the sound every hour.\n")
    answer = qa.open(folder, tmp_path / "index").ask("What is this folder about?")

    assert [statement.text for statement in answer.statements] == [
        "1 article.",
        "The ferry: The ferry crosses the sound every hour.",
    ]


def test_clusters_of_vectors() -> None:
    """Vectors of one direction are together, the largest group first, and the same each time."""
    random = np.random.default_rng(1)
    directions = np.repeat(np.eye(3, 8), (5, 9, 4), axis=0)
    vectors = (directions + random.normal(0, 0.05, directions.shape)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    clusters = cluster(vectors, 3)

    assert [sorted(each.members) for each in clusters] == [[*range(5, 14)], [*range(5)], [*range(14, 18)]]
    assert clusters == cluster(vectors, 3)


def test_names_of_topics() -> None:
    """Full names rather than parts, nothing that all articles have, no outlet, no first word of a sentence."""
    texts = [
        ("Tour dates", "On Friday Taylor Swift sang. Police watched Swift. The Gazette was there."),
        ("More dates", "In May Taylor Swift sang in Rome. Police waited for Swift. The Gazette was there."),
        ("Ferry", "We saw the ferry of Rolf Berg. Police watched. The Gazette was there."),
        ("Bridge", "We saw the bridge of Rolf Berg. Police watched. The Gazette was there."),
    ]
    vocabulary = Vocabulary.of(texts, {"Gazette"})

    assert vocabulary.label([0, 1]) == ["Taylor Swift"]
    assert vocabulary.label([2, 3]) == ["Rolf Berg"]
