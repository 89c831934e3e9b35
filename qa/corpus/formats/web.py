"""Loader for web pages as browsers save them: HTML, and web archives (MHTML)."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from qa.corpus.formats.extract import Extract, Part, with_paragraph_locators
from qa.corpus.formats.html_decoding import decoded_page
from qa.corpus.formats.html_tree import Element, parse_html
from qa.corpus.formats.web_article import article_of
from qa.corpus.formats.web_metadata import Fields, stated
from qa.corpus.loaders import UnreadableFile, is_binary
from qa.datatypes import BlockKind

_MAGIC = {b"%PDF": "a PDF", b"PK\x03\x04": "a ZIP archive", b"{\\rtf": "a document in RTF"}
_LINES_WITH_BYLINE = 5
_SEPARATORS = "|–—-·•:»«"


def load(data: bytes, name: str) -> Iterator[Extract]:
    """Yield the article on a web page.

    Raises:
        UnreadableFile: it is no web page.
    """
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise UnreadableFile(f"is no web page but {kind}")
    fields: Fields = {}
    charset = ""
    if name.lower().endswith((".mhtml", ".mht")):
        data, charset, fields = _unpacked(data)
    text = decoded_page(data, charset)
    if is_binary(text):
        raise UnreadableFile("is no web page")
    root = parse_html(text)
    fields = stated(root, text) | {key: value for key, value in fields.items() if value}
    parts = article_of(root, text)
    title = _title(root, parts, fields)
    fields = {"title": title} | fields if title else fields
    if "source" not in fields and (source := _outlet_in_byline(root, parts)):
        fields["source"] = source
    yield Extract(fields=tuple(fields.items()), parts=with_paragraph_locators(parts))


def _unpacked(data: bytes) -> tuple[bytes, str, Fields]:
    """Return the page in a web archive, its encoding, and its address."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise UnreadableFile("is no web archive: it contains no page")
    start = message.get_param("start")
    page = next((each for each in pages if start and each.get("Content-ID") == start), pages[0])
    payload = page.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload, page.get_content_charset() or "", {"url": _address(page, message)}


def _address(page: EmailMessage, message: EmailMessage) -> str:
    addresses = (message.get("Snapshot-Content-Location"), page.get("Content-Location"))
    return next((str(each).strip() for each in addresses if each and str(each).strip().startswith("http")), "")


def _outlet_in_byline(root: Element, parts: list[Part]) -> str:
    """Return what a byline names after the author and the title of the page names too; empty if there is nothing."""
    title = _page_title(root)
    for part in parts[:_LINES_WITH_BYLINE]:
        if part.text.lower().startswith("by "):
            named = [name.strip() for name in part.text.split(",")[1:]]
            return next((name for name in named if name[:1].isupper() and name in title), "")
    return ""


def _page_title(root: Element) -> str:
    element = next(root.iter("title"), None)
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _title(root: Element, parts: list[Part], fields: Fields) -> str:
    """Return the title: as stated, or the only heading of the first level, or the heading above the text."""
    if "title" in fields:
        return fields["title"]
    headings = [" ".join("".join(heading.itertext()).split()) for heading in root.iter("h1")]
    if len(headings) == 1 and headings[0]:
        return headings[0]
    levels = [part.depth for part in parts if part.kind is BlockKind.HEADING]
    if (
        levels
        and parts[0].kind is BlockKind.HEADING
        and levels.index(min(levels)) == 0
        and levels.count(levels[0]) == 1
    ):
        return parts[0].text
    title = _page_title(root)
    source = fields.get("source", "")
    if source and title.endswith(source):
        title = title.removesuffix(source).rstrip(f"{_SEPARATORS} ") or title
    return title
