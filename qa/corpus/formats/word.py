"""Loader for Word documents: mammoth makes HTML of them, by the styles of their paragraphs."""

from __future__ import annotations

import io
from collections.abc import Iterator

from qa.corpus.formats.archives import Archive
from qa.corpus.formats.extract import Extract, with_paragraph_locators
from qa.corpus.formats.html_tree import local_name, parse_html
from qa.corpus.formats.html_walk import parts_of
from qa.corpus.formats.properties import fields_of
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
_CORE = "docProps/core.xml"
_CUSTOM = "docProps/custom.xml"


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
    yield Extract(fields=tuple(_fields(archive).items()), parts=with_paragraph_locators(parts))


def _fields(archive: Archive) -> dict[str, str]:
    own = archive.xml(_CORE) if _CORE in archive.names else ()
    custom = archive.xml(_CUSTOM) if _CUSTOM in archive.names else ()
    return fields_of(
        [(local_name(each), each.text) for each in own],
        [(each.get("name") or "", "".join(each.itertext())) for each in custom],
    )
