"""Header lines of mail: subject, sender and date, decoded."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from qa.corpus.decoding import decode


def fields_of(message: Message) -> tuple[tuple[str, str], ...]:
    """Return the fields of a message that its header lines state."""
    fields = (
        ("subject", decoded(_raw(message, "subject"))),
        ("from", _sender(_raw(message, "from"))),
        ("date", _day(_raw(message, "date"))),
    )
    return tuple((name, value) for name, value in fields if value)


def decoded(raw: str) -> str:
    """Return the value of a header line as people see it, on one line; what cannot be decoded stays as it is."""
    raw = decode(raw.encode("utf-8", "surrogateescape"))[0]
    try:
        pieces = decode_header(" ".join(raw.split()))
        return " ".join("".join(_piece(*piece) for piece in pieces).split())
    except (HeaderParseError, ValueError):
        return " ".join(raw.split())


def decoded_bytes(data: bytes, charset: str | None) -> str:
    """Return text in the encoding that it claims to have, or else as text files are decoded."""
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, ValueError):
        return decode(data)[0]


def _piece(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    return decoded_bytes(text, charset) if charset else text.decode("raw-unicode-escape")


def _raw(message: Message, name: str) -> str:
    return next((str(value) for key, value in message.raw_items() if key.lower() == name), "")


def _sender(raw: str) -> str:
    """Return the name of the sender, or the address without one."""
    name, address = parseaddr(raw)
    return decoded(name).strip("\"' ") or decoded(address or raw)


def _day(raw: str) -> str:
    try:
        return parsedate_to_datetime(raw).date().isoformat()
    except (TypeError, ValueError, OverflowError):
        return ""
