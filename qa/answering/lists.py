"""Answers that are lists: the items that sentences of all articles name, each once; see also ``structure``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from qa.answering.composition import REFUSAL, Composition, QuotedStatement
from qa.answering.quotes import Quote, quotes_of
from qa.answering.sentences import Sentence
from qa.datatypes import BlockKind, Layout, Offsets, Passage
from qa.questions.terms import Question
from qa.reader.coverage import coverage
from qa.reader.odds import log_odds
from qa.reader.reading import Reading
from qa.text.english import word_list
from qa.text.enumerations import enumeration, is_name
from qa.text.sanitizing import single_line
from qa.text.words import contains_stem, content_stems, same_answer, stems

MOST_BETWEEN = 1.3
"""Length of items as their sentence joins them, relative to the items alone, up to which they are given as written."""
MOST_STATEMENTS = 8
"""Maximum number of sentences in an answer."""
PHRASES_TRIED = 24
"""Number of phrases, most probable first, whose enumerations compete."""
GROUPS_CHECKED = 10
"""Number of enumerations that the network checks, best first; each costs one short run."""
CHECKED, MAX_CHECKED = 0.7, 3.0
"""Weight of the log odds of a check, and their limit."""
ENUMERATED = 0.7
"""What each further item of an enumeration adds to the log odds that it answers a question for several things."""
MOST_COUNTED = 3
"""Number of further items that count."""
COVERED = 2.0
"""What the share of the question's words in the sentence adds to the log odds."""
SHORT_LIST = 2
"""Number of items up to which a list is probably not complete."""
CLOSE_ENOUGH, CLOSE_TO_LIST = 2.5, 1.2
"""Maximum difference of log odds between the best items and further ones; the latter if there are more than a few."""
SUPPORT_DISCOUNT = 1.0
"""What an enumeration has less than a better phrase elsewhere that is one of its items, in log odds."""
LEAST_CHECKED, LEAST_CHECKED_LIST = 0.0, -0.5
"""Minimum log odds of the network's check of further items; the latter for a list that contains the best item."""

MOST_ITEMS = 30
"""Maximum number of items in a short answer."""

_NUMBER = re.compile(
    rf"\b(?:which|what|who|the|are|were|name|list|top)\s+(?:are the |were the |the )?(?:top |first |last )?"
    rf"(\d{{1,2}}|{'|'.join(word_list('numerals')[2:])})\b(?! (?:years?|days?|months?|weeks?)\b)",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"\W*(?:\d+[.)]\s*)?(?P<item>[\"\u201c]\s?[^\"\u201c\u201d]{2,80}[\"\u201d]|[^,;:(\u2013\u2014.]{2,60}?(?=\s*(?:[,;:(\u2013\u2014.]|$)))"
)
"""The beginning of a list item that names it: what stands in quotation marks, or up to a comma or another mark."""
_ALTERNATIVE = re.compile(r"^(?:either|both|even|also|and|or) ", re.IGNORECASE)
_QUOTATION_MARKS = "\"'\u2018\u2019\u201c\u201d, "

Check = Callable[[str, Passage, int, int], float]
"""Question, passage, start and end of a phrase -> log odds that the phrase answers."""


@dataclass(frozen=True, slots=True)
class Group:
    """The items that one sentence names side by side."""

    quote: Quote
    """The sentence, with the phrase that was read in it."""
    items: tuple[str, ...]
    """The items, in order."""
    ranges: tuple[Offsets, ...]
    """Where they and others that are none of the items are named in the passage's clean text, in order."""
    is_list: bool
    """Whether they are the items of a list rather than parts of a sentence."""
    log_odds: float
    """Log odds that they answer, comparable within one question."""
    checked: float = 0.0
    """Log odds of the network's check."""


def compose_list(
    question: Question, passages: Sequence[Passage], reading: Reading, min_confidence: float, check: Check
) -> Composition:
    """Return the items that passages name, those of the most convincing sentence first.

    Args:
        question: the question.
        passages: the passages.
        reading: what was read in them.
        min_confidence: ``REFUSAL`` if the passages are less likely to answer than this, 0 to 1.
        check: the network's second reading of a phrase.
    """
    quotes = quotes_of(passages, reading, by_phrase=True)
    if not quotes or reading.answerable < min_confidence:
        return REFUSAL
    # A line in capitals is a link to another article.
    tried = [quote for quote in quotes if quote.span.phrase and not quote.text.isupper()][:PHRASES_TRIED]
    groups = [group for quote in tried if (group := _group(question, quote, tried)).items]
    groups = sorted(groups, key=lambda group: -group.log_odds)[:GROUPS_CHECKED]
    groups = sorted((_checked(question, group, check) for group in groups), key=lambda group: -group.log_odds)
    if not groups:
        return Composition(None, (quotes[0].statement(),))
    chosen, items = _choose(groups, _number_asked(question.text))
    short = (len(chosen) == 1 and _as_written(chosen[0], items)) or ", ".join(items)
    return Composition(short, tuple(statement for group in chosen for statement in _statements(group, items)))


def _choose(groups: Sequence[Group], most: int) -> tuple[list[Group], list[str]]:
    """Return the groups whose sentences are quoted, best first, and at most ``most`` items of theirs."""
    top = next((group for group in groups if group.checked >= LEAST_CHECKED_LIST), groups[0])
    best = max(groups, key=lambda group: (_extends(group, top), group is top))
    items, chosen = list(best.items[:most]), [best]
    for group in groups:
        new = _new(group.items, items)[: most - len(items)]
        is_quoted = any(other.quote.contains(group.quote) for other in chosen)
        if new and not is_quoted and len(chosen) < MOST_STATEMENTS and _fits(group, best):
            items += new
            chosen.append(group)
    return chosen, items


