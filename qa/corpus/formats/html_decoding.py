"""Decodes pages and books that state their encoding in their first lines."""

from __future__ import annotations

import re

from qa.corpus.decoding import decode

_CHARSET = re.compile(rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD = 4_096
"""Bytes within which a page states its encoding."""
_SAMPLE = 100_000
"""Bytes by which the encoding is recognised if the page does not state it."""
_BROADER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "euc-kr": "cp949"}
"""Encodings as browsers understand their names."""
_WESTERN = {"iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii", "windows-1252", "cp1252", "utf-8", "utf8"}
"""Encodings that ``decode`` tries, as browsers understand their names."""


def decoded_page(data: bytes, charset: str = "") -> str:
    """Return the text of a page; no character is dropped or replaced.

    A byte order mark counts first, then UTF-8 if the bytes are valid: a page that states otherwise is wrong then.

    Args:
        data: the page.
        charset: its encoding as known from elsewhere; what the page states counts only without it.
    """
    text, encoding = decode(data)
    if encoding != "windows-1252" and not data.isascii():
        return text
    match = _CHARSET.search(data, 0, _HEAD)
    name = (charset or (match[1].decode("ascii", "replace") if match else "")).lower()
    if not name and not data.isascii():
        name = _recognised(data)
    if not name or name in _WESTERN:
        return text
    try:
        return data.decode(_BROADER.get(name, name))
    except (LookupError, UnicodeDecodeError):
        return text


def _recognised(data: bytes) -> str:
    """Return the encoding that the bytes look like; empty if they look like none."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding.replace("_", "-") if best else ""
