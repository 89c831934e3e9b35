"""Mail: messages and mailboxes are articles, with subject, sender and date, and text as people read it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

import qa
from qa.corpus import Corpus, UnreadableFile
from qa.datatypes import BlockKind, Document
from qa.models.embedding import Embedder
from tests.conftest import OpenArticles

_PLAIN = """From: Ann Lee <ann@example.org>
To: all@example.org
Subject: =?utf-8?q?Trip_to_=C3=85rhus?=
Date: Tue, 3 Mar 2026 22:15:00 -0500
Content-Type: text/plain; charset=utf-8

Hello all,

the trip to the lake costs 40 pounds per person.

> Who drives the bus?

Marek drives the bus.
"""


def corpus_with(folder: Path, name: str, data: bytes | str) -> Corpus:
    """Return a corpus with this file."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return Corpus(folder)


def message(headers: str, body: str) -> str:
    """Return a message with these header lines."""
    return f"From: Ann Lee <ann@example.org>\nSubject: Trip\n{headers}\n\n{body}"


def read(tmp_path: Path, text: bytes | str) -> Document:
    """Return the article that a message is."""
    return corpus_with(tmp_path / "mail", "a.eml", text).read("a.eml")


def mailbox(*bodies: str) -> str:
    """Return a mailbox with a message for each body."""
    return "".join(
        f"From ann@example.org Tue Mar  3 10:0{number}:00 2026\nFrom: Ann Lee <ann@example.org>\n"
        f"Subject: Note {number}\nDate: Tue, 3 Mar 2026 10:0{number}:00 +0000\n\n{body}\n\n"
        for number, body in enumerate(bodies, 1)
    )


def test_a_message_has_its_metadata_and_says_who_speaks(tmp_path: Path) -> None:
    """The subject is the title, the name without address the author, the day that of the sender."""
    document = read(tmp_path, _PLAIN)

    assert ("Trip to Århus", "Ann Lee", "2026-03-03") == (document.title, document.source, str(document.published))
    assert "all@example.org" not in document.text
    assert ["Hello all,", "the trip to the lake costs 40 pounds per person.", "Who drives the bus?"] == [
        block.clean.text for block in document.blocks[:3]
    ]
    assert BlockKind.QUOTE is document.blocks[2].kind
    speaker = document.blocks[3].speaker
    assert speaker is not None
    assert "Ann Lee" == speaker.text


def test_the_plain_text_of_a_message_is_preferred_unless_it_says_nothing(tmp_path: Path) -> None:
    """HTML is read where the plain text only says that there is HTML."""

    def both(plain: str) -> str:
        html = "<html><head><title>x</title></head><body><h2>Menu</h2><p>On <b>Monday</b> we serve a soup made of "
        html += "pumpkins from the garden.</p><ul><li>bread</li><li>butter</li></ul><p style='display:none'>pixel</p>"
        return message(
            'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"',
            f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}</body></html>\n--b--\n",
        )

    assert "Monday" not in read(tmp_path, both("We serve soup this week. Come and bring a spoon, please do.")).text
    document = read(tmp_path, both("View in HTML."))
    assert [
        (BlockKind.HEADING, "Menu"),
        (BlockKind.PARAGRAPH, "On Monday we serve a soup made of pumpkins from the garden."),
        (BlockKind.ITEM, "bread"),
        (BlockKind.ITEM, "butter"),
    ] == [(block.kind, block.clean.text) for block in document.blocks]
    assert "paragraph 2" == document.locators[1].name


def test_what_is_attached_is_read_or_named(tmp_path: Path) -> None:
    """Text is read; of everything else the article says that it was there."""
    body = "--b\nContent-Type: text/plain\n\nSee below.\n"
    body += '--b\nContent-Type: text/plain; name="notes.txt"\nContent-Disposition: attachment\n\nThe key is red.\n'
    body += '--b\nContent-Type: application/pdf; name="plan.pdf"\nContent-Disposition: attachment\n\nxxxx\n--b--\n'
    document = read(tmp_path, message('Content-Type: multipart/mixed; boundary="b"', body))

    assert "The key is red." in document.text
    assert "Attachments: plan.pdf" in document.text
    assert "not read: plan.pdf" == document.notice


