"""The parts of an HTML tree, by which every format that is read as HTML is divided."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from qa.corpus.formats.extract import Part
from qa.corpus.formats.html_collector import Collector, Walked
from qa.corpus.formats.html_tables import layout_tables
from qa.corpus.formats.html_tree import Element, Events, local_name
from qa.corpus.formats.typed_lists import with_typed_lists
from qa.datatypes import BlockKind

_HIDDEN = set(
    "area audio button canvas embed head iframe input map menuitem meter nav noscript object option progress rp rt"
    " script select style svg template textarea title video annotation annotation-xml".split()
)
_BLOCKS = set(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol p pre search section summary table"
    " tbody td tfoot th thead tr ul".split()
)
_LISTS = {"ul", "ol", "dir", "menu", "dl"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_KINDS = {"blockquote": BlockKind.QUOTE, "figcaption": BlockKind.CAPTION, "caption": BlockKind.CAPTION}
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FOR_SCREEN_READERS = re.compile(r"\b(?:visually-hidden|sr-only|screen-reader-text)\b")
_NOTES = re.compile(r"(?<![\w-])(?:footnotes?|endnotes?|doc-endnotes|doc-footnote)\b")
_REFERENCE = re.compile(r"[\s\[(]*(?:[\d*†‡§]{1,4}|[a-z]|note \d+)[\s\])]*", re.IGNORECASE)
"""The mark of a footnote in the text."""
_BACK = re.compile(r"[\s↩↑^⏎\ufe0e\ufe0f\[\]]*")
"""The mark of a footnote that leads back to the text."""
_MARK = re.compile(r"noteref|footnote-ref|footnote-?back|backlink|footnotesym|footnoteanc")
_FONT_DEPTHS = {"4": 3, "+1": 3, "5": 2, "+2": 2, "6": 1, "7": 1, "+3": 1, "+4": 1}
"""The levels of headings that pages of the last century have instead of headings."""


def parts_of(root: Element) -> tuple[Part, ...]:
    """Return the parts of a tree, in order; see ``walked``."""
    return tuple(each.part for each in walked(root))


def walked(root: Element, is_left_out: Callable[[Element], bool] | None = None) -> list[Walked]:
    """Return the parts of a tree with where they come from; what browsers hide is left out, to any depth of nesting.

    Args:
        root: of HTML, with lower-case names and without namespaces.
        is_left_out: whether an element is left out although it is shown.
    """
    collector = Collector()
    layout = layout_tables(root)
    nodes = Events(root)
    skipped = False
    for begins, element in nodes:
        name = local_name(element)
        if begins:
            if not name or _is_hidden(element, name) or _is_mark(element, name):
                skipped = True
            elif is_left_out is not None and is_left_out(element):
                collector.flush()
                skipped = True
            if skipped:
                _take_note(collector, element, name)
                nodes.skip()
                continue
            _enter(collector, element, name, layout)
            collector.add(element.text)
            continue
        if not skipped:
            _leave(collector, element, name, layout)
        skipped = False
        if element is not root:
            collector.add(element.tail)
    collector.flush()
    return with_typed_lists(collector.parts)


def _enter(collector: Collector, element: Element, name: str, layout: set[Element]) -> None:
    if name in _BLOCKS:
        _enter_block(collector, element, name, layout)
    elif name in ("b", "strong"):
        collector.bold += 1
    elif name == "a":
        collector.links += bool(element.get("href"))
    elif name == "sup":
        collector.raised += 1
    elif name == "font" and element.get("size") in _FONT_DEPTHS:
        collector.sizes.append(_FONT_DEPTHS[element.get("size")])
    elif name == "br":
        collector.break_line()
    elif name == "q":
        collector.add("\u201c")


def _leave(collector: Collector, element: Element, name: str, layout: set[Element]) -> None:
    if name in _BLOCKS:
        _leave_block(collector, element, name, layout)
    elif name in ("b", "strong"):
        collector.bold -= 1
    elif name == "a":
        collector.links -= bool(element.get("href"))
    elif name == "sup":
        collector.raised -= 1
    elif name == "font" and element.get("size") in _FONT_DEPTHS:
        collector.sizes.pop()
    elif name == "q":
        collector.add("\u201d")


def _enter_block(collector: Collector, element: Element, name: str, layout: set[Element]) -> None:
    collector.open(element)
    if _is_notes(element):
        collector.notes += 1
    if name in _LISTS:
        collector.open_list()
    elif name in ("li", "dd"):
        collector.open_item()
    elif name in _HEADINGS:
        collector.heading = _HEADINGS[name]
    elif name == "dt":
        collector.open_term()
    elif name == "pre":
        collector.code += 1
    elif name in _KINDS:
        collector.kinds.append(_KINDS[name])
    elif name == "table" and element not in layout:
        collector.open_table()
    elif name in ("tr", "td", "th", "thead"):
        collector.open_table_part(element, name)


def _leave_block(collector: Collector, element: Element, name: str, layout: set[Element]) -> None:
    collector.close()
    if _is_notes(element):
        collector.notes -= 1
    if name in _LISTS:
        collector.close_list()
    elif name in ("li", "dd"):
        collector.close_item()
    elif name in _HEADINGS:
        collector.heading = 0
    elif name == "dt":
        collector.close_term()
    elif name == "pre":
        collector.code -= 1
    elif name in _KINDS:
        collector.kinds.pop()
    elif name == "table" and element not in layout:
        collector.close_table()
    elif name in ("td", "th", "thead"):
        collector.close_table_part(element, name)


def _take_note(collector: Collector, element: Element, name: str) -> None:
    """Keep what an element says although it has no text."""
    if name == "input" and element.get("type") == "checkbox":
        collector.check(element.get("checked") is not None)


def _is_hidden(element: Element, name: str) -> bool:
    if name in _HIDDEN:
        return True
    if name in ("html", "body"):  # scripts of the page would show it
        return False
    if element.get("hidden") is not None or _INVISIBLE.search(element.get("style") or ""):
        return True
    return bool(_FOR_SCREEN_READERS.search(element.get("class") or ""))


def _is_notes(element: Element) -> bool:
    """Whether a block holds footnotes, which are paragraphs and no list of the article."""
    return bool(_NOTES.search(f"{element.get('class') or ''} {element.get('role') or ''} {element.get('id') or ''}"))


def _is_mark(element: Element, name: str) -> bool:
    """Whether an element is the mark of a footnote, or the link back from it."""
    if name not in ("a", "sup"):
        return False
    text = "".join(islice(element.itertext(), 8))
    link = element if name == "a" else next(element.iterchildren("a"), None)
    if link is None or "#" not in (link.get("href") or "") or len(text) > 10:
        return False
    if name == "sup" or next(element.iterchildren("sup"), None) is not None:
        return bool(_REFERENCE.fullmatch(text))
    stated = " ".join(filter(None, map(link.get, ("class", "role", "id", "{http://www.idpf.org/2007/ops}type"))))
    return bool(_BACK.fullmatch(text)) or bool(_MARK.search(stated) and _REFERENCE.fullmatch(text))
