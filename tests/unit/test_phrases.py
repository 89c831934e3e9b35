"""Phrases are widened to whole numbers, dates, names and addresses."""

from __future__ import annotations

import pytest

from qa.reader.phrases import stretches, whole_phrase
from tests.helpers.passages import layout_of


def widened(text: str, piece: str, file: str = "a.txt") -> str | None:
    """Return what ``piece`` of the clean text is widened to at its first occurrence inside a stretch."""
    layout = layout_of(text, file=file)
    clean = layout.text
    within = next(stretch for stretch in stretches(layout, True) if clean.find(piece, stretch.start, stretch.end) >= 0)
    start = clean.index(piece, within.start)
    phrase = whole_phrase(clean, start, start + len(piece), (within.start, within.end))
    return clean[slice(*phrase)] if phrase else None


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("It costs $99,990 now.", "$99", "$99,990"),
        ("It costs $99,990 now.", "990", "$99,990"),
        ("It costs **$99,990** now.", "99", "$99,990"),
        ("a loss of £47.2m.", "£47", "£47.2m"),
        ("worth $4.3 billion.", "$4.3", "$4.3 billion"),
        ("worth $4.3 billion.", "3", "$4.3 billion"),
        ("worth US$5 million now", "5", "US$5 million"),
        ("about €3.5bn a year", "3.5", "€3.5bn"),
        ("twenty or five million people", "million", "five million"),
        ("It rose 22.5 per cent.", "22", "22.5 per cent"),
        ("It rose 22.5 percent.", "22.5", "22.5 percent"),
        ("It rose 22.5% in May.", "22", "22.5%"),
        ("in the 1990s it", "1990", "1990s"),
        ("in the 21st century", "21", "21st"),
        ("It fell to -5 degrees.", "-5", "-5"),
        ("It fell to -5 degrees.", "5", "-5"),
        ("about $5-6 million", "$5", "$5-6 million"),
    ],
)
def test_numbers_and_amounts_are_whole(text: str, piece: str, whole: str) -> None:
    """An amount is never cut off from its currency, its decimals or its unit."""
    assert widened(text, piece) == whole


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("on July 27, it", "27", "July 27"),
        ("on July 27, it", "July", "July 27"),
        ("on 27 July, it", "27", "27 July"),
        ("on 27 July, it", "July", "27 July"),
        ("on the 5th of June, it", "5th", "5th of June"),
        ("on Sept. 11, it", "11", "Sept. 11"),
        ("on July 27, 2020, it", "July 27, 2020", "July 27, 2020"),
        ("on July 27, 2020, it", "2020", "2020"),
        ("on 2024-03-21 it", "03", "2024-03-21"),
        ("on 21/3/2024 it", "3", "21/3/2024"),
        ("on 21.3.2024 it", "21", "21.3.2024"),
        ("on March 10-12 it", "10", "March 10-12"),
        ("at 5:30 p.m. on Monday", "5", "5:30 p.m."),
        ("It was at 5:30 p.m.", "5:30", "5:30 p.m."),
        ("at 5:30 on Monday", "30", "5:30"),
        ("at 10am on Monday", "10", "10am"),
    ],
)
def test_dates_and_times_are_whole(text: str, piece: str, whole: str) -> None:
    """A day includes its month, and minutes include their hour."""
    assert widened(text, piece) == whole


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("an unbelievable story", "lieva", "unbelievable"),
        ("said Karin Osk, the mayor", "Karin Osk, ", "Karin Osk"),
        ("with *Karin Osk* there", "*Karin Osk*", "Karin Osk"),
        ("in the U.S. since", "U.S.", "U.S."),
        ("bought by Vika Inc. It", "Vika Inc.", "Vika Inc."),
        ("It was closed.", "closed.", "closed"),
        ("It was closed ...", "...", None),
        ("It was closed by the mayor", "by", None),
        ("one – two", "–", None),
        ("said « Karin\xa0Osk\xa0» again", "Karin Osk »", "Karin Osk"),
    ],
)
def test_phrases_are_whole_words_without_surrounding_punctuation(text: str, piece: str, whole: str | None) -> None:
    """A phrase begins and ends with a word, including the full stop of an abbreviation."""
    assert widened(text, piece) == whole


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("Karin Osk (the mayor) said", "Karin Osk (the mayor", "Karin Osk (the mayor)"),
        ("Karin Osk (the mayor) said", "(the mayor) said", "(the mayor) said"),
        ("the mayor (Karin Osk) said", "mayor (Karin", "mayor"),
        ("the mayor (Karin Osk) said", "(Karin Osk)", "Karin Osk"),
        ("the mayor (Karin Osk) said", "(Karin Osk", "Karin Osk"),
        ("the film “Blue Sky” won", "“Blue Sky”", "Blue Sky"),
        ("the film “Blue Sky” won", "Blue Sky”", "Blue Sky"),
        ("the film “Blue Sky” won", "film “Blue Sky", "film “Blue Sky”"),
        ("the film “Blue Sky” won", "“Blue Sky” won", "“Blue Sky” won"),
        ('the film "Blue Sky" won', '"Blue Sky', "Blue Sky"),
        ('the film "Blue Sky" won', 'film "Blue Sky"', 'film "Blue Sky"'),
        ('the film "Blue Sky" won', '"Blue Sky" won', '"Blue Sky" won'),
        ('the film "Blue Sky" won', 'film "Blue', "film"),
        ("the ‘Blue Sky’ film", "‘Blue Sky", "Blue Sky"),
        ("for the workers’ rights", "the workers’ rights", "the workers’ rights"),
    ],
)
def test_brackets_and_quotation_marks_are_balanced(text: str, piece: str, whole: str) -> None:
    """A phrase never contains half a pair, and a pair around the whole phrase is removed."""
    assert widened(text, piece) == whole


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("see https://example.org/a/b?c=1 for it", "example", "https://example.org/a/b?c=1"),
        ("see www.example.org/a today", "org", "www.example.org/a"),
        ("write to news.desk@example.org today", "desk", "news.desk@example.org"),
        ("lies in /usr/local/bin today", "local", "/usr/local/bin"),
        (r"lies in C:\Users\karin today", "Users", r"C:\Users\karin"),
        ("in his/her/their words", "her", "her"),
    ],
)
def test_links_addresses_and_paths_are_whole(text: str, piece: str, whole: str) -> None:
    """A link, address or path is included whole or not at all."""
    assert widened(text, piece) == whole


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("see [the site](https://example.org/x) now", "site", "site"),
        ("It costs **$99**,990 now.", "99", "$99,990"),
        ("on **July** 27, it", "27", "July 27"),
        ("the mayor (*Karin Osk*) said", "(Karin Osk", "Karin Osk"),
        ("an un*believ*able story", "believ", "unbelievable"),
    ],
)
def test_markdown_does_not_divide_what_is_whole(text: str, piece: str, whole: str) -> None:
    """Emphasis and links inside a phrase are no boundary, and the target of a link is not part of it."""
    assert widened(text, piece, "a.md") == whole
