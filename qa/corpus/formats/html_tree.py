"""Trees of HTML and XHTML, parsed without network, without external entities, and to any depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from lxml import etree, html

Element = Any
"""An element of lxml, whose types know neither comments nor entities among the children."""

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DEEP = "Excessive depth"
"""What the parser says when it leaves out everything below its deepest level."""
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)\b[^<>]*>")
_PARAGRAPHS = re.compile(r"(?:<p>\s*)+")
_INLINE = set("a abbr b bdo big code em font i kbd mark q s small span strike strong sub sup tt u".split())
_STAY = set("head title body h1 h2 h3 h4 h5 h6 script style template noscript nav br".split())
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_OF_XML = {"amp;", "lt;", "gt;", "quot;", "apos;"}


class Events:
    """Each node of a tree when it begins (True) and when it ends (False), in order and to any depth."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._stack: list[tuple[Element, Iterator[Element]]] = []

    def __iter__(self) -> Iterator[tuple[bool, Element]]:
        """Yield whether a node begins, and the node."""
        self._stack = [(self._root, iter(self._root))]
        yield True, self._root
        while self._stack:
            element, children = self._stack[-1]
            child = next(children, None)
            if child is not None:
                self._stack.append((child, iter(child)))
                yield True, child
            else:
                self._stack.pop()
                yield False, element

    def skip(self) -> None:
        """Go on with the end of the node that has just begun."""
        self._stack[-1] = (self._stack[-1][0], iter(()))


def parse_html(text: str) -> Element:
    """Return the root of a page; whatever the text is, it is one.

    Nesting deeper than the parser follows is taken apart into paragraphs, so that no text is lost.
    """
    text = without_declaration(text.replace("\0", "\ufffd"))
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode(), parser=parser, ensure_head_body=True)
    except etree.ParserError:  # nothing but white space and comments
        return html.document_fromstring("<html><body></body></html>")
    if any(_DEEP in entry.message for entry in parser.error_log):
        return parse_html(_PARAGRAPHS.sub("<p>", _TAG.sub(_flat, text)))
    return root


def parse_xhtml(text: str) -> Element:
    """Return the root of a page of XHTML as XML understands it, or as HTML if it is not well-formed.

    Only XML knows that ``<a id="x"/>`` and ``<title/>`` end where they begin.
    """
    xml = _ENTITY.sub(lambda name: name[0] if name[1] in _OF_XML else html5.get(name[1], name[0]), text)
    try:
        root = parse_xml(without_declaration(xml).encode())
    except etree.XMLSyntaxError:
        return parse_html(text)
    for element in root.iter(etree.Element):
        element.tag = local_name(element)
    return root


def parse_xml(data: bytes) -> Element:
    """Return the root of an XML document; entities that it declares are left out, whatever they stand for.

    Raises:
        etree.XMLSyntaxError: it is not well-formed, or nested more than 256 levels deep.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data.lstrip(), parser)


def without_declaration(text: str) -> str:
    """Return a document without its XML declaration, whose encoding says nothing once it is decoded."""
    return _DECLARATION.sub("", text, count=1)


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def embolden(element: Element) -> None:
    """Put all of an element in bold."""
    bold = element.makeelement("b")
    bold.text, element.text = element.text, None
    bold.extend(list(element))
    element.append(bold)


def _flat(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if name in _STAY:
        return tag[0]
    return "" if name in _INLINE else "<p>"
