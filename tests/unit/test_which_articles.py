"""Questions for articles: those that mention a phrase, which is exact, and those that are about a topic."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.answering.surveys.mentions import Phrase
from qa.answering.surveys.which_articles import MOST_LISTED
from tests.conftest import OpenArticles
from tests.helpers.commands import commands_over
from tests.helpers.scripted_llm import ScriptedLLM

ARTICLES = {
    "ferry.md": "# The ferry\n\nThe ferry crosses the sound every hour. Karin Osk bought it in 1987.\n\n"
    "The ferry carries bicycles, and the ferry has two engines.\n",
    "mill.md": "# The mill\n\nThe mill of Osterby grinds rye. Its flour goes to three bakeries by ferry.\n",
    "mayor.md": "# Karin Osk's last day\n\nThe mayor leaves office. Ana Karin was there, and Osk said goodbye.\n",
    "café.md": "# The Café Étoile\n\nKARIN OSK’s favourite café sold its piano.\n",
    "tax.md": "# Tax\n\nCouncillor Rolf Berg wants a lower tax. The council votes on bicycles in May.\n",
}
COPY = "ferry.sync-conflict-20250927-153929-6W2DHTU.md"


@pytest.fixture(scope="module")
def town(open_articles: OpenArticles) -> qa.Assistant:
    """Five articles about a small town and a conflict copy of one."""
    return open_articles(ARTICLES | {COPY: ARTICLES["ferry.md"]})


def listed(answer: qa.Answer) -> set[str]:
    """Return the paths of the articles that an answer cites."""
    return {citation.path for citation in answer.citations}


def test_a_phrase_is_found_wherever_its_words_stand_together(town: qa.Assistant) -> None:
    """Case and a possessive ending do not matter, words apart do not count, a title does, a copy does not."""
    answer = town.ask("Which articles mention Karin Osk?")

    assert listed(answer) == {"ferry.md", "mayor.md", "café.md"}
    assert answer.statements[0] == qa.Statement("3 of 5 articles mention Karin Osk.", ())
    assert "The ferry: Karin Osk bought it in 1987." in [statement.text for statement in answer.statements]


def test_every_listed_article_is_cited_with_its_sentence(town: qa.Assistant) -> None:
    """One citation each, the sentence of the statement."""
    answer = town.ask("In which articles do bicycles come up?")

    assert listed(answer) == {"ferry.md", "tax.md"}
    for statement, citation in zip(answer.statements[1:], answer.citations, strict=True):
        assert statement.citations == (citation.number,)
        assert statement.text.endswith(citation.text)
        assert "bicycles" in citation.quote


def test_what_no_article_mentions_is_refused_by_name(town: qa.Assistant) -> None:
    """The refusal says what was not found, and the nearest passages follow."""
    answer = town.ask("Which articles mention Henrik Dal?")

    assert (answer.answered, answer.text) == (False, "No article mentions Henrik Dal.")
    assert answer.passages


def test_phrases_joined_by_and_or_or(town: qa.Assistant) -> None:
    """All of them, or any of them."""
    assert listed(town.ask("Which articles mention Karin Osk and bicycles?")) == {"ferry.md"}
    assert listed(town.ask("Which articles mention the piano or Rolf Berg?")) == {"café.md", "tax.md"}


def test_words_in_one_sentence_are_said_to_be_no_phrase(town: qa.Assistant) -> None:
    """They are shown for what they are, with less confidence."""
    answer = town.ask("Which articles mention flour for bakeries?")

    assert listed(answer) == {"mill.md"}
    assert answer.statements[0].text == (
        "No article has exactly flour for bakeries; 1 of 5 articles has its words in one sentence."
    )
    assert answer.confidence < town.ask("Which articles mention flour?").confidence


def test_articles_about_a_topic_do_more_than_mention_it(town: qa.Assistant) -> None:
    """The mill's flour goes by ferry, but its article is about the mill."""
    assert listed(town.ask("Which articles are about the ferry?")) == {"ferry.md"}
    assert listed(town.ask("Which articles mention the ferry?")) == {"ferry.md", "mill.md"}


