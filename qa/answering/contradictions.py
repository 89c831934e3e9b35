"""Articles that answer a question differently: another number, time or name, each shown with its articles and day.

Whether another article answers is decided by the reader, which reads it alone as if there were no other; here is only
decided whether both speak of the same, and whether both can be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.answering.agreement import NAMED_BEFORE, is_about_another
from qa.answering.alignment import counterpart
from qa.answering.composition import Composition, QuotedStatement
from qa.answering.quotes import Quote, quote_of, quotes_of
from qa.answering.resources import Resources
from qa.datatypes import Passage, Span
from qa.questions.about_now import asks_about_now
from qa.questions.answer_types import asks_for_quantity
from qa.questions.terms import Question
from qa.questions.types import QuestionType
from qa.reader.reading import Reading
from qa.text.english import enumerated, word_set, written_out
from qa.text.enumerations import enumeration
from qa.text.values import Value, contradict, value_of
from qa.text.words import contains_stem, content_stems, covered_share, words

DIFFERENT = "The articles give different answers:"
"""Precedes the answers of articles that differ."""
CHANGED = "Earlier articles give another answer:"
"""Precedes the newest answer to a question about now, and the earlier ones."""
SAME_SUBJECT = 0.6
"""Share of the question's words in the best sentence that a sentence of another article must have, too."""
NEARLY_EQUAL, ALIKE, LEAST_ALIKE = 0.85, 0.6, 0.4
"""Minimum cosine of two sentences about the same: the first for any phrase, the others for a probable one, and the last
only if both have most of the question's words."""
LEAST_PROBABLE = 0.75
"""Probability of a phrase, its article read alone, from which it is probable."""
MOST = 0.5
"""Share of the question's words from which a sentence says what it is about."""
MOST_COPIES, MOST_PASSAGES = 5, 30
"""Near-identical articles of the best sentence's that are read, and their passages, from the first on."""
MOST_READ = 5
"""Other articles that are read, best first, besides those with the same sentence; each takes 0.05 s."""
SEVERAL = 0.3
"""Odds of another value in the same sentence, relative to the best one, from which a question has several answers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an article answers."""

    quote: Quote
    """The sentence, with a phrase."""
    value: Value
    """What the phrase states."""

    @property
    def sentence(self) -> str:
        """The sentence alone."""
        return self.quote.passage.layout.text[self.quote.span.start : self.quote.span.end]

    @property
    def story(self) -> str:
        """What stands for its article and the copies of it."""
        return self.quote.passage.story

    @property
    def day(self) -> date:
        """The day of the article, the first of all if it is not known."""
        return self.quote.passage.published or date.min


def with_contradictions(
    composition: Composition,
    question: Question,
    passages: Sequence[Passage],
    reading: Reading,
    resources: Resources,
) -> Composition:
    """Return a composition that shows the answers of all articles if they differ; else the same composition.

    Args:
        composition: an answer; only one to a question for a fact can be changed.
        question: the question.
        passages: the retrieved passages.
        reading: what reading them found.
        resources: what reads those that were not read.
    """
    quotes = quotes_of(passages, reading, by_phrase=True)
    is_fact = bool(composition.statements) and question.type is QuestionType.FACT
    best = _finding(question, quotes[0]) if is_fact and quotes else None
    if best is None or _has_several(question, best, quotes):
        return composition
    groups = [[best]]
    for finding in _other_findings(question, best, passages, resources):
        group = next((group for group in groups if not any(_differ(finding, other) for other in group)), None)
        if group is None:
            groups.append([finding])
        elif all(finding.story != other.story for other in group):  # A copy is no further witness.
            group.append(finding)
    return _compose(question, groups) if len(groups) > 1 else composition


def _finding(question: Question, quote: Quote) -> Finding | None:
    """Return what a quote answers, if it is a value of a kind that can be compared."""
    if quote.span.phrase is None:
        return None
    value = value_of(quote.passage.layout.text, *quote.span.phrase, asks_for_quantity(question.text))
    return Finding(quote, value) if value.kind else None


def _has_several(question: Question, best: Finding, quotes: Sequence[Quote]) -> bool:
    """Whether the best sentence alone has several answers, as to a question for a member of a group."""
    return _is_one_of_several(question, best) or any(
        (finding := _finding(question, quote)) is not None and contradict(finding.value, best.value)
        for quote in quotes
        if (quote.passage, quote.start) == (best.quote.passage, best.quote.start)
        and quote.odds >= SEVERAL * best.quote.odds
    )


def _is_one_of_several(question: Question, finding: Finding) -> bool:
    """Whether a sentence names others beside a name, apart from those of the question: "Anna Lind and Per Ek"."""
    span, text = finding.quote.span, finding.quote.passage.layout.text
    if not finding.value.name or span.phrase is None:
        return False
    asked = content_stems(question.text)
    items = enumeration(text, span.phrase, (span.start, span.end))
    new = [item for item in items if not content_stems(text[slice(*item)]) <= asked]
    return len(new) > 1 and "and" in words(text[items[0][0] : items[-1][1]])


def _other_findings(
    question: Question, best: Finding, passages: Sequence[Passage], resources: Resources
) -> Iterator[Finding]:
    """Yield what other articles answer, if they have a sentence about the same."""
    wanted = _shared(question, best.quote)
    others = [passage for passage in passages if passage.path != best.quote.passage.path]
    others += _differing_copies(best, resources)
    read = 0
    for path in dict.fromkeys(passage.path for passage in others):
        same = (_in_same_sentence(question, best, passage) for passage in others if passage.path == path)
        if aligned := next(filter(None, same), None):
            yield aligned
            continue
        near = [passage for passage in others if passage.path == path and _has_sentence_about(wanted, passage)]
        if not near or read == MOST_READ:
            continue
        read += 1
        reading = resources.read(question.text, near)
        quotes = quotes_of(near, reading)
        finding = _finding(question, quotes[0]) if quotes and reading.answerable >= resources.min_confidence else None
        if finding is None or not _about_same(question, best, finding, resources):
            continue
        if not is_about_another(question, finding.quote, near, resources.embedder):
            yield finding


