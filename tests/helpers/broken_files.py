"""Files that are damaged, disguised, encrypted or made to exhaust a reader; each function writes some into a folder."""

from __future__ import annotations

import io
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.formats.formats import FILES, FORMATS
from tests.helpers.minimal_pdf import image_pdf, text_pdf

SECRET = "root:x:0:0"
"""What a file outside the corpus contains, to which external entities point."""
_GOOD = {
    "pdf": "pdf-libreoffice",
    "docx": "docx-libreoffice",
    "epub": "epub-pandoc",
    "odt": "odt-pandoc",
    "html": "html-news",
    "mhtml": "mhtml-chromium",
    "eml": "eml-html",
    "mbox": "mbox",
    "json": "json",
    "jsonl": "jsonl",
    "csv": "csv",
}
"""Formats by suffix, of which good files are damaged."""
_MAIN_PART = {"docx": "word/document.xml", "odt": "content.xml", "epub": "EPUB/text/ch001.xhtml"}
"""The part of a packed document that contains its text."""
_GIGABYTE = 1 << 30
_DEEP = 100_000


@cache
def good(suffix: str) -> bytes:
    """Return a good file of this format."""
    with TemporaryDirectory() as folder:
        FORMATS[_GOOD[suffix]].write_to(Path(folder))
        return min(Path(folder).iterdir()).read_bytes()


