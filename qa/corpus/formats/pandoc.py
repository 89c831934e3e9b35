"""Loader for RTF, reStructuredText and Org, which the program pandoc turns into HTML."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from os.path import splitext

from qa.corpus.dates import parse_date
from qa.corpus.decoding import decode
from qa.corpus.formats.extract import Extract, Part, with_paragraph_locators
from qa.corpus.formats.html_tree import Element, parse_html
from qa.corpus.formats.html_walk import parts_of
from qa.corpus.formats.programs import find_program
from qa.corpus.formats.properties import fields_of
from qa.corpus.formats.rtf import readable
from qa.corpus.loaders import UnreadableFile, is_binary
from qa.datatypes import BlockKind

SECONDS = 60
"""How long pandoc may take; a book takes ten."""
_MEGABYTES = 512
"""How large its heap may become."""
_OUT_OF_MEMORY = 251
_KINDS = {
    ".rtf": "document in RTF",
    ".rst": "reStructuredText",
    ".org": "Org document",
}
_NAME = re.compile(r"(?:[^\W\d_a-z][\w.\u2019'-]*)(?: [^\W\d_][\w.\u2019'-]*){1,4}")
_PROPERTY = re.compile(r"\{\\propname ([^{}\\]{1,60})\}\s*\\proptype30\s*\{\\staticval ([^{}\\]{1,300})\}")
"""A property with a text that people and programs add to a document in RTF."""
_LONGEST_DAY = 30
_OTHER_FILES = re.compile(
    r"^[ \t]*(?:\.\.[ \t]+include::|:(?:file|url):|#\+(?:include|setupfile):).*$", re.MULTILINE | re.IGNORECASE
)
"""What names another file; pandoc, which must not read any, would give up."""


def load(data: bytes, name: str) -> Iterator[Extract]:
    """Yield the document as an article.

    Raises:
        UnreadableFile: it is no such document, or pandoc cannot read it within its limits.
    """
    suffix = splitext(name)[1].lower()
    data = _as_utf8(data, suffix)
    root = parse_html(_converted(data, suffix.lstrip(".")))
    own = _PROPERTY.findall(data.decode()) if suffix == ".rtf" else []
    fields = fields_of((), own) | _fields(root)
    parts = parts_of(root)
    if "author" not in fields and (author := _author_above_date(parts)):
        fields["author"] = author
    yield Extract(fields=tuple(fields.items()), parts=with_paragraph_locators(parts))


def _author_above_date(parts: Sequence[Part]) -> str:
    """Return the name that stands between a title and a day, as programs write them; empty if there is none."""
    if len(parts) < 3 or parts[0].kind is not BlockKind.HEADING:
        return ""
    name, day = parts[1].text, parts[2].text
    return name if _NAME.fullmatch(name) and len(day) <= _LONGEST_DAY and parse_date(day) else ""


def _as_utf8(data: bytes, suffix: str) -> bytes:
    """Return a text in the only encoding that pandoc reads, after checking that it is one."""
    text = decode(data)[0]
    if is_binary(text) or (suffix == ".rtf" and not text.lstrip().startswith("{\\rtf")):
        raise UnreadableFile(f"is no {_KINDS[suffix]}")
    if suffix == ".rtf":
        text = readable(text)
    return _OTHER_FILES.sub("", text).encode() if suffix in (".rst", ".org") else text.encode()


def _converted(data: bytes, reader: str) -> str:
    """Return a document as a page of HTML.

    Raises:
        UnreadableFile: pandoc fails.
    """
    program = find_program("pandoc")
    if program is None:
        raise UnreadableFile("not read: install pandoc", may_pass=True)
    limits = ("+RTS", f"-M{_MEGABYTES}m", "-RTS")
    command = [program, *limits, "--sandbox", "-f", reader, "-t", "html5", "--standalone", "--wrap=none"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, preexec_fn=_limit_time)
    except subprocess.TimeoutExpired:
        raise UnreadableFile(f"pandoc takes longer than {SECONDS} seconds") from None
    except OSError:
        raise UnreadableFile("pandoc cannot be run", may_pass=True) from None
    if done.returncode == _OUT_OF_MEMORY:
        raise UnreadableFile(f"pandoc needs more than {_MEGABYTES} MB of memory")
    if done.returncode:
        raise UnreadableFile(f"damaged: pandoc cannot read it as {reader}")
    return done.stdout.decode("utf-8", "replace")  # pandoc writes nothing else than UTF-8


def _limit_time() -> None:
    """Limit the time of a process that outlives the one that started it, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _fields(root: Element) -> dict[str, str]:
    """Return what pandoc found about a document, and take the header out that it made of it."""
    stated: dict[str, list[str]] = {}
    names = {"author": "author", "dcterms.date": "date", "keywords": "tags"}
    for element in root.iter("meta"):
        field = names.get(element.get("name") or "")
        if field:
            stated.setdefault(field, []).append(element.get("content") or "")
    header = next((each for each in root.iter("header") if each.get("id") == "title-block-header"), None)
    if header is not None:
        for element in header:
            name = element.get("class") or ""
            if name in ("title", "author", "date"):
                stated.setdefault(name, []).append(" ".join("".join(element.itertext()).split()))
        header.getparent().remove(header)
    fields = {name: ", ".join(dict.fromkeys(values)) for name, values in stated.items() if name != "date"}
    fields["date"] = next(iter(stated.get("date", [])), "")
    fields["language"] = root.get("lang") or ""
    return {name: value for name, value in fields.items() if value}
