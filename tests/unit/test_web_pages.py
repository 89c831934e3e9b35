"""Web pages as people save them: the article with its structure and metadata, without what stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.corpus import UnreadableFile
from qa.datatypes import BlockKind
from tests.helpers.formats import blocks, place_of, read_file, texts

STORY = """
<p>The bridge over the Ashe was closed on Monday after a lorry struck its northern pillar. Nobody was hurt, and the
 river police have opened the old ford to walkers for as long as the repair takes.</p>
<h2>What the council plans</h2>
<p>Engineers will inspect the masonry this week. The council expects to pay £84,000, which is a third of what it has set
 aside for roads in the whole of the year.</p>
<ul><li>Buses turn at the mill.
<ul><li>The 14 goes on to Harrow.</li></ul></li><li>Deliveries go through Combe.</li></ul>
<table><thead><tr><th>Day</th><th>Ferry</th></tr></thead>
<tbody><tr><td>Monday</td><td>07:15</td></tr><tr><td>Sunday</td><td>10:30</td></tr></tbody></table>
<blockquote><p>We shall not wait until it falls down,
said the mayor, who crossed it herself every morning.</p></blockquote>
"""
NEWS = f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Bridge closed | Ashe Valley News</title>
<meta property="og:title" content="Bridge closed after lorry strikes pillar">
<meta property="og:site_name" content="Ashe Valley News"><meta name="author" content="By Ruth Calloway">
<meta property="article:published_time" content="2025-03-04T06:30:00+00:00">
<meta name="keywords" content="roads, Ashe"><link rel="canonical" href="https://ashe.example/bridge"></head><body>
<div class="cookie-banner"><p>We and our 214 partners use cookies to measure your visits to this site.</p></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<aside><h2>Most read</h2><ol><li><a href="/1">Beavers return to the valley</a></li></ol></aside>
<main><article><h1>Bridge closed after lorry strikes pillar</h1>{STORY}
<div class="newsletter-box"><p>The five stories you need, in your inbox every morning.</p></div></article>
<section id="comments"><p>About time too, they should have done this years ago.</p></section></main>
<footer><p>© 2026 Ashe Valley News. All rights reserved.</p></footer></body></html>"""
AROUND = ("cookies", "Home", "Most read", "Beavers", "inbox", "About time", "All rights")


def test_an_article_keeps_its_structure(tmp_path: Path) -> None:
    """Headings, lists, tables and quotes are blocks, and the menus, boxes and comments around them are left out."""
    document = read_file(tmp_path, "bridge.html", NEWS)

    read = blocks(document)
    assert ("heading", "What the council plans") in read
    assert ("list item", "The 14 goes on to Harrow.") in read
    assert ("table row", "Day: Sunday; Ferry: 10:30") in read
    assert "quote" in [kind for kind, _ in read]
    assert [] == [words for words in AROUND if words in document.text]
    assert "paragraph 1 of “What the council plans”" == place_of(document, "Engineers will")
    depths = [block.depth for block in document.blocks if block.kind is BlockKind.ITEM]
    assert [0, 1, 0] == depths


def test_an_article_has_the_metadata_that_its_page_states(tmp_path: Path) -> None:
    """Title, author, day, outlet, address, language and keywords."""
    document = read_file(tmp_path, "bridge.html", NEWS)

    assert "Bridge closed after lorry strikes pillar" == document.title
    assert "2025-03-04" == str(document.published)
    expected = {
        "author": "Ruth Calloway",
        "source": "Ashe Valley News",
        "url": "https://ashe.example/bridge",
        "language": "en-GB",
        "tags": "roads, Ashe",
    }
    assert expected == {name: document.value(name) for name in expected}


def test_json_ld_states_metadata(tmp_path: Path) -> None:
    """As most news sites write it, whatever else is described beside the article."""
    page = f"""<html><head><title>x</title><script type="application/ld+json">{{"@graph": [
    {{"@type": "Organization", "name": "Someone else"}},
    {{"@type": ["NewsArticle"], "headline": "Bridge &amp; ford", "datePublished": "2025-03-04T06:30:00Z",
    "author": [{{"name": "Ruth Calloway"}}, {{"name": "Lewis Tan"}}], "publisher": {{"name": "Ashe Valley News"}}}}]}}
    </script></head><body>{STORY}</body></html>"""
    document = read_file(tmp_path, "a.html", page)

    assert ("Bridge & ford", "2025-03-04") == (document.title, str(document.published))
    assert ("Ruth Calloway, Lewis Tan", "Ashe Valley News") == (document.value("author"), document.source)


