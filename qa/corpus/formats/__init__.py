"""Formats of articles that are not plain text: their suffixes, and which library reads them.

To support another one in qa itself, add a module with a function ``load`` and a line in ``FORMATS``. A package of its
own declares an entry point in the group ``qa.loaders``, named like the suffix (``tex``), which leads to a function from
the bytes and the name of a file to extracts, or to a LlamaIndex reader.

This is imported before every question, so it imports no library of a format: loaders run in a process of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from os.path import splitext

from qa.corpus.formats.extract import Extract

Load = Callable[[bytes, str], Iterable[Extract]]
"""Bytes and name of a file -> its articles; raises ``UnreadableFile`` for what it cannot interpret."""

EXTRA = "pip install 'qa-corpus[formats]'"
"""What installs the libraries that the package does not bring."""
ENTRY_POINTS = "qa.loaders"
"""Group of the entry points of loaders in other packages."""
MAX_BYTES = 100_000_000
"""Larger files of these formats are not read; what is extracted is limited more strictly."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of articles."""

    name: str
    """What people call it."""
    suffixes: tuple[str, ...]
    """Lower-case suffixes of its files."""
    module: str
    """Module with the function ``load``, or ``module:attribute`` of a plug-in."""
    version: str = "1"
    """Changed whenever it extracts something else, so that what was extracted before is not used any more."""
    packages: tuple[str, ...] = ()
    """Packages that it imports and that may be missing."""
    program: str = ""
    """A program that it runs and that may be missing."""

    def missing(self) -> str:
        """Return the command or hint that adds what this format needs; empty if nothing is missing."""
        return _missing(self)


FORMATS = (
    Format("mail", (".eml",), "qa.corpus.formats.mail"),
    Format("mailbox", (".mbox",), "qa.corpus.formats.mail"),
    Format("records", (".json", ".jsonl", ".ndjson", ".csv", ".tsv"), "qa.corpus.formats.records"),
    Format("web page", (".html", ".htm", ".mhtml", ".mht"), "qa.corpus.formats.web", packages=("trafilatura",)),
    Format("PDF", (".pdf",), "qa.corpus.formats.pdf", packages=("pypdfium2",)),
    Format("Word document", (".docx",), "qa.corpus.formats.word", packages=("mammoth", "lxml")),
    Format("e-book", (".epub",), "qa.corpus.formats.epub", packages=("lxml",)),
    Format("e-book", (".fb2",), "qa.corpus.formats.fictionbook", packages=("lxml",)),
    Format("OpenDocument text", (".odt",), "qa.corpus.formats.opendocument", packages=("lxml",)),
    Format(
        "document that pandoc reads",
        (".rtf", ".rst", ".org"),
        "qa.corpus.formats.pandoc",
        packages=("lxml",),
        program="pandoc",
    ),
)
"""Every format that comes with the package; mail and records need only the standard library."""
_BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes}


def format_of(path: str) -> Format | None:
    """Return the format of a file by the suffix of its name; None if there is no loader for it."""
    suffix = splitext(path)[1].lower()
    return _BY_SUFFIX.get(suffix) or (plug_ins().get(suffix) if suffix else None)


def format_name(path: str) -> str:
    """Return what people call the format of a file; empty if there is no loader for it."""
    file_format = format_of(path)
    return file_format.name if file_format else ""


@cache
def plug_ins() -> dict[str, Format]:
    """Return the formats that other packages add, by suffix; those of the package itself take precedence."""
    from importlib.metadata import entry_points  # takes 0.05 s, which a folder of plain text never needs

    formats = {}
    for point in entry_points(group=ENTRY_POINTS):
        suffix = f".{point.name.lower().lstrip('.')}"
        version = point.dist.version if point.dist else ""
        formats[suffix] = Format(point.name, (suffix,), point.value, version)
    return formats


@cache
def _missing(wanted: Format) -> str:
    from importlib.util import find_spec

    if any(find_spec(package) is None for package in wanted.packages):
        return EXTRA
    if wanted.program:
        from qa.corpus.formats.programs import find_program

        return "" if find_program(wanted.program) else f"install {wanted.program}"
    return ""
