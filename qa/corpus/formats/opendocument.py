"""Loader for OpenDocument texts, as LibreOffice writes them; pandoc reads them too, but without the heads of tables."""

from __future__ import annotations

from collections.abc import Iterator

from qa.corpus.formats.archives import Archive
from qa.corpus.formats.extract import Extract, with_paragraph_locators
from qa.corpus.formats.html_tree import Element, embolden, local_name
from qa.corpus.formats.html_walk import parts_of
from qa.corpus.formats.properties import fields_of
from qa.corpus.loaders import UnreadableFile

_KIND = "OpenDocument text"
_MANIFEST = "META-INF/manifest.xml"
_META = "meta.xml"
_HIDDEN = "template"
"""An element of HTML that is not shown, but what follows it is."""
_TAGS = {
    "list": "ul",
    "list-item": "li",
    "list-header": "li",
    "table-header-rows": "thead",
    "table-row": "tr",
    "table-cell": "td",
    "line-break": "br",
    "text-box": "div",
    "section": "div",
    "covered-table-cell": _HIDDEN,
    "note": _HIDDEN,
    "annotation": _HIDDEN,
    "tracked-changes": _HIDDEN,
    "title": _HIDDEN,
    "desc": _HIDDEN,
    "table-of-content": _HIDDEN,
}
"""Names in HTML; what is inserted is part of the text, and what is deleted stands among the tracked changes."""
_STYLES = {
    "Title": "h1",
    "Quotations": "blockquote",
    "Preformatted_20_Text": "pre",
    "Source_20_Code": "pre",
    "Caption": "figcaption",
    "Table": "figcaption",
    "Illustration": "figcaption",
    "Figure": "figcaption",
}
"""Styles of paragraphs that say what they are."""
_MOST_PARENTS = 20


def load(data: bytes, name: str) -> Iterator[Extract]:
    """Yield the document as an article.

    Raises:
        UnreadableFile: it is no such document, or encrypted.
    """
    archive = Archive(data, _KIND)
    if _MANIFEST in archive.names and b":encryption-data" in archive.read(_MANIFEST):
        raise UnreadableFile("encrypted")
    content = archive.xml("content.xml")
    body = next((each for each in content.iter() if each.tag.endswith("}text") and "office" in each.tag), None)
    if body is None:
        raise UnreadableFile(f"is no {_KIND}")
    _to_html(body, _Styles(content))
    yield Extract(fields=tuple(_fields(archive).items()), parts=with_paragraph_locators(parts_of(body)))


class _Styles:
    """The styles of a document that are based on others."""

    def __init__(self, content: Element) -> None:
        self._parents: dict[str, str] = {}
        self._bold: set[str] = set()
        for style in content.iter():
            if local_name(style) == "style":
                name = _attribute(style, "name")
                self._parents[name] = _attribute(style, "parent-style-name")
                if any(_attribute(each, "font-weight") == "bold" for each in style):
                    self._bold.add(name)

    def tag(self, name: str) -> str:
        """Return the element of HTML that a style of paragraphs stands for."""
        for _ in range(_MOST_PARENTS):
            if name in _STYLES or not name:
                break
            name = self._parents.get(name, "")
        return _STYLES.get(name, "p")

    def is_bold(self, name: str) -> bool:
        """Whether text in this style is bold."""
        return name in self._bold


def _to_html(body: Element, styles: _Styles) -> None:
    notes = body.makeelement("div", {"class": "footnotes"})
    for element in list(body.iter()):
        name, style = local_name(element), _attribute(element, "style-name")
        if name in ("h", "p"):
            _to_block(element, styles)
        elif name == "span":
            element.tag = "b" if styles.is_bold(style) else "span"
        elif name in ("s", "tab"):
            element.text = " "
            element.tag = "span"
        elif name == "note-body":
            element.tag = "div"
            notes.append(element)
        elif name == "table-cell":
            _to_cell(element)
        elif name:
            element.tag = _TAGS.get(name, name)
    body.append(notes)


def _to_block(element: Element, styles: _Styles) -> None:
    style = _attribute(element, "style-name")
    if local_name(element) == "h":
        level = _attribute(element, "outline-level")
        element.tag = f"h{min(max(int(level) if level.isdigit() else 1, 1), 6)}"
        return
    element.tag = styles.tag(style)
    if element.tag == "p" and styles.is_bold(style):
        embolden(element)


def _to_cell(element: Element) -> None:
    element.tag = "th" if local_name(element.getparent().getparent()) == "thead" else "td"
    for ours, theirs in (("colspan", "number-columns-spanned"), ("rowspan", "number-rows-spanned")):
        element.set(ours, _attribute(element, theirs))


def _attribute(element: Element, name: str) -> str:
    """Return the attribute of this name in whatever namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _fields(archive: Archive) -> dict[str, str]:
    elements = list(archive.xml(_META).iter()) if _META in archive.names else []
    own = [(local_name(each), each.text) for each in elements]
    return fields_of(own, [(_attribute(each, "name"), each.text) for each in elements if _attribute(each, "name")])
