"""Articles that a question names: by a title in quotation marks, or as "the review of the Steam Deck"."""

from __future__ import annotations

import re
from collections.abc import Callable

from qa.questions.outlets import tidied
from qa.text.words import content_stems, covered_share, stems

MOST_ARTICLES = 3
"""Articles that one name may stand for; a name that fits more of them names none."""
SAME_TITLE = 0.8
"""Share of the words of a title that a quotation of it contains."""

_NOUN = r"(?P<noun>articles?|posts?|stor(?:y|ies)|pieces?|notes?|essays?|reviews?|interviews?|columns?)"
_NAMED = rf"the {_NOUN} (?:about|on|of|with|titled|entitled|called|named) (?P<topic>[^,?]+?)"
_SAYS = r"(?:say|said|report|write|tell|mention|claim|argue|think|describe|conclude|recommend|give)"
_SAYS_SOMETHING = re.compile(rf"\b(?:do|does|did) (?P<name>{_NAMED})(?= {_SAYS}\b)", re.IGNORECASE)
_PATTERNS = (_SAYS_SOMETHING, re.compile(rf"\b(?:in|according to) (?P<name>{_NAMED})(?=,|\?|$)", re.IGNORECASE))
_QUOTED = re.compile(r"[\"\u201c](?P<title>[^\"\u201c\u201d]{8,})[\"\u201d]")
_ANY_ARTICLE = re.compile(r"articles?|posts?|stor(?:y|ies)|pieces?|notes?", re.IGNORECASE)
"""Nouns that fit every article; a review has to be one by its title, if any is."""


def article_named_in(question: str, titles: Callable[[str], dict[str, str]]) -> tuple[dict[str, str], str]:
    """Return the titles of the articles that a question names, by path, and the question without the name.

    Args:
        question: the question.
        titles: returns the titles of articles that contain some of the given words, by path, best first.
    """
    quoted = _QUOTED.search(question)
    if quoted:
        wanted = content_stems(quoted["title"])
        named = {path: title for path, title in titles(quoted["title"]).items() if _same(wanted, content_stems(title))}
        return (named if len(named) <= MOST_ARTICLES else {}), question
    for pattern in _PATTERNS:
        match = pattern.search(question)
        if match is None:
            continue
        named = _about(match["topic"], match["noun"], titles(f"{match['topic']} {match['noun']}"))
        if not 0 < len(named) <= MOST_ARTICLES:
            continue
        if pattern is _SAYS_SOMETHING:
            return named, tidied(f"{question[: match.start('name')]}the articles{question[match.end('name') :]}")
        return named, question
    return {}, question


def _same(quoted: frozenset[str], title: frozenset[str]) -> bool:
    return bool(title) and quoted <= title and len(quoted) >= SAME_TITLE * len(title)


def _about(topic: str, noun: str, titles: dict[str, str]) -> dict[str, str]:
    """Return the articles whose title has all words of the topic, and the noun if any such title has it."""
    wanted = content_stems(topic)
    about = {path: title for path, title in titles.items() if wanted and covered_share(wanted, stems(title)) == 1.0}
    if _ANY_ARTICLE.fullmatch(noun):
        return about
    of_kind = {path: title for path, title in about.items() if covered_share(content_stems(noun), stems(title)) == 1.0}
    return of_kind or about