def test_nothing_is_invented(tmp_path: Path) -> None:
    """Neither a date from a copyright line or an address, nor an outlet from a host."""
    page = f"""<html><head><link rel="canonical" href="https://ashe.example/2019/04/05/x"></head>
    <body>{STORY}<p>© 2019 somebody</p></body></html>"""
    document = read_file(tmp_path, "page.html", page)

    assert document.published is None
    assert (None, None) == (document.source, document.value("author"))


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("short.html", "<p>The ferry sails at noon.</p>"),
        (
            "table.html",
            "<table><tr><th>Day</th><th>Boat</th></tr><tr><td>Monday</td><td>The ferry sails at noon.</td></table>",
        ),
        ("list.htm", "<ul><li>The ferry sails at noon.<li>It returns at dusk.</ul>"),
        (
            "layout.html",
            "<table border=0><tr><td><a href=x>Home</a><td><font size=2>The ferry sails at noon.</font></table>",
        ),
        ("form.html", f"<form id=aspnetForm><div>{STORY}<p>The ferry sails at noon.</p></div></form>"),
        ("sidebar.html", f"<div class='with-sidebar sidebar'>{STORY}<p>The ferry sails at noon.</p></div>"),
        ("text.html", "The ferry sails at noon."),
        ("nul.html", "<p>The ferry sails at noon.<p>A\ud7ff"),
    ],
)
def test_a_page_is_read_however_it_is_built(tmp_path: Path, name: str, page: str) -> None:
    """Also one without a main text that could be recognised: short, hand-written, or only a table or a list."""
    document = read_file(tmp_path, name, page)

    assert any("The ferry sails at noon." in text for text in texts(document))


def test_what_browsers_hide_is_left_out(tmp_path: Path) -> None:
    """Scripts, styles, templates, and elements that are not displayed; and marks of footnotes."""
    page = """<p>Seen<sup><a href="#fn1">1</a></sup> at 10<sup>6</sup> m<sup>2</sup>, H<sub>2</sub>O
 and the 1<sup>st</sup>.</p>
    <p hidden>Secret</p><p style="display: none">Secret</p><script>Secret</script><style>Secret</style>
    <noscript>Secret</noscript><template>Secret</template><!-- Secret -->
    <p>Hy&shy;phen&shy;ated &amp; <!-- Secret -->fine.</p>
    <section class="footnotes"><ol><li id="fn1">
    <p>The note.<a href="#r" class="footnote-back">↩︎</a></p></li></ol></section>"""
    document = read_file(tmp_path, "page.html", page)

    assert ["Seen at 10⁶ m², H2O and the 1st.", "Hyphenated & fine.", "The note."] == texts(document)
    assert {"paragraph"} == {kind for kind, _ in blocks(document)}


def test_definitions_tasks_code_and_bold_headings(tmp_path: Path) -> None:
    """A definition stands with its term, a task is done or not, code keeps its lines, and a bold line is a heading."""
    page = """<p><b>Words</b></p><dl><dt>Ford<dd>A shallow place.<dt>Weir<dd>A low dam.</dl>
    <ul><li><input type="checkbox" checked> Call the mill<li><input type="checkbox"> Write to Combe</ul>
    <pre>if wet:\n    wait()</pre><p>One line.<br>Another one.<br><br>A third.</p>
    <figure><figcaption>The mill</figcaption></figure>"""
    document = read_file(tmp_path, "page.html", page)

    assert [
        ("heading", "Words"),
        ("list item", "Ford: A shallow place."),
        ("list item", "Weir: A low dam."),
        ("list item", "Call the mill"),
        ("list item", "Write to Combe"),
        ("code", "if wet:"),
        ("code", "wait()"),
        ("paragraph", "One line."),
        ("paragraph", "Another one."),
        ("paragraph", "A third."),
        ("caption", "The mill"),
    ] == blocks(document)
    assert [True, False] == [block.checked for block in document.blocks if block.checked is not None]


def test_typed_lists(tmp_path: Path) -> None:
    """Paragraphs that begin with bullets or counted numbers are items; what somebody says after a dash is none."""
    page = "<p>• Flour<p>• Water<p>1. Mix<p>2. Wait<p>1. May was wet.<p>– Who goes?<p>– Me."
    document = read_file(tmp_path, "page.html", page)

    assert ["Flour", "Water", "Mix", "Wait"] == [text for kind, text in blocks(document) if kind == "list item"]
    assert ["1. May was wet.", "– Who goes?", "– Me."] == texts(document)[4:]


