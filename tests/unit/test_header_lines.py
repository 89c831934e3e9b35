"""Header lines and the headers of mails: each field has its value and its place."""

from __future__ import annotations

from datetime import date

import pytest

from qa.corpus.metadata import describe
from qa.datatypes import Field
from tests.helpers.fields import stated, values


def test_header_lines_have_their_places() -> None:
    """Keys between known ones are fields too."""
    text = "Title: Gulls\nSection: Sea\nBy: A. Hand\nWarning: do not feed them.\n\nWords."

    assert (Field("title", "Gulls", 0, 12), Field("section", "Sea", 13, 25), Field("author", "A. Hand", 26, 37)) == (
        describe(text).fields
    )


MAIL = (
    "Received: from mx.example.org\n\tby mail.example.org; Mon, 3 Feb 2025 10:40:00 +0000\n"
    "From: =?utf-8?q?Zo=C3=AB_Lacroix?= <zoe@example.org>\nMessage-ID: <1@example.org>\n"
    "Date: Mon, 3 Feb 2025 23:40:00 -0500\nSubject: =?utf-8?b?RGlzY3Vzc2lvbiBvZg==?=\n the red printer\n"
    "To: list@example.org\nContent-Transfer-Encoding: 8bit\n\nNote: I am against it.\n"
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_headers_of_a_mail_are_its_metadata(newline: str) -> None:
    """Encoded words are decoded, folded lines joined, and the day is the sender's."""
    text = MAIL.replace("\n", newline)

    metadata = describe(text)

    assert ("Discussion of the red printer", True, "Zoë Lacroix", date(2025, 2, 3)) == (
        metadata.title,
        metadata.has_title,
        metadata.source,
        metadata.published,
    )
    assert "list@example.org" == values(metadata)["to"]
    assert stated(text, "title").endswith("the red printer")
    assert text[metadata.body_start :].startswith("Note: I am against it.")


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ("Marek Dobry <marek@example.org>", "Marek Dobry"),
        ('"Dobry, Marek" <marek@example.org>', "Dobry, Marek"),
        ("marek@example.org (Marek Dobry)", "Marek Dobry"),
        ("marek@example.org", "marek@example.org"),
        ("<marek@example.org>", "marek@example.org"),
        ("Marek Dobry", "Marek Dobry"),
        ("A <a@example.org>, B <b@example.org>", "A, B"),
        ("=?nonsense?q?Marek?= <marek@example.org>", "=?nonsense?q?Marek?="),
        ("=?utf-8?b?Zm9v=ZYY?=", "=?utf-8?b?Zm9v=ZYY?="),
        ("=?u\ufefftf-8?q?Marek?=", "=?u\ufefftf-8?q?Marek?="),
    ],
)
def test_the_author_of_a_mail_is_the_name_of_the_sender(sender: str, author: str) -> None:
    """The address counts only if there is no name."""
    assert author == values(describe(f"From: {sender}\nSubject: Printer\n\nWords."))["author"]


@pytest.mark.parametrize(
    "text",
    [
        "phone: 0555 0189\nbirthday: 14 July\n\nMet at the canoe club.",
        "From: Malmö\nTo: Lund\n\nA trip.",
        "key:: value\ntitle:: Gulls\n\nWords.",
        "https://example.org\n\nWords.",
    ],
)
def test_lines_with_a_colon_that_are_content_stay_in_the_body(text: str) -> None:
    """Only a title or a date makes them header lines."""
    assert 0 == describe(text).body_start


def test_content_below_the_header_of_a_short_mail_stays_in_the_body() -> None:
    """Unknown keys below the last known one belong to the body."""
    text = "From: Oslo\nTo: Bergen\nDate: 3 May 2024\nPrice: 40 crowns\n\nWords."

    assert text[describe(text).body_start :].startswith("Price: 40 crowns")


@pytest.mark.parametrize(
    "header",
    [
        "Von: Lena Fisk <lena@example.org>\nGesendet: 3. Februar 2025\nBetreff: Beamer\nAn: list@example.org",
        "De: Lena Fisk <lena@example.org>\nFecha: 2025-02-03\nAsunto: Beamer\nPara: list@example.org",
        "De: Lena Fisk <lena@example.org>\nDate: 2025-02-03\nObjet: Beamer\nÀ: list@example.org",
    ],
)
def test_mails_saved_in_other_languages(header: str) -> None:
    """Their headers are those of English ones."""
    metadata = describe(f"{header}\n\nWords.")

    assert ("Beamer", "Lena Fisk") == (metadata.title, values(metadata)["author"])
    assert f"{header}\n\nWords."[metadata.body_start :] == "Words."
