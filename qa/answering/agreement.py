"""Whether a sentence that seems to answer a question is about something else: another thing counted, another model.

What the network has learned decides first; these are cases in which it is often sure and wrong, since the sentence is
on the subject and has a figure of the right kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.extractive import SURE_REASON
from qa.answering.quotes import Quote, quotes_of
from qa.answering.refusals import telling_words, unknown_terms
from qa.answering.resources import Resources
from qa.datatypes import Passage
from qa.questions.terms import Question
from qa.questions.types import QuestionType
from qa.reader.reading import Reading
from qa.reader.sentences import SentenceEmbedder
from qa.text.english import word_set
from qa.text.english.patterns import MONTH
from qa.text.words import STOP_WORDS, contains_stem, stem, stems, words

MOST_COUNTED = 4
"""Words after a figure that may say what it counts."""
NAMED_BEFORE = 300
"""Characters before a quote that may name the model or edition that it is about."""
ALIKE = 0.5
"""Cosine from which two nouns may name the same things, such as "workers" and "employees" (.84)."""

_COUNTED = re.compile(r"\bhow many (?P<counted>[^?.,;]+)", re.IGNORECASE)
_NUMBERED = re.compile(r"\b(?P<name>[A-Z][\w'\u2019-]*) (?P<number>\d{1,3})\b(?![\d,.:%])")
"""A name with a number, such as a model or an edition: "Vika 16"."""
_WORD = re.compile(r"[^\W_][\w'\u2019-]*")
_NUMBER_WORD = re.compile(r"[\d.,]+|hundred|thousand|million|billion|dozen", re.IGNORECASE)


def is_in_doubt(question: Question, passages: Sequence[Passage], reading: Reading, resources: Resources) -> bool:
    """Whether the best sentence is about something else, or a word of a question for a reason is in no article."""
    if question.type is QuestionType.FACT:
        quotes = quotes_of(passages, reading)
        return bool(quotes) and is_about_another(question, quotes[0], passages, resources.embedder)
    if question.type is not QuestionType.REASON or reading.answerable >= SURE_REASON:
        return False
    return bool(telling_words(question, unknown_terms(question, resources.index.document_frequency)))


def is_about_another(question: Question, quote: Quote, passages: Sequence[Passage], embedder: SentenceEmbedder) -> bool:
    """Whether the figure in a quote counts other things than a question, or belongs to another model or edition."""
    return _counts_another(question, quote, passages, embedder) or _is_another_number(question, quote)


def _counts_another(question: Question, quote: Quote, passages: Sequence[Passage], embedder: SentenceEmbedder) -> bool:
    """Whether a question asks "how many wickets", or "how many Russian soldiers", and a quote counts others."""
    match = _COUNTED.search(question.text)
    if match is None or quote.span.phrase is None:
        return False
    asked = _noun_phrase(match["counted"])
    counted = _noun_phrase(_after_figure(quote))
    names, other_names = _names(asked), _names(counted)
    if names and other_names and not any(contains_stem(other_names, name) for name in names):
        return True
    things, others = _things(asked), _things(counted)
    if not things or not others or any(contains_stem(quote.stems, thing) for thing in map(stem, things)):
        return False
    known = frozenset[str]().union(*(stems(passage.layout.text) for passage in passages))
    if not any(stem(thing) in known for thing in things):
        return False  # The articles may simply use another word.
    vectors = embedder.embed([*things, *others])
    return bool((vectors[: len(things)] @ vectors[len(things) :].T).max() < ALIKE)


def _is_another_number(question: Question, quote: Quote) -> bool:
    """Whether a question names a model or an edition, such as "Vika 16", that the quote's surroundings do not name."""
    layout = quote.passage.layout
    before = layout.text[max(0, quote.start - NAMED_BEFORE) : quote.end]
    near = f"{quote.passage.title} {layout.context} {before}"
    return any(
        not re.search(rf"\b{re.escape(match['name'])}\W+{match['number']}\b", near, re.IGNORECASE)
        for match in _NUMBERED.finditer(question.text)
        if match.start() and not re.fullmatch(MONTH, match["name"])
    )


def _after_figure(quote: Quote) -> str:
    """Return the text from the figure in a quote's phrase on, or from the end of the phrase."""
    assert quote.span.phrase is not None
    start, end = quote.span.phrase
    text = quote.passage.layout.text
    figures = list(_NUMBER_WORD.finditer(text, start, end))
    return text[figures[-1].end() if figures else end : quote.span.end]


def _noun_phrase(text: str) -> list[str]:
    """Return the words at the beginning of ``text`` up to a function word or punctuation, at most ``MOST_COUNTED``."""
    phrase: list[str] = []
    position = 0
    for match in _WORD.finditer(text):
        between = text[position : match.start()]
        ends = between.strip() or (match[0].lower() in STOP_WORDS and match[0].lower() not in ("more", "other"))
        if ends or len(phrase) == MOST_COUNTED:
            break
        phrase.append(match[0])
        position = match.end()
    return phrase


def _names(phrase: Sequence[str]) -> list[str]:
    return [stem(word) for item in phrase if item[0].isupper() for word in words(item)]


def _things(phrase: Sequence[str]) -> list[str]:
    general = word_set("framing_words") | word_set("units")
    return [item.lower() for item in phrase if item[0].islower() and item.lower() not in general]
