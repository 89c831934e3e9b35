"""Splitting a model's reply into sentences, without what is no statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa.datatypes import NOT_ANSWERED
from qa.llm.prompt import visible
from qa.text.english import capitalized, word_list, word_set
from qa.text.sentences import sentence_offsets
from qa.text.words import STOP_WORDS, content_stems, content_words, stem, words

LONGEST_REPLY = 20_000
"""Maximum length of a reply in characters; no answer is that long."""
SAME_SENTENCE = 0.9
"""Share of common words from which a sentence repeats an earlier one."""
SHORTEST_STATEMENT = 4
"""Minimum number of content words of a sentence that states something whatever its words are."""
_VERBS = word_set("auxiliaries") | frozenset(word_list("irregular_verbs"))
MOST_REPEATS = 4
"""Number of times that a sentence stands in a reply before its model is stopped."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"<\s?/?\s?(?:articles|passage)\b[^<>\n]{0,40}>?", re.IGNORECASE)
_MARKS = re.compile(r"\s*[\[\u3010]\s*\^?(?:passages?\s+)?(\d+(?:\s*[,;]\s*\d+)*)\s*[\]\u3011]", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*\u2022]\s+|\d+[.)]\s+)")
_MARKUP = re.compile(r"^\s*(?:#+\s*|>\s*)|\*\*|__|`")
_LEAD = re.compile(
    r"^(?:(?:the|this|my) )?(?:(?:short |final |correct )?answer|articles?|texts?|passages?|sentences?)"
    r"(?: (?:to|in|from|of) (?:the|this|that|your|these) (?:\w+ )?"
    r"(?:questions?|articles?|texts?|passages?|sentences?))?"
    r"(?: (?:is|are|says?|states?|mentions?|reads?)(?: that)?:?|:) (?=\S)",
    re.IGNORECASE,
)
"""What a model puts before a statement: "The answer to this question is:"."""
_VERDICT = re.compile(r"(?:yes|no)\b(?:[,.:;!\u2013\u2014-]+\s*|$)", re.IGNORECASE)
_REFUSAL = re.compile(
    r"(?:the|these|this) (?:corpus|passages?|articles?|text|sentence)s? (?:do|does|did)(?: not|n['\u2019]t) "
    r"(?:answer|contain|say|mention|provide|give|state)",
    re.IGNORECASE,
)
_COMPLETE = re.compile(r"[.!?:][\"'\u201d\u2019)\]]*$")
_EMPTY_WORDS = frozenset(stem(word) for word in word_set("reply_words"))
"""Stems of words that a model writes about its answer rather than in it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply."""

    text: str
    """The sentence without citation marks."""
    cited: tuple[int, ...] = ()
    """Indexes of the sources that the provider itself says it is taken from."""


def sentences_of(reply: str) -> list[Sentence]:
    """Return the sentences of a reply, without reasoning, fences, marks, Markdown and invisible characters.

    The last one is dropped if it is cut: if it has no full stop, and others have one.
    """
    text = _FENCE.sub("", _THOUGHT.sub("", visible(reply[:LONGEST_REPLY])))
    lines = [line for line in text.splitlines() if line.strip()]
    sentences = [Sentence(text) for text in _with_yes_or_no(sentence for line in lines for sentence in _of_line(line))]
    is_cut = lines and not _ITEM.match(lines[-1]) and not _COMPLETE.search(_without_marks(lines[-1]))
    return sentences[:-1] if is_cut and len(sentences) > 1 else sentences


def statements_of(sentences: Sequence[Sentence], question: str) -> list[Sentence]:
    """Return the sentences that state something: no questions, no repeats, nothing that the question says already."""
    asked = content_stems(question) | _EMPTY_WORDS
    statements: list[Sentence] = []
    for sentence in sentences:
        adds = content_stems(sentence.text) - asked or verdict_of(sentence.text)
        if adds and not sentence.text.endswith("?") and not any(_repeats(sentence, each) for each in statements):
            statements.append(sentence)
    return statements


def is_statement(sentence: str) -> bool:
    """Whether a sentence states something by itself, rather than only with its question: it is long or has a verb."""
    is_long = len(content_words(sentence)) >= SHORTEST_STATEMENT
    return is_long or any(word in _VERBS or word.endswith("ed") for word in words(sentence))


def repeats_itself(reply: str) -> bool:
    """Whether the last complete sentence of a reply stands in it for the fourth time: small models go on like that."""
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(reply) if sentence.strip()]
    complete = sentences if re.search(r"[.!?\n]\s*$", reply) else sentences[:-1]
    return bool(complete) and complete.count(complete[-1]) >= MOST_REPEATS


def verdict_of(text: str) -> str:
    """Return "yes" or "no" if a text begins with it; else an empty string."""
    first = next(iter(words(text)), "")
    return first if first in ("yes", "no") else ""


def without_verdict(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Return sentences without a "yes" or "no" at the beginning, which nobody could check."""
    return [replace(sentence, text=rest) for sentence in sentences if (rest := _after_verdict(sentence.text))]


def _after_verdict(text: str) -> str:
    match = _VERDICT.match(text)
    return capitalized(text[match.end() :]) if match else text


def refuses(sentences: Sequence[Sentence]) -> bool:
    """Whether a reply only states that the articles do not answer the question."""
    return len(sentences) == 1 and (
        sentences[0].text.strip(" .") == NOT_ANSWERED.strip(" .") or _REFUSAL.match(sentences[0].text) is not None
    )


def _with_yes_or_no(sentences: Iterable[str]) -> Iterator[str]:
    """Yield sentences, a "Yes." or "No." together with the one that says why."""
    verdict = ""
    for sentence in sentences:
        if verdict or words(sentence) != [verdict_of(sentence)]:
            yield f"{verdict} {sentence}".strip()
            verdict = ""
        else:
            verdict = sentence
    if verdict:
        yield verdict


def _of_line(line: str) -> Iterator[str]:
    line = _without_marks(_MARKUP.sub("", _ITEM.sub("", line)))
    for start, end in sentence_offsets(line):
        text = " ".join(line[start:end].split())
        lead = _LEAD.match(text)
        text = capitalized(text[lead.end() :]) if lead else text
        if content_words(text) or re.search(r"\d", text) or verdict_of(text):
            yield text


def _without_marks(line: str) -> str:
    return _MARKS.sub("", line).rstrip()


def _repeats(sentence: Sentence, other: Sentence) -> bool:
    """Whether a sentence says nothing but what an earlier one says."""
    new, old = (frozenset(words(each.text)) - STOP_WORDS for each in (sentence, other))
    return len(new & old) >= SAME_SENTENCE * len(new)
