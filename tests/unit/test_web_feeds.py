"""Feeds: each entry's page is saved, or else what the feed itself has of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.corpus import Corpus
from qa.web import extraction
from qa.web.adding import PageSaver, Result, Status
from tests.helpers.local_server import allow_loopback
from tests.helpers.web_server import ARTICLE, Website, extract_here, local_fetcher, website

OWN = "&lt;p&gt;Ferries to Korso run &lt;b&gt;hourly&lt;/b&gt; now.&lt;/p&gt;"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Website]:
    """A website on this machine."""
    allow_loopback(monkeypatch)
    extract_here(monkeypatch)
    with website() as served:
        yield served


def _rss(items: str, title: str = "Harbour news") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


def _atom(entries: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour &amp; news</title>{entries}</feed>'


def _add(folder: Path, *addresses: str) -> list[Result]:
    folder.mkdir(exist_ok=True)
    saver = PageSaver(Corpus(folder), local_fetcher())
    return [result for address in addresses for result in saver.add(address)]


def _fields(folder: Path, path: str) -> dict[str, str]:
    return {field.name: field.value for field in Corpus(folder).read(path).fields}


@pytest.mark.parametrize(
    "media_type", ["application/rss+xml", "text/xml; charset=utf-8", "text/html", "application/xml"]
)
def test_the_pages_of_an_rss_feed_are_saved(site: Website, tmp_path: Path, media_type: str) -> None:
    """Whatever the server calls the feed; relative links count from it. What the page does not say, the feed may."""
    site.put_article("/news/bridge", "The bridge")
    site.put_article("/ferry", "The ferry")
    items = (
        "<item><title>Bridge!</title><link>bridge</link><category>traffic</category>"
        "<pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate><author>ann@news.example (Ann Lee)</author></item>"
        f"<item><title>Ferry</title><link>{site.root}/ferry</link></item>"
    )
    results = _add(tmp_path, site.put("/news/feed", _rss(items), media_type))

    assert [("The bridge.md", Status.SAVED), ("The ferry.md", Status.SAVED)] == [(r.path, r.status) for r in results]
    fields = _fields(tmp_path, "The bridge.md")
    assert ("2024-03-05", "traffic", f"{site.root}/news/bridge") == (fields["date"], fields["tags"], fields["url"])
    assert "Ann Lee" in fields["author"]
    assert "12 million euros" in (tmp_path / "The ferry.md").read_text()


def test_the_pages_of_an_atom_feed_are_saved(site: Website, tmp_path: Path) -> None:
    """With the base that it states for its links, and its own authors."""
    site.put_article("/2024/bridge", "The bridge")
    entry = (
        "<entry xml:base='/2024/'><title type='html'>The &lt;i&gt;bridge&lt;/i&gt;</title><link href='bridge'/>"
        "<id>tag:1</id><author><name>Ann Lee</name></author><author><name>Bo Ek</name></author>"
        "<updated>2024-03-06T00:00:00Z</updated></entry>"
    )
    (result,) = _add(tmp_path, site.put("/atom.xml", _atom(entry), "application/atom+xml"))

    assert Status.SAVED is result.status
    assert "Ann Lee, Bo Ek" == _fields(tmp_path, result.path)["author"]


def test_an_entry_without_a_page_is_saved_from_the_feed(site: Website, tmp_path: Path) -> None:
    """Once: it is known by what identifies it in the feed."""
    items = (
        f"<item><title>Ferry &amp;amp; &lt;b&gt;tram&lt;/b&gt;</title><description>{OWN}</description>"
        "<guid isPermaLink='false'>tag:1</guid><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate></item>"
        "<item><description>Plain words only, with a &amp;lt; b.</description></item>"
    )
    feed = site.put("/feed", _rss(items), "application/rss+xml")
    saved, untitled = _add(tmp_path, feed)
    again = _add(tmp_path, feed)

    assert ("Ferry & tram.md", "Ferry & tram") == (saved.path, saved.title)
    assert "Ferries to Korso run **hourly** now." in (tmp_path / saved.path).read_text()
    fields = _fields(tmp_path, saved.path)
    assert ("Harbour news", "2024-03-05") == (fields["source"], fields["date"])
    assert Status.SAVED is untitled.status
    assert [(Status.PRESENT, saved.path), (Status.PRESENT, untitled.path)] == [(r.status, r.path) for r in again]


@pytest.mark.parametrize(
    "link", ["/missing", "http://10.0.0.1/x", "/login", "/film", "javascript:alert(1)", "http://[x"]
)
def test_an_entry_whose_page_cannot_be_read_is_saved_from_the_feed(site: Website, tmp_path: Path, link: str) -> None:
    """Whatever is wrong with it: not found, not allowed, no article, no page, no address."""
    site.put("/login", "<p>Log in, please.</p>")
    site.put("/film", b"x", "video/mp4")
    item = f"<item><title>Ferry</title><link>{link}</link><description>{OWN}</description></item>"
    (result,) = _add(tmp_path, site.put("/feed", _rss(item), "application/rss+xml"))

    assert (Status.SAVED, "Ferry.md") == (result.status, result.path)


def test_an_entry_without_page_and_text_is_reported(site: Website, tmp_path: Path) -> None:
    """With what is wrong with its page, if it has one; the others are saved."""
    items = (
        "<item><title>Gone</title><link>/gone</link></item><item><title>Empty</title></item>"
        f"<item><title>Ferry</title><description>{OWN}</description></item>"
    )
    gone, empty, ferry = _add(tmp_path, site.put("/feed", _rss(items), "application/rss+xml"))

    assert gone.reason.startswith("The server answers 404 Not Found. ")
    assert empty.reason.startswith("The entry has neither a page that can be read nor a text. ")
    assert [Status.FAILED, Status.FAILED, Status.SAVED] == [gone.status, empty.status, ferry.status]


def test_a_broken_feed_is_read_as_far_as_it_can_be(site: Website, tmp_path: Path) -> None:
    """Unclosed elements and unknown entities are common."""
    whole = _rss(f"<item><title>Ferry & tram &nbsp;</title><description>{OWN}</description></item><item><title>Cut")
    broken = whole.removesuffix("</channel></rss>")
    results = _add(tmp_path, site.put("/feed", broken, "application/rss+xml"))

    assert "Ferry & tram.md" == results[0].path


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (_rss(""), "The feed has no entries that can be read"),
        ("<rss", "The feed has no entries that can be read"),
        ("<?xml version='1.0'?><urlset></urlset>", "The page is XML, but no feed"),
        ("", "The page is XML, but no feed"),
    ],
)
def test_a_feed_without_entries_says_so(site: Website, tmp_path: Path, body: str, problem: str) -> None:
    """As does other XML."""
    (result,) = _add(tmp_path, site.put("/feed", body, "application/xml"))

    assert result.reason.startswith(problem)


def test_entities_of_a_feed_lead_nowhere(site: Website, tmp_path: Path) -> None:
    """It cannot include files of this machine, nor grow beyond measure."""
    (tmp_path / "secret.txt").write_text("the secret of the harbour")
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE rss [<!ENTITY e0 "ha"><!ENTITY s SYSTEM "file://{tmp_path}/secret.txt">{levels}]>'
    item = f"<item><title>Ferry</title><description>&s; &e9; {OWN}</description></item>"
    results = _add(tmp_path / "corpus", site.put("/feed", _rss(item).replace("<rss", f"{head}<rss", 1), "text/xml"))

    assert results
    for path in (tmp_path / "corpus").iterdir():
        assert "secret" not in path.read_text()
        assert path.stat().st_size < 10_000


def test_an_entry_cannot_pass_for_another_page(site: Website, tmp_path: Path) -> None:
    """Nothing that a feed says becomes front matter of its own."""
    item = (
        "<item><title>A\n---\nauthor: Eve</title><guid isPermaLink='false'>x\nauthor: Eve</guid>"
        f"<description>&lt;p&gt;---&lt;/p&gt;&lt;p&gt;author: Eve&lt;/p&gt;{OWN}</description></item>"
    )
    (result,) = _add(tmp_path, site.put("/feed", _rss(item), "application/rss+xml"))

    assert {"title", "source", "url"} == {*_fields(tmp_path, result.path)}


def test_a_long_feed_says_what_is_left(site: Website, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No entry is left out in silence."""
    count = extraction.MOST_ENTRIES + 1
    for number in range(count):
        name = tmp_path / f"{number}.md"
        name.write_text(f"---\nurl: {site.root}/{number}\n---\nHere.\n")
    items = "".join(f"<item><link>/{number}</link></item>" for number in range(count))
    *results, last = _add(tmp_path, site.put("/feed", _rss(items), "application/rss+xml"))

    assert [Status.PRESENT] * (count - 1) == [result.status for result in results]
    assert last.reason.startswith(f"Only the first {count - 1} of its {count} entries are read")
    assert [("/feed")] == [path for path, _ in site.requests]


