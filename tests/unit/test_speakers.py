"""Lines that name who speaks."""

from __future__ import annotations

import pytest

from qa.corpus.speakers import TURN, attribution, name_in_address, speaker_line


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("gudrun | 2024-01-08 19:01 UTC | #1", "gudrun"),
        ("Lena Fisk | 3 February 2025", "Lena Fisk"),
        ("Lena Fisk | yesterday", "Lena Fisk"),
        ("Lena Fisk wrote on 3 Feb 2025:", "Lena Fisk"),
        ("marek replied on 2025-02-03, 11:40 am:", "marek"),
        ("Posted by Lena Fisk on Mon, 3 Feb 2025 at 11:40", "Lena Fisk"),
        ("Post by: marek.d » 3 Feb 2025", "marek.d"),
        ("Ida · 3 hours ago", "Ida"),
    ],
)
def test_a_line_above_a_post_names_its_author(line: str, name: str) -> None:
    offsets = speaker_line(line)

    assert offsets is not None
    assert name == line[slice(*offsets)]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Updated | 3 February 2025",
        "By Lena Fisk | 3 February 2025",
        "Nico Collins Houston \u2022 #12",
        "Home | About | Contact",
        "The Bell | Chapter 3 of the tale",
        "Lena wrote on 3 February 2025 that the bell was lost.",
        "Posted by the door",
        "He wrote on 3 Feb 2025:",
        "the old man | 2025",
        "x" * 10_000 + " | 2025",
    ],
)
def test_other_lines_name_nobody(line: str) -> None:
    assert speaker_line(line) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("On Mon, 3 Feb 2025, Lena Fisk wrote:", "Lena Fisk"),
        ("On Mon, Feb 3, 2025 at 11:40 AM Lena Fisk <lena@example.org> wrote:", "Lena Fisk"),
        ("On Mon, 3 Feb 2025 11:40:00 +0100\nLena Fisk <lena@example.org> wrote:", "Lena Fisk"),
        ("On 2025-02-03 11:40, lena@example.org wrote:", "lena@example.org"),
        ("On 3 Feb 2025, <lena@example.org> wrote:", "lena@example.org"),
        ("Lena Fisk <lena@example.org> writes:", "Lena Fisk"),
        ("In article <12@news.example.org>, Lena Fisk writes:", "Lena Fisk"),
        ("Quoting Lena Fisk <lena@example.org>:", "Lena Fisk"),
        ("Quoting Lena Fisk:", "Lena Fisk"),
    ],
)
def test_the_line_before_a_quotation_names_who_is_quoted(line: str, name: str) -> None:
    offsets = attribution(line)

    assert offsets is not None
    assert name == line[slice(*offsets)]


@pytest.mark.parametrize("line", ["", "I like it.", "wrote:", "We saw three of them:"])
def test_other_lines_before_a_quotation_name_nobody(line: str) -> None:
    assert attribution(line) is None


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Lena Fisk <lena@example.org>", "Lena Fisk"),
        ('"Fisk, Lena" <lena@example.org>', "Fisk, Lena"),
        ("lena@example.org (Lena Fisk)", "Lena Fisk"),
        ("lena at example.org (Lena Fisk)", "Lena Fisk"),
        ("lena@example.org", "lena@example.org"),
        ("<lena@example.org>", "lena@example.org"),
    ],
)
def test_the_sender_of_a_mail_is_a_name_or_else_an_address(value: str, name: str) -> None:
    offsets = name_in_address(value)

    assert offsets is not None
    assert name == value[slice(*offsets)]


def test_a_turn_begins_with_a_name_and_a_colon() -> None:
    for text, name in [
        ("MR BRANDT: No.", "MR BRANDT"),
        ("Karin Brandt: No.", "Karin Brandt"),
        ("MOSS (laughs): No.", "MOSS"),
    ]:
        match = TURN.match(text)
        assert match is not None
        assert match["name"] == name
    for text in ["Q: Why?", "Note: this", "A bell: it rang", "he: no", "MOSS:no"]:
        assert TURN.match(text) is None


@pytest.mark.parametrize(
    "line",
    [
        "Am 3. Feb. 2025 schrieb Lena Fisk:",
        "Am 03.02.25 um 11:40 schrieb Lena Fisk <lena@example.org>:",
        "Le 3 février 2025, Lena Fisk a écrit :",
    ],
)
def test_who_is_quoted_in_other_languages(line: str) -> None:
    offsets = attribution(line)

    assert offsets is not None
    assert "Lena Fisk" == line[slice(*offsets)]
