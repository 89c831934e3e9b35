"""Documents in OpenDocument, which pandoc writes here, and those that it reads: RTF, reStructuredText and Org."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from qa.corpus import UnreadableFile
from qa.corpus.formats import pandoc, programs
from tests.helpers.formats import blocks, place_of, read_file, texts, zipped

RST = """Bridge closed
=============

:Author: Ruth Calloway
:Date: 2025-03-04

Roads
-----

The bridge is closed.

* Buses turn.

  * The 14 goes on.

====== =====
Day    Ferry
====== =====
Monday 07:15
====== =====
"""
ORG = """#+TITLE: Bridge closed
#+AUTHOR: Ruth Calloway
#+DATE: 2025-03-04
* Roads
The bridge is closed.
- Buses turn.
  - The 14 goes on.
| Day | Ferry |
|-----+-------|
| Monday | 07:15 |
"""
EXPECTED = [
    ("heading", "Roads"),
    ("paragraph", "The bridge is closed."),
    ("list item", "Buses turn."),
    ("list item", "The 14 goes on."),
    ("table row", "Day: Monday; Ferry: 07:15"),
]


@pytest.mark.parametrize(("name", "text"), [("a.rst", RST), ("a.org", ORG)])
def test_markup_keeps_its_structure(tmp_path: Path, name: str, text: str) -> None:
    """Headings, lists and tables are blocks, with the metadata that the document states."""
    document = read_file(tmp_path, name, text)

    assert EXPECTED == blocks(document)
    assert ("Bridge closed", "2025-03-04") == (document.title, str(document.published))
    assert "Ruth Calloway" == document.value("author")
    assert "paragraph 1 of “Roads”" == place_of(document, "The bridge")


def test_open_document(tmp_path: Path) -> None:
    """Its structure and its properties; a date only if a property of its own states it."""
    program = programs.find_program("pandoc")
    assert program
    file = tmp_path / "bridge.odt"
    command = [program, "-f", "rst", "-o", str(file), "-M", "source=Ashe News", "-M", "lang=en-GB"]
    subprocess.run(command, input=RST.encode(), check=True)
    document = read_file(tmp_path, "bridge.odt", file.read_bytes())

    assert EXPECTED == blocks(document)[-len(EXPECTED) :]
    assert ("Bridge closed", "Ashe News", "en-GB") == (document.title, document.source, document.value("language"))
    assert ("Ruth Calloway", "2025-03-04") == (document.value("author"), str(document.published))


def test_rtf(tmp_path: Path) -> None:
    """With every character: pandoc alone loses those after a character that is written as a number."""
    text = (
        r"{\rtf1\ansi{\info{\title Bridge}{\author Ruth Calloway}}"
        r"{\pard Costs \u163?41,300 at Caf\u233e41, the kings\u8217's \u8220\'93ford\u8221\'94.\par}"
        r"{\uc0 {\pard Caf\u233 7 \u55357 \u56832 and \u123 x\u92 y\u125 .\par}}{\pard The end.\par}}"
    )
    document = read_file(tmp_path, "a.rtf", text)

    assert ["Costs £41,300 at Café41, the kings’s “ford”.", "Café7 😀and {x\\y}.", "The end."] == texts(document)
    assert "Ruth Calloway" == document.value("author")


def test_a_name_between_title_and_day_is_the_author(tmp_path: Path) -> None:
    """As pandoc and people write it above a text."""
    text = r"{\rtf1\ansi {\pard \b Bridge closed\par}{\pard Ruth Calloway\par}{\pard 4 March 2025\par}{\pard Hi.\par}}"
    document = read_file(tmp_path, "a.rtf", text)

    assert ("Ruth Calloway", "2025-03-04") == (document.value("author"), str(document.published))


def test_footnotes_in_rtf(tmp_path: Path) -> None:
    """They follow the text."""
    note = r"{\super\chftn}{\*\footnote\chftn\pard {\pard Since Monday.\par}}"
    document = read_file(tmp_path, "a.rtf", rf"{{\rtf1\ansi {{\pard The bridge is closed.{note} Use the ford.\par}}}}")

    assert ["The bridge is closed. Use the ford.", "Since Monday."] == texts(document)


def test_a_heading_in_rtf_is_no_list_item(tmp_path: Path) -> None:
    """Even if its outline is numbered, as LibreOffice has it."""
    heading = r"\pard\plain\ilvl1\outlinelevel1{\listtext\pard\plain \tab}\ls1 {Roads}\par"
    document = read_file(tmp_path, "a.rtf", rf"{{\rtf1\ansi {heading} \pard\plain The bridge is closed.\par}}")

    assert [("heading", "Roads"), ("paragraph", "The bridge is closed.")] == blocks(document)


def test_open_document_with_notes_and_changes(tmp_path: Path) -> None:
    """Notes follow the text, what is deleted and commented is left out, and bold lines are headings."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for name, space in {"office": "office", "text": "text", "style": "style", "table": "table"}.items()
    )
    content = f"""<office:document-content {spaces} xmlns:fo="x"><office:automatic-styles>
    <style:style style:name="P1" style:parent-style-name="Quotations"/>
    <style:style style:name="P2"><style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles>
    <office:body><office:text><text:tracked-changes><text:p>Deleted.</text:p></text:tracked-changes>
    <text:p text:style-name="P2">Roads</text:p><text:p>Closed<text:note><text:note-citation>1</text:note-citation>
    <text:note-body><text:p>Since Monday.</text:p></text:note-body></text:note> for<text:s/>all<office:annotation>
    <text:p>Really?</text:p></office:annotation>.</text:p><text:p text:style-name="P1">We wait.</text:p>
    <table:table><table:table-row><table:table-cell><text:p>Day</text:p></table:table-cell><table:table-cell
     table:number-columns-spanned="2"><text:p>Ferry</text:p></table:table-cell><table:covered-table-cell/>
    </table:table-row><table:table-row><table:table-cell><text:p>Monday</text:p></table:table-cell><table:table-cell>
    <text:p>07:15</text:p></table:table-cell><table:table-cell><text:p>08:05</text:p></table:table-cell>
    </table:table-row></table:table></office:text></office:body></office:document-content>"""
    document = read_file(tmp_path, "a.odt", zipped({"content.xml": content}))

    assert [
        ("heading", "Roads"),
        ("paragraph", "Closed for all."),
        ("quote", "We wait."),
        ("table row", "Day: Monday; Ferry: 07:15; Ferry: 08:05"),
        ("paragraph", "Since Monday."),
    ] == blocks(document)