def test_a_topic_of_no_article(town: qa.Assistant) -> None:
    """What is only mentioned is said to be; what is not there is refused."""
    assert town.ask("Are there any articles about engines?").statements[0].text == (
        "No article is mainly about engines; 1 of 5 articles mentions engines."
    )
    assert town.ask("Are there any articles about Antarctica?").text == "No article is about Antarctica."


def test_many_articles_are_counted_and_some_listed(tmp_path: Path) -> None:
    """The count is true; the last statement says how many are not listed, and how to find them."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(MOST_LISTED + 3):
        (folder / f"day {number}.md").write_text(f"# Day {number}\n\nOn day {number} the tide reached the old quay.\n")
    answer = qa.open(folder, tmp_path / "index").ask("How many articles mention the old quay?")

    assert answer.statements[0].text == f"All {MOST_LISTED + 3} articles mention the old quay."
    assert len(answer.citations) == MOST_LISTED
    assert answer.statements[-1].text.startswith("And 3 more") and "old quay" in answer.statements[-1].text


@pytest.mark.parametrize("topic", ['"', 'x" OR "ferry', "clean : ferry", "NEAR(ferry mill)", "ferry*", "-", "a AND b"])
def test_a_phrase_is_never_query_syntax(town: qa.Assistant, topic: str) -> None:
    """Whatever is typed is looked for as words."""
    answer = town.ask(f"Which articles mention {topic} zzz?")

    assert not answer.answered


@pytest.mark.parametrize(
    ("phrase", "text", "contained"),
    [
        ("Kim Jong Un", "Kim Jong-un’s regime", True),
        ("drones", "One drone flew.", True),
        ("party", "Two parties met.", True),
        ("café", "The CAFE is shut.", True),
        ("US", "He told us.", False),
        ("US", "The US agreed.", True),
        ("Williams", "Robbie William sang.", False),
        ("William", "It was Serena Williams.", False),
        ("Tesla", "He owns two Teslas.", True),
        ("old quay", "It is old. \nQuay", False),
        ("art", "The party", False),
    ],
)
def test_forms_of_a_phrase(phrase: str, text: str, contained: bool) -> None:
    """Plural, possessive, case and accents; never a part of a word or another word."""
    assert any(Phrase(phrase).occurrences(text)) == contained


def test_a_count_has_no_mark_and_no_warning(town: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no statement of a model that the articles fail to support."""
    outcome = commands_over(town, capsys)("ask", "Which articles mention flour?")

    assert outcome.code == 0
    assert outcome.out.splitlines()[:2] == [
        "1 of 5 articles mentions flour.",
        "The mill: Its flour goes to three bakeries by ferry. [1]",
    ]


def test_a_model_does_not_rewrite_a_count(town: qa.Assistant) -> None:
    """It sees passages, not the whole index."""
    model = ScriptedLLM.saying("Only one article mentions it [1].")
    with qa.open(town.corpus.root, town.settings.index_root, llm=model) as assistant:
        answer = assistant.ask("Which articles mention bicycles?")

    assert (answer.engine, model.requests) == ("extractive", [])
    assert answer.statements[0].text == "2 of 5 articles mention bicycles."


def test_only_articles_of_the_outlet_that_is_named_are_listed(tmp_path: Path, embedder: object) -> None:
    """An outlet limits the articles that are searched and counted."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, source in (("a.md", "The Harbour Post"), ("b.md", "Mill Weekly"), ("c.md", "The Harbour Post")):
        text = "The ferry crosses the sound every hour." if name != "c.md" else "The mill grinds rye for bakeries."
        (corpus / name).write_text(f"---\ntitle: Day {name[0]}\nsource: {source}\n---\n\n{text}\n", encoding="utf-8")

    answer = qa.open(corpus, tmp_path / "index").ask("Which articles from The Harbour Post mention the ferry?")

    assert answer.statements[0].text == "1 of 2 articles mentions the ferry."
    assert listed(answer) == {"a.md"}
