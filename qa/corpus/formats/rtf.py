"""RTF as pandoc reads it rightly: it loses letters that follow characters written as numbers."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\\uc(?P<uc>\d{1,3}) ?|\\u(?P<code>-?\d{1,6}) ?|\\'[0-9A-Fa-f]{2}|\\[A-Za-z]+-?\d* ?|\\[^A-Za-z]|[{}]|[^\\{}]",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\\{}]+")
_STARRED, _NOTE = r"{\*\footnote", r"{\footnote"
"""Pandoc passes over everything that begins with a star."""
_OUTLINE = "\\outlinelevel"
_LIST = re.compile(r"\\ls\d")
_SPECIAL = {"\\": "\\\\", "{": "\\{", "}": "\\}"}
_DEEPEST = 100_000
"""Groups in groups that are tracked."""


def readable(text: str) -> str:
    r"""Return RTF with characters instead of ``\u233?`` and the like, as much of it as stands for each left out.

    Headings are no items of lists then, as LibreOffice has it, and pandoc would believe.
    """
    text = text.replace(_STARRED, _NOTE)
    writer = _Writer()
    position = 0
    while position < len(text):
        token = (None if writer.skip else _PLAIN.match(text, position)) or _TOKEN.match(text, position)
        if token is None:  # a backslash at the end
            break
        position = token.end()
        writer.add(token)
    # Characters beyond the first 65,536 are written as two numbers, as in UTF-16.
    return "".join(writer.written).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Writer:
    """Writes RTF token by token, and keeps track of the groups that are open."""

    def __init__(self) -> None:
        self.written: list[str] = []
        """What has been written."""
        self.skip = 0
        """How many characters are still left out."""
        self._skips = [1]
        """How many characters stand for a number, in each group that is open."""
        self._heading = 0
        """How many groups were open when a heading began; 0 if none did."""

    def add(self, token: re.Match[str]) -> None:
        """Write a token, or what it stands for."""
        text, named = token[0], token.groupdict()
        if named.get("code"):
            code = int(token["code"]) % 0x10000
            self.written.append(_SPECIAL.get(chr(code), chr(code)))
            self.skip = self._skips[-1]
        elif named.get("uc"):
            self._skips[-1] = int(token["uc"])
        elif text in ("{", "}"):
            self._open_or_close(text)
        elif self.skip:
            self.skip -= 1
        elif not (self._heading and _LIST.match(text)):
            self.written.append(text)
            self._note_heading(text)

    def _open_or_close(self, brace: str) -> None:
        self.skip = 0
        self.written.append(brace)
        if brace == "{" and len(self._skips) < _DEEPEST:
            self._skips.append(self._skips[-1])
        elif brace == "}" and len(self._skips) > 1:
            self._skips.pop()

    def _note_heading(self, text: str) -> None:
        if text.startswith(_OUTLINE):
            self._heading = len(self._skips)
        elif text.startswith("\\pard") and len(self._skips) <= self._heading:
            self._heading = 0
