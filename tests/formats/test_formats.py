"""Articles answer the same questions in every format, and are cited at the right place in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.articles import Question, articles, questions
from tests.formats.check import Results, check
from tests.formats.formats import FORMATS

REPRESENTATIVE = ("html-news", "pdf-chromium-columns", "docx-libreoffice")
"""Formats that the ordinary tests ask, with every fifth question."""
TOLERATED = 2
"""Questions of sixty that a format may answer wrong."""
POOR = {"epub-libreoffice": 6}
"""The same for files whose producer leaves out lists, heads of tables and levels of headings."""
TOLERATED_FIELDS = 1
"""Articles of thirty for which a field of metadata may be wrong."""


def _checked(name: str, folder: Path, chosen: tuple[Question, ...]) -> Results:
    FORMATS[name].write_to(folder / "articles")
    return check(folder / "articles", folder / "index", FORMATS[name], chosen)


@pytest.mark.parametrize("name", REPRESENTATIVE)
def test_common_formats_answer_some_questions(name: str, tmp_path: Path) -> None:
    """A web page, a PDF and an office document give the answer, the quote and the place that Markdown gives."""
    results = _checked(name, tmp_path, questions()[::5])

    assert results.asked - results.right["all"] <= 1, results.problems
    assert results.documents == len(articles())


@pytest.mark.slow
@pytest.mark.parametrize("name", [*FORMATS])
def test_every_format_answers_the_questions(name: str, tmp_path: Path) -> None:
    """At least 58 of 60 questions get the right answer, quoted from the right place of the right article."""
    results = _checked(name, tmp_path, questions())

    assert results.right["all"] >= len(questions()) - POOR.get(name, TOLERATED), results.problems
    assert results.documents == len(articles())
    for field in FORMATS[name].fields:
        assert results.fields[field] >= len(articles()) - TOLERATED_FIELDS, (field, results.problems)


def test_questions_are_about_what_articles_state() -> None:
    """Each article has two questions, and contains the words that a citation must quote."""
    for article in articles():
        about = [question for question in questions() if question.article == article.id]
        text = article.path.read_text(encoding="utf-8").replace("*", "")

        assert len(about) == 2
        assert all(question.near in text and (question.heading or "") in text for question in about)
