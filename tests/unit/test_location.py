"""Finding a quote in a file that has changed since it was cited."""

from __future__ import annotations

import pytest

from qa.grounding.location import find_quote


@pytest.mark.parametrize(
    ("text", "quote", "start", "current"),
    [
        ("It rains. It snows.", "It snows.", 10, "It snows."),
        ("New: It rains. It snows.", "It snows.", 10, "It snows."),
        ("It\n  snows again.", "It snows", 30, "It\n  snows"),
        ("It\r\nsnows.", "It\nsnows.", 0, "It\r\nsnows."),
        ("It  rains. It\tsnows.", " It snows. ", 10, "It\tsnows."),
        ("It rained.", "It rains.", 0, None),
        ("", "It rains.", 7, None),
        ("It rains.", "", 0, None),
        ("It rains.", " \n", 0, None),
        ("a.c abc", "a.c", 9, "a.c"),
    ],
)
def test_a_quote_is_found_up_to_white_space(text: str, quote: str, start: int, current: str | None) -> None:
    """Wherever it stands now; a changed word makes it another quote."""
    offsets = find_quote(text, quote, start)

    assert (offsets and text[slice(*offsets)]) == current


def test_the_nearest_occurrence_counts() -> None:
    """Before or after the place where it stood, exactly or wrapped otherwise."""
    text = "x rain x rain x rain"
    assert find_quote(text, "rain", 3) == (2, 6)
    assert find_quote(text, "rain", 9) == (9, 13)
    assert find_quote(text, "rain", 100) == (16, 20)
    assert find_quote("to be\n" * 3, "to  be", 7) == (6, 11)


def test_an_exact_occurrence_precedes_a_nearer_wrapped_one() -> None:
    """White space may differ only if nothing else is left."""
    assert find_quote("to\nbe or to be", "to be", 0) == (9, 14)


def test_the_same_surroundings_precede_a_nearer_occurrence() -> None:
    """A sentence of two sections stays in its own, although text was inserted above."""
    text = "Oslo. It rains. Open.\nBergen. It rains. Closed."
    longer = "Inserted here, of some length. " + text
    start = text.rindex("It rains.")
    offsets = find_quote(longer, "It rains.", start, "Bergen. ", " Closed.")
    assert offsets == (longer.rindex("It rains."), longer.rindex("It rains.") + 9)
    assert find_quote(longer, "It rains.", start, "Bergen. ", " Shut.") == offsets
    assert find_quote(longer, "It rains.", start, "Paris. ", " Closed.") == offsets
    assert find_quote(longer, "It rains.", start) != offsets


def test_white_space_without_end_is_searched_once() -> None:
    """A megabyte of it, with a quote that is not there."""
    assert find_quote(" \n" * 500_000, "It rains.", 7, " ", "\n") is None
