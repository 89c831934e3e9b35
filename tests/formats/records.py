"""The articles as records, made by the standard library: JSON lines, JSON and CSV, with usual names of fields."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from tests.formats.articles import Article

Text = dict[str, str]
"""A text for each article, by id."""


def write_json_lines(file: Path, articles: Sequence[Article], texts: Text) -> None:
    """Write an object a line."""
    _write_lines(file, [_record(article, texts) for article in articles])


def write_export_lines(file: Path, articles: Sequence[Article], texts: Text) -> None:
    """Write an object a line as exports of news databases have them."""
    _write_lines(file, [_export(article, texts) for article in articles])


def write_json(file: Path, articles: Sequence[Article], texts: Text) -> None:
    """Write an array of objects."""
    rows = [_record(article, texts) for article in articles]
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=2), encoding="utf-8")


def write_news_json(file: Path, articles: Sequence[Article], bodies: Text) -> None:
    """Write one object with an array, as news services answer: nested sources, bodies in HTML, escaped."""
    rows = [
        {
            "source": {"id": None, "name": article.source},
            "author": article.author,
            "title": article.title,
            "description": None,
            "url": article.address,
            "publishedAt": f"{article.date}T06:30:00Z",
            "content": bodies[article.id],
        }
        for article in articles
    ]
    answer = {"status": "ok", "totalResults": len(rows), "articles": rows}
    file.write_text(json.dumps(answer), encoding="utf-8")


def write_csv(file: Path, articles: Sequence[Article], texts: Text) -> None:
    """Write a table, as databases export it."""
    _write_table(file, [_record(article, texts) for article in articles])


def write_spreadsheet_csv(file: Path, articles: Sequence[Article], texts: Text) -> None:
    """Write a table as spreadsheets of continental Europe export it: a byte order mark, semicolons."""
    _write_table(file, [_export(article, texts) for article in articles], encoding="utf-8-sig", delimiter=";")


def _record(article: Article, texts: Text) -> dict[str, str]:
    return {
        "title": article.title,
        "author": article.author,
        "date": article.date,
        "source": article.source,
        "url": article.address,
        "text": texts[article.id],
    }


def _export(article: Article, texts: Text) -> dict[str, str]:
    text = texts[article.id]
    return {
        "id": f"{article.number:06}",
        "headline": article.title,
        "byline": f"By {article.author}",
        "publication": article.source,
        "published_at": f"{article.date} 06:30:00",
        "link": article.address,
        "abstract": " ".join(text.split("\n\n")[0].split()),
        "body": text,
    }


def _write_lines(file: Path, rows: Sequence[dict[str, str]]) -> None:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _write_table(file: Path, rows: Sequence[dict[str, str]], encoding: str = "utf-8", delimiter: str = ",") -> None:
    with file.open("w", encoding=encoding, newline="") as table:
        writer = csv.DictWriter(table, [*rows[0]], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
