"""Dates as articles state them: date lines, bylines, datelines and mails."""

from __future__ import annotations

from datetime import date

import pytest

from qa.corpus.dates import parse_date
from qa.corpus.metadata import describe


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


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Mon, 3 Feb 2025 23:40:00 -0500", date(2025, 2, 3)),
        ("3 Feb 2025 11:40 GMT", date(2025, 2, 3)),
        ("Mon, 31 Feb 2025 11:40:00 +0100", None),
        ("Mon, 3 Foo 2025 11:40:00 +0100", None),
    ],
)
def test_the_date_of_a_mail_is_the_day_of_its_sender(text: str, day: date | None) -> None:
    """The time zone does not move it."""
    assert day == parse_date(text)
