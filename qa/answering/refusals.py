"""What a refusal says: that the articles do not answer, and which words of the question were not found."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.answering.composition import Composition, Draft
from qa.answering.resources import Resources
from qa.datatypes import NOT_ANSWERED, Filter, Passage
from qa.questions.filter_words import in_words
from qa.questions.scope import Scope
from qa.questions.terms import Question, Term
from qa.reader.coverage import PassageWords, all_stems
from qa.text.english import enumerated, uncapitalized, word_set
from qa.text.words import contains_stem, stems, words

MOST_NAMED = 3
"""Number of words that a refusal names."""
LEAST_LETTERS = 5
"""Letters of such a word if it is no name; shorter ones are seldom what a question is about."""
NAMED_LETTERS = 4
"""Letters of a word that is only named, if it is no name; shorter ones, such as "rid", say little beside others."""
_WORD = re.compile(r"[^\W_](?:[\w'\u2019-]*[^\W_])?")


def with_refusal(draft: Draft, question: Question, topic: str, resources: Resources) -> Draft:
    """Return a draft without statements with the words of its refusal, unless its composer has chosen them.

    Args:
        draft: the draft.
        question: the question.
        topic: the part of it that says what to search for; only its words are named.
        resources: the index.
    """
    if draft.composition.statements or draft.composition.refusal:
        return draft
    searched = stems(topic)
    terms = [term for term in question.topical if term.stem in searched]
    unknown = [term for term in unknown_terms(question, resources.index.document_frequency) if term in terms]
    sentence = no_article_mentions(_to_name(question, unknown))
    if not sentence:
        absent = _absent_terms(terms, draft.passages)
        sentence = _not_near(_to_name(question, absent))
    refusal = f"{NOT_ANSWERED} {sentence}".strip()
    return replace(draft, composition=replace(draft.composition, refusal=refusal))


def within_filter(draft: Draft, given: Filter) -> Draft:
    """Return a draft whose refusal, if it is one, names the filter to which the search was limited."""
    composition = draft.composition
    if not given or composition.statements:
        return draft
    return replace(draft, composition=replace(composition, refusal=f"{composition.refusal} ({in_words(given)})"))


def no_articles(scope: Scope, given: Filter) -> Draft:
    """Return the refusal of a question if no article meets the filter given, or none of those is what it means."""
    named = uncapitalized(in_words(given))
    sentence = f"There are no {named}."
    if scope.filter and given:
        sentence = f"None of the {named} is among those that the question means: {uncapitalized(scope.understood)}."
    elif scope.filter:
        sentence = f"There are no {uncapitalized(scope.understood)}."
    return Draft(Composition(None, (), f"{NOT_ANSWERED} {sentence}"), (), 0.0, "no article meets the filter")


def unknown_terms(question: Question, document_frequency: Callable[[str], int]) -> list[Term]:
    """Return the terms of a question's topic that no article contains."""
    return [term for term in question.topical if not document_frequency(term.stem)]


def telling_words(question: Question, terms: Sequence[Term], least_letters: int = LEAST_LETTERS) -> list[str]:
    """Return the words of a question that these terms stand for, as they were asked, without general and short ones."""
    named = question.named
    telling = {
        term.word
        for term in terms
        if term in named or (len(term.word) >= least_letters and term.word not in word_set("overview_words"))
    }
    asked = [word for word in _WORD.findall(question.text) if telling.intersection(words(word))]
    return list(dict.fromkeys(asked))[:MOST_NAMED]


def _to_name(question: Question, terms: Sequence[Term]) -> list[str]:
    """Return the words of a refusal that these terms stand for: short ones only if there are no others."""
    return telling_words(question, terms, NAMED_LETTERS) or telling_words(question, terms, 1)


def no_article_mentions(unknown: Sequence[str]) -> str:
    """Return a sentence that names words which no article contains; empty without any."""
    return f"No article mentions {_quoted(unknown)}." if unknown else ""


def _not_near(absent: Sequence[str]) -> str:
    """Return a sentence that names words which the nearest passages lack; empty without any."""
    return f"The nearest passages do not mention {_quoted(absent)}." if absent else ""


def _absent_terms(terms: Sequence[Term], passages: Sequence[Passage]) -> list[Term]:
    """Return the terms that none of the passages contains; none without passages."""
    known = all_stems(PassageWords.of(passage) for passage in passages)
    return [term for term in terms if passages and not contains_stem(known, term.stem)]


def _quoted(names: Sequence[str]) -> str:
    return enumerated([f"\u201c{name}\u201d" for name in names], "or")
