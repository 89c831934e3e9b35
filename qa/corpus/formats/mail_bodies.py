"""What a person reads of a message: its text, or else its HTML; the names of what is attached."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message

from qa.corpus.formats.extract import Part
from qa.corpus.formats.mail_headers import decoded, decoded_bytes, fields_of
from qa.corpus.formats.plain_html import plain_html
from qa.datatypes import BlockKind

_FEW_WORDS = 40
"""A plain text with fewer may only say that the mail is HTML, if the HTML has many more."""
_MANY_MORE = 3
_ATTACHED_TEXTS = ("text/plain", "text/markdown")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(slots=True)
class Body:
    """The body of a message: parts if any of it was HTML, else text."""

    text: str = ""
    """The text as it stands."""
    parts: list[Part] = field(default_factory=list)
    """The text part by part; then ``text`` is empty."""
    left_out: list[str] = field(default_factory=list)
    """Names of attachments that are not read."""

    def words(self) -> int:
        """Return the number of words."""
        return len(self.text.split()) + sum(len(f"{part.text} {' '.join(part.cells)}".split()) for part in self.parts)

    def add(self, other: Body) -> None:
        """Append another body."""
        if self.parts or other.parts:
            self.parts = [*self._as_parts(), *other._as_parts()]
            self.text = ""
        else:
            self.text = "\n\n".join(filter(None, (self.text, other.text.strip("\n"))))
        self.left_out += other.left_out

    def _as_parts(self) -> list[Part]:
        paragraphs = (" ".join(text.split()) for text in _BLANK_LINES.split(self.text))
        return self.parts or [Part(BlockKind.PARAGRAPH, text) for text in paragraphs if text]


def body_of(message: Message) -> Body:
    """Return what a person reads of a message; attachments that are not read are named at its end."""
    body = _read(message)
    if body.left_out:
        body.add(Body(f"Attachments: {', '.join(body.left_out)}"))
    return body


def _read(part: Message) -> Body:
    kind = part.get_content_type()
    name = decoded(part.get_filename() or "")
    if kind == "message/rfc822":
        return _forwarded(part)
    if part.is_multipart():
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        return _alternative(children) if kind == "multipart/alternative" else _sequence(children)
    is_attached = part.get_content_disposition() == "attachment" or bool(name)
    if kind == "text/html" and not is_attached:
        return Body(parts=plain_html(_text(part)))
    if kind in _ATTACHED_TEXTS:
        text = _text(part)
        return Body(f"{name}\n\n{text}" if is_attached and name else text)
    return Body(left_out=[name or kind]) if is_attached or not kind.startswith("multipart/") else Body()


def _sequence(children: list[Message]) -> Body:
    body = Body()
    for child in children:
        if child.get_content_type() not in ("application/pgp-signature", "application/pkcs7-signature"):
            body.add(_read(child))
    return body


def _alternative(children: list[Message]) -> Body:
    """Return the plain text, or HTML if the plain text says next to nothing of what it says."""
    plain, rich = Body(), Body()
    for child in children:
        is_plain = child.get_content_type() == "text/plain"
        (plain if is_plain else rich).add(_read(child))
    if rich.words() and (not plain.words() or _FEW_WORDS > plain.words() < rich.words() / _MANY_MORE):
        return rich
    plain.left_out += rich.left_out
    return plain if plain.words() else rich


def _forwarded(part: Message) -> Body:
    payload = part.get_payload()
    if not isinstance(payload, list) or not payload or not isinstance(payload[0], Message):
        return Body()
    lines = [f"{name.capitalize()}: {value}" for name, value in fields_of(payload[0])]
    body = Body("\n".join(["---------- Forwarded message ----------", *lines]))
    body.add(_read(payload[0]))
    return body


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    text = decoded_bytes(data if isinstance(data, bytes) else b"", part.get_content_charset())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        return _unwrapped(text, str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _unwrapped(text: str, joins_closely: bool) -> str:
    """Return text in the form "flowed" (RFC 3676) with each paragraph on a line, which goes on after a space."""
    lines: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        marks = re.match(">*", line)
        depth = marks.end() if marks else 0
        content = line[depth:].removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if open_depth == depth and content != "-- ":
            lines[-1] += content
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        if flows and joins_closely:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if flows else None
    return "\n".join(lines)
