"""A model's reply, taken apart into sentences and the passages that each of them cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.datatypes import NOT_ANSWERED
from qa.llm.prompt import visible
from qa.text.sentences import sentence_offsets
from qa.text.words import content_words

LONGEST_REPLY = 20_000
"""Characters of a reply that are read; no answer is that long."""
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_MARKS = re.compile(r"\s*[\[\u3010]\s*\^?(?:passages?\s+)?(\d+(?:\s*[,;]\s*\d+)*)\s*[\]\u3011]", re.IGNORECASE)
_STRANDED = re.compile(rf"([.!?][\"'\u201d\u2019]?)((?:{_MARKS.pattern})+)", re.IGNORECASE)
"""Marks after the full stop of their sentence."""
_MARKUP = re.compile(r"^\s*(?:[-*\u2022]\s+|\d+[.)]\s+|#+\s*|>\s*)|\*\*|__|`")
_REFUSAL = re.compile(
    r"(?:the|these|this) (?:corpus|passages?|articles?|text)s? (?:do|does|did) not "
    r"(?:answer|contain|say|mention|provide|give|state)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply."""

    text: str
    """Without its marks."""
    cited: tuple[int, ...]
    """The numbers in its marks."""


def sentences_of(reply: str) -> list[Sentence]:
    """Return the sentences of a reply that say something; thoughts, Markdown and hidden characters are left out."""
    text = _THOUGHT.sub("", visible(reply[:LONGEST_REPLY]))
    return [sentence for line in text.splitlines() for sentence in _of_line(_MARKUP.sub("", line))]


def refuses(sentences: list[Sentence]) -> bool:
    """Whether a reply says nothing but that the passages do not answer."""
    return len(sentences) == 1 and (
        sentences[0].text.strip(" .") == NOT_ANSWERED.strip(" .") or _REFUSAL.match(sentences[0].text) is not None
    )


def _of_line(line: str) -> Iterator[Sentence]:
    line = _STRANDED.sub(lambda found: f"{found[2]}{found[1]}", line)
    for start, end in sentence_offsets(line):
        marked = line[start:end]
        numbers = [int(number[:6]) for found in _MARKS.finditer(marked) for number in re.findall(r"\d+", found[1])]
        text = " ".join(_MARKS.sub("", marked).split())
        if content_words(text) or re.search(r"\d", text):
            yield Sentence(text, tuple(dict.fromkeys(numbers)))
