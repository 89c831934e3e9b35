"""Header lines: ``Key: value`` at the top of a plain text, and the headers of a mail."""

from __future__ import annotations

import re

from qa.corpus.fields import LONGEST_HEAD, Entry, Head, canonical, fields_of, first_character, is_known, lines_of

_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z -]{0,20}):(?!:)[ \t]*(.*)")
_MAIL_LINE = re.compile(r"([!-9;-~\u00c0-\u00ff]{1,60}):[ \t]*(.*)")
_MAIL_KEY = re.compile(
    r"(?:to|cc|bcc|sender|message-id|in-reply-to|references|reply-to|received|return-path|delivered-to|mime-version"
    r"|user-agent|importance|priority|attachments?|(?:list|x|content|resent|dkim|arc|authentication|thread)-.+)",
    re.IGNORECASE,
)
_TRANSLATED = {
    alias: key
    for key, aliases in {
        "From": "von de da",
        "Date": "datum gesendet fecha enviado data envoy\u00e9",
        "Subject": "betreff asunto objet oggetto assunto",
        "To": "an para \u00e0 a",
    }.items()
    for alias in aliases.split()
}
"""Headers as mail programs in other languages write them, when a mail is saved as text."""
_MAIL_DATES = {"date", "subject", "sent"}
_LONGEST_SENDERS = 500
"""Characters that the parser of addresses gets; it recurses."""
_BLANK = re.compile(r"\s*")


def header_lines(text: str) -> Head | None:
    """Return the fields of the header lines of ``text`` and the end of the last one that is about the article.

    Lines that state neither a title nor a date are content, and so are unknown keys below the last known one.
    """
    mail = _mail_entries(text)
    entries = _mail_fields(mail) if mail else _plain_entries(text)
    known = [
        number
        for number, entry in enumerate(entries)
        if is_known(entry.key) or (mail and _MAIL_KEY.fullmatch(entry.key))
    ]
    fields = fields_of(entries[: known[-1] + 1]) if known else ()
    if not any(field.name in ("title", "date") for field in fields):
        return None
    blank = _BLANK.match(text, entries[known[-1]].end)
    return Head(fields, blank.end() if blank else entries[known[-1]].end)


def _plain_entries(text: str) -> list[Entry]:
    entries: list[Entry] = []
    for line in lines_of(text, first_character(text), min(len(text), LONGEST_HEAD)):
        if not line.text.strip() and not entries:
            continue
        pair = _HEADER_LINE.fullmatch(line.text.strip())
        if pair is None:
            break
        entries.append(Entry(pair[1], pair[2], line.start, line.end))
    return entries


def _mail_entries(text: str) -> list[Entry]:
    """Return the headers if the text is a mail: it states who it is from, and a date or a subject."""
    entries: list[Entry] = []
    for line in lines_of(text, first_character(text), min(len(text), LONGEST_HEAD)):
        if not line.text.strip():
            if entries:
                break
            continue
        if entries and line.text[0] in " \t":
            last = entries[-1]
            entries[-1] = last._replace(value=f"{last.value} {line.text.strip()}", end=line.end)
            continue
        pair = _MAIL_LINE.fullmatch(line.text)
        if pair is None:
            break
        entries.append(Entry(_TRANSLATED.get(pair[1].lower(), pair[1]), pair[2], line.start, line.end))
    keys = {entry.key.lower() for entry in entries if entry.value.strip()}
    return entries if "from" in keys and keys & _MAIL_DATES else []


def _mail_fields(entries: list[Entry]) -> list[Entry]:
    return [
        entry._replace(value=_senders(entry.value) if canonical(entry.key) == "author" else _decoded(entry.value))
        for entry in entries
    ]


def _senders(value: str) -> str:
    """Return the names in a list of addresses, and the address itself where there is no name."""
    if not {"@", "<", "="} & set(value):
        return value
    from email.utils import getaddresses

    # Decoded only after the addresses are separated, since a name may contain a comma.
    people = [_decoded(name).strip() or address for name, address in getaddresses([value[:_LONGEST_SENDERS]])]
    return ", ".join(person for person in people if person) or _decoded(value)


def _decoded(value: str) -> str:
    """Return ``value`` with its encoded words decoded; as it is if that fails."""
    if "=?" not in value:
        return value
    from email.errors import MessageError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(value)))
    except (MessageError, LookupError, ValueError):
        return value
