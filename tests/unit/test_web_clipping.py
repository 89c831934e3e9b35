"""How a page becomes an article: what of it is saved, what it cannot do, and which pages are no articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.corpus import Corpus
from qa.datatypes import Document
from qa.errors import PageError
from qa.web.clipping import clip_page
from qa.web.fetching import Page
from qa.web.saving import save
from tests.helpers.web_server import ARTICLE, extract_here

URL = "https://news.example/2024/bridge"
HEAD = """<title>Bridge opens – The Harbour Post</title>
<meta property="og:title" content="A bridge opens: &quot;at last&quot; # yes">
<meta property="og:site_name" content="The Harbour Post">
<meta name="author" content="Ann Lee; Bo Ek"><meta name="keywords" content="bridges, Wend">
<meta property="article:published_time" content="2024-03-05T10:00:00Z">
<meta name="description" content="Cars pay: 3 euros.">"""


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    extract_here(monkeypatch)


def _page(body: str, head: str = "<title>The bridge</title>", media_type: str = "text/html", url: str = URL) -> Page:
    return Page(url, media_type, "", f"<html><head>{head}</head><body>{body}</body></html>".encode())


def _saved(page: Page, folder: Path) -> tuple[Document, str]:
    """Return an article as it is read from the corpus in which a page was saved, and the content of its file."""
    path = save(clip_page(page), folder)
    return Corpus(folder).read(path), (folder / path).read_bytes().decode()


def _fields(document: Document) -> dict[str, str]:
    return {field.name: field.value for field in document.fields}


def _clean(document: Document) -> str:
    return "\n".join(block.clean.text for block in document.blocks)


def test_the_corpus_understands_every_field(tmp_path: Path) -> None:
    """Title, outlet, address, authors, date, description and tags, whatever characters they contain."""
    document, _ = _saved(_page(f"<article>{ARTICLE}</article>", HEAD), tmp_path)

    assert {
        "title": 'A bridge opens: "at last" # yes',
        "source": "The Harbour Post",
        "url": URL,
        "author": "Ann Lee, Bo Ek",
        "date": "2024-03-05",
        "description": "Cars pay: 3 euros.",
        "tags": "bridges, Wend",
    } == _fields(document)
    assert ("The Harbour Post", "2024-03-05", "") == (document.source, str(document.published), document.notice)


def test_a_page_without_metadata_has_title_and_host(tmp_path: Path) -> None:
    """And no date or author that nobody stated: a date in the text is not that of the article."""
    body = f"<article>{ARTICLE}<p>On 4 May 1999 the old bridge fell.</p></article>"
    document, _ = _saved(_page(body, "", url="https://www.news.example/x"), tmp_path)

    assert {"title", "source", "url"} == {*_fields(document)}
    assert "news.example" == document.source


def test_the_text_is_saved_and_nothing_around_it(tmp_path: Path) -> None:
    """Headings, lists, tables, code and links; no navigation, scripts or pictures, which a program would fetch."""
    body = (
        f"<nav><a href=/>Home</a> <a href=/sport>Sport</a></nav><article><h1>The bridge</h1>{ARTICLE}"
        "<h2>Tolls</h2><ul><li>cars 3 euros</li><li>cyclists nothing</li></ul>"
        "<table><tr><th>year</th><th>cost</th></tr>"
        "<tr><td>2023</td><td>7</td></tr></table><p>See <a href=/plan>the plan</a>.</p><img src=/p.png alt=photo>"
        "<pre><code>if a &lt; b:\n    go()</code></pre></article><script>track()</script><footer>Imprint</footer>"
    )
    document, text = _saved(_page(body), tmp_path)

    for saved in ("## Tolls", "- cars 3 euros", "| 2023 | 7 |", "[the plan](https://news.example/plan)", "if a < b:"):
        assert saved in text
    for left_out in ("Sport", "track()", "Imprint", "p.png", "![", "# The bridge\n"):
        assert left_out not in text
    assert "See the plan." in _clean(document)
    assert text.endswith("\n")
    assert "\r" not in text


def test_text_that_looks_like_markup_stays_text(tmp_path: Path) -> None:
    """No page can hide a part of its article from the reader, or begin a comment or a script."""
    shown = (
        "Use <script> with %%care%%, <!-- never -->, {% raw %} or {{< x >}}, not <b>or</b> &lt;i>; so the mayor said."
    )
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;")
    document, _ = _saved(_page(f"<article>{ARTICLE}<p>{escaped}</p><p>::: note</p>{ARTICLE}</article>"), tmp_path)

    assert shown.replace("&lt;", "<") in _clean(document)
    assert "::: note" in _clean(document)
    assert 2 == _clean(document).count("12 million euros")


@pytest.mark.parametrize("title", ["---", "...", "x\n---\nauthor: Eve", "yes", "2024", "null", "[a]", "'\"`#:|>&*!%@"])
def test_no_title_breaks_the_front_matter(tmp_path: Path, title: str) -> None:
    """It stays the title, on one line."""
    head = f'<meta property="og:title" content="{title.replace(chr(34), "&quot;")}">'
    document, _ = _saved(_page(f"<article>{ARTICLE}</article>", head), tmp_path)

    assert " ".join(title.split()) == _fields(document)["title"]
    assert {"title", "source", "url"} == {*_fields(document)}
    assert "12 million" in _clean(document)


def test_control_characters_do_not_reach_the_file(tmp_path: Path) -> None:
    """Neither in the title nor in the text."""
    evil = "&#27;]0;x&#7;\x1b[31mRed\x9b\u202e"
    document, text = _saved(_page(f"<article><p>{evil}</p>{ARTICLE}</article>", f"<title>T {evil}</title>"), tmp_path)

    assert all(character.isprintable() or character == "\n" for character in text)
    assert "Red" in _clean(document)
    assert document.title.startswith("T")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<div id=root></div><script>start()</script>",
        "<noscript>You need to enable JavaScript to run this app.</noscript><div id=app></div>",
        "<p>Please enable cookies to continue.</p>",
        "<h1>Log in</h1><p>Log in to read on.</p><form><input name=user><input type=password></form>",
        f"<p>{'Become a member and read all our articles about the harbour. ' * 5}</p><input type=password>",
    ],
    ids=["empty", "scripts", "no scripts", "cookies", "login", "long login"],
)
def test_a_page_without_an_article_is_not_saved(body: str) -> None:
    """What needs scripts, cookies or a login says so instead of an article."""
    with pytest.raises(PageError, match="The page has no article, or shows it only after a login or with scripts"):
        clip_page(_page(body))


def test_plain_text_stays_plain(tmp_path: Path) -> None:
    """It is saved as a text file, with the same fields; front matter that it brings along is not ours."""
    data = (
        b"---\ntitle: Evil\nauthor: Eve\n---\nRope works\n\nThe hall is 140 metres long.\r\nIt was *built* in 1890.\n"
    )
    page = Page("https://news.example/rope.txt", "text/plain", "", data)
    document, text = _saved(page, tmp_path)

    assert document.path.endswith(".txt")
    assert {"title": "Rope works", "source": "news.example", "url": page.url} == _fields(document)
    assert "Eve" not in text
    assert "The hall is 140 metres long.\nIt was *built* in 1890." in _clean(document)


@pytest.mark.parametrize(
    ("url", "media_type"), [("https://x.example/README.md", "text/plain"), ("https://x.example/a", "text/markdown")]
)
def test_markdown_stays_markdown(tmp_path: Path, url: str, media_type: str) -> None:
    """Whether its type or its name says so."""
    document, _ = _saved(Page(url, media_type, "", b"# Rope works\n\nIt was *built* in 1890."), tmp_path)

    assert document.path == "Rope works.md"
    assert "It was built in 1890." in _clean(document)


@pytest.mark.parametrize(("data", "problem"), [(b" \n", "empty"), (b"a\0b", "not text")])
def test_other_plain_text_is_not_saved(data: bytes, problem: str) -> None:
    """Nothing, or no text."""
    with pytest.raises(PageError, match=problem):
        clip_page(Page(URL, "text/plain", "", data))


def test_deeply_nested_pages_are_no_trouble() -> None:
    """They have no article, or one that can be read."""
    for tag in ("div", "b", "ul><li", "table><tr><td"):
        with pytest.raises(PageError):
            clip_page(_page(f"<{tag}>" * 50_000))
