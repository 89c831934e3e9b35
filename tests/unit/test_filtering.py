"""Filters as people give them: dates, names of outlets and authors, tags and paths."""

from __future__ import annotations

from datetime import date

import pytest

import qa
from qa.datatypes import Filter
from qa.filtering import parse_filter, resolve
from qa.questions.filter_words import as_texts, from_texts, in_words
from tests.conftest import OpenArticles

TODAY = date(2024, 5, 2)
FERRY = "How much does the Sandvik ferry cost?"
ARTICLES = {
    "verge.txt": "Title: Ferry\nSource: The Verge\nAuthor: Jane Smith and Bob Lee\nDate: 2024-03-01\n"
    "Tags: Travel, sea/ferries\n\nThe Sandvik ferry costs 12 euros.\n",
    "bbc.txt": "Title: Ferry\nSource: BBC News - Technology\nAuthor: Ann Smithson\nDate: 2024-03-09\n\n"
    "The Sandvik ferry costs 15 euros.\n",
    "notes/clip.md": "---\ntitle: Clipped\nsource: https://www.example.org/2024/ferry?x=1\n---\n\n"
    "The Sandvik ferry costs 17 euros.\n",
    "notes/old/mill.txt": "Title: Mill\nSource: Fortune\n\nThe Lindholm mill employs 40 people.\n",
    "india.txt": "Title: Mill\nSource: Fortune India\n\nThe Lindholm mill employs 50 people.\n",
}


@pytest.fixture(scope="module")
def ferries(open_articles: OpenArticles) -> qa.Assistant:
    """Five articles with an outlet, an author, tags, or an address."""
    return open_articles(ARTICLES)


def paths(assistant: qa.Assistant, given: Filter) -> set[str]:
    """Return which articles meet a filter."""
    return {entry.path for entry in assistant.index.documents(resolve(given, assistant.index).exact)}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-03-01", date(2024, 3, 1), date(2024, 3, 1)),
        ("1 March 2024", date(2024, 3, 1), date(2024, 3, 1)),
        ("Mar 1, 2024", date(2024, 3, 1), date(2024, 3, 1)),
        ("13/03/2024", date(2024, 3, 13), date(2024, 3, 13)),
        ("March 2024", date(2024, 3, 1), date(2024, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("march", date(2024, 3, 1), date(2024, 3, 31)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("yesterday", date(2024, 5, 1), date(2024, 5, 1)),
        ("Last week", date(2024, 4, 22), date(2024, 4, 28)),
    ],
)
def test_a_day_or_period_in_any_words(text: str, first: date, last: date) -> None:
    """It begins with its first day for --since, ends with its last for --until, and is whole for --on."""
    assert Filter(since=first) == parse_filter(since=text, today=TODAY)
    assert Filter(until=last) == parse_filter(until=text, today=TODAY)
    assert Filter(first, last) == parse_filter(on=text, today=TODAY)


@pytest.mark.parametrize("text", ["soon", "03/04/2024", "since March", "2024-02-31", "\ud800"])
def test_what_is_no_date_is_an_error(text: str) -> None:
    """The message says how to write one."""
    with pytest.raises(qa.UsageError, match="Write it as 2024-03-01"):
        parse_filter(since=text, today=TODAY)


def test_a_first_day_after_the_last_one_is_an_error(ferries: qa.Assistant) -> None:
    """In texts as in a filter that a program made."""
    with pytest.raises(qa.UsageError, match="since 1 May 2024 and until 1 April 2024"):
        parse_filter(since="1 May 2024", until="1 April 2024")
    with pytest.raises(qa.UsageError, match="since"):
        ferries.ask(FERRY, filter=Filter(date(2024, 5, 1), date(2024, 4, 1)))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Filter(sources=("verge",)), {"verge.txt"}),
        (Filter(sources=("THE VERGE",)), {"verge.txt"}),
        (Filter(sources=("BBC",)), {"bbc.txt"}),
        (Filter(sources=("fortune",)), {"notes/old/mill.txt"}),
        (Filter(sources=("india", "bbc")), {"india.txt", "bbc.txt"}),
        (Filter(sources=("example.org",)), {"notes/clip.md"}),
        (Filter(authors=("smith",)), {"verge.txt"}),
        (Filter(authors=("jane SMITH",)), {"verge.txt"}),
        (Filter(tags=("travel",)), {"verge.txt"}),
        (Filter(tags=("#sea",)), {"verge.txt"}),
        (Filter(tags=("sea/ferries",)), {"verge.txt"}),
        (Filter(paths=("notes/*.md",)), {"notes/clip.md"}),
        (Filter(paths=("notes/",)), {"notes/clip.md", "notes/old/mill.txt"}),
        (Filter(paths=("./notes",)), {"notes/clip.md", "notes/old/mill.txt"}),
        (Filter(paths=("bbc.txt",)), {"bbc.txt"}),
        (Filter(since=date(2024, 3, 2), sources=("verge", "bbc")), {"bbc.txt"}),
    ],
)
def test_names_that_people_write(ferries: qa.Assistant, given: Filter, expected: set[str]) -> None:
    """Case and "the" do not matter, whole words are enough; several values are alternatives, conditions are not."""
    assert expected == paths(ferries, given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Filter(sources=("Vergge",)), "No article is from “Vergge”. Did you mean The Verge?"),
        (Filter(sources=("verg",)), "No article is from “verg”. Did you mean The Verge?"),
        (Filter(authors=("Jane Smit",)), "No article is by “Jane Smit”. Did you mean Jane Smith"),
        (Filter(tags=("trave",)), "No article is tagged “trave”. Did you mean Travel?"),
        (Filter(tags=("#",)), "No article is tagged “#”"),
        (Filter(paths=("note/",)), "No article is in “note/”. Did you mean notes/"),
        (Filter(paths=("\ud800",)), "The filter is not text"),
    ],
)
def test_a_name_that_no_article_has_is_an_error(ferries: qa.Assistant, given: Filter, message: str) -> None:
    """With the names nearest to it."""
    with pytest.raises(qa.UsageError) as raised:
        ferries.ask(FERRY, filter=given)

    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Filter(), ""),
        (Filter(since=date(2024, 3, 1), sources=("The Verge",)), "Articles from The Verge since 1 March 2024"),
        (Filter(date(2024, 3, 1), date(2024, 3, 31)), "Articles from March 2024"),
        (Filter(date(2024, 3, 1), date(2024, 3, 1), ("A", "B")), "Articles from A or B, 1 March 2024"),
        (Filter(authors=("Smith",), tags=("sea",), paths=("notes/",)), "Articles by Smith tagged sea in notes/"),
    ],
)
def test_a_filter_in_words(given: Filter, words: str) -> None:
    """As a person would say it; as texts, it is saved and read again."""
    assert words == in_words(given)
    assert given == from_texts(as_texts(given))


