"""Splitting a model's reply into sentences, each with the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.datatypes import NOT_ANSWERED
from qa.llm.prompt import visible
from qa.text.sentences import sentence_offsets
from qa.text.words import content_words

LONGEST_REPLY = 20_000
"""Maximum length of a reply in characters; no answer is that long."""
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_MARKS = re.compile(r"\s*[\[\u3010]\s*\^?(?:passages?\s+)?(\d+(?:\s*[,;]\s*\d+)*)\s*[\]\u3011]", re.IGNORECASE)
_MARKS_AFTER_STOP = re.compile(rf"([.!?][\"'\u201d\u2019]?)((?:{_MARKS.pattern})+)", re.IGNORECASE)
"""Citation marks after the full stop of their sentence."""
_MARKUP = re.compile(r"^\s*(?:[-*\u2022]\s+|\d+[.)]\s+|#+\s*|>\s*)|\*\*|__|`")
_REFUSAL = re.compile(
    r"(?:the|these|this) (?:corpus|passages?|articles?|text)s? (?:do|does|did)(?: not|n['\u2019]t) "
    r"(?:answer|contain|say|mention|provide|give|state)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply."""

    text: str
    """The sentence without its citation marks."""
    cited: tuple[int, ...]
    """The passage numbers in its citation marks."""


def sentences_of(reply: str) -> list[Sentence]:
    """Return the sentences of a reply, without reasoning blocks, Markdown, invisible characters and empty sentences."""
    text = _THOUGHT.sub("", visible(reply[:LONGEST_REPLY]))
    return [sentence for line in text.splitlines() for sentence in _of_line(_MARKUP.sub("", line))]


def refuses(sentences: list[Sentence]) -> bool:
    """Whether a reply only states that the passages do not answer the question."""
    return len(sentences) == 1 and (
        sentences[0].text.strip(" .") == NOT_ANSWERED.strip(" .") or _REFUSAL.match(sentences[0].text) is not None
    )


def _of_line(line: str) -> Iterator[Sentence]:
    line = _MARKS_AFTER_STOP.sub(lambda match: f"{match[2]}{match[1]}", line)
    for start, end in sentence_offsets(line):
        marked = line[start:end]
        numbers = [int(number[:6]) for match in _MARKS.finditer(marked) for number in re.findall(r"\d+", match[1])]
        text = " ".join(_MARKS.sub("", marked).split())
        if content_words(text) or re.search(r"\d", text):
            yield Sentence(text, tuple(dict.fromkeys(numbers)))
