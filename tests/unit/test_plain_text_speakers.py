"""Plain text in which several people speak: mails, posts in a forum, interviews."""

from __future__ import annotations

import pytest

from tests.helpers.blocks import blocks_of, speakers

MAIL = """\
From: Marek Dobry <marek@example.org>
Subject: Re: New printer

On Mon, 3 Feb 2025, Lena Fisk wrote:
> I think we should buy the red printer from Kopi for 900 crowns and
> that it can be delivered on Thursday.
>
> On Sun, 2 Feb 2025, Ida Krogh wrote:
>> The old printer is broken.

I am against it. The blue one from Tryk costs 650 crowns and prints
on both sides.

This e-mail and any attachments are confidential and meant for the addressee.

-- 
Marek Dobry
Kopi and Sons
"""


def test_a_mail_says_who_speaks() -> None:
    assert speakers(MAIL, MAIL.index("\n\n")) == [
        (
            "I think we should buy the red printer from Kopi for 900 crowns and that it can be delivered on Thursday.",
            "Lena Fisk",
        ),
        ("The old printer is broken.", "Ida Krogh"),
        ("I am against it. The blue one from Tryk costs 650 crowns and prints on both sides.", "Marek Dobry"),
    ]
    block = blocks_of(MAIL, MAIL.index("\n\n"))[-1]
    assert block.speaker is not None
    assert block.speaker.in_file(0, 11) == (6, 17)


def test_quoted_text_without_attribution_has_no_speaker() -> None:
    text = "From: Lena <l@example.org>\n\n> Is it red?\n\nYes."

    assert speakers(text, text.index("\n\n")) == [("Is it red?", None), ("Yes.", "Lena")]


def test_a_mailbox_changes_the_speaker() -> None:
    text = (
        "From lena@example.org Mon Feb  3 11:40:00 2025\nFrom: Lena Fisk <lena@example.org>\nSubject: Tea\n\n"
        "Tea is nice.\n\n-- \nLena\n\nFrom marek at example.org  Mon Feb  3 12:40:00 2025\nSubject: Tea\n\nIt is not.\n"
    )

    result = speakers(text)

    assert ("Tea is nice.", "Lena Fisk") in result
    assert ("It is not.", "marek at example.org") in result
    assert ("Subject: Tea", None) in result
    assert "Lena" not in [sentence for sentence, _ in result]


def test_posts_in_a_forum_have_authors() -> None:
    text = (
        "Valve leak\n==========\n\ngudrun | 2024-01-08 19:01 UTC | #1\n\nIt leaks.\n- badly\n\n"
        "Marek wrote on 9 Jan 2024:\n\nNo.\n\nRead on\n=======\n\nEnd."
    )

    assert speakers(text) == [
        ("Valve leak", None),
        ("gudrun | 2024-01-08 19:01 UTC | #1", None),
        ("It leaks.", "gudrun"),
        ("badly", "gudrun"),
        ("Marek wrote on 9 Jan 2024:", None),
        ("No.", "Marek"),
        ("Read on", None),
        ("End.", None),
    ]


def test_paragraphs_of_an_interview_have_speakers() -> None:
    text = "MOSS: Why so late?\n\nKarin Brandt: It rained.\n\nThen the wind turned.\n\nMOSS: And then?\n"

    assert speakers(text) == [
        ("MOSS: Why so late?", None),
        ("Karin Brandt: It rained.", None),
        ("Then the wind turned.", "Karin Brandt"),
        ("MOSS: And then?", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Q: Why?\n\nA: It rained.\n\nThen more.",
        "READ MORE: The bell.\n\nIt fell.\n\nREAD MORE: The mill.\n\nIt fell too.\n\nREAD MORE: The tarn.\n\nEnd.",
        "RAMS: 12 won\n\nIt rained.\n\nBILLS: 9 won\n\nIt snowed.",
    ],
)
def test_labels_are_no_speakers(text: str) -> None:
    assert {None} == {speaker for _, speaker in speakers(text)}
