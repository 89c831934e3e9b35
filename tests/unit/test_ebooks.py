"""E-books: EPUB and FictionBook, chapter by chapter in the order of reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.corpus import UnreadableFile
from tests.helpers.formats import blocks, place_of, read_file, texts, zipped

_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
)
_PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:opf="http://www.idpf.org/2007/opf"><metadata><dc:title>The Ford</dc:title><dc:creator>Ada Holm</dc:creator>
<dc:creator>Lewis Tan</dc:creator><dc:publisher>Mill Press</dc:publisher><dc:language>en-GB</dc:language>
<dc:date opf:event="modification">2026-01-01</dc:date><dc:date>2024-03-01T00:00:00Z</dc:date>
<dc:subject>rivers</dc:subject><dc:subject>roads</dc:subject></metadata>
<manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="t" href="toc.xhtml" media-type="application/xhtml+xml"/>
<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/a%20b.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="n"/><itemref idref="t"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
_LINKS = "".join(f'<p><a href="{each}">Chapter {each}</a></p>' for each in "abcdef")


def page(body: str) -> str:
    """Return a page of XHTML."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title/></head><body>{body}</body></html>"
    )


def epub(first: str, second: str = "<p>Two.</p>", doctype: str = "<!DOCTYPE html>", **entries: str) -> bytes:
    """Return a book of two chapters."""
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            "OPS/book.opf": _PACKAGE,
            "OPS/nav.xhtml": page("<p>Contents</p>"),
            "OPS/toc.xhtml": page(_LINKS),
            "OPS/text/a b.xhtml": page(first).replace("<!DOCTYPE html>", doctype),
            "OPS/b.xhtml": page(second),
            **{f"META-INF/{name}.xml": content for name, content in entries.items()},
        }
    )


def test_a_book_is_read_in_order(tmp_path: Path) -> None:
    """Chapter by chapter, without its tables of contents; a place is a chapter and a paragraph."""
    first = '<h1>The mill</h1><a id="p1"/><p>One&nbsp;day&mdash;early.</p><ul><li>Flour</li></ul>'
    document = read_file(tmp_path, "ford.epub", epub(first, "<h1>The weir</h1><ul><li>Water</li></ul>"))

    assert [
        ("heading", "The mill"),
        ("paragraph", "One day—early."),
        ("list item", "Flour"),
        ("heading", "The weir"),
        ("list item", "Water"),
    ] == blocks(document)
    assert "paragraph 2 of “The mill”" == place_of(document, "Flour")
    groups = {block.group for block in document.blocks if block.group}
    assert 2 == len(groups)


def test_a_book_has_the_metadata_that_it_states(tmp_path: Path) -> None:
    """Its authors, its day of publication and not of the file, its publisher and subjects."""
    document = read_file(tmp_path, "ford.epub", epub("<p>One.</p>"))

    assert ("The Ford", "2024-03-01", "Mill Press") == (document.title, str(document.published), document.source)
    assert ("Ada Holm, Lewis Tan", "rivers, roads") == (document.value("author"), document.value("tags"))


def test_entities_of_a_book_are_not_resolved(tmp_path: Path) -> None:
    """Neither files nor multiplied text get into the article."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    evil = f'<!DOCTYPE html [<!ENTITY e0 "haha"><!ENTITY f SYSTEM "file://{secret}">{bomb}]>'
    data = epub("<p>One &f; &e12; day.</p>", doctype=evil)
    document = read_file(tmp_path, "ford.epub", data)

    assert "Two." in texts(document)
    assert [] == [words for words in ("hunter2", "haha") if words in document.text]


def test_a_chapter_that_is_not_well_formed_is_read(tmp_path: Path) -> None:
    """As HTML; and one that is nested too deeply is, too."""
    document = read_file(tmp_path, "ford.epub", epub("<p>One<br>day", "<div>" * 100_000 + "deep"))

    assert ["One", "day", "deep"] == texts(document)


_ENCRYPTED = (
    '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
    '<e:EncryptionMethod Algorithm="{}"/></e:EncryptedData></encryption>'
)


def test_obfuscated_fonts_are_no_encryption(tmp_path: Path) -> None:
    """Only encrypted text keeps a book from being read."""
    fonts = _ENCRYPTED.format("http://www.idpf.org/2008/embedding")

    assert "Two." in read_file(tmp_path, "ford.epub", epub("<p>One.</p>", encryption=fonts)).text


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.epub", epub("x", encryption=_ENCRYPTED.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")), "encrypted"),
        ("a.epub", b"%PDF", "is no e-book in EPUB"),
        ("a.epub", zipped({"word/document.xml": "<x/>"}), "is no e-book in EPUB"),
        ("a.epub", zipped({"META-INF/container.xml": "<x"}), "container.xml is no XML"),
        ("a.epub", zipped({"a": bytes(201_000_000)}), "decompresses to more than 200 MB"),
        ("a.fb2", b"<html/>", "is no e-book in FictionBook"),
        ("a.fb2", b"PK\x03\x04", "no XML"),
        ("a.fb2", b"<FictionBook>" + b"<section>" * 100_000, "no XML"),
    ],
)
def test_what_is_no_book_is_skipped_with_the_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    """Other formats, protected books and damage."""
    with pytest.raises(UnreadableFile, match=reason):
        read_file(tmp_path, name, data)


_FICTION = """<?xml version="1.0" encoding="{encoding}"?>
<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink"><description>
<title-info><author><first-name>Ada</first-name><last-name>Holm</last-name></author><book-title>The Ford</book-title>
<date value="2024-03-01">spring</date><lang>en</lang></title-info>
<publish-info><publisher>Mill Press</publisher></publish-info></description>
<body><section><title><p>The</p><p>mill</p></title><p>Ёлка<a l:href="#n" type="note">[1]</a> stands.</p>
<cite><p>Wait.</p></cite><section><title><p>Floods</p></title><table><tr><th>Year</th><th>Town</th></tr>
<tr><td>2024</td><td>Combe</td></tr></table></section></section></body>
<body name="notes"><section id="n"><p>A tree.</p></section></body></FictionBook>"""


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_fictionbook(tmp_path: Path, encoding: str) -> None:
    """Its sections are headed, its tables and quotes stay, and its metadata known, whatever its encoding."""
    document = read_file(tmp_path, "ford.fb2", _FICTION.format(encoding=encoding).encode(encoding))

    assert [
        ("heading", "The mill"),
        ("paragraph", "Ёлка stands."),
        ("quote", "Wait."),
        ("heading", "Floods"),
        ("table row", "Year: 2024; Town: Combe"),
        ("paragraph", "A tree."),
    ] == blocks(document)
    assert ("The Ford", "2024-03-01", "Mill Press") == (document.title, str(document.published), document.source)
    assert "Ada Holm" == document.value("author")
