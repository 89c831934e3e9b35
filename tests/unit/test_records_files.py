"""Files of records: each object of a JSON file, or line of JSON Lines or CSV, is an article, if it has running text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.corpus import Corpus, UnreadableFile
from qa.datatypes import BlockKind, Document
from tests.conftest import OpenArticles

_TEXT = "The tram to the harbour runs every ten minutes from Monday on."


def read(tmp_path: Path, name: str, data: bytes | str) -> list[Document]:
    """Return the articles of a file."""
    folder = tmp_path / "records"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return Corpus(folder).read_file(name)


@pytest.mark.parametrize(
    "record",
    [
        {"title": "Trams", "text": _TEXT, "author": "Ann Lee", "source": "Echo", "date": "2026-03-03"},
        {"headline": "Trams", "articleBody": _TEXT, "byline": "Ann Lee", "outlet": "Echo", "published": 1772496000},
        {"name": "Trams", "full_text": _TEXT, "creator": ["Ann Lee"], "site": "Echo", "publishedAt": 1772496000123},
        {
            "title": {"rendered": "Trams"},
            "content": {"rendered": f"<p>{_TEXT}</p>\n"},
            "excerpt": {"rendered": "<p>Trams.</p>"},
            "author": [{"name": "Ann Lee"}],
            "source": {"id": None, "name": "Echo"},
            "date": "2026-03-03T10:00:00",
        },
    ],
)
def test_fields_are_known_by_their_usual_names(tmp_path: Path, record: dict[str, Any]) -> None:
    """In any spelling, as numbers of seconds or milliseconds, as objects with a name, and as HTML."""
    document = read(tmp_path, "a.json", json.dumps([{"text": "The first one is about another matter."}, record]))[1]

    assert ("a.json#2", "Trams", "Echo", "2026-03-03") == (
        document.path,
        document.title,
        document.source,
        str(document.published),
    )
    assert "Ann Lee" == document.value("author")
    assert [_TEXT] == [block.clean.text for block in document.blocks]
    assert "record 2" == document.locators[0].name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps({"status": "ok", "totalResults": 2, "articles": [{"content": _TEXT}] * 2})),
        ("a.json", json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"content_text": _TEXT}] * 2})),
        ("a.json", json.dumps({"response": {"docs": [{"body": _TEXT}] * 2}, "tags": [{"name": "x"}]})),
        ("a.jsonl", f'{{"text": "{_TEXT}"}}\n\n{{"text": "{_TEXT}"}}\n'),
        ("a.json", f'{{"text": "{_TEXT}"}}\n{{"text": "{_TEXT}"}}\n'),
        ("a.csv", f"id;Text\r\n1;{_TEXT}\r\n2;{_TEXT}\r\n"),
        ("a.tsv", f"id\tText\n1\t{_TEXT}\n2\t{_TEXT}\n"),
    ],
)
def test_lists_of_records_are_found(tmp_path: Path, name: str, text: str) -> None:
    """As a list, in an object, line by line, and as a table; records with the same text stay two."""
    documents = read(tmp_path, name, text)

    assert [f"{name}#1", f"{name}#2"] == [document.path for document in documents]
    assert [[_TEXT]] * 2 == [[block.clean.text for block in document.blocks] for document in documents]


def test_a_single_object_is_the_only_article_of_its_file(tmp_path: Path) -> None:
    (document,) = read(tmp_path, "a.json", json.dumps({"title": "Trams", "text": f"{_TEXT} {_TEXT}"}))

    assert ("a.json", "Trams") == (document.path, document.title)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"name": "x", "description": "A small library for tidy dates", "version": "1.0.0"}'),
        ("a.json", '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Lake"}}]}'),
        ("a.json", "[1, 2, 3]"),
        ("a.json", '"text"'),
        ("a.json", '[{"text": "ok"}, {"text": "yes"}]'),
        ("a.csv", "1,2\n3,4\n"),
        ("a.csv", "id,name\n" + "1,Ann\n" * 2000),
    ],
)
def test_data_without_running_text_is_skipped(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(UnreadableFile, match="no field of running text"):
        read(tmp_path, name, text)


def test_a_small_table_is_one_article(tmp_path: Path) -> None:
    """With a row for each line, each cell with the name of its column, at the row that a spreadsheet shows."""
    (document,) = read(
        tmp_path, "prices.csv", b'\xef\xbb\xbfItem,2021,2022\r\n"Bread, rye",3.20,4.10\r\nMilk,1.10,\r\n'
    )

    assert ["Item: Bread, rye; 2021: 3.20; 2022: 4.10", "Item: Milk; 2021: 1.10"] == [
        block.clean.text for block in document.blocks
    ]
    assert {BlockKind.ROW} == {block.kind for block in document.blocks}
    assert ["row 2", "row 3"] == [locator.name for locator in document.locators]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.json", b"{'text': 1}", "is no JSON: .*line 1"),
        ("a.jsonl", b"no\nobjects\n", "no line is an object"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.csv", b'a,text\n1,"' + b"x " * 3_000_000 + b'"\n', "a field is longer than"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read(tmp_path, name, data)


def test_odd_values_do_no_harm(tmp_path: Path) -> None:
    """Numbers out of every range, values of another type, broken lines and letters of another encoding."""
    lines = [
        f'{{"text": "{_TEXT}", "date": 1e999, "title": {"9" * 5000}, "author": NaN}}',
        "{broken",
        f'{{"text": "{_TEXT} Crème.", "date": -5, "title": {{"x": 1}}, "source": true, "tags": ["a", null, 7]}}',
        "[]",
        f'{{"text": ["{_TEXT}", "Another paragraph."], "date": 1e11}}',
    ]
    documents = read(tmp_path, "a.jsonl", "\n".join(lines).encode("cp1252"))

    assert ["a.jsonl#1", "a.jsonl#3", "a.jsonl#5"] == [document.path for document in documents]
    assert "lines that are no JSON: 2, 4" == documents[0].notice
    assert "Crème." in documents[1].text
    assert "a, 7" == documents[1].value("tags")
    assert [_TEXT, "Another paragraph."] == [block.clean.text for block in documents[2].blocks]


def test_an_answer_cites_the_record(open_articles: OpenArticles) -> None:
    records = [{"title": f"Notice {number}", "text": f"Nothing new on floor {number} today."} for number in range(12)]
    records[6] = {"title": "Repairs", "text": "The lift in the east wing was repaired by Magda Kowal on Thursday."}
    answer = open_articles({"news.json": json.dumps(records)}).ask("Who repaired the lift in the east wing?")

    assert "Magda Kowal" == answer.short_answer
    assert ("news.json#7", "record 7") == (answer.citations[0].path, answer.citations[0].locator)


def test_a_table_answers_questions(open_articles: OpenArticles) -> None:
    table = "Item,Price in 2021,Price in 2022\nBread,3.20,4.10\nButter,2.90,3.35\nMilk,1.10,1.45\n"
    answer = open_articles({"prices.csv": table}).ask("What was the price of butter in 2022?")

    assert "3.35" in answer.text
    assert "row 3" == answer.citations[0].locator
