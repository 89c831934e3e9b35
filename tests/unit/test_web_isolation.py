"""The process that reads what strangers wrote: what it costs, and what is said when it fails or cannot be there."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from qa.errors import PageError, QAError
from qa.web import extraction
from qa.web.isolation import extract_feed, extract_page, require_libraries
from tests.helpers.web_server import ARTICLE

URL = "https://news.example/a"
PROBLEM = "The page cannot be read within the limits of time and memory"


def test_an_article_comes_back_as_it_is() -> None:
    """Also characters that no encoding has."""
    extract = extract_page(f"<html><head><title>Zoë \udc80 橋</title></head><body>{ARTICLE}</body></html>", URL)

    assert extract is not None
    assert extract.title.startswith("Zoë")
    assert "12 million euros" in extract.text


def test_entries_come_back_as_they_are() -> None:
    """In the encoding that the feed states."""
    text = "<rss version='2.0'><channel><title>Zoë</title><item/></channel></rss>"
    feed = extract_feed(f"<?xml version='1.0' encoding='iso-8859-1'?>{text}".encode("latin-1"), URL, "text/xml")

    assert feed is not None
    assert ("Zoë", 1, 1) == (feed.title, feed.count, len(feed.entries))
    assert extract_feed(b"<html></html>", URL, "text/html") is None


@pytest.mark.parametrize(
    "page", [f"<p>{'<b>w</b> ' * 200_000}", f"<div>{'<p>w</p> text. ' * 100_000}"], ids=["words", "paragraphs"]
)
def test_a_page_that_a_parser_cannot_stand_is_given_up(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    """This process keeps its time and memory."""
    monkeypatch.setattr(extraction, "SECONDS", 2)

    with pytest.raises(PageError, match=PROBLEM):
        extract_page(page, URL)


@pytest.mark.parametrize(
    "program", ["import os; os.abort()", "raise MemoryError", "print('no JSON')"], ids=["crash", "memory", "nonsense"]
)
def test_a_crash_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """As a defect of a C library would cause it."""
    (tmp_path / "extraction.py").write_text(program)
    monkeypatch.setattr(extraction, "__file__", str(tmp_path / "extraction.py"))

    with pytest.raises(PageError, match=PROBLEM):
        extract_page("<p>", URL)


def test_a_library_that_lacks_another_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As lxml lacks its cleaner if it was installed without it."""
    (tmp_path / "trafilatura.py").write_text("import lxml_html_cleaner_that_is_missing")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(QAError, match="qa add needs lxml_html_cleaner_that_is_missing"):
        extract_page("<p>", URL)


@pytest.mark.skipif(sys.platform != "linux", reason="not every system limits memory")
def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A page cannot take all of the machine's."""
    program = (
        Path(extraction.__file__).read_text().replace("    json.dump(", "    x = bytes(3 * 10**9)\n    json.dump(")
    )
    (tmp_path / "extraction.py").write_text(program)
    monkeypatch.setattr(extraction, "__file__", str(tmp_path / "extraction.py"))

    with pytest.raises(PageError, match=PROBLEM):
        extract_page(f"<html><body>{ARTICLE}</body></html>", URL)


@pytest.mark.parametrize("missing", ["trafilatura", "feedparser"])
def test_a_missing_library_is_one_line(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """With the command that installs it."""
    require_libraries()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else object())

    with pytest.raises(QAError) as caught:
        require_libraries()
    assert f"qa add needs {missing}. Run: pip install 'qa-corpus[formats]'" == str(caught.value)
