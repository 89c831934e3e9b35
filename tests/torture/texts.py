"""Texts that parsers choke on: pieces to draw from, and kinds of text that can be made as long as one likes."""

from __future__ import annotations

import random
from pathlib import Path

PROSE = (
    "The old harbour of Lindholm was closed in March 1987. It had served 240 fishing boats for a century, wrote Ana "
    "Ruiz. “We never expected that,” said the mayor, Karin Osk, who opened the new one in 1991; a ferry now leaves for "
    "Sandvik every hour.\n\n"
)

KINDS: dict[str, str] = {
    "prose": PROSE,
    "prose in one line": PROSE.replace("\n", " "),
    "one word": "harbour ",
    "one letter": "a",
    "digits": "1234567890",
    "numbers": "17, 4.5 2024 ",
    "spaces": " ",
    "tabs": "a\t",
    "line feeds": "\n",
    "carriage returns": "a\r",
    "short lines": "a\n",
    "short paragraphs": "ab\n\n",
    "form feeds": "a\f",
    "line separators": "a\u2028",
    "dots": ".",
    "detached stops": "a . ",
    "commas": "a, ",
    "dashes": "-",
    "equals": "==a",
    "quotes": '"',
    "open quotes": "“He said so. ",
    "apostrophes": "'a ",
    "open brackets": "[",
    "brackets": "[a]",
    "links": "[a](b) ",
    "open links": "[a](",
    "open parentheses": "(He said so. ",
    "nested parentheses": "((a)",
    "braces": '{"a":[',
    "JSON": '{"key":"value","n":[1,2.5,null]},',
    "backticks": "`a``b",
    "asterisks": "*a **b",
    "underscores": "_a __b",
    "tildes": "~~a",
    "open tags": "<a ",
    "tags": "<b>a</b>",
    "open comments": "<!-- a ",
    "percents": "%%a ",
    "templates": "{{< a {% b ",
    "entities": "&amp;&#9;&",
    "pipes": "|a",
    "table rows": "| a | b |\n|---|---|\n",
    "aligned columns": "ab      12\n",
    "quote marks": "> ",
    "quoted lines": "> a\n",
    "list marks": "- ",
    "list lines": "- a\n",
    "nested list": "  - a\n    - b\n",
    "numbered lines": "1. \n",
    "headings": "# a\n",
    "capital lines": "CHAPTER ONE\n\n",
    "underlined": "Abc\n===\n\n",
    "bold lines": "**a**\n\n",
    "definitions": "a\n: b\n\n",
    "link references": "[a]: b\n",
    "footnotes": "[^a]: b[^a]\n",
    "wikilinks": "[[a|b]] ![[",
    "backslashes": "\\",
    "code fences": "```\na\n",
    "admonitions": "!!! note\n    a\n",
    "Chinese": "港口由市长开放。",
    "Chinese without stops": "港口由市长开放",
    "fullwidth": "ａ？",
    "Japanese": "これは港です。",
    "Thai": "ใครเปิดท่าเรือ",
    "Arabic": "من فتح الميناء؟ ",
    "base64": "aGFyYm91ci9mZXJyeSs5",
    "emoji": "👩\u200d👩\u200d👧",
    "accents": "e\u0301",
    "marks": "\u0301",
    "soft hyphens": "a\u00ad",
    "zero width": "\u200b",
    "right to left": "\u202ea\u202c",
    "controls": "\x1b[31m\x07",
    "names": "Karin Osk ",
    "enumeration": "Ana, her brother Tim and the mayor, ",
    "turns": "KARIN OSK: Yes.\n\n",
    "fields": "Title: a\n",
    "mail": "From: a@b.c\nSubject: x\nDate: Mon, 3 Feb 2025 11:40:00 +0100\n\n",
    "addresses": "Ana <a@b.c>, ",
    "encoded words": "=?utf-8?q?a?= ",
    "dates": "3 May 2020 ",
    "divided words": "har-\nbour ",
    "negations": "not ",
    "aliases": "a: &a [*a]\n",
    "who said": "On 3 May 2020 Ana Ruiz wrote: ",
    "compared": "Google and Apple vs ",
    "periods": "between 2019 and last May ",
    "outlets": "according to The Verge ",
}
"""Each kind of text, as what is repeated."""