def _in_same_sentence(question: Question, best: Finding, passage: Passage) -> Finding | None:
    """Return what a passage states in the same sentence, reworded, where the best one has its phrase."""
    span, text = best.quote.span, best.quote.passage.layout.text
    assert span.phrase is not None, "a finding has a phrase"
    for sentence in passage.layout.sentences:
        phrase = counterpart(text, (span.start, span.end), span.phrase, passage.layout.text, sentence)
        if phrase:
            return _finding(question, quote_of(passage, Span(*sentence, span.probability, phrase)))
    return None


def _differing_copies(best: Finding, resources: Resources) -> Iterator[Passage]:
    """Yield the passages of near-identical articles that lack the sentence: a search returns the original's only."""
    sentence = " ".join(best.sentence.split())
    for path in best.quote.passage.copies[:MOST_COPIES]:
        passages = resources.passages_of(path, MOST_PASSAGES)
        if not any(sentence in " ".join(passage.layout.text.split()) for passage in passages):
            yield from passages


def _shared(question: Question, quote: Quote) -> frozenset[str]:
    """Return the stems of a question that a sentence has, or all of the sentence if it has none of them."""
    return content_stems(question.text) & quote.stems or quote.stems


def _has_sentence_about(wanted: frozenset[str], passage: Passage) -> bool:
    text = passage.layout.text
    return any(
        covered_share(wanted, content_stems(text[start:end])) >= SAME_SUBJECT for start, end in passage.layout.sentences
    )


def _about_same(question: Question, best: Finding, other: Finding, resources: Resources) -> bool:
    """Whether the sentences of two articles are about the same, judged by the question's words and their meaning."""
    wanted = _shared(question, best.quote)
    covered = covered_share(wanted, other.quote.stems)
    if covered < SAME_SUBJECT or not _named(question, best.quote) <= _named(question, other.quote):
        return False
    first, second = resources.embedder.embed([best.sentence, other.sentence])
    cosine = float(first @ second)
    is_telling = covered == 1.0 and len(wanted) >= MOST * len(content_stems(question.text))
    is_probable = other.quote.span.probability >= LEAST_PROBABLE
    return cosine >= NEARLY_EQUAL or (is_probable and cosine >= (LEAST_ALIKE if is_telling else ALIKE))


def _named(question: Question, quote: Quote) -> frozenset[str]:
    """Return which names and numbers of a question are in a sentence, before it, or in the title of its article."""
    layout = quote.passage.layout
    before = layout.text[max(0, quote.start - NAMED_BEFORE) : quote.start]
    known = quote.stems | content_stems(f"{quote.passage.title} {layout.context} {before}")
    return frozenset(term.stem for term in question.named if contains_stem(known, term.stem))


def _differ(first: Finding, second: Finding) -> bool:
    """Whether two answers cannot both be right; what an article also says in the same sentence, it does not deny."""
    return contradict(first.value, second.value) and not (_mentions(first, second) or _mentions(second, first))


def _mentions(finding: Finding, other: Finding) -> bool:
    """Whether a sentence also has the other answer, or the last word of it if it is a name, but not that of its own."""
    text, phrase = finding.quote.text, other.quote.phrase or ""
    named = words(phrase) if other.value.name.issuperset(words(phrase)) else []
    is_named = bool(named) and named[-1] in words(text) and named[-1] not in finding.value.name
    return is_named or phrase.casefold() in text.casefold()


def _compose(question: Question, groups: Sequence[Sequence[Finding]]) -> Composition:
    """Return an answer with each value, the newest first."""
    ordered = sorted((sorted(group, key=_newest_first) for group in groups), key=lambda group: _newest_first(group[0]))
    newest, *others = (group[0] for group in ordered)
    is_change = asks_about_now(question.text) and all(date.min < other.day < newest.day for other in others)
    phrases = [group[0].quote.phrase or "" for group in ordered]
    short = phrases[0] if is_change else enumerated([phrases[0], *map(_uncapitalized, phrases[1:])], "or")
    labels = [_label(group[0], [first[0] for first in ordered]) for group in ordered]
    statements = tuple(_statement(label, group) for label, group in zip(labels, ordered, strict=True))
    return Composition(short, statements, disagreement=CHANGED if is_change else DIFFERENT)


def _uncapitalized(phrase: str) -> str:
    """Return a numeral as it stands within a sentence, any other phrase as it is."""
    return phrase.lower() if phrase.lower() in word_set("numerals") else phrase


def _newest_first(finding: Finding) -> int:
    return -finding.day.toordinal()


def _label(finding: Finding, all_findings: Sequence[Finding]) -> str:
    """Return the day of an article, with its title where the day does not tell it apart."""
    day = written_out(finding.day) if finding.quote.passage.published else "Undated"
    is_only = [other.day for other in all_findings].count(finding.day) == 1 and finding.quote.passage.published
    return day if is_only or not finding.quote.passage.title else f"{day}, {finding.quote.passage.title}"


def _statement(label: str, group: Sequence[Finding]) -> QuotedStatement:
    """Return the statement of articles that agree, in the words of the newest."""
    first = group[0].quote.statement(label)
    others = (stretch for finding in group[1:] for stretch in finding.quote.stretches())
    return replace(first, stretches=(*first.stretches, *others))
