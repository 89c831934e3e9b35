"""The articles as e-mails, made by the standard library: single files and a mailbox, plain and with HTML."""

from __future__ import annotations

import mailbox
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parsedate
from html import escape
from pathlib import Path

from tests.formats.articles import Article

_SIGNATURE = "-- \n{author}\n{source}\nPlease think of the trees before you print this.\n"
_FORMER = (
    "Could you send me the piece for the Thursday edition?",
    "I need it by noon, with a headline of fifty letters at most.",
    "",
    "Kit Marlowe, desk",
)


def message(article: Article, text: str, html: str, number: int) -> EmailMessage:
    """Return an article as a mail; every other one also has HTML, and their encodings alternate."""
    mail = EmailMessage()
    hour, user = 8 + number % 10, article.author.split()[-1].encode("ascii", "ignore").decode().lower()
    mail["From"] = f"{article.author} <{user}@post.example>"
    mail["To"] = "Kit Marlowe <desk@post.example>, readers@post.example"
    mail["Subject"] = article.title
    mail["Date"] = format_datetime(datetime.fromisoformat(article.date).replace(hour=hour, tzinfo=UTC))
    mail["Message-ID"] = f"<{article.id}.{number}@post.example>"
    mail["Organization"] = article.source
    mail["X-Mailer"] = "Tidy Mail 4.1"
    mail.set_content(_plain_body(article, text), cte="8bit" if number % 4 == 0 else "quoted-printable")
    if number % 2:
        encoding = "base64" if number % 4 == 1 else "quoted-printable"
        mail.add_alternative(_html_body(article, html), subtype="html", cte=encoding)
    return mail


def write_mails(folder: Path, mails: dict[str, EmailMessage]) -> None:
    """Write each mail to a file of its own, by id of the article."""
    for name, mail in mails.items():
        (folder / f"{name}.eml").write_bytes(mail.as_bytes(policy=SMTP))


def write_mailbox(file: Path, mails: dict[str, EmailMessage]) -> None:
    """Write all mails to one mailbox, in their order."""
    box = mailbox.mbox(file)
    for mail in mails.values():
        entry = mailbox.mboxMessage(mail)
        entry.set_from("desk@post.example", parsedate(mail["Date"]))
        box.add(entry)
    box.close()


def _plain_body(article: Article, text: str) -> str:
    former = "\n".join(f"> {line}".rstrip() for line in _FORMER)
    return f"{text}\n{_signature(article)}\nOn Monday, Kit Marlowe wrote:\n{former}\n"


def _html_body(article: Article, html: str) -> str:
    former = "<br>".join(map(escape, _FORMER))
    return (
        '<html><head><style>p { margin: 1em 0 }</style></head><body><div dir="ltr">'
        f'{html}<div class="gmail_signature">{escape(_signature(article)).replace(chr(10), "<br>")}</div></div>'
        '<div class="gmail_quote"><div dir="ltr">---------- Forwarded message ---------<br>'
        "From: Kit Marlowe &lt;desk@post.example&gt;<br>Subject: Thursday edition</div>"
        f'<blockquote class="gmail_quote">{former}</blockquote></div></body></html>'
    )


def _signature(article: Article) -> str:
    return _SIGNATURE.format(author=article.author, source=article.source)
