"""HTML inside other formats, such as a mail or a field of a record, as parts; web pages have a loader of their own.

Needs only the standard library, as mail and records do.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from qa.corpus.formats.extract import Part
from qa.datatypes import BlockKind

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead title tr ul".split()
)
"""Elements that begin and end a line."""
_HIDDEN = frozenset("head math noscript script select style svg template textarea title".split())
"""Elements whose text is not part of what is read."""
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
"""Elements without an end."""
_LISTS = frozenset(("ul", "ol"))
_INVISIBLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|article|b|blockquote|body|br|div|em|figure|font|h[1-6]|html|i|img|li|ol|p|section|span|strong|table|td|tr"
    r"|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Whether a text has elements of HTML."""
    return bool(_TAG.search(text))


def without_html(text: str) -> str:
    """Return a text of one line, such as a title, without elements and entities of HTML."""
    text = _TAG.sub("", text)
    return unescape(text) if _ENTITY.search(text) else text


def plain_html(html: str) -> list[Part]:
    """Return the headings, paragraphs, list items, quotes and rows of tables in ``html``, without places."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.parts()


class _Parser(HTMLParser):
    """Collects parts; the structure may be broken, so every end closes whatever it can."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[Part] = []
        self._text: list[str] = []
        self._cells: list[str] = []
        """The cells of the current row that stand before the text."""
        self._open: list[str] = []
        self._hidden_at: int | None = None
        """How many elements were open where hidden text began."""
        self._lists: list[int] = []
        self._groups = 0
        self._bullet = False

    def parts(self) -> list[Part]:
        """Return all parts, after the end of the document."""
        self._flush()
        return self._parts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if tag == "br" or tag in _BLOCKS:
            self._flush()
        if tag in ("td", "th"):
            self._end_cell()
        if tag in _VOID:
            return
        style = next((value or "" for name, value in attrs if name == "style"), "")
        is_hidden = tag in _HIDDEN or _INVISIBLE.search(style) or any(name == "hidden" for name, _ in attrs)
        if is_hidden and self._hidden_at is None:
            self._hidden_at = len(self._open)
        self._open.append(tag)
        if tag in _LISTS or tag == "table":
            self._groups += 1
            self._lists.append(self._groups)
        self._bullet = tag == "li" or (self._bullet and tag not in _BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        """End an element, and those inside it that have no end of their own."""
        if tag not in self._open:
            return
        if tag in _BLOCKS:
            self._flush()
        while self._open:
            closed = self._open.pop()
            if closed in _LISTS or closed == "table":
                self._lists.pop()
            if closed == tag:
                break
        if self._hidden_at is not None and len(self._open) <= self._hidden_at:
            self._hidden_at = None

    def handle_data(self, data: str) -> None:
        """Add text."""
        if self._hidden_at is None:
            self._text.append(data)

    def _end_cell(self) -> None:
        text = " ".join("".join(self._text).split())
        if text:
            self._cells.append(text)
        self._text.clear()

    def _flush(self) -> None:
        """End the current line."""
        raw = "".join(self._text)
        cells, text = self._cells, " ".join(raw.split())
        self._cells, self._text = [], []
        if cells:
            cells += [text] if text else []
            kind = BlockKind.ROW if len(cells) > 1 else BlockKind.PARAGRAPH
            group = self._lists[-1] if self._lists else 0
            self._parts.append(Part(kind, group=group, cells=tuple(cells)) if len(cells) > 1 else Part(kind, cells[0]))
        elif text:
            self._parts.append(self._part(raw, text))
            self._bullet = False

    def _part(self, raw: str, text: str) -> Part:
        innermost = next((tag for tag in reversed(self._open) if tag in _BLOCKS), "")
        if re.fullmatch("h[1-6]", innermost):
            return Part(BlockKind.HEADING, text, int(innermost[1]))
        if "pre" in self._open:
            return Part(BlockKind.CODE, raw.strip("\n"))
        if self._bullet and self._lists:
            depth = sum(tag in _LISTS for tag in self._open) - 1
            return Part(BlockKind.ITEM, text, max(depth, 0), group=self._lists[0])
        if innermost == "figcaption":
            return Part(BlockKind.CAPTION, text)
        return Part(BlockKind.QUOTE if "blockquote" in self._open else BlockKind.PARAGRAPH, text)
