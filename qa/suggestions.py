"""Suggested questions: generated from the corpus's sentences, and verified to be answerable before they are shown."""

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

MIN_CONFIDENCE = 0.6
"""Confidence required of the answer to a suggested question."""
MAX_ATTEMPTS = 20
"""Questions tried, first of those made from sentences, then of those made from titles; each takes about 0.1 s."""
_ATTEMPTS_PER_ARTICLE = 2
_MAX_ARTICLE_LENGTH = 30_000
"""Characters at the start of an article that are searched for sentences."""
_MAX_TITLE_LENGTH = 100
"""Longer titles are not turned into questions."""

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
_CONTEXT_DEPENDENT = re.compile(rf"{PRONOUN.pattern}|\b(?:who|which|we|our|i|my|you|your)\b", re.IGNORECASE)


def suggest_questions(assistant: Assistant) -> Iterator[str | None]:
    """Yield each question that is answered with confidence, and None for each attempt that is not.

    An attempt takes a moment, so the caller can give precedence to other work between two of them. Questions
    made from sentences come first, then questions made from titles.
    """
    entries = assistant.index.documents()
    candidates = (pair for entry in entries for pair in _questions_about(assistant, entry.path))
    yield from (_verified(assistant, *pair) for pair in islice(candidates, MAX_ATTEMPTS))
    titles = (entry.title for entry in entries if len(entry.title) <= _MAX_TITLE_LENGTH and entry.title[-1:] != "…")
    questions = (f"What is known about {single_line(title).rstrip('?!.')}?" for title in titles)
    yield from (question if assistant.ask(question).answered else None for question in islice(questions, MAX_ATTEMPTS))


def _verified(assistant: Assistant, question: str, expected: str) -> str | None:
    """Return ``question`` if its answer is the expected one, with sufficient confidence."""
    answer = assistant.ask(question)
    if answer.short_answer is None or answer.confidence < MIN_CONFIDENCE:
        return None
    return question if same_answer(answer.short_answer, expected) else None


def _questions_about(assistant: Assistant, path: str) -> Iterator[tuple[str, str]]:
    """Yield questions that sentences of the article answer, with their answers."""
    try:
        document = assistant.corpus.read(path)
    except UnreadableFile:
        return
    prose = [block.clean.text for block in document.blocks if block.start < _MAX_ARTICLE_LENGTH]
    sentences = (single_line(text[start:end]) for text in prose for start, end in sentence_offsets(text))
    yield from islice((pair for sentence in sentences for pair in _questions_from(sentence)), _ATTEMPTS_PER_ARTICLE)


def _questions_from(sentence: str) -> Iterator[tuple[str, str]]:
    did, many = _SOMEBODY_DID.match(sentence), _SO_MANY_WERE.search(sentence)
    if did and STOP_WORDS.isdisjoint(did["answer"].casefold().split()) and not _CONTEXT_DEPENDENT.search(did["rest"]):
        yield f"Who {did['rest']}?", did["answer"]
    if many and not _CONTEXT_DEPENDENT.search(many["rest"]):
        yield f"How many {many['rest'].replace(' being ', ' were ')}?", many["answer"]