def truncated(folder: Path) -> None:
    """Write each format cut off at ten places."""
    for suffix in _GOOD:
        data = good(suffix)
        for tenth in range(10):
            (folder / f"truncated-{tenth}.{suffix}").write_bytes(data[: len(data) * tenth // 10 + 7])


def empty(folder: Path) -> None:
    """Write each format with nothing in it."""
    for suffix in _GOOD:
        (folder / f"empty.{suffix}").touch()


def random_bytes(folder: Path) -> None:
    """Write each format as noise, and with noise behind a good beginning."""
    source = random.Random(7)
    for suffix in _GOOD:
        (folder / f"noise.{suffix}").write_bytes(source.randbytes(20_000))
        (folder / f"noisy-end.{suffix}").write_bytes(good(suffix)[:300] + source.randbytes(20_000))


def wrong_suffixes(folder: Path) -> None:
    """Write files with the suffix of another format."""
    picture = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s5s", 13, b"IHDR", b"\0\0\0\1\0") + bytes(200)
    files = {
        "really-pdf.docx": good("pdf"),
        "really-docx.pdf": good("docx"),
        "really-docx.odt": good("docx"),
        "really-odt.epub": good("odt"),
        "really-png.pdf": picture,
        "really-png.html": picture,
        "really-text.pdf": b"The kettle is on the shelf.\n",
        "really-text.docx": b"The kettle is on the shelf.\n",
        "really-html.docx": good("html"),
        "really-html.eml": good("html"),
        "really-mail.html": good("eml"),
        "really-csv.json": good("csv"),
        "really-json.csv": good("json"),
        "really-json.mbox": good("json"),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)


def encrypted_pdfs(folder: Path) -> None:
    """Write a PDF that needs a password, and one that anybody may open but not change."""
    with tarfile.open(FILES / "encrypted-qpdf.tar.xz") as archive:
        archive.extractall(folder, filter="data")


def scanned_pdf(folder: Path) -> None:
    """Write a PDF that is only a picture."""
    row = bytes(255 - (x * 7 % 11) * 20 for x in range(600))
    (folder / "scanned.pdf").write_bytes(image_pdf(600, 800, row * 800))


def long_pdf(folder: Path) -> None:
    """Write a PDF of 10,000 pages."""
    (folder / "long.pdf").write_bytes(text_pdf([f"Page {number} is about a kettle." for number in range(10_000)]))


def zip_bombs(folder: Path) -> None:
    """Write packed documents whose text unpacks to a gigabyte of zeros, from about a megabyte."""
    stream, checksum = _zeros(_GIGABYTE)
    for suffix, part in _MAIN_PART.items():
        parts = {name: data for name, data in _parts(suffix).items() if name != part}
        (folder / f"bomb.{suffix}").write_bytes(_with_stream(parts, part, stream, checksum, _GIGABYTE))


def many_entries(folder: Path) -> None:
    """Write packed documents with 30,000 more parts."""
    further = {f"extra/{number}.xml": b"" for number in range(30_000)}
    for suffix in _MAIN_PART:
        (folder / f"many.{suffix}").write_bytes(_packed(_parts(suffix) | further))


def nested_archives(folder: Path) -> None:
    """Write packed documents that contain archives in archives, a hundred deep, instead of their text."""
    inner = b"the kettle"
    for _ in range(100):
        inner = _packed({"inner.zip": inner})
    for suffix, part in _MAIN_PART.items():
        (folder / f"nested.{suffix}").write_bytes(_packed(_parts(suffix) | {part: inner}))


def entity_bombs(folder: Path) -> None:
    """Write packed documents and web pages with an entity that expands to a billion words."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    _write_with_entity(folder, "laughs", f'<!ENTITY a0 "kettle ">{entities}', "a9")


def external_entities(folder: Path) -> None:
    """Write packed documents and web pages with an entity that stands for a file outside the corpus."""
    _write_with_entity(folder, "external", '<!ENTITY secret SYSTEM "file:///etc/passwd">', "secret")


def deep_nesting(folder: Path) -> None:
    """Write HTML, JSON and mails nested a hundred thousand deep."""
    text = "<p>The kettle is on the shelf.</p>"
    (folder / "deep.html").write_text(f"<html><body>{'<div>' * _DEEP}{text}{'</div>' * _DEEP}</body></html>")
    (folder / "deep-open.html").write_text("<b><i>" * _DEEP + text)
    (folder / "deep-lists.html").write_text("<ul><li>" * (_DEEP // 2) + text)
    (folder / "deep.json").write_text("[" * _DEEP + "]" * _DEEP)
    (folder / "deep-objects.json").write_text('{"text":' * _DEEP + '"kettle"' + "}" * _DEEP)
    (folder / "deep.jsonl").write_text('{"text": "The kettle is on the shelf."}\n' + "[" * _DEEP + "]" * _DEEP + "\n")
    part = "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n"
    mail = "Subject: deep\n" + "".join(part.format(number) for number in range(2_000)) + "\nThe kettle.\n"
    (folder / "deep.eml").write_text(mail)


def long_fields(folder: Path) -> None:
    """Write tables and records with a field of 4 MB, and of 100 MB, and with very many fields."""
    for name, size in (("long", 4_000_000), ("huge", 100_000_000)):
        words = "kettle " * (size // 7)
        (folder / f"{name}-field.csv").write_text(f'title,text\nKettles,"{words}"\n')
        (folder / f"{name}-field.jsonl").write_text(f'{{"title": "Kettles", "text": "{words}"}}\n')
    (folder / "wide.csv").write_text("a," * 500_000 + "text\n" + "1," * 500_000 + "kettle\n")
    (folder / "unclosed.csv").write_text('title,text\nKettles,"' + "The kettle is on the shelf.\n" * 50_000)


CASES: tuple[Callable[[Path], None], ...] = (
    truncated,
    empty,
    random_bytes,
    wrong_suffixes,
    encrypted_pdfs,
    scanned_pdf,
    long_pdf,
    zip_bombs,
    many_entries,
    nested_archives,
    entity_bombs,
    external_entities,
    deep_nesting,
    long_fields,
)
"""All of them."""


def _write_with_entity(folder: Path, name: str, declarations: str, entity: str) -> None:
    for suffix, part in _MAIN_PART.items():
        parts = _parts(suffix)
        text = parts[part].decode()
        end = text.index("?>") + 2 if text.startswith("<?xml") else 0
        body = text[end:].replace("<!DOCTYPE html>", "").replace(".", f"&{entity};.")
        parts[part] = f"{text[:end]}<!DOCTYPE root [{declarations}]>{body}".encode()
        (folder / f"{name}.{suffix}").write_bytes(_packed(parts))
    page = f"<!DOCTYPE html [{declarations}]><html><body><p>The kettle &{entity};.</p></body></html>"
    for suffix in ("html", "xhtml"):
        (folder / f"{name}.{suffix}").write_text(page)


def _parts(suffix: str) -> dict[str, bytes]:
    """Return the parts of a good packed document by name."""
    with zipfile.ZipFile(io.BytesIO(good(suffix))) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def _packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def _zeros(size: int) -> tuple[bytes, int]:
    """Return so many zeros, deflated, and their checksum; compressing a piece once is enough."""
    piece, checksum = bytes(1 << 20), 0
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    compressed = compressor.compress(piece) + compressor.flush(zlib.Z_FULL_FLUSH)
    for _ in range(size // len(piece)):
        checksum = zlib.crc32(piece, checksum)
    return compressed * (size // len(piece)) + zlib.compressobj(9, zlib.DEFLATED, -15).flush(), checksum


def _with_stream(parts: dict[str, bytes], name: str, stream: bytes, checksum: int, size: int) -> bytes:
    """Return an archive of ``parts`` and of one whose deflated bytes are given, which zipfile cannot write."""
    archive = bytearray(_packed(parts | {name: b""}))
    start = archive.rindex(name.encode(), 0, archive.rindex(b"PK\x01\x02"))
    directory = archive.index(b"PK\x01\x02")
    entry = archive.rindex(b"PK\x01\x02")
    sizes = struct.pack("<III", checksum, len(stream), size)
    archive[start - 22 : start - 4] = struct.pack("<H", 8) + archive[start - 20 : start - 16] + sizes
    archive[entry + 10 : entry + 28] = struct.pack("<H", 8) + archive[entry + 12 : entry + 16] + sizes
    end = archive.rindex(b"PK\x05\x06")
    archive[end + 16 : end + 20] = struct.pack("<I", start + len(name) + len(stream))
    return bytes(archive[: start + len(name)]) + stream + bytes(archive[directory:])
