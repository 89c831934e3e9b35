"""PDF: text in the order in which people read it, with the page of every sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission

import qa
from qa.corpus import Corpus, UnreadableFile
from qa.datatypes import BlockKind, Document
from qa.models.embedding import Embedder

_LINE = 14
"""Points from one line to the next."""
_STREET = "The council has closed the old street along the river, because water had washed out its foundations."


class Paper(FPDF):
    """Pages of 400 x 400 points, with a running head and a page number if a head is given."""

    def __init__(self, head: str = "") -> None:
        super().__init__(unit="pt", format=(400, 400))
        self.head = head
        self.set_margins(40, 50, 40)
        self.set_auto_page_break(True, margin=50)
        self.set_font("Helvetica", size=11)
        self.add_page()

    def header(self) -> None:
        """Print the running head."""
        if self.head:
            self.set_font("Helvetica", size=8)
            self.text(40, 30, self.head)
            self.text(190, 380, str(self.page_no()))
            self.set_font("Helvetica", size=11)

    def paragraph(self, text: str, width: float = 0, style: str = "", size: float = 11) -> None:
        """Print a paragraph with space below it."""
        self.set_font("Helvetica", style, size)
        self.multi_cell(width, _LINE * size / 11, text, align="L", new_x="LEFT", new_y="NEXT")
        self.ln(8)

    def lines(self, x: float, y: float, lines: list[str], size: float = 11) -> None:
        """Print lines at a place."""
        self.set_font("Helvetica", size=size)
        for number, line in enumerate(lines):
            self.text(x, y + number * _LINE, line)


def read(tmp_path: Path, paper: FPDF | bytes, name: str = "a.pdf") -> Document:
    """Return the article that a PDF is."""
    folder = tmp_path / "papers"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(paper if isinstance(paper, bytes) else bytes(paper.output()))
    return Corpus(folder).read(name)


def texts(document: Document) -> list[str]:
    """Return the text of each block."""
    return [block.clean.text for block in document.blocks]


def place_of(document: Document, text: str) -> str:
    """Return where a person finds a text."""
    start = document.text.index(text)
    return document.locators_in(start, start + len(text))[0].name


def test_headings_paragraphs_and_lists(tmp_path: Path) -> None:
    """By the size and weight of letters, the space between lines, and marks."""
    paper = Paper()
    paper.paragraph("A street by the river", style="B", size=20)
    paper.paragraph(_STREET)
    paper.paragraph("What is closed", style="B")
    paper.lines(40, 190, ["-  the part from the mill to the bridge, with all of its", "-  both car parks", "2. item"])
    paper.lines(52, 240, ["and more"])
    document = read(tmp_path, paper)

    assert [
        (BlockKind.HEADING, "A street by the river"),
        (BlockKind.PARAGRAPH, _STREET),
        (BlockKind.HEADING, "What is closed"),
        (BlockKind.ITEM, "the part from the mill to the bridge, with all of its"),
        (BlockKind.ITEM, "both car parks"),
    ] == [(block.kind, block.clean.text) for block in document.blocks[:5]]
    assert ("A street by the river", "What is closed") == document.blocks[3].headings
    assert "A street by the river" == document.title


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    """Below a title across both of them; a paragraph goes on in the next one."""
    paper = Paper()
    paper.lines(40, 60, ["A title that stands across both columns"], size=18)
    paper.lines(40, 100, ["The first column has a few", "lines, and its paragraph is", "not yet at its end when it"])
    paper.lines(215, 100, ["reaches the foot of it.", "", "The second one has more to", "say about all of that."])

    assert [
        "A title that stands across both columns",
        "The first column has a few lines, and its paragraph is not yet at its end when it reaches the foot of it.",
        "The second one has more to say about all of that.",
    ] == texts(read(tmp_path, paper))


def test_columns_are_found_even_if_the_file_has_them_line_by_line(tmp_path: Path) -> None:
    paper = Paper()
    left = ["One column says that all of", "its lines belong together,", "and that is what they do."]
    right = ["Another one stands beside it", "and says that nobody reads", "across the gap of the page."]
    for number, pair in enumerate(zip(left, right, strict=True)):
        paper.lines(40, 100 + number * _LINE, [pair[0]])
        paper.lines(215, 100 + number * _LINE, [pair[1]])

    assert [" ".join(left), " ".join(right)] == texts(read(tmp_path, paper))


def test_divided_words_are_joined_and_others_keep_their_hyphen(tmp_path: Path) -> None:
    paper = Paper()
    lines = ["The well-known actor came to see the muni-", "cipal library, where all of his well-", "known books were."]
    paper.lines(40, 100, lines)

    text = "The well-known actor came to see the municipal library, where all of his well-known books were."
    assert [text] == texts(read(tmp_path, paper))


def test_what_repeats_on_pages_is_left_out(tmp_path: Path) -> None:
    """Running heads and page numbers; on a single page nothing repeats."""
    paper = Paper("The River Post, number 12")
    paper.paragraph(_STREET)
    assert "The River Post" in read(tmp_path, paper).text

    paper = Paper("The River Post, number 12")
    paper.paragraph(_STREET)
    paper.add_page()
    paper.paragraph("It will open again in May.")
    assert [_STREET, "It will open again in May."] == texts(read(tmp_path, paper))


def test_a_paragraph_over_two_pages_has_the_page_of_each_sentence(tmp_path: Path) -> None:
    paper = Paper("The River Post")
    paper.lines(40, 330, ["The mill stands on the left bank. Nobody has lived in it since"])
    paper.add_page()
    paper.lines(40, 60, ["the flood of 1953. Its owner wants to sell it to the town,", "which has no use for it."])
    document = read(tmp_path, paper)

    assert 1 == len(document.blocks)
    assert "since the flood of 1953." in document.text
    assert ["page 1", "page 2"] == [place_of(document, text) for text in ("The mill stands", "Its owner wants")]


def test_tables_have_rows_with_the_names_of_their_columns(tmp_path: Path) -> None:
    paper = Paper()
    paper.paragraph(_STREET)
    rows = [("Bridge", "Built", "Length"), ("Mill Bridge", "1871", "40 m"), ("New Bridge", "1964", "85 m")]
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            paper.text(40 + column * 110, 150 + number * 18, cell)
    document = read(tmp_path, paper)

    assert "Bridge: New Bridge; Built: 1964; Length: 85 m" == texts(document)[-1]


def test_footnotes_come_after_the_text_of_their_page(tmp_path: Path) -> None:
    paper = Paper()
    paper.paragraph(_STREET)
    paper.lines(40, 330, ["The mayor was away that"])
    paper.lines(40, 350, ["1 This was reported on Monday."], size=8)
    paper.add_page()
    paper.lines(40, 60, ["week, and nobody else could", "sign the order for the work."])

    assert [
        _STREET,
        "The mayor was away that week, and nobody else could sign the order for the work.",
        "1 This was reported on Monday.",
    ] == sorted(texts(read(tmp_path, paper)), key=lambda text: text[0].isdigit())


@pytest.mark.parametrize(
    ("title", "author", "expected"),
    [
        ("Streets of the town", "Ann Lee", ("Streets of the town", "Ann Lee")),
        ("Microsoft Word - streets.doc", "user", ("A street by the river", None)),
        ("untitled", "", ("A street by the river", None)),
        ("a.pdf", "", ("A street by the river", None)),
    ],
)
def test_metadata_count_if_a_person_wrote_them(
    tmp_path: Path, title: str, author: str, expected: tuple[str, str | None]
) -> None:
    paper = Paper()
    paper.set_title(title)
    paper.set_author(author)
    paper.set_keywords("roads; rivers")
    paper.paragraph("A street by the river", style="B", size=20)
    paper.paragraph(_STREET)
    document = read(tmp_path, paper)

    assert expected == (document.title, document.value("author"))
    assert "roads, rivers" == document.value("tags")
    assert document.published is None


def scan() -> FPDF:
    """Return a page with a drawing only."""
    paper = Paper()
    paper.rect(50, 50, 300, 300, style="F")
    return paper


def locked() -> FPDF:
    """Return a PDF that needs a password."""
    paper = Paper()
    paper.paragraph(_STREET)
    paper.set_encryption(owner_password="owner", user_password="user")
    return paper


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (scan, "a scan without text: run OCR first"),
        (locked, "encrypted: save it without a password"),
        (lambda: b"PK no pdf", "is no PDF"),
        (lambda: b"%PDF-1.7\n" + bytes(200), "damaged"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, make: Callable[[], FPDF | bytes], reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read(tmp_path, make())


def test_a_pdf_that_only_restricts_what_may_be_done_is_read(tmp_path: Path) -> None:
    paper = Paper()
    paper.paragraph(_STREET)
    paper.set_encryption(owner_password="owner", permissions=AccessPermission.none())

    assert [_STREET] == texts(read(tmp_path, paper))


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    paper = Paper()
    paper.paragraph(_STREET)
    paper.add_page()
    paper.rect(50, 50, 300, 300, style="F")
    document = read(tmp_path, paper)

    assert [_STREET] == texts(document)
    assert "no text on page 2" in document.notice


def test_an_answer_cites_the_page(tmp_path: Path, embedder: Embedder) -> None:
    """The one on which the sentence stands."""
    paper = Paper("The River Post")
    for number in range(3):
        paper.paragraph(f"This is page {number} about nothing in particular, only weather.")
        paper.add_page()
    paper.paragraph("The new bridge was designed by Odile Marchand from Lyon.")
    read(tmp_path, paper)
    with qa.open(tmp_path / "papers", tmp_path / "index") as assistant:
        answer = assistant.ask("Who designed the new bridge?")

    assert "Odile Marchand" in (answer.short_answer or "")
    assert ("a.pdf", "page 4") == (answer.citations[0].path, answer.citations[0].locator)
