"""Metadata of an article: title, source, date of publication, and where the body begins."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qa.corpus import Corpus
from qa.corpus.metadata import describe
from qa.datatypes import Field

HERE = Path(__file__).parent.parent
SMALL = HERE / "corpus"
SEEDS = HERE.parent / "seeds"


def test_header_lines_describe_the_article() -> None:
    """Title, source and date come from the block at the top, and the body begins after it."""
    metadata = describe(
        "Title: Gulls return\nSource: The Gazette\nAuthor: A. Hand\nDate: 2024-05-14\n\nGulls are back."
    )

    assert ("Gulls return", True, "The Gazette", date(2024, 5, 14)) == (
        metadata.title,
        metadata.has_title,
        metadata.source,
        metadata.published,
    )
    assert 74 == metadata.body_start


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("header", "title", "source", "published"),
    [
        ("Date: 2024-05-14T08:00:00Z\nHeadline: Gulls return", "Gulls return", None, date(2024, 5, 14)),
        ("\ntitle: Gulls return\nBy: A. Hand", "Gulls return", "A. Hand", None),
        (
            "Title: Gulls: they return\nSection: Sea\nPublished: 14 May 2024",
            "Gulls: they return",
            None,
            date(2024, 5, 14),
        ),
        ("Title: Gulls return\nSource: unknown\nAuthor: A. Hand", "Gulls return", "A. Hand", None),
        ("Title: Gulls return\nDate: spring", "Gulls return", None, None),
    ],
)
def test_any_subset_of_header_lines_is_accepted(
    header: str, title: str, source: str | None, published: date | None, newline: str
) -> None:
    """Order, letter case and line endings do not matter."""
    text = f"{header}\n\nGulls are back.".replace("\n", newline)

    metadata = describe(text)

    assert (title, source, published) == (metadata.title, metadata.source, metadata.published)
    assert "Gulls are back." == text[metadata.body_start :]


def test_words_with_a_colon_are_not_a_header() -> None:
    """A block needs a title or a date, and unknown keys below it belong to the body."""
    assert 0 == describe("Source: me\nNote: this\n\nWords.").body_start

    text = "Title: Gulls\nWarning: do not feed them.\n\nWords."

    assert text[describe(text).body_start :].startswith("Warning:")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_front_matter_describes_the_article(newline: str) -> None:
    """YAML at the top of a Markdown article is read, with values as written."""
    text = "---\ntitle: 1984\nAuthor: [A. Hand, B. Foot]\ndate: 2024-05-14\n---\n\n# Ignored\n".replace("\n", newline)

    metadata = describe(text)

    assert ("1984", True, "A. Hand, B. Foot", date(2024, 5, 14)) == (
        metadata.title,
        metadata.has_title,
        metadata.source,
        metadata.published,
    )
    assert "# Ignored" == text[metadata.body_start :].strip()


@pytest.mark.parametrize(
    "block",
    ["just words", "!!python/object/apply:os.getcwd []", "[" * 3000, "- a\n- b"],
    ids=["words", "code", "deep", "list"],
)
def test_a_block_without_fields_is_treated_as_text(block: str) -> None:
    """Nothing is lost, executed or raised."""
    metadata = describe(f"---\n{block}\n---\n\nWords.")

    assert (0, None, None) == (metadata.body_start, metadata.source, metadata.published)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Gulls *return* #\n\nThey do.", "Gulls return"),
        ("# A *fine* [title](x) with `code`, **[[all|links]]** and _more_\n", "A fine title with code, links and more"),
        ("# __Gulls__ ~~stay~~ ![return](x.png) [^1] {#gulls}\n", "Gulls stay return"),
        ("# 2 * 3 * 4 is snake_case_name \\*\n", "2 * 3 * 4 is snake_case_name *"),
        ("<!-- lint off -->\n[![build](b.svg)](x) ![cover](y)\n%% mine %%\n# Gulls return", "Gulls return"),
        ("\n\nGulls return\n\nThey do.", "Gulls return"),
        ("Gulls return\r\n\r\nThey do.", "Gulls return"),
        ("Gulls return\nOne morning in May they all came back at once.", "Gulls return"),
        ("Gulls return\n============\nThey do.", "Gulls return"),
        ("Advertisement\n\nGulls return\n\nThey do.", "Gulls return"),
        ("By Ann Hand\n14 May 2024\nGulls return\n\nThey do.", "Gulls return"),
        ("Will gulls return?\n\nThey do.", "Will gulls return?"),
        ("Gulls\x1b[2J \x1b]0;pwned\x07return\x07\u202e\n\nThey do.", "Gulls return"),
    ],
)
def test_a_title_is_recognised_above_the_text(text: str, title: str) -> None:
    """A title is a heading, or a short line that is not a sentence, followed by a blank line or a paragraph."""
    metadata = describe(text)

    assert (title, True) == (metadata.title, metadata.has_title)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Gulls return.\n\nThey do.", "Gulls return."),
        ("Gulls return", "Gulls return"),
        ("“Gulls return.”\n\nThey do.", "“Gulls return.”"),
        ("Every spring the gulls of the Grey Coast return to\nthe same cliff, where they were hatched.", None),
        ("- gulls\n- terns are smaller than gulls\n", "gulls"),
        ("Advertisement By   Ann Hand May 14, 2024 Gulls return", None),
        ("By   Ann Hand Gulls return\n\nThey do. More.", "They do."),
        ("Dr. Hand counts gulls. There are many.\n", "Dr. Hand counts gulls."),
        ("***\n\n", "***"),
        ("Published 14 May 2024 at 10:05 GMT Gulls return. They do.", "Gulls return."),
    ],
)
def test_without_a_title_the_first_sentence_is_shown(text: str, shown: str | None) -> None:
    """It is for display only and does not count as a title."""
    metadata = describe(text)

    assert not metadata.has_title
    if shown is not None:
        assert shown == metadata.title


def test_a_long_first_sentence_is_truncated_at_a_word() -> None:
    """It is shown up to about eighty characters, followed by an ellipsis."""
    title = describe("word " * 60).title

    assert "word " * 15 + "word…" == title


@pytest.mark.parametrize(
    ("text", "path", "title", "published"),
    [
        ("Words without a name. And more.", "2024-05-14-old-gulls.md", "old gulls", date(2024, 5, 14)),
        ("phone: 0555 0189\n\nMet at the canoe club.", "People/Nina Falk.md", "Nina Falk", None),
        ("The program flew to the Moon. It ended.", "Apollo_program.txt", "Apollo program", None),
        ("# Overview\n\nWords.", "Projects/Harbour/README.md", "Overview", None),
        ("# Terns\n\nPublished 2024-06-01", "2024-05-14-gulls.md", "Terns", date(2024, 6, 1)),
        ("# Terns\n\nUpdated 2024-06-01", "2024-05-14-gulls.md", "Terns", date(2024, 5, 14)),
        ("---\nupdated: 2024-06-01\n---\n# Terns", "gulls.md", "Terns", date(2024, 6, 1)),
    ],
)
def test_the_name_of_the_file_counts_where_the_text_says_nothing(
    text: str, path: str, title: str, published: date | None
) -> None:
    """It counts as a title, and its date as the date of publication."""
    metadata = describe(text, path)

    assert (title, True, published) == (metadata.title, metadata.has_title, metadata.published)


def test_a_name_without_meaning_is_not_a_title() -> None:
    """The first sentence is shown instead."""
    metadata = describe("Words without a name. And more.", "000_576f0c3c13e132d0.txt")

    assert ("Words without a name.", False) == (metadata.title, metadata.has_title)


def test_fields_of_the_name_have_no_place() -> None:
    """They begin and end at 0."""
    assert (Field("date", "2024-05-14", 0, 0), Field("title", "gulls", 0, 0)) == (
        describe("Words without a name. And more.", "2024-05-14-gulls.md").fields
    )


def test_a_document_has_its_fields_and_the_notice(tmp_path: Path) -> None:
    """The corpus passes the path, and keeps all that is known."""
    (tmp_path / "2024-05-14-gulls.md").write_text("---\ntitle: Gulls: again\n---\nWords.")

    document = Corpus(tmp_path).read("2024-05-14-gulls.md")

    assert (Field("date", "2024-05-14", 0, 0), Field("title", "Gulls: again", 4, 23)) == document.fields
    assert "front matter is not valid YAML (line 2); read line by line" == document.notice


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ann Hand", "Ann Hand"),
        ("BY: Ann Hand and Bo Foot", "Ann Hand and Bo Foot"),
        ("*By Ludwig van Beethoven*", "Ludwig van Beethoven"),
        ("By Ann Hand, Science Editor", "Ann Hand"),
        ("By Ann Hand, Bo Foot and Cy Arm | 20 November 2024", "Ann Hand, Bo Foot and Cy Arm"),
        ("By Ann Hand · 6 min read", "Ann Hand"),
        ("Written by Zoë Lacroix (Coast Wire)", "Zoë Lacroix"),
        ("By Reuters", "Reuters"),
        ("By Monday", None),
        ("By Christmas, the council had decided.", None),
        ("By Lake Geneva, the council met", None),
        ("By bus from Brenn", None),
        ("By Ann Hand Gulls return to the coast", None),
    ],
)
def test_a_byline_states_the_author(line: str, author: str | None) -> None:
    """A line with names, which may be followed by a role, an outlet or a date; not a sentence that begins with by."""
    text = f"Gulls return\n\n{line}\n\nThey do."

    fields = {field.name: field for field in describe(text).fields}

    assert author == (fields["author"].value if "author" in fields else None)
    if author:
        assert line == text[fields["author"].start : fields["author"].end]


def test_title_and_dates_of_the_body_have_their_lines() -> None:
    """Lines of the body are given in full, however long."""
    dateline = "SEOUL, November 20, 2024 - The leader" + " spoke" * 300
    text = f"# Gulls return\n\nUpdated 2024-12-01\n{dateline}\n"

    stated = {field.name: (field.value, text[field.start : field.end]) for field in describe(text).fields}

    assert {
        "title": ("Gulls return", "# Gulls return"),
        "updated": ("2024-12-01", "Updated 2024-12-01"),
        "date": ("November 20, 2024", dateline),
    } == stated


# The corpora in the repository


@pytest.mark.parametrize(
    ("path", "title", "has_title", "published"),
    [
        ("000*", "In a striking display of military prowess", False, date(2024, 3, 21)),
        ("001*", "North Korea's Military Moves Stir Global Concerns", True, date(2024, 11, 20)),
        ("002*", "Ren hap analysts have long been", False, None),
        ("003*", "Recent developments involving North Korea and Russia", False, None),
        ("004*", "Kim Jong Un Showcases Banned Missiles, A Display of Power and Alliance", True, None),
    ],
)
def test_metadata_of_the_seeds(path: str, title: str, has_title: bool, published: date | None) -> None:
    """The seeds state dates in four styles and titles in two."""
    (seed,) = SEEDS.glob(path)

    document = Corpus(SEEDS).read(seed.name)

    assert (has_title, published) == (document.has_title, document.published)
    assert document.title.startswith(title)
    assert len(document.title) <= 81


@pytest.mark.parametrize(
    ("path", "encoding", "title", "published"),
    [
        ("bakery-oven.txt", "utf-8", "Bakers of Tallow Street share one oven", None),
        ("cafe-piano.txt", "windows-1252", "Café Étoile buys back its piano", None),
        ("choir-visit.txt", "utf-8-sig", "Two choirs, one bridge 🎶", None),
        ("harbour-lights.txt", "utf-8", "Saltmere harbour lights go dark for one week", date(2024, 5, 14)),
        ("orchard-fair.md", "utf-8", "Apple fair returns to Quince Hill", date(2023, 10, 7)),
        ("rope-works-library.txt", "utf-8", "Library in the rope works opens on Sundays", date(2024, 6, 2)),
        ("tram-line.txt", "utf-16", "tram line", date(2025, 3, 3)),
    ],
)
def test_metadata_of_the_small_corpus(path: str, encoding: str, title: str, published: date | None) -> None:
    """Each article of the test corpus has its own style."""
    document = Corpus(SMALL).read(path)

    assert (encoding, title, published) == (
        document.encoding,
        document.title if document.has_title else "",
        document.published,
    )
