"""When two phrases state values that cannot both be right."""

from __future__ import annotations

import pytest

from qa.text.values import contradict, value_of


def differ(first: str, second: str, is_quantity: bool = False) -> bool:
    """Whether two phrases contradict each other; a phrase may stand in brackets within its sentence."""
    values = []
    for text in (first, second):
        before, bracket, rest = text.partition("[")
        phrase, _, after = rest.partition("]") if bracket else (before, "", "")
        before = before if bracket else ""
        values.append(value_of(before + phrase + after, len(before), len(before + phrase), is_quantity))
    return contradict(*values)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("7 dead", "9 dead"),
        ("12 July", "13 July 2020"),
        ("1990s", "1989"),
        ("after [1279]", "after [1272]"),
        ("1888 to 1926", "1888 to 1938"),
        ("3 p.m.", "4 pm"),
        ("300", "312"),
        ("more than [300]", "250"),
        ("over [$100 billion]", "over [$211 billion]"),
        ("10%", "12 per cent"),
        ("John Smith", "Jane Smith"),
        ("Apollo 11", "Apollo 12"),
        ("University of Oxford", "University of Cambridge"),
    ],
)
def test_what_cannot_both_be_right(first: str, second: str) -> None:
    """Other numbers, times and names of the same kind contradict each other, in either order."""
    assert differ(first, second)
    assert differ(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("July 2020", "12 July 2020"),
        ("12 July", "2020"),
        ("the 18th century", "1756"),
        ("1914-1918", "1916"),
        ("by [1990]", "1985"),
        ("3 p.m.", "15:00"),
        ("about [300]", "312"),
        ("more than [300]", "350"),
        ("12,000", "twelve thousand"),
        ("a dozen", "12"),
        ("$7", "$6.99"),
        ("$3 billion", "2.8 billion dollars"),
        ("5 km", "3 miles"),
        ("7 dead", "Karin Osk"),
        ("Smith", "John Smith"),
        ("the mayor, Karin Osk", "Mayor Osk"),
        ("UN", "United Nations"),
        ("oil", "gas"),
    ],
)
def test_what_may_both_be_right(first: str, second: str) -> None:
    """Less exact values, other spellings, other units and other kinds contradict nothing, in either order."""
    assert not differ(first, second)
    assert not differ(second, first)


def test_a_number_that_is_asked_for_is_no_year() -> None:
    """2000 workers are not 900, though 2000 might be a year."""
    assert differ("2000", "900", is_quantity=True)
    assert not differ("2000", "900")