def _as_written(group: Group, items: Sequence[str]) -> str | None:
    """Return the items as their sentence joins them, "A, B and C"; None if much else stands between them."""
    if group.is_list or list(items) != list(group.items):
        return None
    text, phrase = group.quote.passage.layout.text, group.quote.span.phrase
    start, end = group.ranges[0][0], group.ranges[-1][1]
    is_read = phrase and phrase[0] <= start and end <= phrase[1]
    joined = (is_read and group.quote.phrase) or single_line(text[start:end])
    return joined if len(joined) <= MOST_BETWEEN * len(", ".join(items)) else None


def _checked(question: Question, group: Group, check: Check) -> Group:
    """Return a group with its log odds after the network's second reading of all its items together."""
    checked = check(question.text, group.quote.passage, group.ranges[0][0], group.ranges[-1][1])
    limited = min(max(checked, -MAX_CHECKED), MAX_CHECKED)
    return replace(group, log_odds=group.log_odds + CHECKED * limited, checked=checked)


def _statements(group: Group, items: Sequence[str]) -> list[QuotedStatement]:
    """Return the sentence that names the items of a group, or each of the list items that do."""
    quote = group.quote
    if not group.is_list:
        return [quote.statement()]
    statements = []
    for start, _ in group.ranges:
        block = quote.passage.layout.block_at(start)
        listed = Sentence(quote.passage, block.start, block.end) if block else None
        if listed and any(item in listed.text for item in items):
            statements.append(listed.statement())
    return statements


def _group(question: Question, quote: Quote, quotes: Sequence[Quote]) -> Group:
    """Return the items that are named side by side with the phrase of a quote."""
    text = quote.passage.layout.text
    phrase = quote.span.phrase or (quote.span.start, quote.span.end)
    asked = content_stems(question.text)
    listed = _list_items(quote.passage.layout, phrase)
    ranges = listed or enumeration(text, phrase, (quote.span.start, quote.span.end))
    items: list[str] = []
    for start, end in ranges:
        item = _ALTERNATIVE.sub("", single_line(text[start:end]).strip(_QUOTATION_MARKS))
        if not all(contains_stem(asked, stem) for stem in content_stems(item)):
            items += _new([item], items)
    items = [item for item in items if is_name(item)] if items and is_name(items[0]) else items
    supported = [log_odds(other.span.probability) for other in quotes if _is_among(other, items)]
    scopes = (content_stems(text[quote.start : quote.end]), stems(quote.passage.layout.context))
    strength = (
        max(log_odds(quote.span.probability), max(supported, default=-math.inf) - SUPPORT_DISCOUNT)
        + ENUMERATED * min(len(items) - 1, MOST_COUNTED)
        + COVERED * coverage(question, scopes)
    )
    return Group(quote, tuple(items), tuple(ranges), bool(listed), strength)


def _is_among(quote: Quote, items: Sequence[str]) -> bool:
    """Whether the phrase of a quote is one of the items."""
    return any(same_answer(quote.phrase or "", item) for item in items)


def _list_items(layout: Layout, phrase: Offsets) -> list[Offsets]:
    """Return the beginnings of all items of the list in which a phrase begins an item; empty if it does not."""
    blocks = list(layout.blocks)
    own = layout.block_at(phrase[0])
    if own is None or own.kind is not BlockKind.ITEM or own not in blocks:
        return []
    first = last = blocks.index(own)
    while first and blocks[first - 1].kind is BlockKind.ITEM:
        first -= 1
    while last + 1 < len(blocks) and blocks[last + 1].kind is BlockKind.ITEM:
        last += 1
    heads = [_HEAD.match(layout.text, block.start, block.end) for block in blocks[first : last + 1]]
    ranges = [head.span("item") for head in heads if head]
    begins = any(start <= phrase[0] < end for start, end in ranges)
    return ranges if begins and len(ranges) > 1 and len(ranges) == len(heads) else []


def _fits(group: Group, best: Group) -> bool:
    """Whether items are of the same kind as the best ones, and hardly less sure."""
    close = CLOSE_ENOUGH if len(best.items) <= SHORT_LIST else CLOSE_TO_LIST
    return _same_kind(group, best) and best.log_odds - group.log_odds <= close and group.checked >= LEAST_CHECKED


def _extends(group: Group, best: Group) -> bool:
    """Whether a group has the items of the best one and more, and is hardly less sure."""
    has_all = not _new(best.items, group.items) and len(group.items) > max(len(best.items), SHORT_LIST)
    return has_all and best.log_odds - group.log_odds <= CLOSE_ENOUGH and group.checked >= LEAST_CHECKED_LIST


def _same_kind(group: Group, best: Group) -> bool:
    return is_name(group.items[0]) == is_name(best.items[0]) and _has_figure(group) == _has_figure(best)


def _has_figure(group: Group) -> bool:
    return any(character.isdigit() for character in group.items[0])


def _new(items: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return the items that no known one names; "O'Neal" is "Shaquille O'Neal", and "Russian" is "Russia"."""
    return [item for item in items if not any(_same(item, other) for other in known)]


def _same(item: str, other: str) -> bool:
    first, second = content_stems(item), content_stems(other)
    shorter, longer = sorted((first, second), key=len)
    return all(contains_stem(longer, stem) for stem in shorter)


def _number_asked(question: str) -> int:
    """Return how many things a question asks for: "the five biggest", "which two"."""
    numerals = word_list("numerals")
    match = _NUMBER.search(question)
    if not match:
        return MOST_ITEMS
    word = match[1].lower()
    return int(word) if word.isdigit() else numerals.index(word)
