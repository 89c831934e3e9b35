"""Metadata of an article: title, source, date of publication, and where the body begins."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qa.corpus import Corpus
from qa.corpus.dates import parse_date
from qa.corpus.metadata import describe

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
    ["title: [unclosed", "just words", "a: &x [*x", "!!python/object/apply:os.getcwd []", "[" * 3000, "- a\n- b"],
    ids=["broken", "words", "alias", "code", "deep", "list"],
)
def test_broken_front_matter_is_treated_as_text(block: str) -> None:
    """Nothing is lost, executed or raised."""
    metadata = describe(f"---\n{block}\n---\n\nWords.")

    assert (0, None, None) == (metadata.body_start, metadata.source, metadata.published)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Gulls *return* #\n\nThey do.", "Gulls *return*"),
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


def test_a_renamed_file_has_the_same_metadata(tmp_path: Path) -> None:
    """Nothing is derived from the file name, so the chunks of a moved file stay the same."""
    for name in ("2024-05-14-gulls.md", "other.txt"):
        (tmp_path / name).write_text("Words without a name. And more.")

    first, second = (Corpus(tmp_path).read(path) for path in Corpus(tmp_path).files())

    assert (first.title, first.published, first.header) == (second.title, second.published, second.header)
    assert first.published is None


# Dates


@pytest.mark.parametrize(
    "line",
    [
        "2024-11-20",
        " date 2024-11-20 In a striking display",
        "Date: 2024-11-20T10:00:00+01:00",
        "Published November 20, 2024 - 00:11am",
        "PUBLISHED: Wed, 20 Nov 2024 10:00 GMT",
        "Published 12:00 am Wednesday, November 20, 2024 By Staff",
        "Posted on Nov. 20th, 2024 by Ann Hand",
        "Last updated 20/11/2024 at 22:02 GMT",
        "Wednesday, 20 November 2024",
        "By Ann Hand, November 20, 2024",
        "By Ann Hand | 20th of November 2024 | 6 min read",
        "SEOUL, November 20, 2024 - The leader",
        "NEW YORK, N.Y., Nov. 20, 2024 (Coast Wire) — The leader",
    ],
)
def test_a_stated_date_is_the_date_of_publication(line: str) -> None:
    """Date lines, bylines and datelines are recognised."""
    assert date(2024, 11, 20) == describe(f"Gulls return\n\n{line}\nThey do.").published


@pytest.mark.parametrize(
    "line",
    [
        "SEOUL, July 27 - North Korean leader",
        "Published July 27",
        "Published 03/04/2024",
        "Published yesterday",
        "Published February 30, 2024",
        "2024-13-45",
        "Published in 2019, the book of November 20, 2024 was",
        "On November 20, 2024 the gulls returned.",
        "November 20, 2024 was a Wednesday.",
        "Seoul, November 20, 2024 - The leader",
        "By Monday, 12 November 2024, the council had decided.",
        "The report was published November 20, 2024",
        "Route 12, 2024",
    ],
)
def test_an_incomplete_ambiguous_or_incidental_date_is_ignored(line: str) -> None:
    """Dates without a year, with two readings, that do not exist, or in running text are never guessed at."""
    assert describe(f"Gulls return\n\n{line}\nThey do.").published is None


def test_the_date_of_publication_takes_precedence_over_an_update() -> None:
    """It does so even if the update is stated first."""
    assert date(2024, 5, 1) == describe("Updated 2024-06-01\nPublished 2024-05-01\nWords.").published


def test_dates_far_below_the_top_are_ignored() -> None:
    """A timeline inside an article does not date the article."""
    assert describe("Words. " * 200 + "\n\n2024-05-14\n").published is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/12/2024", date(2024, 12, 25)),
        ("12/25/2024", date(2024, 12, 25)),
        ("5.5.2024", date(2024, 5, 5)),
        ("2024/3/1", date(2024, 3, 1)),
        ("03/04/2024", None),
        ("45/45/2024", None),
        ("2024-02-30", None),
        ("12-05", None),
    ],
)
def test_a_numeric_date_needs_exactly_one_reading(text: str, day: date | None) -> None:
    """Day and month are distinguished by their values alone."""
    assert day == parse_date(text)


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
        ("tram-line.txt", "utf-16", "", date(2025, 3, 3)),
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
