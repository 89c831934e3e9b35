"""Loader for Word documents: mammoth makes HTML of them, by the styles of their paragraphs."""

from __future__ import annotations

import io
from collections.abc import Iterator

from qa.corpus.formats.archives import Archive
from qa.corpus.formats.extract import Extract, with_paragraph_places
from qa.corpus.formats.html_walk import parts_of
from qa.corpus.formats.html_tree import local_name, parse_html
from qa.corpus.loaders import UnreadableFile

_KIND = "Word document"
_OLD = b"\xd0\xcf\x11\xe0"
"""How the format before 2007 begins, and a document with a password."""
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Caption'] => figcaption:fresh
p[style-name='caption'] => figcaption:fresh
p[style-name='Image Caption'] => figcaption:fresh
p[style-name='Table Caption'] => figcaption:fresh
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='Preformatted Text'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
"""
_CORE = {"title": "title", "creator": "author", "keywords": "tags", "language": "language"}
"""Names in the properties of a document and ours; its dates are those of the file, not of publication."""
_CUSTOM = {"date": "date", "published": "date", "publication date": "date", "source": "source", "publisher": "source"}
"""Properties that people and programs add, and ours."""
_PROGRAMS = {
    "microsoft office user",
    "windows user",
    "user",
    "administrator",
    "python-docx",
    "un-named",
    "unknown author",
}
"""What stands for an author where nobody entered a name."""


def load(data: bytes, name: str) -> Iterator[Extract]:
    """Yield the document as an article.

    Raises:
        UnreadableFile: it is no Word document.
    """
    if data.startswith(_OLD):
        raise UnreadableFile("is a Word document with a password, or in the format before 2007: save it as .docx")
    archive = Archive(data, _KIND)
    if "[Content_Types].xml" not in archive.names or not any(each.startswith("word/") for each in archive.names):
        raise UnreadableFile(f"is no {_KIND}")
    for each in archive.names:
        # Word writes none, and what declares entities is meant to do harm.
        if each.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(each):
            raise UnreadableFile(f"{each} declares a document type, which no {_KIND} does")
    import mammoth

    without_pictures = mammoth.images.img_element(lambda _: {})
    page = mammoth.convert_to_html(io.BytesIO(data), style_map=_STYLES, convert_image=without_pictures).value
    parts = parts_of(parse_html(page))
    yield Extract(fields=tuple(_fields(archive).items()), parts=with_paragraph_places(parts))


def _fields(archive: Archive) -> dict[str, str]:
    found: dict[str, str] = {}
    if "docProps/custom.xml" in archive.names:
        for element in archive.xml("docProps/custom.xml"):
            field = _CUSTOM.get((element.get("name") or "").lower())
            found |= {field: "".join(element.itertext())} if field else {}
    if "docProps/core.xml" in archive.names:
        for element in archive.xml("docProps/core.xml"):
            field = _CORE.get(local_name(element))
            found |= {field: element.text or ""} if field else {}
    if found.get("author", "").strip().lower() in _PROGRAMS:
        del found["author"]
    if found.get("title", "").startswith("Microsoft Word - "):  # what a printer driver wrote
        del found["title"]
    return {name: value for name, value in found.items() if value.strip()}
