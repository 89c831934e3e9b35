"""Outlets and authors that a question names, matched against those of the index: "according to The Verge"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NOUN = (
    r"(?P<noun>articles?|reviews?|reports?|reporting|stor(?:y|ies)|pieces?|coverage|posts?|columns?|interviews?|news"
    r"|analys[ie]s|texts?|writers?)"
)
_SAYS = (
    r"(?:say|said|says|write|wrote|written|report|reported|think|thought|tell|told|mention|mentioned|claim|claimed|argue"
    r"|argued|describe|described|conclude|concluded|recommend|publish|published|cover|covered|reveal|revealed|call|called)"
)
_BY = r"(?:reported|published|covered|written|posted|noted|described|mentioned|quoted)"
_CUES = (
    # "According to the Verge's review," and "as reported by The Verge" leave nothing behind.
    rf",?\s*\b(?:according to|as per|as {_BY} (?:by|in|on)|{_BY} (?:by|in)) (?:(?:an?|the) )?"
    rf"(?:(?:articles?|reports?|reviews?|pieces?|story|stories) (?:in|by|from|of|on) )?{{name}}"
    r"(?:['\u2019]s? (?:articles?|reports?|reviews?|coverage|reporting))?,?",
    # "What does The Verge say about" asks what the articles say.
    rf"\b(?P<auxiliary>do|does|did|has|have) {{name}} (?={_SAYS}\b|have to say)",
    # "The Verge's review of" is the review of.
    rf"{{name}}(?:['\u2019]s?)? (?P<between>(?:[\w'\u2019-]+ ){{{{0,4}}}}?){_NOUN}\b",
    # "Articles from The Verge" are the articles.
    rf"\b{_NOUN} (?:(?:published|written|posted) )?(?:in|from|by|of|on) {{name}}",
)
_ALONE = r",?\s*\b[Ii]n {name}(?=\s*(?:[,?.!]|$)),?"
"""The name at the end of a question or clause, in the source's own capitals."""
_REPLACEMENTS = (" ", r"\g<auxiliary> the articles ", r"the \g<between>\g<noun>", r"\g<noun>")
_OTHER_OUTLET = re.compile(
    rf"\b(?:according to|(?:articles?|reports?|reviews?|pieces?|story|stories) (?:in|by|from)|{_BY} (?:by|in))"
    r" (?:both )?(?:the )?['\u2018\u201c\"]?[A-Z]"
)
_SHORTER = re.compile(r"\s+[-\u2013|]\s+|:\s|\s*\|\s*|\.com\b|\.org\b")
"""What follows the name itself: "BBC News - Technology", "The Roar | Sports Writers Blog"."""
_SHORTEST = 3
_TIDY = (
    (re.compile(r"\bdoes the articles\b"), "do the articles"),
    (re.compile(r"\bhas the articles\b"), "have the articles"),
    (re.compile(r"\b(which|what|any|all|some|these|those|an?) the ", re.IGNORECASE), r"\1 "),
    (re.compile(r"\s+(?=[?.!,]|\s)"), ""),
)


@dataclass(frozen=True, slots=True)
class NamedOutlet:
    """An outlet or author that a question names."""

    name: str
    """Its name, as in the articles, without a section."""
    sources: tuple[str, ...]
    """What the articles call it, one for each of its sections."""
    mentions: int
    """How often the question names it as the one that says something."""


def outlets_in(question: str, sources: Sequence[str]) -> tuple[list[NamedOutlet], str]:
    """Return the outlets that a question names as the ones that say something, and the question without the names.

    Args:
        question: the question.
        sources: the outlets and authors of all articles.
    """
    outlets: list[NamedOutlet] = []
    rest = question
    for name, named in _named_in(question, sources):
        without, mentions = _without(rest, name)
        if mentions:
            outlets.append(NamedOutlet(name, named, mentions))
            rest = without
    return outlets, tidied(rest)


def tidied(question: str) -> str:
    """Return a question from which words were cut as it would be written: "does the articles" is "do the articles"."""
    for pattern, replacement in _TIDY:
        question = pattern.sub(replacement, question)
    return question.strip(" ,")


def only_outlet(outlets: Sequence[NamedOutlet], rest: str, sources: Sequence[str]) -> NamedOutlet | None:
    """Return the outlet if a question names a single one, once; ``rest`` is the question without it."""
    if len(outlets) != 1 or outlets[0].mentions > 1 or _OTHER_OUTLET.search(rest):
        return None
    return None if any(name in rest for name, _ in _named_in(rest, sources)) else outlets[0]


def _named_in(question: str, sources: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names of outlets that occur in the question, with the sources of each, longest first."""
    folded = question.casefold()
    by_name: dict[str, list[str]] = {}
    for source in sources:
        for name in {source, _SHORTER.split(source)[0].strip()}:
            if len(name) >= _SHORTEST and _without_article(name).casefold() in folded:
                by_name.setdefault(name, []).append(source)
    for name in sorted(by_name, key=lambda name: (-len(name), name)):
        yield name, tuple(by_name[name])


def _without(question: str, name: str) -> tuple[str, int]:
    """Return the question without the parts that name this outlet as the one that says something, and their number."""
    own = re.escape(_without_article(name))
    pattern = rf"(?<![\w-])(?:the )?['\u2018\u201c\"]?(?:the )?{own}['\u2019\u201d\"]?(?![\w-])(?! (?-i:[A-Z]))"
    mentions = 0
    for cue, replacement in zip(_CUES, _REPLACEMENTS, strict=True):
        question, count = re.subn(cue.format(name=pattern), replacement, question, flags=re.IGNORECASE)
        mentions += count
    exact = rf"(?:[Tt]he )?{own}(?![\w-])"
    question, count = re.subn(_ALONE.format(name=exact), " ", question)
    return question, mentions + count


def _without_article(name: str) -> str:
    return re.sub(r"^the\s+", "", name, flags=re.IGNORECASE)
