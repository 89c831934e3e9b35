"""Loader for e-books in FictionBook; pandoc reads them too, but without their tables."""

from __future__ import annotations

from collections.abc import Iterator

from qa.corpus.formats.extract import Extract, with_paragraph_locators
from qa.corpus.formats.html_decoding import decoded_page
from qa.corpus.formats.html_tree import Element, local_name, parse_xml, without_declaration
from qa.corpus.formats.html_walk import parts_of
from qa.corpus.loaders import UnreadableFile

_TAGS = {
    "cite": "blockquote",
    "epigraph": "blockquote",
    "annotation": "blockquote",
    "v": "p",
    "text-author": "p",
    "date": "p",
    "empty-line": "hr",
    "stanza": "div",
    "poem": "div",
    "strong": "b",
}
"""Names in HTML of elements that are called otherwise."""
_DEEPEST = 6


def load(data: bytes, name: str) -> Iterator[Extract]:
    """Yield the book as an article.

    Raises:
        UnreadableFile: it is no such book.
    """
    from lxml.etree import XMLSyntaxError

    try:
        root = parse_xml(without_declaration(decoded_page(data)).encode())
    except XMLSyntaxError:
        raise UnreadableFile("damaged: no XML") from None
    if local_name(root) != "FictionBook":
        raise UnreadableFile("is no e-book in FictionBook")
    for element in list(root.iter()):
        if local_name(element):
            element.tag = local_name(element)
        elif element.getparent() is not None:
            element.getparent().remove(element)
    fields = _fields(root)
    for element in [*root.findall("description"), *root.findall("binary"), *root.findall("stylesheet")]:
        root.remove(element)
    _to_html(root)
    yield Extract(fields=tuple(fields.items()), parts=with_paragraph_locators(parts_of(root)))


def _to_html(root: Element) -> None:
    for element in list(root.iter()):
        name = element.tag
        if name in ("title", "subtitle"):
            depth = sum(above.tag == "section" for above in element.iterancestors()) + (name == "subtitle")
            element.tag = f"h{min(depth + 1, _DEEPEST)}"
            for part in element.iter("p"):
                part.tag = "span"
                part.tail = f" {part.tail or ''}"
        elif name == "body" and element.get("name") in ("notes", "comments"):
            element.set("class", "footnotes")
        elif name == "a":
            element.set("href", next((value for key, value in element.attrib.items() if key.endswith("href")), ""))
            element.set("class", "noteref" if element.get("type") == "note" else "")
        element.tag = _TAGS.get(element.tag, element.tag)


def _fields(root: Element) -> dict[str, str]:
    about = root.find("description/title-info")
    if about is None:
        return {}
    day = about.find("date")
    names = [
        [author.findtext(f"{part}-name") for part in ("first", "middle", "last")] for author in about.findall("author")
    ]
    values = {
        "title": about.findtext("book-title"),
        "author": ", ".join(" ".join(part for part in name if part) for name in names),
        "date": None if day is None else day.get("value") or day.text,
        "source": root.findtext("description/publish-info/publisher"),
        "language": about.findtext("lang"),
        "tags": about.findtext("keywords"),
    }
    return {name: value.strip() for name, value in values.items() if value and value.strip()}
