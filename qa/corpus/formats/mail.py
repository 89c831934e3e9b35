"""Mail: a message on its own (``.eml``), or all messages of a mailbox (``.mbox``), each an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser

from qa.corpus.formats.extract import Extract
from qa.corpus.formats.mail_bodies import body_of
from qa.corpus.formats.mail_headers import fields_of
from qa.corpus.formats.worker import LONGEST
from qa.corpus.loaders import UnreadableFile

_HEADER = rb"(?=>?[!-9;-~]+:[ \t\r\n])"
_SEPARATOR = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n" + _HEADER + rb"|^From [^\n]*\d\d:\d\d[^\n]*\d{4}[^\n]*\n" + _HEADER,
    re.MULTILINE,
)
"""The line above a message. Not every program quotes such lines in texts, so a header has to follow; nor do all leave
an empty line above, which is not needed if a time stands in it."""
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_ANY_HEADER = re.compile(rb"(?im)^(?:from|to|subject|date|received|message-id|mime-version):")
_HEAD = 100_000


def load(data: bytes, name: str) -> Iterator[Extract]:
    """Yield the messages of a file.

    Raises:
        UnreadableFile: it is no mail.
    """
    if not name.lower().endswith(".mbox"):
        if not _ANY_HEADER.search(data[:_HEAD]):
            raise UnreadableFile("is no mail: it has no header lines")
        yield _extract(data)
        return
    separators = list(_SEPARATOR.finditer(data))
    if not separators or data[: separators[0].start()].strip():
        raise UnreadableFile("is no mailbox: it does not begin with a line such as “From ada@example.org …”")
    ends = [separator.start() for separator in separators[1:]] + [len(data)]
    for number, (separator, end) in enumerate(zip(separators, ends, strict=True), 1):
        yield _extract(_QUOTED.sub(rb"\1", data[separator.end() : end]), number)


def _extract(data: bytes, number: int = 0) -> Extract:
    locator = f"message {number}" if number else ""
    message: Message = BytesParser().parsebytes(data)
    fields = fields_of(message)
    try:
        body = body_of(message)
    except Exception as problem:  # whatever is wrong with it, the other messages of the mailbox are readable
        if not number:
            raise
        text = f"This message is damaged ({type(problem).__name__})."
        return Extract(fields=fields, text=text, locator=locator, lines=True, number=number, notice=text)
    notices = [f"not read: {', '.join(body.left_out)}"] if body.left_out else []
    if body.parts:
        placed = (part._replace(locator=_paragraph(locator, index)) for index, part in enumerate(body.parts, 1))
        return Extract(fields=fields, parts=tuple(placed), number=number, notice="; ".join(notices))
    text = body.text
    if number and len(text) > LONGEST:  # must not cost the other messages
        text = text[:LONGEST].rpartition("\n")[0]
        notices.append(f"cut off after {LONGEST:,} characters")
    return Extract(fields=fields, text=text, locator=locator, lines=True, number=number, notice="; ".join(notices))


def _paragraph(locator: str, number: int) -> str:
    return f"{locator}, paragraph {number}".lstrip(", ")
