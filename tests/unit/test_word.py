"""Word documents: structure by styles, tracked changes, properties, and archives that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.corpus import UnreadableFile
from tests.helpers.formats import blocks, place_of, read_file, texts, zipped

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
    for name in ("Title", "heading 1", "heading 2", "Quote")
)
_NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>Minutes of March</dc:title><dc:creator>Ruth Calloway</dc:creator><cp:keywords>roads, Ashe</cp:keywords>"
    "<dcterms:created>2019-01-01T00:00:00Z</dcterms:created><dcterms:modified>2019-01-02T00:00:00Z</dcterms:modified>"
    "</cp:coreProperties>"
)


def paragraph(text: str, properties: str = "") -> str:
    """Return a paragraph of Word."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def styled(text: str, style: str) -> str:
    """Return a paragraph with a style."""
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


def item(text: str, level: int) -> str:
    """Return an item of a list."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def row(*cells: str, head: bool = False) -> str:
    """Return a row of a table."""
    properties = "<w:trPr><w:tblHeader/></w:trPr>" if head else ""
    return f"<w:tr>{properties}{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in cells)}</w:tr>"


def word(body: str, **entries: str) -> bytes:
    """Return a Word document."""
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATIONS,
            "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {_W}>{_STYLES}</w:styles>",
            "word/numbering.xml": f"<w:numbering {_W}>{_NUMBERING}</w:numbering>",
            **{name.replace("__", "/") + ".xml": content for name, content in entries.items()},
        }
    )


def test_a_document_keeps_its_structure(tmp_path: Path) -> None:
    """Headings, nested lists, tables with the names of their columns, and quotes, by their styles."""
    body = (
        styled("Minutes", "Title")
        + styled("Roads", "heading1")
        + paragraph("The bridge is closed.")
        + item("Buses turn at the mill.", 0)
        + item("The 14 goes on.", 1)
        + f"<w:tbl>{row('Day', 'Ferry', head=True)}{row('Monday', '07:15')}</w:tbl>"
        + styled("We shall not wait.", "Quote")
    )
    document = read_file(tmp_path, "minutes.docx", word(body))

    assert [
        ("heading", "Minutes"),
        ("heading", "Roads"),
        ("paragraph", "The bridge is closed."),
        ("list item", "Buses turn at the mill."),
        ("list item", "The 14 goes on."),
        ("table row", "Day: Monday; Ferry: 07:15"),
        ("quote", "We shall not wait."),
    ] == blocks(document)
    assert "paragraph 1 of “Roads”" == place_of(document, "The bridge")
    assert [0, 1] == [block.depth for block in document.blocks if "list item" == block.kind.value]


def test_what_is_deleted_is_left_out(tmp_path: Path) -> None:
    """Of tracked changes, insertions are part of the text; comments are not."""
    body = (
        "<w:p><w:r><w:t>It costs </w:t></w:r><w:del><w:r><w:delText>£5</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>£6</w:t></w:r></w:ins><w:r><w:t>.</w:t></w:r></w:p>"
    )
    comments = f'<w:comments {_W}><w:comment w:id="1">{paragraph("Really?")}</w:comment></w:comments>'

    assert ["It costs £6."] == texts(read_file(tmp_path, "a.docx", word(body, word__comments=comments)))


def test_properties_are_metadata_but_dates_of_the_file_are_not(tmp_path: Path) -> None:
    """When a file was made says nothing about when its text was published."""
    document = read_file(tmp_path, "a.docx", word(paragraph("The bridge is closed."), docProps__core=_CORE))

    assert ("Minutes of March", None) == (document.title, document.published)
    assert ("Ruth Calloway", "roads, Ashe") == (document.value("author"), document.value("tags"))


def test_a_property_of_its_own_states_the_date(tmp_path: Path) -> None:
    """As pandoc writes it, and people who manage documents."""
    custom = '<Properties xmlns:vt="x"><property name="Date"><vt:lpwstr>2025-03-04</vt:lpwstr></property></Properties>'
    document = read_file(tmp_path, "a.docx", word(paragraph("The bridge is closed."), docProps__custom=custom))

    assert "2025-03-04" == str(document.published)


def test_a_program_is_no_author(tmp_path: Path) -> None:
    """What stands for the author where nobody entered a name is left out."""
    core = _CORE.replace("Ruth Calloway", "Microsoft Office User")

    assert read_file(tmp_path, "a.docx", word(paragraph("The bridge."), docProps__core=core)).value("author") is None


_BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7", "is no Word document"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "with a password, or in the format before 2007"),
        (zipped({"content.xml": "<x/>"}), "is no Word document"),
        (word(paragraph("x"))[:-40], "damaged archive"),
        (word(paragraph("")), "it has no text"),
        (word(paragraph("x"), word__footnotes=f"{_BOMB}<x>&b;</x>"), "declares a document type"),
        (word("<w:p>" * 100_000), "damaged|nested"),
        (zipped({"word/document.xml": bytes(201_000_000)}), "decompresses to more than 200 MB"),
        (zipped({f"{number}.xml": "" for number in range(20_001)}), "contains more than 20,000 files"),
    ],
)
def test_what_cannot_be_read_is_skipped_with_the_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    """Other formats, damage, and archives that are made to do harm."""
    with pytest.raises(UnreadableFile, match=reason):
        read_file(tmp_path, "a.docx", data)
