"""Statements of an answer as they are shown: under the article that they quote, with their labels apart."""

from __future__ import annotations

from datetime import date

import pytest

import qa

SENTENCES = {"harbour.txt": ["The harbour froze.", "A crane fell."], "mill.txt": ["The mill grinds."]}
CITATIONS = tuple(
    qa.Citation(number, path, path.removesuffix(".txt"), date(1989, 5, 1), 1, 1, 0, len(text), text, text)
    for number, (path, text) in enumerate(((path, text) for path, texts in SENTENCES.items() for text in texts), 1)
)


def answer(*statements: qa.Statement, short_answer: str | None = None) -> qa.Answer:
    """Return an answer of these statements."""
    text = " ".join(statement.text for statement in statements)
    stats = qa.IndexStats(2, 2, 1)
    return qa.Answer("?", True, short_answer, text, statements, CITATIONS, 0.9, "extractive", (), stats)


def quoted(*numbers: int, label: str = "") -> tuple[qa.Statement, ...]:
    """Return statements that quote these citations."""
    return tuple(qa.Statement(label + CITATIONS[number - 1].text, (number,)) for number in numbers)


def shown(of: qa.Answer) -> list[tuple[str | None, int]]:
    """Return the path of the article that each run of statements is shown under, and how many there are."""
    return [(article.path if article else None, len(statements)) for article, statements in of.by_article()]


def test_statements_from_several_articles_are_grouped() -> None:
    """In their order; a statement that quotes none stands alone."""
    count = qa.Statement("2 articles.", ())

    assert shown(answer(count, *quoted(1, 2, 3, 1))) == [
        (None, 1),
        ("harbour.txt", 2),
        ("mill.txt", 1),
        ("harbour.txt", 1),
    ]


@pytest.mark.parametrize(
    "plain",
    [
        answer(*quoted(1, 3), short_answer="a crane"),
        answer(*quoted(1, 2)),
        answer(*quoted(1, 3, label="1 May 1989: ")),
    ],
    ids=["a short answer", "a single article", "labels"],
)
def test_the_article_is_left_out_where_it_goes_without_saying(plain: qa.Answer) -> None:
    """Then the statements stay together."""
    assert shown(plain) == [(None, 2)]


def test_a_label_is_what_precedes_the_quote() -> None:
    """Nothing precedes it in a plain quote, and a count has no quote."""
    labelled = answer(*quoted(1, label="1 May 1989: "), *quoted(2), qa.Statement("2 articles.", ()))

    assert [labelled.label(statement) for statement in labelled.statements] == ["1 May 1989:", "", ""]
