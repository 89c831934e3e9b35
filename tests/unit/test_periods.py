"""Times that a text names, as periods."""

from __future__ import annotations

from datetime import date

import pytest

from qa.questions.periods import Period, periods_in

TODAY = date(2023, 12, 20)


@pytest.mark.parametrize(
    ("text", "named", "period"),
    [
        ("What happened in November 2023?", "in November 2023", "November 2023"),
        ("news on November 20", "on November 20", "20 November 2023"),
        ("on the 3rd of October, 2022", "on the 3rd of October, 2022", "3 October 2022"),
        ("a report on 2023-10-07 at noon", "on 2023-10-07", "7 October 2023"),
        ("What is new since March?", "since March", "since 1 March 2023"),
        ("articles before 2022", "before 2022", "until 31 December 2021"),
        ("after September 30", "after September 30", "since 1 October 2023"),
        ("last week of October", "last week of October", "25 October 2023 to 31 October 2023"),
        ("between May and July 2021", "between May and July 2021", "1 May 2021 to 31 July 2021"),
        ("from October 3 to November 5", "from October 3 to November 5", "3 October 2023 to 5 November 2023"),
        ("articles from this year", "from this year", "2023"),
        ("until last month", "until last month", "until 30 November 2023"),
        ("What happened on 24 December?", "on 24 December", "24 December 2022"),
    ],
)
def test_a_time_in_words(text: str, named: str, period: str) -> None:
    """With its preposition; a day without a year is the latest one before the reference day."""
    (only,) = periods_in(text, TODAY)

    assert (named, period) == (text[only.start : only.end], only.period.in_words())


@pytest.mark.parametrize(
    "text",
    [
        "May I ask about the march?",
        "Who won the 2023 World Cup?",
        "He met Theresa May",
        "It costs 1,990 dollars",
        "31 February 2023",
        "on Friday",
    ],
)
def test_no_time(text: str) -> None:
    """Ordinary words, numbers, and a year that is part of a name."""
    assert periods_in(text, TODAY) == []


def test_days_of_a_period() -> None:
    """Open periods have no end."""
    since = Period(date(2023, 3, 1), None)

    assert date(2023, 3, 1) in since
    assert date(2023, 2, 28) not in since
    assert since.overlaps(date(2023, 1, 1), date(2023, 3, 1))
    assert not since.overlaps(date(2022, 1, 1), date(2022, 12, 31))
