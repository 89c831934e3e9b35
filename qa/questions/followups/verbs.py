"""Base forms of verbs, as questions with "did" and "does" need them: "won" becomes "win"."""

from __future__ import annotations

import re
from functools import cache

from qa.text.english import word_list, word_set

_ENDS_IN_E = re.compile(r"(?:[cvzu]|[aeiouy]s|[lnr]s|[^aeiouwyrl]l|[^aeo]at|[dr]g)$")
"""Stems of regular verbs that end in an e: "announc", "clos", "settl", "creat"."""
_DOUBLED = re.compile(r"([bdgmnprtk])\1$")
_THIRD_PERSON = re.compile(r"(?:(?<=[xo])es|(?<=ss|ch|sh)es|(?<![su])s)$")
_NOT_VERBS = frozenset(
    {"need", "feed", "breed", "speed", "seed", "exceed", "proceed", "succeed", "indeed", "red", "bed"}
)


def past_base(word: str) -> str | None:
    """Return the base form of a verb in the past tense; None if the word does not look like one."""
    word = word.casefold()
    irregular = _irregular().get(word)
    if irregular or not re.fullmatch(r"[a-z]{2,}ed", word) or word in _NOT_VERBS:
        return irregular
    stem = word[:-2]
    if stem.endswith("i"):
        return f"{stem[:-1]}y" if len(stem) > 2 else f"{stem}e"
    if stem.endswith("e"):
        return f"{stem}e"
    if f"{stem}e" in word_set("verbs_in_e") or _ENDS_IN_E.search(stem):
        return f"{stem}e"
    return stem[:-1] if _DOUBLED.search(stem) else stem


def present_base(word: str) -> str | None:
    """Return the base form of a verb in the third person; None if the word does not look like one."""
    word = word.casefold()
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    base = _THIRD_PERSON.sub("", word)
    return base if base != word and len(base) > 1 else None


def is_irregular_base(word: str) -> bool:
    """Whether a word is the base form of an irregular verb, like "make"."""
    return word in _irregular().values()


@cache
def _irregular() -> dict[str, str]:
    forms = word_list("irregular_verbs")
    return dict(zip(forms[::2], forms[1::2], strict=True))