def test_tables(tmp_path: Path) -> None:
    """Names of several rows are joined, cells that span others count for each of them, and rows may have a title."""
    page = """<table><thead><tr><th rowspan=2>Town<th colspan=2>Floods</tr><tr><th>2023<th>2024</tr></thead>
    <tr><td rowspan=2>Combe<td>3<td>4<tr><td>5<td>6<tr><td colspan=3>Beyond the ridge<tr><td>Harrow<td>0<td>1</table>
    <table><tr><td>Name<td>Height</tr><tr><td>Skarv<td>210 m</tr><tr><td>Uldale<td>340 m</tr></table>
    <table><tr><td>Born<td>in Harrow</tr><tr><td>Died<td>in Combe</tr></table>"""
    document = read_file(tmp_path, "page.html", page)

    assert [
        "Town: Combe; Floods 2023: 3; Floods 2024: 4",
        "Town: Combe; Floods 2023: 5; Floods 2024: 6",
        "Beyond the ridge",
        "Town: Harrow; Floods 2023: 0; Floods 2024: 1",
        "Name: Skarv; Height: 210 m",
        "Name: Uldale; Height: 340 m",
        "Born | in Harrow",
        "Died | in Combe",
    ] == texts(document)


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul><li", "table><tr><td", "dl><dd"])
def test_nesting_of_any_depth_is_read(tmp_path: Path, tag: str) -> None:
    """No text is lost, and nothing overflows."""
    page = f"<p>Before.</p>{f'<{tag}>' * 100_000}Within.<p>After.</p>"
    document = read_file(tmp_path, "deep.html", page)

    assert all(words in document.text for words in ("Before.", "Within.", "After."))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("<meta charset=windows-1251><p>Мост закрыт".encode("cp1251"), "Мост закрыт"),
        (
            '<meta http-equiv=Content-Type content="text/html; charset=Shift_JIS"><p>橋は閉鎖'.encode("shift_jis"),
            "橋は閉鎖",
        ),
        ("<meta charset=iso-8859-1><p>Café – “naïve”".encode("cp1252"), "Café – “naïve”"),
        ("<meta charset=iso-8859-1><p>Café – “naïve”".encode(), "Café – “naïve”"),
        ("<meta charset=utf-8><p>Café".encode("latin-1"), "Café"),
        ("<p>Café".encode("utf-16"), "Café"),
        ("\ufeff<meta charset=koi8-r><p>Café".encode(), "Café"),
        ("<meta charset=nonsense><p>Café".encode("latin-1"), "Café"),
    ],
)
def test_no_character_is_lost(tmp_path: Path, data: bytes, words: str) -> None:
    """Whatever encoding a page has and states."""
    assert [words] == texts(read_file(tmp_path, "page.html", data))


def test_a_web_archive_is_its_page(tmp_path: Path) -> None:
    """Its pictures and frames are not, and its address is known."""
    archive = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://ashe.example/bridge\r\nSubject: Bridge\r\n"
        "Date: Tue, 4 Mar 2025 06:30:00 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="xx"\r\n\r\n'
        "--xx\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "<html><body><h1>Br=C3=BCcke</h1><p>The ford is open to walk=\r\ners.</p></body></html>\r\n"
        "--xx\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\nR0lGODlh\r\n--xx--\r\n"
    )
    document = read_file(tmp_path, "bridge.mhtml", archive)

    assert ["Brücke", "The ford is open to walkers."] == texts(document)
    assert "https://ashe.example/bridge" == document.value("url")
    assert document.published is None  # the date is when it was saved


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- saved from url=(0027)https://ashe.example/bridge -->",
        "<!--\n Page saved with SingleFile \n url: https://ashe.example/bridge \n saved date: Tue Mar 04 2025\n-->",
    ],
)
def test_a_saved_page_has_its_address(tmp_path: Path, comment: str) -> None:
    """As browsers and extensions write it into the file."""
    document = read_file(tmp_path, "page.html", f"<html>{comment}<body>{STORY}</body></html>")

    assert "https://ashe.example/bridge" == document.value("url")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.html", b"%PDF-1.7 ...", "is no web page but a PDF"),
        ("a.htm", b"PK\x03\x04" + bytes(50), "is no web page but a ZIP archive"),
        ("a.html", bytes(range(256)) * 20, "is no web page"),
        ("a.html", b"<html><script>1</script></html>", "it has no text"),
        ("a.html", b"", "it has no text"),
        ("a.mhtml", b"MIME-Version: 1.0\nContent-Type: text/plain\n\nhello", "contains no page"),
    ],
)
def test_what_is_no_page_is_skipped_with_the_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    """Whatever its name says."""
    with pytest.raises(UnreadableFile, match=reason):
        read_file(tmp_path, name, data)


def test_the_outlet_in_a_byline(tmp_path: Path) -> None:
    """If the title of the page names it too; a role is none."""
    page = (
        "<title>Ashe Valley News - archive</title>"
        "<font size=5>Bridge</font><br>\nby Ruth Calloway, {}, 4 March 2025<p>Hi."
    )
    read = read_file(tmp_path, "a.html", page.format("Ashe Valley News"))
    role = read_file(tmp_path, "b.html", page.format("Chief Engineer"))

    assert ("Bridge", "Ashe Valley News", "2025-03-04") == (read.title, read.source, str(read.published))
    assert role.value("source") is None


def test_damaged_json_ld_does_no_harm(tmp_path: Path) -> None:
    """Neither broken nor endlessly nested descriptions keep a page from being read."""
    scripts = "".join(f'<script type="application/ld+json">{x}</script>' for x in ("{", "[" * 100_000, '{"@type": 3}'))
    document = read_file(tmp_path, "page.html", f"<head>{scripts}</head><body>{STORY}</body>")

    assert "What the council plans" in texts(document)
