"""Addresses of pages and mailboxes: no answer, except to questions for them."""

from __future__ import annotations

import pytest

import qa
from qa.reader.addresses import with_addresses
from tests.helpers.passages import passage

ARTICLE = """# Walking club

The club meets at the [old mill](https://mill.example/old) on Sundays. Write to [Eva](mailto:eva@club.example) to join.
The photos of the *club* are on its [website](<https://club.example/photos> "our photos"), see ![map](map.png).

The minutes are at https://club.example/minutes since May.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> qa.Assistant:
    """A corpus of one article with links."""
    folder = tmp_path_factory.mktemp("links")
    (folder / "club.md").write_bytes(ARTICLE.replace("\n", "\r\n").encode())
    return qa.open(folder, tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("What is the link to the old mill?", "https://mill.example/old"),
        ("What is Eva's email address?", "eva@club.example"),
        ("What is the address of the website with the photos?", "https://club.example/photos"),
        ("What is the URL of the minutes?", "https://club.example/minutes"),
    ],
)
def test_questions_for_an_address(assistant: qa.Assistant, question: str, address: str) -> None:
    """The target of a link answers, and the quote has it as the file does."""
    answer = assistant.ask(question)

    assert answer.short_answer is not None and address in answer.short_answer
    assert address in answer.citations[0].quote
    text = assistant.corpus.text("club.md")
    assert all(citation.quote == text[citation.start : citation.end] for citation in answer.citations)


@pytest.mark.parametrize("question", ["Where does the club meet?", "Who takes new members?", "Where are the minutes?"])
def test_other_questions(assistant: qa.Assistant, question: str) -> None:
    """No address is given, in the short answer or, if it belongs to a link, in the statements."""
    answer = assistant.ask(question)

    assert "example" not in (answer.short_answer or "")
    assert not any("](" in statement.text or "mill.example" in statement.text for statement in answer.statements)


def test_sentences_and_blocks_move_with_the_text() -> None:
    """Each sentence and block has the same words as before, and the addresses of its links."""
    before = passage(ARTICLE, file="a.md")
    after = with_addresses(before)

    def texts(source: qa.Passage) -> list[str]:
        return [source.layout.text[start:end] for start, end in source.layout.sentences]

    assert texts(before)[1] == "The club meets at the old mill on Sundays."
    assert texts(after)[1] == "The club meets at the old mill (https://mill.example/old) on Sundays."
    assert len(texts(before)) == len(texts(after))
    assert [block.kind for block in before.layout.blocks] == [block.kind for block in after.layout.blocks]
    assert all("\n" not in after.layout.text[block.start : block.end] for block in after.layout.blocks)


def test_a_passage_without_links_stays_as_it_is() -> None:
    """Nothing is copied."""
    plain = passage("The mill grinds rye.", file="a.md")

    assert with_addresses(plain) is plain
