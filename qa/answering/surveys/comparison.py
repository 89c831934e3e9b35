"""Comparisons: what the articles say about each side, side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answering.composition import Composition, Draft, QuotedStatement
from qa.answering.quotes import Quote, quotes_of
from qa.answering.resources import Resources
from qa.answering.surveys.summarization import ABOUT, RatedSentence, choose, rated_sentences
from qa.datatypes import Passage
from qa.questions.requests import Request
from qa.questions.terms import Question
from qa.questions.types import QuestionType
from qa.reader.reading import Reading
from qa.text.english import capitalized, word_set
from qa.text.words import content_stems, covered_share, same_answer, stem, stems, words

PASSAGES_PER_SIDE = 8
"""Passages retrieved for each side."""
MOST_SENTENCES, SENTENCES_PER_SIDE = 6, 3
"""Maximum number of sentences of all sides together, and of one side."""
SENTENCES_PER_ARTICLE = 3
"""Maximum number of sentences of an article if the sides are articles."""
COMPARED_IN_DETAIL = 2
"""Number of sides up to which further sentences stand beside the one whose phrase answers."""
LEAST_NAMED = 0.6
"""Share of a side's words that a sentence must have, or the lines before it and the title."""
LEAST_COVERED = 0.6
"""Share of the question that a sentence must cover, relative to the one that covers most of it."""
CHARACTERS_BEFORE = 250
"""Characters before a sentence that may name what it is about."""
SURE = 0.5
"""Probability from which a phrase is taken to answer for a side."""
LONGEST_LABEL = 4
"""Words of a side that is named before each of its sentences."""
DESCRIPTIONS = 2
"""Maximum number of sentences that say what a side is."""
MOST_STATED = 4
"""Maximum number of different statements of the same fact."""
MOST_CONTRASTS = 2
"""Maximum number of sentences quoted because they state a difference."""
CONFIDENCE = {"read": 0.75, "chosen": 0.55}
"""Probability that a comparison is right if phrases answer for its sides, and if its sentences were chosen by their
likeness to the question."""

_PREPOSITION = re.compile(r"^(?:in|at|on|of|for|by|from|with) (?=\w)", re.IGNORECASE)
_CONTRAST_STEMS = frozenset(stem(word) for word in word_set("contrast_words"))


@dataclass(frozen=True, slots=True)
class SideStatements:
    """What the articles say about one side."""

    side: str
    """The side."""
    statements: tuple[QuotedStatement, ...]
    """The sentences about it, best first; empty if there are none."""
    phrase: str | None
    """The phrase that answers for it, if there is one."""


