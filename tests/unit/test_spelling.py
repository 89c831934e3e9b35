"""Misspelt words of a question are corrected to words of the articles; words that are merely absent never are."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.questions.languages import NOT_ENGLISH, is_foreign
from qa.questions.spelling import correct_spelling
from tests.conftest import OpenArticles

ARTICLE = """Binance names Richard Teng

Richard Teng is the new chief of Binance. A spokesman said that the exchange, which employs 3,000 people, pleaded
guilty.
The Cybertruck has windows of hardened glass. The Steam Deck from North Korea costs $549 in a cafe, not a café.
"""


@pytest.fixture(scope="module")
def exchange(open_articles: OpenArticles) -> qa.Assistant:
    """An assistant over one article."""
    return open_articles({"a.txt": ARTICLE})


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("who is teh new chief of binanse", "who is the new chief of Binance"),
        ("who is bianace", "who is Binance"),
        ("Who runs Bniance?", "Who runs Binance?"),
        ("cybertruk glas", "Cybertruck glass"),
        ("wich exchange pleaded gilty?", "which exchange pleaded guilty?"),
        ("steam dek price", "steam Deck price"),
        ("steamdeck price", "Steam Deck price"),
        ("price of the cyber truck", "price of the Cybertruck"),
        ("northkorea", "North Korea"),
        ("whats the price", "what's the price"),
    ],
)
def test_misspelt_words_are_corrected(exchange: qa.Assistant, question: str, corrected: str) -> None:
    """Letters left out, swapped or replaced, and words wrongly joined or divided; names get their capitals."""
    assert corrected == correct_spelling(question, exchange.index.vocabulary).text


@pytest.mark.parametrize(
    "question",
    [
        "Who is the new chief of Binance?",
        "Did he get divorced in Antarctica?",
        "Was there a vaccine for gilt bonds?",
        "What did Sunak tell Merkel?",
        "Did Tang or Tong run it?",
        "What does BINACE stand for?",
        'What does "binanse" mean?',
        "Is binanse.com or teng@binanse.org real?",
        "What is in binanse.txt and PS5?",
        "organisation of exchanges",
        "Wer ist der neue Chef von Binanse?",
    ],
)
def test_other_words_are_left_alone(exchange: qa.Assistant, question: str) -> None:
    """English words and names that the articles lack, abbreviations, quotations, addresses, other languages."""
    spelling = correct_spelling(question, exchange.index.vocabulary)

    assert (question, ()) == (spelling.text, spelling.corrections)
    assert "" == spelling.notice


def test_a_typed_capital_is_no_common_noun(exchange: qa.Assistant) -> None:
    """It may be the name Glas, but not a lower-case "glas"."""
    vocabulary = exchange.index.vocabulary

    assert "Who is Glas?" == correct_spelling("Who is Glas?", vocabulary).text
    assert "hardened glass" == correct_spelling("hardened glas", vocabulary).text


def test_an_answer_says_what_was_searched_for(exchange: qa.Assistant) -> None:
    """Retrieval and reader get the corrected question; the answer retains the question as asked."""
    answer = exchange.ask("Who is teh new chief of Binanse?")

    assert "Richard Teng" == answer.short_answer
    assert 'Searched for "the" instead of "teh" and "Binance" instead of "Binanse".' == answer.notice
    assert "Who is teh new chief of Binanse?" == answer.question


def test_search_corrects_as_well(exchange: qa.Assistant) -> None:
    """The full-text score shows that the word was found."""
    assert 1 == exchange.search("binanse")[0].scores.fulltext


def test_words_are_counted_per_chunk_and_forgotten_with_their_article(tmp_path: Path) -> None:
    """A word of a removed or changed article is not a word of the corpus any more."""
    news = tmp_path / "news"
    news.mkdir()
    (news / "a.txt").write_text("The lighthouse, the lighthouse of Saltmere.\n")
    (news / "b.txt").write_text("A lighthouse in Wick.\n")
    with qa.open(corpus=news, index=tmp_path / "index") as assistant:
        assert [2, 1, 1] == [assistant.index.vocabulary.frequency(word) for word in ("lighthouse", "wick", "saltmere")]
        (news / "b.txt").unlink()
        (news / "a.txt").write_text("The lighthouse of Thurso.\n")
        assistant.refresh()
        vocabulary = assistant.index.vocabulary
        words = ("lighthouse", "wick", "saltmere", "thurso")
        assert [1, 0, 0, 1] == [vocabulary.frequency(word) for word in words]


@pytest.mark.parametrize(
    "question",
    [
        "Wer ist der neue Chef von Binance?",
        "Qui est le nouveau patron de Binance ?",
        "¿Cuánto cuesta el Cybertruck?",
        "Chi è il nuovo capo di Binance?",
        "Quem é o novo presidente da Binance?",
        "Hoeveel kost de Cybertruck?",
        "Ile kosztuje Cybertruck?",
        "Кто новый глава Binance?",
        "币安的新任首席执行官是谁？",
    ],
)
def test_other_languages_are_noticed(question: str) -> None:
    """By their function words, or by their script."""
    assert is_foreign(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who is Ursula von der Leyen?",
        "von der leyen salary",
        "Who directed Les Misérables?",
        "El Nino effects",
        "Kim Jong Un missiles",
        "die hard release date",
        "Como 1907 result",
        'What does "perestroika" (перестройка) mean?',
    ],
)
def test_foreign_names_do_not_make_a_question_foreign(question: str) -> None:
    """One word of another language, or more English ones, are an English question."""
    assert not is_foreign(question)


def test_a_refusal_says_that_questions_are_understood_in_english(exchange: qa.Assistant) -> None:
    """An English question that is refused gets no such line."""
    assert NOT_ENGLISH == exchange.ask("Warum wurde die Brücke nach Saltmere gesperrt?").notice
    assert "" == exchange.ask("Why was the bridge to the harbour closed?").notice