def test_only_what_the_filter_allows_is_answered_from(ferries: qa.Assistant) -> None:
    """The answer has the filter with the full name; what it cites has outlet and author."""
    answer = ferries.ask(FERRY, filter=Filter(sources=("verge",)))

    assert answer.short_answer == "12 euros"
    assert answer.filter == Filter(sources=("The Verge",))
    assert {passage.path for passage in answer.passages} == {"verge.txt"}
    (citation,) = answer.citations
    assert (citation.source, citation.author) == ("The Verge", "Jane Smith and Bob Lee")
    assert {passage.path for passage in ferries.search("ferry", filter=Filter(tags=("sea",)))} == {"verge.txt"}


def test_a_filter_is_never_widened(ferries: qa.Assistant) -> None:
    """A refusal names it."""
    answer = ferries.ask("How many people does the Lindholm mill employ?", filter=Filter(sources=("verge",)))

    assert not answer.is_stated
    assert not answer.answered
    assert answer.text.endswith("(Articles from The Verge)")


def test_the_question_limits_what_the_filter_allows(ferries: qa.Assistant) -> None:
    """If nothing is left, the refusal says so; if nothing is found, all that the filter allows is searched."""
    question = "According to The Verge, how much does the Sandvik ferry cost?"
    nothing = ferries.ask(question, filter=Filter(sources=("bbc",)))
    within = ferries.ask(question, filter=Filter(since=date(2024, 1, 1)))
    mill = "According to The Verge, how many people does the Lindholm mill employ?"
    widened = ferries.ask(mill, filter=Filter(paths=("verge.txt", "india.txt")))

    assert "None of the articles from BBC News - Technology is among those that the question means" in nothing.text
    assert not nothing.answered
    assert (within.short_answer, within.scope) == ("12 euros", Filter(sources=("The Verge",)))
    assert (widened.short_answer or "").startswith("50")
    assert widened.understood.endswith("answered from articles in verge.txt or india.txt")
    assert not widened.scope


def test_a_time_without_articles(ferries: qa.Assistant) -> None:
    """The refusal says that there are none."""
    answer = ferries.ask(FERRY, filter=Filter(since=date(2030, 1, 1)))

    assert answer.text == "The articles don't say. There are no articles since 1 January 2030."


def test_what_the_question_says_can_be_ignored(ferries: qa.Assistant) -> None:
    """It is then answered from all articles."""
    question = "According to Fortune India, how much does the Sandvik ferry cost?"

    assert not ferries.ask(question, all_articles=True).understood
    assert ferries.ask(question).understood


def test_a_conversation_keeps_its_filter(ferries: qa.Assistant) -> None:
    """Until another one is given, or all articles are asked."""
    first = ferries.ask(FERRY, filter=Filter(sources=("bbc",)))

    assert ferries.ask(FERRY, first).short_answer == "15 euros"
    assert ferries.ask(FERRY, first, filter=Filter(sources=("verge",))).short_answer == "12 euros"
    assert ferries.ask(FERRY, first, filter=Filter()).filter == Filter()
    assert ferries.ask(FERRY, first, all_articles=True).filter == Filter()


def test_a_source_that_is_an_address(ferries: qa.Assistant) -> None:
    """Its host is the outlet, and the address that of the article, as web clippers mean it."""
    (entry,) = ferries.index.documents(Filter(paths=("notes/clip.md",)))

    assert (entry.source, entry.url) == ("example.org", "https://www.example.org/2024/ferry?x=1")


def test_the_names_that_there_are(ferries: qa.Assistant) -> None:
    """With the number of articles; authors and tags one by one."""
    known = ferries.known_names()

    assert known.sources["The Verge"] == 1
    assert {"Jane Smith", "Bob Lee", "Ann Smithson"} == set(known.authors)
    assert {"Travel", "sea/ferries"} == set(known.tags)


def test_a_mailbox_is_a_path(open_articles: OpenArticles) -> None:
    """All of its messages, or one of them."""
    messages = "".join(
        "From ann@example.org Fri Mar  1 10:00:00 2024\nFrom: Ann\n"
        f"Subject: Mill {number}\n\nThe mill has {number} wheels.\n\n"
        for number in (1, 2)
    )
    mail = open_articles({"inbox.mbox": messages, "a.txt": "The mill has 9 wheels."})

    assert {"inbox.mbox#1", "inbox.mbox#2"} == paths(mail, Filter(paths=("inbox.mbox",)))
    assert {"inbox.mbox#2"} == paths(mail, Filter(paths=("inbox.mbox#2",)))
