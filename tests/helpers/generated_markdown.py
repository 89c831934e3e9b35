"""Markdown of every kind, generated together with the words that a reader sees and the words that are hidden."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from hypothesis import strategies as st

from qa.corpus.blocks import blocks_of
from qa.datatypes import Document
from qa.text.clean_text import folded

STEMS = "harbour ferry café naïve Müller Ærø 東京 boat 🎶 Łódź one two 1887 U.S. Mr. it’s ＷＩＤＥ".split()
"""What words are made of; a number is appended, so that each stands in a file once."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A Markdown file."""

    text: str
    """Its text."""
    visible: tuple[str, ...]
    """The words that a reader sees, with composed accents and no wide letters; each stands in the file once."""
    hidden: tuple[str, ...]
    """Words of comments, link targets, paths of images and languages of code."""

    @property
    def document(self) -> Document:
        """The file as a document."""
        blocks = tuple(blocks_of("a.md", self.text, 0))
        return Document("a.md", self.text, "utf-8", "", len(self.text), 0, title="Port", has_title=True, blocks=blocks)


class _Writer:
    """Writes pieces of Markdown and remembers their words."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._numbers = count(10)
        self.visible: list[str] = []
        self.hidden: list[str] = []

    def word(self) -> str:
        self.visible.append(f"{self._draw(st.sampled_from(STEMS))}x{next(self._numbers)}")
        return self.visible[-1]

    def secret(self) -> str:
        self.hidden.append(f"secret{next(self._numbers)}")
        return self.hidden[-1]

    def words(self, most: int = 4) -> str:
        return " ".join(self.word() for _ in range(self._draw(st.integers(1, most))))

    def inline(self) -> str:
        """Return a part of a sentence."""
        kind = self._draw(st.integers(0, 15))
        if kind < 4:
            return self.words(6)
        pieces: tuple[Callable[[], str], ...] = (
            lambda: f"*{self.words()}*",
            lambda: f"**{self.words()}**",
            lambda: f"`{self.words()}`",
            lambda: f"[{self.words()}](https://{self.secret()}.org/a_b)",
            lambda: f'[{self.words()} **{self.word()}**](<{self.secret()}.md> "{self.secret()}")',
            lambda: f"![{self.words()}]({self.secret()}.png)",
            lambda: f"[[{self.secret()}|{self.words()}]]",
            lambda: f"[[{self.words()}]]",
            lambda: f"![[{self.secret()}.png]]",
            lambda: f"<!-- {self.secret()} -->",
            lambda: f"%%{self.secret()}%%",
            lambda: f"=={self.words()}==",
        )
        return pieces[kind - 4]()

    def sentence(self) -> str:
        parts = [self.inline() for _ in range(self._draw(st.integers(1, 4)))]
        first = self.words(2) + " " if self._draw(st.booleans()) else ""
        return f"{first}{' '.join(parts)} {self.word()}{self._draw(st.sampled_from(['.', '?', '!', '']))}"

    def block(self) -> str:
        kinds = (self.heading, self.paragraph, self.items, self.table, self.quote, self.code, self.comment, self.image)
        return self._draw(st.sampled_from(kinds))()

    def heading(self) -> str:
        return f"{'#' * self._draw(st.integers(1, 4))} {self.words()} {self.inline()}"

    def paragraph(self) -> str:
        separator = self._draw(st.sampled_from([" ", "\n", "  \n"]))
        return separator.join(self.sentence() for _ in range(self._draw(st.integers(1, 4))))

    def items(self) -> str:
        marks = self._draw(st.sampled_from(["- ", "* ", "1. ", "- [ ] ", "- [x] "]))
        lines: list[str] = []
        for _ in range(self._draw(st.integers(1, 4))):
            depth = self._draw(st.integers(0, 1)) if lines else 0
            lines.append(f"{'    ' * depth}{marks}{self.sentence()}")
        return "\n".join(lines)

    def table(self) -> str:
        width = self._draw(st.integers(1, 3))
        rows = [[self.word() for _ in range(width)], ["---"] * width]
        for _ in range(self._draw(st.integers(1, 3))):
            rows.append([f"{self.word()} {self.inline()}".replace("|", r"\|") for _ in range(width)])
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def quote(self) -> str:
        return "\n".join(f"> {self.sentence()}" for _ in range(self._draw(st.integers(1, 3))))

    def code(self) -> str:
        lines = [f"{'  ' * self._draw(st.integers(0, 2))}{self.words()}" for _ in range(self._draw(st.integers(1, 3)))]
        return "\n".join([f"```{self.secret()}", *lines, "```"])

    def comment(self) -> str:
        return f"<!--\n{self.secret()}\n\n# {self.secret()}\n-->"

    def image(self) -> str:
        return f"![{self.words()}]({self.secret()}.png)"


@st.composite
def generated(draw: st.DrawFn) -> Generated:
    """Draw a file with up to eight blocks, in any normal form and with either kind of line break."""
    writer = _Writer(draw)
    blocks = [writer.block() for _ in range(draw(st.integers(1, 8)))]
    form = draw(st.sampled_from(["NFC", "NFD"]))
    text = unicodedata.normalize(form, "\n\n".join(blocks)) + "\n" * draw(st.integers(0, 2))  # type: ignore[arg-type]
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return Generated(text, tuple(folded(word) for word in writer.visible), tuple(writer.hidden))