_WORDS = """
--- +++ ... - : = # [ ] [[ ]] { } | > " ' ` @ % &a *a !! < \\ * _ ~~ é 🎶 word \\UFFFFFFFF 1. 1) a) • ☐ ; ,
title: author: date: tags: [1,2] name: From: =?utf-8?q? ?= a@b.c Updated 2024-05-14 01/02/03 0000-00-00 9999-12-31 10:99
who What When Which articles mention Compare and or between last week ? why it they Who
1887. 99999999999999999999 1e999 -0 0x1F １２ ² ٣ ٢٠٢٤ null true NaN Infinity {} [] \\u0000 \\ud800
http://[::1 ~nosuchuser ../.. /etc/passwd C:\\ con.md .md a.md:3-1 [1] [99999999] 【1】 <think> </think> ``` ** ###
"""
_ODD = "\0\t\n\r\v\f\x1b\x85\xa0\xad\u0301\u200b\u2028\u2029\u202e\u3000\ud800\udfff\ufb01\ufeff\U0010ffff"
PIECES: list[str] = [
    *KINDS.values(),
    *_WORDS.split(),
    *_ODD,
    *"\n|\n\n|\r\n|  |: |- |\n- |key = |![x](y)|1887. |31 February 2024|By Ann Hand|The passages do not answer.".split(
        "|"
    ),
]
"""What inputs are put together from."""


def repeated(kind: str, length: int) -> str:
    """Return a text of this kind with so many characters."""
    unit = KINDS[kind]
    return (unit * (length // len(unit) + 1))[:length]


class Inputs:
    """Draws inputs: samples of real text, whole or mutated, and pieces put together."""

    def __init__(self, generator: random.Random, samples: list[str]) -> None:
        self._random = generator
        self._samples = samples

    @classmethod
    def from_files(cls, generator: random.Random, folders: list[Path]) -> Inputs:
        """Return inputs that are drawn from the files of these folders too."""
        files = (file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file())
        return cls(generator, [file.read_text(encoding="utf-8", errors="surrogateescape")[:6_000] for file in files])

    def draw(self) -> str:
        """Return the next input, mostly short."""
        kind = self._random.randrange(8)
        if kind < 3:
            text = self._assembled()
        elif kind < 7:
            sample = self._random.choice(self._samples)
            start = self._random.choice([0, self._random.randrange(len(sample) + 1)])
            text = sample[start : start + self._length()]
        else:
            text = repeated(self._random.choice(list(KINDS)), self._length())
        for _ in range(self._random.choice([0, 1, 1, 2, 4, 12])):
            text = self._mutated(text)
        return text[:20_000]

    def _times(self) -> int:
        return self._random.choice([1, 1, 3, 30, 300])

    def _length(self) -> int:
        return int(self._random.choice([10, 40, 150, 600, 600, 3_000]) * self._random.random()) + 1

    def _assembled(self) -> str:
        pieces = self._random.choices(PIECES, k=self._random.choice([1, 2, 4, 8, 20, 60]))
        return self._random.choice(["", " ", "\n"]).join(pieces)

    def _mutated(self, text: str) -> str:
        at = self._random.randrange(len(text) + 1)
        to = min(len(text), at + self._random.choice([1, 1, 4, 30, 200]))
        kind = self._random.randrange(6)
        if kind == 0:
            return text[:at] + text[to:]
        if kind == 1:
            return text[:to] + text[at:to] * self._times() + text[to:]
        if kind == 2:
            return (
                text[:at] + chr(ord(text[at]) ^ (1 << self._random.randrange(16))) + text[at + 1 :] if at < to else text
            )
        if kind == 3:
            return text[:at] + self._random.choice(self._samples)[: to - at] + text[to:]
        if kind == 4:
            return text[:at] + self._random.choice(PIECES) * self._times() + text[at:]
        return text[:at] + self._random.choice(_ODD) + text[at:]
