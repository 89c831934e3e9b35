"""PDF: the text as it is read, without what is repeated on every page; a scan has none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from qa.corpus.dates import date_marks
from qa.corpus.formats.extract import Extract
from qa.corpus.formats.pdf_blocks import parts_of
from qa.corpus.formats.pdf_layout import columns_of
from qa.corpus.formats.pdf_running import without_running_lines
from qa.corpus.formats.pdf_words import PageText, page_text
from qa.corpus.formats.worker import LONGEST
from qa.corpus.loaders import UnreadableFile
from qa.datatypes import BlockKind

_HEAD = 1024
"""Bytes within which a PDF says that it is one."""
_NO_TITLE = re.compile(
    r"\s*(?:microsoft (?:word|powerpoint|excel)\b.*|untitled.*|(?:new )?document\d*|slide \d+|.*\.(?:docx?|odt|rtf|pdf|"
    r"indd|qxd|tex|dvi|pages|html?|pptx?|xlsx?|pmd|ps)|about:blank|https?://.*|[\W\d_]*)\s*",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\s*(?:(?:admin(?:istrator)?|user|owner|author|unknown|anonymous|root|pc|home)\W*\d*|[\W\d_]*)\s*", re.I
)
_TIME = re.compile(r"\d:\d\d")
"""Browsers print when a page was printed."""
_LONGEST_OUTLET = 6
"""Words of the name of a magazine or newspaper."""
_HEADINGS = 3
"""Parts at the beginning that may be the title."""
_SITE = re.compile(r"\s+[|\u2013\u2014\u00b7-]\s+(\S.*)")
"""Name of a site behind a title."""
_MANY = 10
"""Pages that a notice lists."""


def load(data: bytes, name: str) -> Iterator[Extract]:
    """Yield the one article of a file.

    Raises:
        UnreadableFile: it is no PDF, encrypted, a scan without text, or its letters are not known.
    """
    if b"%PDF-" not in data[:_HEAD]:
        raise UnreadableFile("is no PDF")
    document = _opened(data)
    try:
        pages = _pages(document)
        fields = _fields(document, name)
    finally:
        document.close()
    empty = [number for number, page in enumerate(pages, 1) if not page.segments]
    if len(empty) == len(pages):
        raise UnreadableFile("a scan without text: run OCR first, such as ocrmypdf")
    words = sum(len(segment.words) for page in pages for segment in page.segments)
    if sum(page.unmapped for page in pages) * 2 > words:
        raise UnreadableFile("its text cannot be decoded: it does not say which letters its signs are")
    bodies, head = without_running_lines(pages)
    gutters: list[float] = []
    parts = parts_of([list(columns_of(segments, number, gutters)) for number, segments in enumerate(bodies, 1)])
    fields = _without_site(fields, [part.text for part in parts if part.kind is BlockKind.HEADING][:_HEADINGS])
    fields += _issue(head, {part.text for part in parts[:_HEADINGS]} | {value for _, value in fields})
    yield Extract(fields=fields, parts=tuple(parts), notice=_notice(empty))


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as problem:
        if getattr(problem, "err_code", None) == raw.FPDF_ERR_PASSWORD or "assword" in str(problem):
            raise UnreadableFile("encrypted: save it without a password") from None
        raise UnreadableFile("damaged: it cannot be opened") from None


def _pages(document: pdfium.PdfDocument) -> list[PageText]:
    """Return the text of all pages; one that is damaged counts as empty."""
    pages = []
    length = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            pages.append(PageText([], 0, 0))
            continue
        try:
            pages.append(page_text(page))
        finally:
            page.close()
        length += sum(len(segment.text) for segment in pages[-1].segments)
        if length > LONGEST:
            raise UnreadableFile(f"its text is longer than {LONGEST:,} characters")
    return pages


def _fields(document: pdfium.PdfDocument, name: str) -> tuple[tuple[str, str], ...]:
    """Return the metadata that people wrote; not the date, which is that of the file and not of the text."""
    stated = document.get_metadata_dict()
    title, author = (" ".join(stated.get(key, "").split()) for key in ("Title", "Author"))
    stem = name.rpartition(".")[0]
    if _NO_TITLE.fullmatch(title) or _letters(title) == _letters(stem):
        title = ""
    if _NOBODY.fullmatch(author):
        author = ""
    tags = re.sub(r"\s*;\s*", ", ", " ".join(stated.get("Keywords", "").split()))
    return tuple((key, value) for key, value in (("title", title), ("author", author), ("tags", tags)) if value)


def _without_site(fields: tuple[tuple[str, str], ...], headings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the fields with a title such as "Heading | Site", as browsers print it, as a title and a source."""
    stated = dict(fields)
    for heading in headings:
        site = _SITE.fullmatch(stated.get("title", "").removeprefix(heading))
        if site and len(site[1].split()) <= _LONGEST_OUTLET:
            return tuple((stated | {"title": heading, "source": site[1]}).items())
    return fields


def _issue(head: Sequence[str], known: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return the date of an issue in the running head, and the outlet if it stands beside it."""
    days = [text for text in head if not _TIME.search(text) and any(date_marks([text]))]
    if len(days) != 1:
        return ()
    others = [text for text in head if not any(map(str.isdigit, text)) and len(text.split()) <= _LONGEST_OUTLET]
    outlet = [("source", others[0])] if len(others) == 1 and others[0] not in known else []
    return (("date", days[0]), *outlet)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _notice(empty: Sequence[int]) -> str:
    if not empty:
        return ""
    shown = ", ".join(map(str, empty[:_MANY])) + (" …" if len(empty) > _MANY else "")
    return f"no text on page{'s' if len(empty) > 1 else ''} {shown}: pictures, or a scan without OCR"
