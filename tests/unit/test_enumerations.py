"""What a sentence names side by side."""

from __future__ import annotations

import pytest

from qa.text.enumerations import enumeration


@pytest.mark.parametrize(
    ("sentence", "phrase", "items"),
    [
        ("The council thanked Ana Berg, Tim Holm and Vera Lund.", "Tim Holm", "Ana Berg|Tim Holm|Vera Lund"),
        ("Friends like Tom Ek and his ex-wife, Eva Ek, as well as Jo Dahl came.", "Eva Ek", "Tom Ek|Eva Ek|Jo Dahl"),
        ("It has Ana Berg; harbour chief Tim Holm; and Vera Lund.", "Ana Berg", "Ana Berg|Tim Holm|Vera Lund"),
        (
            "It has a doctor, Ana Berg, and two others: Tim Holm and Vera Lund.",
            "Tim Holm",
            "Ana Berg|Tim Holm|Vera Lund",
        ),
        ("Boats (from Vika, Hamra) and crews sang.", "crews", "Boats|crews"),
        ("They sell Alma (for sleep), Bora (for pain) and Cela.", "Bora", "Alma|Bora|Cela"),
        ("Four risks: storms, cold water and “bad” maps.", "storms", "storms|cold water|“bad” maps"),
        ("They stress safety, growth, and interests.", "safety, growth, and interests", "safety|growth|interests"),
        ("On Friday, Ana Berg left, and Tim Holm stayed.", "Ana Berg", "Ana Berg"),
        ("Their children Ana, 25, and Tim, 22, came.", "Ana, 25, and Tim, 22", "Ana|Tim"),
        ("Ana Berg opened the harbour.", "Ana Berg", "Ana Berg"),
        ("They showed “Sun, Moon and Stars” and “Rain”.", "Rain", "Sun, Moon and Stars|Rain"),
    ],
)
def test_enumerations(sentence: str, phrase: str, items: str) -> None:
    """All coordinated items of the phrase's kind are returned, without their descriptions."""
    start = sentence.index(phrase)
    ranges = enumeration(sentence, (start, start + len(phrase)), (0, len(sentence)))

    assert "|".join(sentence[slice(*item)] for item in ranges) == items
