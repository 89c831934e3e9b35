"""Questions that the corpus can answer, made from its own sentences and tried before they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from qa.corpus import UnreadableFile
from qa.text.english.patterns import NAME, PRONOUN
from qa.text.sanitizing import single_line
from qa.text.sentences import sentence_offsets
from qa.text.words import STOP_WORDS, same_answer

if TYPE_CHECKING:
    from qa.assistant import Assistant

SURE = 0.6
"""Confidence that the answer to a suggested question needs."""
MOST_ATTEMPTS = 20
"""Questions tried; one takes about 0.1 s."""
_TRIED_PER_ARTICLE = 2
_LONGEST_ARTICLE = 30_000
"""Characters of an article that are looked at."""
_LONGEST_TITLE = 100
"""A longer one makes no question."""

_DONE = r"[^,;:!?\"()\u201c\u201d]{12,90}(?=[.,;])"
_SOMEBODY_DID = re.compile(
    rf"(?P<answer>{NAME}) "
    rf"(?P<rest>(?:told|won|met|led|left|held|made|took|gave|wrote|built|became|founded|sent|\w{{4,}}ed) {_DONE})"
)
_SO_MANY_WERE = re.compile(
    r"(?P<answer>\d[\d,.]*\d|\d) (?P<rest>(?:[A-Za-z-]+ ){0,3}[a-z]{3,}s (?:were|being|have|had|are|will) "
    + _DONE
    + ")"
)
_LEANING = re.compile(rf"{PRONOUN.pattern}|\b(?:who|which|we|our|i|my|you|your)\b", re.IGNORECASE)


def suggest_questions(assistant: Assistant) -> Iterator[str | None]:
    """Yield questions whose answers are sure, and None after each one that was not.

    Trying a question takes a moment; between two of them the caller may let something else go first. Where
    sentences make none, titles do.
    """
    entries = assistant.index.documents()
    tries = (_try(assistant, made) for entry in entries for made in _made_from(assistant, entry.path))
    yield from islice(tries, MOST_ATTEMPTS)
    titles = (entry.title for entry in entries if len(entry.title) <= _LONGEST_TITLE and entry.title[-1:] != "…")
    asked = (f"What is known about {single_line(title).rstrip('?!.')}?" for title in titles)
    yield from (question if assistant.ask(question).answered else None for question in islice(asked, MOST_ATTEMPTS))


def _try(assistant: Assistant, made: tuple[str, str]) -> str | None:
    question, expected = made
    answer = assistant.ask(question)
    sure = answer.confidence >= SURE and answer.short_answer is not None and same_answer(answer.short_answer, expected)
    return question if sure else None


def _made_from(assistant: Assistant, path: str) -> Iterator[tuple[str, str]]:
    """Yield questions that sentences of the article answer, with their answers."""
    try:
        text = assistant.corpus.text(path)[:_LONGEST_ARTICLE]
    except UnreadableFile:
        return
    sentences = (single_line(text[start:end]) for start, end in sentence_offsets(text))
    yield from islice((made for sentence in sentences for made in _questions(sentence)), _TRIED_PER_ARTICLE)


def _questions(sentence: str) -> Iterator[tuple[str, str]]:
    did, many = _SOMEBODY_DID.match(sentence), _SO_MANY_WERE.search(sentence)
    if did and STOP_WORDS.isdisjoint(did["answer"].casefold().split()) and not _LEANING.search(did["rest"]):
        yield f"Who {did['rest']}?", did["answer"]
    if many and not _LEANING.search(many["rest"]):
        yield f"How many {many['rest'].replace(' being ', ' were ')}?", many["answer"]
