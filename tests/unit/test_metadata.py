"""What an article says about itself: title, source, day of publication, and where its body begins."""

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
    """Title, source and date come from the block on top, and the body begins after it."""
    about = describe("Title: Gulls return\nSource: The Gazette\nAuthor: A. Hand\nDate: 2024-05-14\n\nGulls are back.")

    assert ("Gulls return", True, "The Gazette", date(2024, 5, 14)) == (
        about.title,
        about.has_title,
        about.source,
        about.published,
    )
    assert 74 == about.body_start


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
def test_any_subset_of_header_lines_will_do(
    header: str, title: str, source: str | None, published: date | None, newline: str
) -> None:
    """Order, letter case and line ends do not matter."""
    text = f"{header}\n\nGulls are back.".replace("\n", newline)

    about = describe(text)

    assert (title, source, published) == (about.title, about.source, about.published)
    assert "Gulls are back." == text[about.body_start :]


def test_words_with_a_colon_are_no_header() -> None:
    """Without a title or a date there is no block, and unknown keys below it belong to the body."""
    assert 0 == describe("Source: me\nNote: this\n\nWords.").body_start

    text = "Title: Gulls\nWarning: do not feed them.\n\nWords."

    assert text[describe(text).body_start :].startswith("Warning:")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_front_matter_describes_the_article(newline: str) -> None:
    """YAML on top of a Markdown article, its values as they were written."""
    text = "---\ntitle: 1984\nAuthor: [A. Hand, B. Foot]\ndate: 2024-05-14\n---\n\n# Ignored\n".replace("\n", newline)

    about = describe(text)

    assert ("1984", True, "A. Hand, B. Foot", date(2024, 5, 14)) == (
        about.title,
        about.has_title,
        about.source,
        about.published,
    )
    assert "# Ignored" == text[about.body_start :].strip()


@pytest.mark.parametrize(
    "block",
    ["title: [unclosed", "just words", "a: &x [*x", "!!python/object/apply:os.getcwd []", "[" * 3000, "- a\n- b"],
    ids=["broken", "words", "alias", "code", "deep", "list"],
)
def test_broken_front_matter_is_text(block: str) -> None:
    """Nothing is lost, nothing is run, and nothing is raised."""
    about = describe(f"---\n{block}\n---\n\nWords.")

    assert (0, None, None) == (about.body_start, about.source, about.published)


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
def test_a_title_stands_above_the_text(text: str, title: str) -> None:
    """A heading, or a short line that is no sentence, with room or a paragraph below."""
    about = describe(text)

    assert (title, True) == (about.title, about.has_title)


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
    """It is only for display, so it does not count as a title."""
    about = describe(text)

    assert not about.has_title
    if shown is not None:
        assert shown == about.title


def test_a_long_first_sentence_is_cut_at_a_word() -> None:
    """About eighty characters, then an ellipsis."""
    title = describe("word " * 60).title

    assert "word " * 15 + "word…" == title


def test_a_renamed_file_describes_itself_alike(tmp_path: Path) -> None:
    """Nothing is taken from the name, so the chunks of a moved file are the same."""
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
def test_a_stated_day_is_the_day_of_publication(line: str) -> None:
    """Date lines, bylines and datelines are where articles state it."""
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
def test_what_is_not_a_stated_day_is_no_date(line: str) -> None:
    """No year, two readings, no such day, or a day inside prose: never a guess."""
    assert describe(f"Gulls return\n\n{line}\nThey do.").published is None


def test_the_day_of_publication_comes_before_that_of_an_update() -> None:
    """Whichever is stated first."""
    assert date(2024, 5, 1) == describe("Updated 2024-06-01\nPublished 2024-05-01\nWords.").published


def test_dates_far_below_the_top_are_not_looked_at() -> None:
    """A timeline inside an article says nothing about the article."""
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
def test_numbers_are_a_date_only_with_one_reading(text: str, day: date | None) -> None:
    """Day and month are told apart by their size alone."""
    assert day == parse_date(text)


# The articles at hand


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
def test_the_seeds_describe_themselves(path: str, title: str, has_title: bool, published: date | None) -> None:
    """Four habits of stating a date, two of having a title."""
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
def test_the_small_corpus_describes_itself(path: str, encoding: str, title: str, published: date | None) -> None:
    """Each article of the tests shows one habit."""
    document = Corpus(SMALL).read(path)

    assert (encoding, title, published) == (
        document.encoding,
        document.title if document.has_title else "",
        document.published,
    )