def compose_comparison(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft | None:
    """Return what the articles say about each side of a comparison; None if they say nothing about any side."""
    if request.joint:
        return _connection(request, passages, resources)
    if not request.sides:
        return _article_by_article(request, passages, resources)
    sides = [_side(request, number, resources) for number in range(len(request.sides))]
    covered = [side for side in sides if side.statements]
    if not covered:
        return None
    shown = _each_once([statement for side in covered for statement in side.statements])
    statements = tuple(_labelled(statement, covered) for statement in shown)
    phrases = [f"{side.side}: {side.phrase}" for side in covered if side.phrase]
    # Without an aspect, the phrases say who or what the sides are, which nobody asked.
    is_read = len(phrases) == len(sides) and request.side_questions != request.sides
    missing = ", ".join(side.side for side in sides if not side.statements)
    return Draft(
        Composition("; ".join(phrases) if is_read else None, statements),
        tuple(passages),
        CONFIDENCE["read" if is_read else "chosen"] * len(covered) / len(sides),
        f"{len(covered)} of {len(sides)} sides are covered",
        f"The articles say nothing about this for {missing}." if missing else "",
    )


def _labelled(statement: QuotedStatement, sides: Sequence[SideStatements]) -> QuotedStatement:
    """Return a statement with the side that it is about in front, if that is short."""
    side = next(side.side for side in sides if statement in side.statements)
    name = _PREPOSITION.sub("", side)
    label = f"{capitalized(name)}: " if len(name.split()) <= LONGEST_LABEL else ""
    return replace(statement, text=f"{label}{statement.text}")


def _side(request: Request, number: int, resources: Resources) -> SideStatements:
    """Return what the articles say about the side with this number."""
    question, side = request.side_questions[number], request.sides[number]
    own = content_stems(side) or stems(side)
    others = frozenset[str]().union(*(content_stems(other) for other in request.sides)) - own
    passages = resources.search(question, PASSAGES_PER_SIDE)
    quote = _read(question, passages, resources, own)
    limit = max(1, min(SENTENCES_PER_SIDE, MOST_SENTENCES // len(request.sides)) - bool(quote))
    chosen: list[QuotedStatement] = []
    if not quote or len(request.sides) <= COMPARED_IN_DETAIL:
        sentences = _about_side(resources.parse(question), passages, own, others)
        chosen = [sentence.statement() for sentence in choose(sentences, question, resources.embedder, limit, limit)]
    first = [quote.statement()] if quote else []
    return SideStatements(side, _each_once([*first, *chosen]), quote.phrase if quote else None)


def _read(question: str, passages: Sequence[Passage], resources: Resources, own: frozenset[str]) -> Quote | None:
    """Return the sentence whose phrase answers the question about a side; None if none surely does."""
    reading = _reading(question, passages, resources)
    if reading is None or reading.answerable < SURE:
        return None
    quotes = quotes_of(passages, reading)
    # "The season here" may stand far below the name of the place.
    fitting = (quote for quote in quotes[:1] if _is_named(quote.passage, 0, quote.end, own))
    return next((quote for quote in fitting if not quote.is_boilerplate), None)


def _reading(question: str, passages: Sequence[Passage], resources: Resources) -> Reading | None:
    """Return what the reader makes of a question for a fact; None if it is not one."""
    is_question = words(question)[:1] and words(question)[0] in word_set("question_words")
    asked = question if is_question else f"What is {question}?"
    return resources.read(asked, passages) if resources.parse(asked).type is QuestionType.FACT else None


def _about_side(
    question: Question, passages: Sequence[Passage], own: frozenset[str], others: frozenset[str]
) -> list[RatedSentence]:
    """Return the sentences about a side, those that name it before those whose surroundings do."""
    sentences = []
    for sentence in rated_sentences(question, passages):
        inside = stems(sentence.text)
        names_own, names_other = covered_share(own, inside), covered_share(others, inside)
        if not _is_named(sentence.passage, sentence.start, sentence.end, own) or names_own < names_other:
            continue
        sentences.append((names_own - names_other + sentence.coverage, sentence))
    least = LEAST_COVERED * max((sentence.coverage for _, sentence in sentences), default=0.0)
    ordered = sorted(sentences, key=lambda pair: -pair[0])
    return [sentence for _, sentence in ordered if sentence.coverage >= least]


def _is_named(passage: Passage, start: int, end: int, own: frozenset[str]) -> bool:
    """Whether characters of a passage, the lines before them, or title and headings name a side."""
    near = passage.layout.text[max(0, start - CHARACTERS_BEFORE) : end]
    return covered_share(own, stems(f"{near} {passage.layout.context}")) >= LEAST_NAMED


def _connection(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft | None:
    """Return the sentences that name both sides; None if there are none."""
    wanted = content_stems(request.topic)
    retrieved = {
        (passage.path, passage.start): passage
        for question in (request.topic, *request.side_questions)
        for passage in resources.search(question, PASSAGES_PER_SIDE)
    }
    sentences = rated_sentences(resources.parse(request.topic), list(retrieved.values()))
    joint = [sentence for sentence in sentences if wanted <= stems(sentence.text)]
    near = [sentence for sentence in sentences if _is_named(sentence.passage, sentence.start, sentence.end, wanted)]
    chosen = choose(joint or near, request.topic, resources.embedder, SENTENCES_PER_SIDE, SENTENCES_PER_SIDE)
    if not chosen:
        return None
    described = [quote.statement() for side in request.sides for quote in _descriptions(side, resources)]
    composition = Composition(None, _each_once([*(sentence.statement() for sentence in chosen), *described]))
    reason = f"{len(joint)} sentences name both sides"
    return Draft(composition, tuple(passages), CONFIDENCE["read" if joint else "chosen"], reason)


def _descriptions(side: str, resources: Resources) -> list[Quote]:
    """Return the sentences that say what a side is, which often say what it has to do with others."""
    question = f"What is {side}?"
    passages = resources.search(question, PASSAGES_PER_SIDE)
    quotes = quotes_of(passages, resources.read(question, passages))
    probable = [quote for quote in quotes if quote.span.probability >= SURE and not quote.is_boilerplate]
    return probable[:DESCRIPTIONS]


def _article_by_article(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft | None:
    """Return what articles say about a topic: different phrases that answer, or sentences of each article."""
    reading = _reading(request.topic, passages, resources)
    quotes: list[Quote] = []
    if reading and reading.answerable >= SURE:
        for quote in quotes_of(passages, reading):
            is_new = all(not same_answer(quote.phrase or "", other.phrase or "") for other in quotes)
            if quote.span.probability >= SURE and is_new and len(quotes) < MOST_STATED:
                quotes.append(quote)
    read = [quote.statement() for quote in quotes]
    if len(read) > 1:
        short = "; ".join(quote.phrase for quote in quotes if quote.phrase)
        reason = f"{len(read)} phrases answer"
        return Draft(Composition(short, _each_once(read)), tuple(passages), CONFIDENCE["read"], reason)
    best = max(passage.scores.fused for passage in passages)
    about = [passage for passage in passages if passage.scores.fused >= ABOUT * best]
    sentences = rated_sentences(resources.parse(request.topic), about)
    sentences.sort(key=lambda sentence: -sentence.coverage)
    chosen = choose(sentences, request.topic, resources.embedder, MOST_SENTENCES - 1, SENTENCES_PER_ARTICLE)
    contrasts = [sentence for sentence in sentences if _states_difference(request, sentence)][:MOST_CONTRASTS]
    statements = _each_once([*read, *(sentence.statement() for sentence in [*contrasts, *chosen])])
    reason = f"{len(statements)} sentences are nearest to the question"
    return Draft(Composition(None, statements), tuple(passages), CONFIDENCE["chosen"], reason) if statements else None


def _states_difference(request: Request, sentence: RatedSentence) -> bool:
    """Whether a question asks for a difference, and a sentence states one."""
    contrast = _CONTRAST_STEMS
    return not contrast.isdisjoint(stems(request.topic)) and not contrast.isdisjoint(stems(sentence.text))


def _each_once(statements: Sequence[QuotedStatement]) -> tuple[QuotedStatement, ...]:
    """Return statements without those whose words another one before them has."""
    distinct: list[QuotedStatement] = []
    for statement in statements:
        if all(statement.text not in other.text for other in distinct):
            distinct.append(statement)
    return tuple(distinct)
