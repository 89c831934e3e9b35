"""Which questions are about an article itself, and which are about what it reports."""

from __future__ import annotations

import pytest

from qa.questions.article_questions import article_question
from qa.text.words import content_words

ABOUT_ARTICLES = {
    "author": [
        ("Who wrote the post about the old ferry?", "old ferry"),
        ("and who wrote the note on tea", "tea"),
        ("Who wrote the new ferry post?", "new ferry"),
        ("Who is the author of The Old Ferry?", "Old Ferry"),
        ("Who's the author of the post on tea?", "tea"),
        ("Who sent the e-mail about the invoice?", "invoice"),
        ("By whom was the essay on rope written?", "rope"),
        ("who wrote this article?", ""),
    ],
    "date": [
        ("When was the article about the ferry published?", "ferry"),
        ("On which day was the blog post about gulls put online?", "gulls"),
        ("When did Ann Hand write the post on rope?", "rope"),
        ("What is the date of the report on fishing?", "fishing"),
        ("How old is the note on tea?", "tea"),
        ("When is the story titled “Gulls return” from?", "Gulls return"),
    ],
    "updated": [
        ("When was the recipe for bread last updated?", "bread"),
        ("When was the guide on knots revised?", "knots"),
    ],
    "source": [
        ("Where is the story about gulls from?", "gulls"),
        ("Which newspaper published the article on gulls?", "gulls"),
        ("What is the source of the report on fishing?", "fishing"),
    ],
    "tags": [
        ("What are the tags of the ferry note?", "ferry"),
        ("Which tags does the note on tea have?", "tea"),
        ("How is the post about ropes tagged?", "ropes"),
    ],
    "length": [
        ("How long is the article about the ferry?", "ferry"),
        ("How many words does the essay on rope have?", "rope"),
        ("How many words are in the article on gulls?", "gulls"),
    ],
}
CASES = [(field, question, topic) for field, cases in ABOUT_ARTICLES.items() for question, topic in cases]


@pytest.mark.parametrize(("field", "question", "topic"), CASES, ids=[question for _, question, _ in CASES])
def test_questions_about_an_article(field: str, question: str, topic: str) -> None:
    """The question names a field of an article, and the words that say which article are its topic."""
    about = article_question(question)

    assert about is not None
    assert (field, content_words(topic)) == (about.field, content_words(about.topic))


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote Dracula?",
        "Who wrote the song in the article about gulls?",
        "Who signed the report?",
        "Who reviewed the paper on tea?",
        "Who is mentioned in the article about the ferry?",
        "Who paid for the article?",
        "Who sent the ship?",
        "When was the ferry built?",
        "When was the church published?",
        "When was the post office built?",
        "When did the story begin?",
        "How old is the church?",
        "How long is the ferry?",
        "How long does the article say the trip takes?",
        "How many words did the teacher know?",
        "Where is Ann from?",
        "What is the source of the river?",
        "Which article mentions gulls?",
        "What does the article say about gulls?",
        "What is the article about gulls about?",
        "",
        "?",
    ],
)
def test_questions_about_what_an_article_reports(question: str) -> None:
    """Who, when and how long also ask about people and things, even such as an article mentions."""
    assert article_question(question) is None


@pytest.mark.parametrize(
    ("question", "unambiguous"),
    [
        ("Who wrote the article about the king?", True),
        ("Who wrote the blog post about the king?", True),
        ("When was the e-mail about the king sent?", True),
        ("Who wrote the letter about the king?", False),
        ("Who wrote the report about the king?", False),
        ("Who is the author of Dracula?", False),
    ],
)
def test_some_nouns_may_also_mean_what_an_article_mentions(question: str, unambiguous: bool) -> None:
    """A letter or report may stand in the article or be the article."""
    about = article_question(question)

    assert about is not None
    assert unambiguous == about.unambiguous


@pytest.mark.parametrize("space", ["  ", "\n", "\u00a0"])
def test_white_space_does_not_matter(space: str) -> None:
    """A question may have been copied with line breaks."""
    question = "Who wrote the post about the old ferry?"

    assert article_question(question) == article_question(question.replace(" ", space))