@pytest.mark.parametrize("charset", ["windows-1252", "x-nowhere", "utf-8"])
def test_a_wrong_encoding_costs_no_letter(tmp_path: Path, charset: str) -> None:
    data = message(f"Content-Type: text/plain; charset={charset}", "").encode() + "Crème brûlée.".encode("cp1252")

    assert "Crème brûlée." in read(tmp_path, data).text


def test_encoded_bodies_are_decoded(tmp_path: Path) -> None:
    encoded = base64.b64encode("Größe ist nicht alles.".encode()).decode()
    headers = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64"

    assert "Größe ist nicht alles." in read(tmp_path, message(headers, encoded)).text


def test_flowed_paragraphs_are_joined(tmp_path: Path) -> None:
    """But neither the signature nor text of another depth of quotation."""
    text = "This paragraph goes on \nin the next line.\n> quoted \n> text\n-- \nAnn\n"
    document = read(tmp_path, message("Content-Type: text/plain; format=flowed", text))

    assert ["This paragraph goes on in the next line.", "quoted text"] == [each.clean.text for each in document.blocks]


def test_each_message_of_a_mailbox_is_an_article(tmp_path: Path) -> None:
    """With its number; lines that begin with "From" in a text do not begin a message."""
    text = mailbox("The first.\n\nFrom here on it rains.\n\n>From now on too.", "The second.")
    corpus = corpus_with(tmp_path / "mail", "box.mbox", text)
    first, second = corpus.read_file("box.mbox")

    assert ["box.mbox#1", "box.mbox#2"] == [first.path, second.path]
    assert ["Note 1", "Note 2"] == [first.title, second.title]
    assert "From here on it rains." in first.text
    assert "\nFrom now on too." in first.text
    assert "message 1, line 1" == first.locators[0].name
    assert second.text == corpus.read("box.mbox#2").text


def test_a_broken_message_does_not_cost_the_others(tmp_path: Path) -> None:
    broken = (
        'From x\nContent-Type: multipart/mixed; boundary="\nSubject: =?utf-8?b?!!?=\nDate: never\n\n--\n\0\xff body\n\n'
    )
    documents = corpus_with(tmp_path / "mail", "a.mbox", broken + mailbox("Still here.")).read_file("a.mbox")

    assert "Still here." in documents[-1].text


@pytest.mark.parametrize(("name", "reason"), [("a.eml", "is no mail"), ("a.mbox", "is no mailbox")])
def test_other_files_are_no_mail(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        corpus_with(tmp_path / "mail", name, "Just a text.\n\nMore of it.").read_file(name)


def test_an_answer_cites_the_message(open_articles: OpenArticles) -> None:
    """With the number of the message and the line in it."""
    texts = [f"Our meeting number {number} was short and quiet." for number in range(3)]
    text = mailbox(*texts, "Hello.\n\nThe new boiler cost 4,300 euros in the end.")
    answer = open_articles({"box.mbox": text}).ask("How much did the new boiler cost?")

    assert answer.short_answer is not None
    assert "4,300 euros" in answer.short_answer
    assert ("box.mbox#4", "message 4, line 3") == (answer.citations[0].path, answer.citations[0].locator)


def test_a_mailbox_that_grows_is_read_again(tmp_path: Path, embedder: Embedder) -> None:
    """The new message answers, the others stay, and those of a mailbox that is deleted are gone."""
    corpus_with(tmp_path / "mail", "box.mbox", mailbox("The boiler cost 900 euros."))
    (tmp_path / "mail" / "a.txt").write_text("An article about geese on a pond.\n")
    with qa.open(tmp_path / "mail", tmp_path / "index") as assistant:
        corpus_with(tmp_path / "mail", "box.mbox", mailbox("The boiler cost 900 euros.", "The roof cost 7,000 euros."))
        assistant.refresh()
        answers = [assistant.ask(f"How much did the {what} cost?") for what in ("boiler", "roof")]
        assert ["box.mbox#1", "box.mbox#2"] == [answer.citations[0].path for answer in answers]

        (tmp_path / "mail" / "box.mbox").unlink()
        assistant.refresh()
        assert not assistant.ask("How much did the roof cost?").answered
