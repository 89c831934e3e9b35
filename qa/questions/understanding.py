"""What a question means: spelling, what it asks for, which articles it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qa.errors import UsageError
from qa.questions.article_questions import ArticleQuestion, article_question
from qa.questions.requests import Request, asks_for_overview, parse_request, without_courtesy
from qa.questions.scope import Articles, Scope, scope_of
from qa.questions.spelling import Vocabulary, correct_spelling
from qa.text.english import uncapitalized
from qa.text.words import content_words


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood."""

    text: str
    """The question, completed if it was a follow-up, in right spelling, without the words that say which articles."""
    standalone: str | None
    """The completed question; None if it was not a follow-up."""
    request: Request
    """What it asks for."""
    about: ArticleQuestion | None
    """What it asks about an article itself, if it does."""
    scope: Scope
    """Which articles it means."""
    notice: str = ""
    """Which words were misspelt and what was searched for instead, in one line."""

    @property
    def topic(self) -> str:
        """What to search for."""
        topic = self.about.topic if self.about else self.request.topic
        return topic if content_words(topic) else self.text


def understand(
    question: str, standalone: str | None, articles: Articles, vocabulary: Vocabulary, all_articles: bool = False
) -> Query:
    """Return what a question means.

    Args:
        question: the question as asked.
        standalone: the question as completed if it is a follow-up, else None.
        articles: what the index knows about the articles.
        vocabulary: the words of the articles.
        all_articles: whether to answer from all articles, whatever the question says of them.

    Raises:
        UsageError: the question is empty, or contains only stop words and does not ask for an overview.
    """
    spelling = correct_spelling(standalone or question, vocabulary)
    if not asks_for_overview(without_courtesy(spelling.text)):  # "What's in here?" has no other words than stop words
        require_searchable(spelling.text)
    about = article_question(spelling.text)
    scope = Scope(spelling.text) if about else scope_of(spelling.text, articles)
    if all_articles:
        scope = Scope(spelling.text, preferred=scope.preferred)
    return Query(scope.question, standalone, parse_request(scope.question), about, scope, spelling.notice)


def without_scope(query: Query, others: str) -> Query:
    """Return a question that nothing in its scope answers as one to all articles, called ``others``."""
    meant = query.scope.understood
    understood = f"Nothing found in {uncapitalized(meant)}; answered from {others}"
    return replace(query, scope=Scope(query.text, preferred=query.scope.preferred, understood=understood))


def require_searchable(question: str) -> None:
    """Check that a question has something to search for.

    Raises:
        UsageError: it is empty or contains only stop words.
    """
    if not content_words(question):
        raise UsageError(
            "The question contains no searchable words", "Ask with at least one word that is not a stop word."
        )
