"""Loader for e-books in EPUB: an article of all their chapters, in the order in which they are read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from qa.corpus.dates import parse_date
from qa.corpus.formats.archives import Archive
from qa.corpus.formats.extract import Extract, Part, with_paragraph_locators
from qa.corpus.formats.html_decoding import decoded_page
from qa.corpus.formats.html_tree import Element, embolden, local_name, parse_xhtml
from qa.corpus.formats.html_walk import walked
from qa.corpus.loaders import UnreadableFile

_KIND = "e-book in EPUB"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
"""How fonts are made useless outside of a book, which does not concern its text."""
_PAGES = {"application/xhtml+xml", "text/html", "text/x-oeb1-document"}
_FIELDS = {"title": "title", "publisher": "source", "language": "language"}
_BOLD = re.compile(r"([^{}]*)\{[^{}]*font-weight\s*:\s*(?:bold|[6-9]00)\b[^{}]*\}")
_CLASS = re.compile(r"(?<![\w:-])(?:p|span)?\.([\w-]+)(?=\s*(?:,|$))")
"""A class in a selector that names nothing else."""
_LINKS = 0.8
"""Share of characters in links above which a page is a table of contents."""
_FEWEST_LINKS = 4


def load(data: bytes, name: str) -> Iterator[Extract]:
    """Yield the book as an article.

    Raises:
        UnreadableFile: it is no e-book, or encrypted.
    """
    archive = Archive(data, _KIND)
    if _is_encrypted(archive):
        raise UnreadableFile("encrypted")
    paths = [each.get("full-path") for each in archive.xml(_CONTAINER).iter() if local_name(each) == "rootfile"]
    if not paths or paths[0] not in archive.names:
        raise UnreadableFile(f"is no {_KIND}")
    package = archive.xml(paths[0])
    bold = _bold_classes(archive)
    parts: list[Part] = []
    groups = 0
    for path in _chapters(package, posixpath.dirname(paths[0])):
        if path in archive.names:
            for part in _parts(archive.read(path), bold):
                parts.append(part._replace(group=part.group and part.group + groups))
            groups = max((part.group for part in parts), default=0)
    yield Extract(fields=tuple(_fields(package).items()), parts=with_paragraph_locators(parts))


def _is_encrypted(archive: Archive) -> bool:
    if _ENCRYPTION not in archive.names:
        return False
    methods = [each for each in archive.xml(_ENCRYPTION).iter() if local_name(each) == "EncryptionMethod"]
    return any(
        each.get("Algorithm") not in _FONTS and local_name(each.getparent()) == "EncryptedData" for each in methods
    )


def _chapters(package: Element, folder: str) -> Iterator[str]:
    """Yield the paths of the pages of a book in the order in which they are read, without its table of contents."""
    pages = {}
    order = []
    for element in package.iter():
        name = local_name(element)
        if (
            name == "item"
            and element.get("media-type") in _PAGES
            and "nav" not in (element.get("properties") or "").split()
        ):
            pages[element.get("id")] = posixpath.normpath(posixpath.join(folder, unquote(element.get("href") or "")))
        elif name == "itemref":
            order.append(element.get("idref"))
        elif name == "reference" and element.get("type") in ("toc", "cover"):
            path = posixpath.join(folder, unquote((element.get("href") or "").partition("#")[0]))
            pages = {key: page for key, page in pages.items() if page != posixpath.normpath(path) or page in order}
    yield from dict.fromkeys(pages[each] for each in order if each in pages)


def _bold_classes(archive: Archive) -> set[str]:
    """Return the classes of text in bold: LibreOffice writes headings as paragraphs that only look so."""
    sheets = [archive.read(name).decode("latin-1") for name in archive.names if name.endswith(".css")]
    return {name for sheet in sheets for names in _BOLD.findall(sheet) for name in _CLASS.findall(names)}


def _parts(page: bytes, bold: set[str]) -> list[Part]:
    """Return the parts of a page; none if it is a table of contents."""
    root = parse_xhtml(decoded_page(page))
    for element in list(root.iter("p", "span")) if bold else ():
        if not bold.isdisjoint((element.get("class") or "").split()):
            embolden(element)
    pieces = walked(root)
    linked = [each for each in pieces if each.linked > _LINKS]
    length = sum(len(each.part.text) for each in pieces)
    if len(linked) >= _FEWEST_LINKS and sum(len(each.part.text) for each in linked) > _LINKS * length:
        return []
    return [each.part for each in pieces]


def _fields(package: Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    authors: list[str] = []
    tags: list[str] = []
    for element in package.iter():
        name, text = local_name(element), " ".join((element.text or "").split())
        if not text or "purl.org/dc/" not in str(element.tag):
            continue
        event = next((value for key, value in element.attrib.items() if key.endswith("event")), "publication")
        if name in _FIELDS:
            fields.setdefault(_FIELDS[name], text)
        elif name == "creator":
            authors.append(text)
        elif name == "subject":
            tags.append(text)
        elif name == "date" and "publication" in event and parse_date(text):
            fields.setdefault("date", text.partition("T")[0])
        elif name in ("source", "identifier") and text.startswith(("http://", "https://")):
            fields.setdefault("url", text)
    fields |= {"author": ", ".join(authors), "tags": ", ".join(dict.fromkeys(tags))}
    if fields.get("language") == "und":
        del fields["language"]
    return {name: value for name, value in fields.items() if value}
