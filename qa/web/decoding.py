"""The encoding of a page: what its bytes show counts more than what the server or the page itself says about them."""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,500}?\b(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
_HEAD = 4_096
"""Bytes within which a page has to state its encoding."""
_SEVEN_BIT = re.compile(rb"[\x00\x1b]")
"""What text in UTF-8 lacks, but not text in UTF-16 or ISO-2022, which would pass for it."""
_ENCODINGS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "macintosh": "mac_roman",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
"""What browsers take names of encodings for."""
_NUMBERED = re.compile(r"(?:iso-8859-\d{1,2}|windows-\d{3,4})")


def decoded(data: bytes, stated: str) -> str:
    """Return the text of a page.

    Args:
        data: its bytes.
        stated: the encoding that the server stated, or empty.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    meta = _META.search(data, 0, _HEAD)
    candidates = [_codec(stated), _codec(meta[1].decode() if meta else "")]
    for encoding in (*candidates, "utf-8") if _SEVEN_BIT.search(data) else ("utf-8", *candidates):
        try:
            return data.decode(encoding or "utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def _codec(name: str) -> str:
    """Return Python's name of an encoding of the web; empty if it is none, since Python has codecs of other kinds."""
    name = name.lower()
    return name if _NUMBERED.fullmatch(name) else _ENCODINGS.get(name, "")
