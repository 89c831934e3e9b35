"""The articles in Markdown, from which every format is made, and the questions about them."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent
ARTICLES = HERE / "articles"

_QUOTATION_MARKS = str.maketrans("‘’“”", "''\"\"")


@dataclass(frozen=True, slots=True)
class Article:
    """An article and what every format should say of it."""

    id: str
    """The name of its file without a suffix."""
    number: int
    """Its place among all articles, from 1."""
    title: str
    """Its title."""
    author: str
    """Who wrote it."""
    source: str
    """Its outlet."""
    date: str
    """Its day of publication, as in 2025-04-11."""

    @property
    def path(self) -> Path:
        """The file in Markdown."""
        return ARTICLES / f"{self.id}.md"

    @property
    def address(self) -> str:
        """An address in the web."""
        outlet = re.sub(r"\W+", "", self.source.lower())
        return f"https://www.{outlet}.example/{self.date.replace('-', '/')}/{self.id}"


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer."""

    question: str
    """What is asked."""
    answers: tuple[str, ...]
    """Accepted short answers."""
    article: str
    """The id of the article that answers."""
    near: str
    """Words of the sentence, item or row that states it."""
    heading: str | None
    """The heading above; None if it stands above all headings."""


@cache
def articles() -> tuple[Article, ...]:
    """Return all articles, by id."""
    listed = []
    for number, path in enumerate(sorted(ARTICLES.glob("*.md")), 1):
        head = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        listed.append(Article(path.stem, number, head["title"], head["author"], head["source"], str(head["date"])))
    return tuple(listed)


@cache
def questions() -> tuple[Question, ...]:
    """Return all questions, two about each article."""
    rows = map(json.loads, (HERE / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    return tuple(Question(**(row | {"answers": tuple(row["answers"])})) for row in rows)


def squeezed(text: str) -> str:
    """Return only the letters and digits, so that line breaks, hyphenation, ligatures and quotation marks are alike."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def with_plain_quotes(text: str) -> str:
    """Return ``text`` with straight quotation marks, as some producers change them."""
    return text.translate(_QUOTATION_MARKS)
