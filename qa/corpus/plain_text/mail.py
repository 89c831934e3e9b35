"""Mails as plain text: header lines, quoted text, signatures and legal notices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.corpus.plain_text.lines import Line
from qa.corpus.speakers import attribution, name_in_address
from qa.datatypes import Offsets

_FROM = re.compile(r"^From:[ \t]*(?=\S)([^\r\n]+)", re.MULTILINE | re.IGNORECASE)
_SEPARATOR = re.compile(r"From (?P<address>\S+@\S+|\S+ at \S+)\s+[^\n]{0,60}\b\d{4}\Z")
_HEADER = re.compile(r"(?P<key>[A-Z][A-Za-z-]{1,40}):(?:\s|\Z)")
_WITH_FROM = frozenset({"date", "sent", "subject", "to"})
_ORIGINAL = re.compile(
    r"[-_\s]{2,}(?:original message|forwarded message|begin forwarded message)[-_\s]{2,}", re.IGNORECASE
)
_NOTICE = re.compile(
    r"(?:disclaimer|confidentiality notice|notice)\s*:"
    r"|(?:the (?:contents of|information in|information contained in) )?this"
    r" (?:e-?mail|message|communication|transmission)\b",
    re.IGNORECASE,
)
_LEGAL = re.compile(r"\b(?:confidential|privileged|intended (?:solely|only|recipient)|addressee)", re.IGNORECASE)
_LONGEST_NOTICE = 4000
_MARKS = re.compile(r"(?:>[ \t]?)+")


def sender(text: str, start: int, end: int) -> Offsets | None:
    """Return the name in the last ``From:`` line between ``start`` and ``end``, or the address if it has no name."""
    offsets = None
    for match in _FROM.finditer(text, start, end):
        name = name_in_address(match[1])
        offsets = (match.start(1) + name[0], match.start(1) + name[1]) if name else offsets
    return offsets


def separator_sender(line: Line) -> Offsets | None:
    """Return the address in a line that begins a mail in a mailbox file: "From lena@example.org Mon Feb 3 2025"."""
    match = _SEPARATOR.match(line.text[:300]) if line.text.startswith("From ") else None
    return (line.start + match.start("address"), line.start + match.end("address")) if match else None


def headers_end(lines: Sequence[Line], index: int) -> int:
    """Return the index after the header lines of a mail that begin at ``index``; ``index`` if there are none."""
    keys: set[str] = set()
    end = index
    while end < len(lines) and (end == index or lines[end].gap == 0):
        match = _HEADER.match(lines[end].text)
        if match:
            keys.add(match["key"].casefold())
        elif end == index or not lines[end].indent:
            break
        end += 1
    return end if "from" in keys and keys & _WITH_FROM else index


def is_signature(line: Line) -> bool:
    """Whether the signature of a mail begins here."""
    return line.text == "--"


def is_original_message(line: Line) -> bool:
    """Whether the line only says that another mail follows."""
    return len(line.text) < 100 and bool(_ORIGINAL.fullmatch(line.text))


def is_legal_notice(text: str) -> bool:
    """Whether a paragraph of a mail says only that the mail is confidential."""
    return len(text) <= _LONGEST_NOTICE and bool(_NOTICE.match(text) and _LEGAL.search(text))


def quote_depth(line: Line) -> int:
    """Return the number of marks before quoted text; 0 if the line is not quoted."""
    return _quote_marks(line).count(">")


def unquoted(line: Line) -> Line | None:
    """Return a quoted line without its marks; None if nothing is left."""
    rest = line.after(len(_quote_marks(line)))
    return rest._replace(indent=0) if rest.text else None


def attribution_at(lines: Sequence[Line], index: int, text: str) -> tuple[Offsets, int] | None:
    """Return who said what is quoted below the line or two lines at ``index``, and the index of the quoted text."""
    if not any(line.text[0] == ">" for line in lines[index + 1 : index + 3]):
        return None
    depth = quote_depth(lines[index])
    for count in (1, 2):
        end = index + count
        if end >= len(lines) or lines[end].gap > 1 or (count == 2 and lines[index + 1].gap):
            return None
        first, last = unquoted(lines[index]), unquoted(lines[end - 1])
        if not first or not last or quote_depth(lines[end - 1]) != depth:
            return None
        if quote_depth(lines[end]) == depth + 1:
            name = attribution(text[first.start : last.end]) if last.end - first.start < 400 else None
            return ((first.start + name[0], first.start + name[1]), end) if name else None
    return None


def _quote_marks(line: Line) -> str:
    match = _MARKS.match(line.text)
    return match[0] if match else ""
