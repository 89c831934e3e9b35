"""Candidates: the phrases of all passages that compete to answer a question, each with its features."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.datatypes import BlockKind, BlockRange, Layout, Offsets, Passage
from qa.questions.answer_types import may_answer, measures_something_else
from qa.questions.terms import Question, Term
from qa.reader.coverage import PassageWords, Stems, missing_share
from qa.reader.features import PHRASE_FEATURES
from qa.reader.odds import LogisticModel
from qa.reader.phrases import ScoredPhrase
from qa.text.words import contains_stem, content_stems, stems

LONGEST_RECORD = 80
"""Characters of a list item that may be a record, such as an ingredient with its amount."""
_FIRST_PERSON = frozenset({"i", "me", "my", "myself", "we", "us"})
_SIBLINGS = (BlockKind.ROW, BlockKind.ITEM)
_STOPS = (".", "!", "?")
MAX_SCORE = 12.0
"""Upper limit of the network's log odds; higher ones carry no more information."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may answer, with its sentence and its features."""

    passage: int
    """Index of its passage."""
    path: str
    """Path of its article."""
    text: str
    """The phrase."""
    phrase: Offsets
    """Start and end of the phrase in the passage's clean text."""
    sentence: Offsets
    """Start and end of the sentence or sentences that contain it."""
    features: tuple[float, ...]
    """Its features, in the order of ``PHRASE_FEATURES``."""
    unnamed: float
    """Share of the question's names and numbers that are not in its sentence, the sentences before it or the title."""
    log_odds: float
    """Log odds that it answers, considered alone."""
    absent: float = 0.0
    """Share of the question's names and numbers that its whole passage lacks."""
    together: float = math.nan
    """Log odds including the support of other articles; set by ``qa.reader.confidence.add_support``."""
    checked: float = math.nan
    """Log odds from the network's check of the phrase; set by ``qa.reader.confidence.check_best``."""

    @property
    def score(self) -> float:
        """The network's log odds."""
        return self.features[PHRASE_FEATURES.index("score")]


def score_phrases(
    question: Question,
    index: int,
    passage: Passage,
    split: PassageWords,
    phrases: Sequence[ScoredPhrase],
    model: LogisticModel,
) -> Iterator[Candidate]:
    """Yield the phrases of the passage with this index that can answer as candidates, in the same order.

    If folder, file or headings say what a passage is about, and it has none of the question's names and numbers, it is
    about something else; a phrase that is no figure or no time cannot answer a question for one.
    """
    named = question.named
    absent = missing_share(named, split.everything)
    is_named = passage.layout.context != passage.title
    if is_named and missing_share(question.subject, split.everything) == 1.0:
        return
    fits, text = may_answer(question.text), passage.layout.text
    others = _about_others(question, passage.layout)
    is_choice = " or " in question.text
    for scored in phrases:
        phrase = _named_speaker(scored, passage.layout)
        if phrase is None:
            continue
        first, last = split.sentences_of(scored.start, scored.end)
        sentence = (min(split.offsets[first][0], scored.start), max(split.offsets[last][1], scored.end))
        phrase_text = text[phrase.start : phrase.end]
        if not is_choice and _repeats_a_name(phrase_text, named):
            continue
        if not fits(phrase_text) or passage.layout.block_at(phrase.start) in others:
            continue
        if measures_something_else(question.text, text[slice(*sentence)]):
            continue
        features = (min(phrase.score, MAX_SCORE), passage.scores.vector, passage.scores.fulltext)
        unnamed = missing_share(named, split.context(first, last))
        log_odds = model.log_odds(features)
        offsets = (phrase.start, phrase.end)
        yield Candidate(index, passage.story, phrase_text, offsets, sentence, features, unnamed, log_odds, absent)


def _repeats_a_name(phrase: str, named: Sequence[Term]) -> bool:
    """Whether a phrase is only a name from the question, which it cannot answer."""
    own = content_stems(phrase)
    return bool(own) and own <= {term.stem for term in named}


def _named_speaker(phrase: ScoredPhrase, layout: Layout) -> ScoredPhrase | None:
    """Return the name of who speaks instead of "I"; None if it is not known."""
    block = layout.block_at(phrase.start)
    if layout.text[phrase.start : phrase.end].casefold() not in _FIRST_PERSON or block is None:
        return phrase
    speaker = next(iter(layout.clean.borrowed(block.start, block.end)), None)
    return ScoredPhrase(*speaker[0], phrase.score) if speaker else None


def _about_others(question: Question, layout: Layout) -> set[BlockRange]:
    """Return the rows and items that have fewer of the question's words than another row or item, and no others.

    "Linen tape: 12 m" is about the linen tape that a question asks for, so "Cotton canvas: 7 m" is not. Items that are
    sentences may go on from one another, so only those of figures count.
    """
    own: dict[BlockRange, Stems] = {}
    for block, (start, end) in layout.parts():
        if block.kind in _SIBLINGS and _is_record(block, layout):
            # Without the names of a table's columns, which all rows have.
            own[block] = own.get(block, frozenset()) | stems(layout.text[start:end])
    asked = {
        block: {term.stem for term in question.terms if contains_stem(known, term.stem)} for block, known in own.items()
    }
    return {
        block
        for block, words in asked.items()
        if any(words < others for sibling, others in asked.items() if sibling.kind is block.kind)
    }


def _is_record(block: BlockRange, layout: Layout) -> bool:
    text = layout.text[block.start : block.end]
    return block.kind is BlockKind.ROW or (len(text) <= LONGEST_RECORD and not text.endswith(_STOPS))