def test_files_beside_a_document_are_not_read(tmp_path: Path) -> None:
    """A document cannot bring the content of other files into the answers."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    document = read_file(tmp_path, "a.rst", f"Text.\n\n.. include:: {secret}\n\n.. csv-table::\n   :file: {secret}\n")

    assert "hunter2" not in document.text


def test_any_encoding(tmp_path: Path) -> None:
    """Pandoc itself reads only UTF-8."""
    assert ["Café."] == texts(read_file(tmp_path, "a.org", "Café.".encode("latin-1")))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.odt", b"%PDF", "is no OpenDocument text"),
        ("a.odt", zipped({"word/document.xml": "<x/>"}), "is no OpenDocument text"),
        ("a.odt", zipped({"content.xml": "<x"}), "content.xml is no XML"),
        ("a.odt", zipped({"content.xml": bytes(201_000_000)}), "decompresses to more than 200 MB"),
        (
            "a.odt",
            zipped({"content.xml": "x", "META-INF/manifest.xml": "<manifest:encryption-data/>"}),
            "encrypted",
        ),
        ("a.rtf", b"PK\x03\x04", "is no document in RTF"),
        ("a.org", bytes(1_000), "is no Org document"),
        ("a.rst", b"..", "it has no text"),
    ],
)
def test_what_cannot_be_read_is_skipped_with_the_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    """Other formats and damage."""
    with pytest.raises(UnreadableFile, match=reason):
        read_file(tmp_path, name, data)


@pytest.mark.parametrize(
    ("script", "reason"),
    [("exec sleep 30", "pandoc takes longer than 1 seconds"), ("exit 251", "pandoc needs more than 512 MB of memory")],
)
def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str) -> None:
    """A document on which pandoc works without end is skipped."""
    program = tmp_path / "pandoc"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(pandoc, "find_program", lambda _: str(program))
    monkeypatch.setattr(pandoc, "SECONDS", 1)

    with pytest.raises(UnreadableFile, match=reason):
        list(pandoc.load(b"Text.", "a.rst"))


@pytest.mark.parametrize("program", ["pandoc", "pypandoc"])
def test_old_and_new_versions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """The pandoc of the system and the one of the package ``pypandoc-binary`` are both good enough."""
    if program == "pypandoc":
        monkeypatch.setenv("PATH", str(tmp_path))
    programs.find_program.cache_clear()
    try:
        [extract] = pandoc.load(RST.encode(), "a.rst")
    finally:
        programs.find_program.cache_clear()

    assert ("title", "Bridge closed") in extract.fields
    assert "Roads" in [part.text for part in extract.parts]
