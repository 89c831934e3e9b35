"""RTF as pandoc reads it rightly: it loses letters that follow characters written as numbers."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\\uc(?P<uc>\d{1,3}) ?|\\u(?P<code>-?\d{1,6}) ?|\\'[0-9A-Fa-f]{2}|\\[A-Za-z]+-?\d* ?|\\[^A-Za-z]|[{}]|[^\\{}]",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\\{}]+")
_OUTLINE = "\\outlinelevel"
_LIST = re.compile(r"\\ls\d")
_SPECIAL = {"\\": "\\\\", "{": "\\{", "}": "\\}"}
_DEEPEST = 100_000
"""Groups in groups that are kept track of."""


def readable(text: str) -> str:
    r"""Return RTF with characters instead of ``\u233?`` and the like, as much of it as stands for each left out.

    Headings are no items of lists then, as LibreOffice has it, and pandoc would believe.
    """
    written: list[str] = []
    skips = [1]
    """How many characters after a number stand for it, in each group that is open."""
    position, skip = 0, 0
    is_heading = False
    while position < len(text):
        plain = _PLAIN.match(text, position) if not skip else None
        token = plain or _TOKEN.match(text, position)
        if token is None:  # a backslash at the end
            break
        position = token.end()
        found = token[0]
        if plain:
            written.append(found)
        elif token["code"]:
            code = int(token["code"]) % 0x10000
            written.append(_SPECIAL.get(chr(code), chr(code)))
            skip = skips[-1]
        elif token["uc"]:
            skips[-1] = int(token["uc"])
        elif found in "{}":
            skip = 0
            if found == "{" and len(skips) < _DEEPEST:
                skips.append(skips[-1])
            elif found == "}" and len(skips) > 1:
                skips.pop()
            written.append(found)
        elif skip:
            skip -= 1
        elif not (is_heading and _LIST.match(found)):
            written.append(found)
            is_heading = found.startswith(_OUTLINE) or (is_heading and not found.startswith("\\pard"))
    # Characters beyond the first 65,536 are written as two numbers, as in UTF-16.
    return "".join(written).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
