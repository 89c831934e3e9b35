"""Asks the questions of one format's files, and counts what is right: answers, articles, quotes, places, metadata."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import qa
from qa.datatypes import Answer, Citation
from qa.errors import CorpusError
from qa.evaluation.scores import exact_match
from tests.formats.articles import Article, Question, articles, squeezed, with_plain_quotes
from tests.formats.formats import FILES, Format

ASPECTS = ("answer", "article", "quote", "place")
"""What is checked of an answer, in this order; a place is checked only if the format has places."""


@dataclass(slots=True)
class Results:
    """How many questions were answered right, and what was wrong."""

    format: Format
    """The format that was checked."""
    asked: int = 0
    """Questions asked."""
    is_read: bool = True
    """False if no reader of the format is there, so that nothing was asked."""
    right: Counter[str] = field(default_factory=Counter)
    """Questions with the right ``answer``, ``article``, ``quote`` and ``place``, and ``all`` of them."""
    fields: Counter[str] = field(default_factory=Counter)
    """Articles with the right title, author, date and source, of those that the format states."""
    documents: int = 0
    """Documents in the index."""
    problems: list[str] = field(default_factory=list)
    """A line for everything that is wrong."""
    seconds: float = 0.0
    """Duration, indexing included."""


def check(folder: Path, index: Path, format: Format, questions: Sequence[Question]) -> Results:  # noqa: A002
    """Index a folder of files of one format, ask the questions, and compare answers and metadata with known ones."""
    began = time.perf_counter()
    results = Results(format)
    try:
        assistant = qa.open(corpus=folder, index=index)
    except CorpusError as error:
        results.is_read = False
        results.problems.append(str(error))
        return results
    with assistant:
        results.problems += [f"skipped {file.path}: {file.reason}" for file in assistant.index.skipped()]
        for question in questions:
            _count(results, question, assistant.ask(question.question))
        _compare_metadata(results, assistant)
    results.seconds = time.perf_counter() - began
    return results


def _count(results: Results, question: Question, answer: Answer) -> None:
    aspects = _aspects(results.format, question, answer)
    results.asked += 1
    results.right.update(aspect for aspect, is_right in aspects.items() if is_right)
    if all(aspects.values()):
        results.right["all"] += 1
        return
    wrong = ", ".join(aspect for aspect, is_right in aspects.items() if not is_right)
    cited = "; ".join(f"{each.path} {each.locator!r} {each.text[:80]!r}" for each in _supporting(answer))
    shown = answer.short_answer or answer.text[:80]
    results.problems.append(f"wrong {wrong}: {question.question} {shown!r} [{cited}]")


def _aspects(format: Format, question: Question, answer: Answer) -> dict[str, bool]:  # noqa: A002
    article = next(each for each in articles() if each.id == question.article)
    known = [with_plain_quotes(each) for each in question.answers]
    cited = [each for each in _supporting(answer) if _is_in(each, article, format)]
    quoting = [each for each in cited if squeezed(question.near) in squeezed(each.quote + each.text)]
    aspects = {
        "answer": bool(exact_match(with_plain_quotes(answer.short_answer or ""), known)),
        "article": bool(cited),
        "quote": bool(quoting),
    }
    if format.unit:
        aspects["place"] = any(_is_right_place(each, question, article, format) for each in quoting)
    return aspects


def _supporting(answer: Answer) -> Iterable[Citation]:
    """Return the citations of the first statement."""
    numbers = answer.statements[0].citations if answer.answered and answer.statements else ()
    return [each for each in answer.citations if each.number in numbers]


def _is_in(citation: Citation, article: Article, format: Format) -> bool:  # noqa: A002
    """Whether a citation is of this article, which is recognised by its title if all are in one file."""
    if format.in_one_file:
        return squeezed(citation.title) == squeezed(article.title)
    return Path(citation.path).stem == article.id


def _is_right_place(citation: Citation, question: Question, article: Article, format: Format) -> bool:  # noqa: A002
    if format.name == "md":  # its places are lines, which every citation has
        return True
    if format.unit == "heading":
        return question.heading is None or squeezed(question.heading) in squeezed(citation.locator)
    if format.in_one_file:
        return citation.path.endswith(f"#{article.number}")
    return bool(re.match(rf"pages? {_pages(format.name)[question.question]}\b", citation.locator))


@cache
def _pages(name: str) -> dict[str, int]:
    """Return the page on which the answer to each question stands, by question."""
    pages: dict[str, int] = json.loads((FILES / "places.json").read_text(encoding="utf-8"))[name]
    return pages


def _compare_metadata(results: Results, assistant: qa.Assistant) -> None:
    """Count the articles whose metadata are as the Markdown states them."""
    documents = assistant.index.documents()
    results.documents = len(documents)
    by_title = {squeezed(document.title): document for document in documents}
    by_name = {Path(document.path).stem: document for document in documents}
    for article in articles():
        key = squeezed(article.title) if results.format.in_one_file else article.id
        document = (by_title if results.format.in_one_file else by_name).get(key)
        if document is None:
            results.problems.append(f"no document for {article.id}")
            continue
        author = _author(assistant, document.path)
        stated = {
            "title": squeezed(document.title) == squeezed(article.title),
            "date": str(document.published) == article.date,
            "author": squeezed(author) == squeezed(article.author),
            "source": squeezed(document.source or "") == squeezed(article.source),
        }
        for name in sorted(results.format.fields):
            results.fields[name] += stated[name]
            if not stated[name]:
                values: Any = (document.title, author, str(document.published), document.source)
                results.problems.append(f"wrong {name} of {article.id}: {values}")


def _author(assistant: qa.Assistant, path: str) -> str:
    author = assistant.article(path).field("author")
    return author.value if author else ""
