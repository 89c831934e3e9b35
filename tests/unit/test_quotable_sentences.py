"""Which sentences may be quoted without the text around them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa.answering.sentences import Sentence, most_readable, refers_back, sentences_in
from tests.helpers.passages import passage


def only_sentence(text: str) -> Sentence:
    [sentence] = sentences_in([passage(text)])
    return sentence


@pytest.mark.parametrize(
    "text",
    [
        "The ferry crosses the sound every hour.",
        "\u201cThe ferry will cross the sound every hour,\u201d said Karin Osk.",
        "She said: \u201cThe ferry will cross the sound every hour.\u201d",
        "- opened the new harbour with the mayor",
        "The bakery sells cookies to subscribers of the local newspaper.",
    ],
)
def test_whole_statements_and_list_items_are_quotable(text: str) -> None:
    """Quotations, list items without a full stop, and words that also occur in requests to readers do not matter."""
    assert only_sentence(text).is_quotable


@pytest.mark.parametrize(
    "text",
    [
        "Will the ferry cross the sound every hour?",
        "Ferry crosses the sound every single hour",
        "The ferry crosses.",
        "Sign up for our newsletter and never miss a ferry again.",
        "Something new arrives every week: subscribe to our newsletter today.",
        "The ferry at the quay of Lindholm in May (Karin Osk/Getty Images).",
        "Lifestyle email {{ #verifyErrors }} {{ message }} {{ /verifyErrors }} is not what you typed.",
    ],
)
def test_questions_fragments_and_what_belongs_to_the_page_are_not(text: str) -> None:
    """A request to subscribe, a photo credit and a template say nothing about the topic of an article."""
    assert not only_sentence(text).is_quotable


def flags(text: str) -> Iterator[bool]:
    sentence = only_sentence(text)
    yield from (sentence.is_dependent, sentence.is_personal, refers_back(text))


@pytest.mark.parametrize(
    ("text", "dependent", "personal", "back"),
    [
        ("They bought the ferry in 1987.", True, False, True),
        ("\u201cThey bought the ferry in 1987,\u201d said Osk.", True, False, True),
        ("However, the ferry was sold in 1991.", True, False, False),
        ("There is a ferry every hour.", False, False, False),
        ("We took the ferry to Sandvik in May.", False, True, False),
        ("The US sold the ferry to Norway.", False, False, False),
        ("The harbour master told us about it.", False, True, False),
    ],
)
def test_beginnings_and_pronouns(text: str, dependent: bool, personal: bool, back: bool) -> None:
    """Some beginnings need the sentence before; only a pronoun's meaning is in it; "US" is no pronoun."""
    assert (dependent, personal, back) == tuple(flags(text))


def test_the_first_of_the_most_readable_sentences_is_taken() -> None:
    """A heading-like fragment and a dependent sentence come after a statement."""
    text = "Short note.\n\nHowever, nobody had asked the people of Lindholm.\n\nThe ferry crosses the sound every hour."

    best = most_readable(sentences_in([passage(text)]))

    assert best is not None
    assert best.text == "The ferry crosses the sound every hour."