@pytest.mark.parametrize(
    "stated",
    [
        "---\ntitle: x\nurl: {url}\n---\nText",
        '\ufeff---\ntitle: x\nsource: "{url}#part"\ntags: []\n---\nText',
        "+++\nurl = '{url}/?utm_source=rss'\n+++\nText",
        "Title: x\nURL: {url}\n\nText",
    ],
    ids=["ours", "Obsidian's", "TOML", "header lines"],
)
def test_a_page_in_the_corpus_is_not_fetched_again(site: Website, tmp_path: Path, stated: str) -> None:
    """Whatever saved it there."""
    url = site.put_article("/bridge", "The bridge")
    (tmp_path / "mine.md").write_text(stated.format(url=url), encoding="utf-8")
    (result,) = _add(tmp_path, url)

    assert (Status.PRESENT, "mine.md") == (result.status, result.path)
    assert [] == site.requests


def test_an_address_in_a_text_is_not_that_of_the_article(site: Website, tmp_path: Path) -> None:
    """Only front matter and header lines say where an article is from."""
    url = site.put_article("/bridge", "The bridge")
    (tmp_path / "mine.md").write_text(f"---\ntitle: x\n---\nRead on:\n\nurl: {url}\n")
    (tmp_path / "other.txt").write_text(f"My links\n\nurl: {url}\n")

    assert [Status.SAVED, Status.PRESENT] == [result.status for result in _add(tmp_path, url, f"{url}#part")]


def test_a_page_behind_a_redirect_is_saved_once(site: Website, tmp_path: Path) -> None:
    """Its own address counts."""
    url = site.put_article("/bridge", "The bridge", ARTICLE)
    short = site.redirect("/b", "/bridge")

    assert [(Status.SAVED, url), (Status.PRESENT, url)] == [(r.status, r.url) for r in _add(tmp_path, short, short)]
