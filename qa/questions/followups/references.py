"""Words that stand for something named before, and their replacement: "she" becomes "Karin Osk"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.datatypes import Turn
from qa.questions.followups.clauses import event
from qa.questions.followups.mentions import Gender, gender, location, names_in, person, time
from qa.questions.followups.things import contest, is_attribute, several, thing
from qa.text.english import word_set
from qa.text.english.patterns import PERSONAL_PRONOUNS
from qa.text.words import STOP_WORDS, words

_POSSESSIVES = ("his", "her", "their", "its", "hers", "theirs")
_GENDERS: dict[str, Gender] = {
    **dict.fromkeys(("he", "him", "his"), "male"),
    **dict.fromkeys(("she", "her", "hers"), "female"),
}
_PRONOUN = re.compile(rf"\b(?:{PERSONAL_PRONOUNS}|it|its|there|then)\b", re.IGNORECASE)
_NO_REFERENCE = re.compile(
    r"\bit\s+(?:true|legal|illegal|possible|safe|likely|ok|okay|worth|normal|hard|easy|necessary|important|mean)\b"
    r"|\bit\s+take\s.*\bto\b|\b(?:is|was)\s+it\s+(?:that|who)\b|\bit\s+(?:rain|snow)s?\b",
    re.IGNORECASE,
)
"""An "it" that stands for what follows in the same question."""
_EXISTENTIAL = re.compile(
    r"(?:\b(?:is|are|was|were|be|been)\s+there\s+(?:an?|any|no|some|other|more|still|\w+)\b"
    r"|\bthere\s+(?:is|are|was|were|been|be)\b|\bmany\b.*\b(?:are|were|is|was)\s+there$)",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(
    r"\b(?:this|that|these|those)\s+(?!(?:is|are|was|were|had|has|would|could|can|will|did|does|the|a|an)\b)([a-z]{3,})\b"
)
_POINTING = re.compile(
    r"(?:^|\b(?:is|was|are|were|did|does|do|has|had|about|of|after|before|by|with|for|to|in|on|said|say|says|them|him"
    r"|told)\s+)(?:that|this|those|these)\b(?!\s+[a-z]{3,}\b)|\bso$|\belse\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"\bthe\s+([a-z-]+)(?:\s+([a-z-]+))?")
_COMPLEMENT = re.compile(r"\s+(?:of|for|that|who|which|about|in|from|at|between|on|to|with)\b|['\u2019]")
"""What follows a noun and says whose it is."""
_WITH_TIME = re.compile(r"\b(?:was|were|did|had)\b", re.IGNORECASE)
_SUCCESSION = re.compile(
    r"who\s+(?:will\s+|has\s+)?(?:takes?|took|taken)\s+over|who\s+(?:stepped|steps)\s+in", re.IGNORECASE
)
_AS_ROLE = re.compile(
    r"\bas\s+(?:the\s+)?(?:[\w'\u2019-]+\s+){0,2}[\w'\u2019-]+(?:\s+of\s+(?:the\s+)?(?:[A-Z][\w.]*\s*)+)?"
)
_SCORE = frozenset({"score", "result", "results", "scorer", "scorers", "outcome"})
_SINGULAR = {"do": "does", "are": "is", "were": "was", "have": "has"}


def has_reference(core: str) -> bool:
    """Whether a question contains a word that stands for something outside of it."""
    return bool(_references(core) or _pointing(core))


def resolved(core: str, turns: Sequence[Turn]) -> tuple[str | None, bool]:
    """Return a question with names instead of the words that stand for them, and whether all are replaced."""
    references = _references(core)
    replacements: dict[str, str | None] = {}
    text = core
    for match in reversed(references):
        pronoun = match[0].casefold()
        is_first = all(other.start() >= match.start() for other in references if other[0].casefold() == pronoun)
        if not is_first and pronoun not in ("it", "its"):
            continue
        replacement = _antecedent(match, core, turns)
        if replacement in replacements.values():
            replacement = None
        replacements[pronoun] = replacement
        text = _replaced(text, match, replacement) if replacement else text
    complete = None not in replacements.values()
    if (demonstrative := _DEMONSTRATIVE.search(text)) and _pointing(core):
        named = thing(turns)
        complete = complete and named is not None
        if named:
            noun = demonstrative[1]
            text = f"{text[: demonstrative.start()]}the {noun} {_bare(named)}{text[demonstrative.end() :]}"
    elif _POINTING.search(core) and not ("else" in core and text != core):
        complete = False
    elif not complete and text == core and (names_in(core) or re.search(r"\d", core)):
        return None, False
    return text, complete


def completed(core: str, turns: Sequence[Turn]) -> str | None:
    """Return a question that names a thing only by what it is, such as "the price", with whose it is."""
    if names_in(core) or re.search(r"\d", core):
        return None
    if _SUCCESSION.fullmatch(core):
        role = next((match[0] for turn in reversed(turns) if (match := _AS_ROLE.search(turn.question))), None)
        return f"{core} {role}" if role else None
    for noun, end in _definite_nouns(core):
        if noun in word_set("roles"):
            return _with_role(core, end, turns[-1])
        if is_attribute(noun):
            return _with_owner(core, noun, end, turns)
        if (known := _known_by_class(noun, turns)) and core[:end].endswith(f"the {noun}"):
            return f"{core[: end - len(f'the {noun}')]}{known}{core[end:]}"
    return None


def _known_by_class(noun: str, turns: Sequence[Turn]) -> str | None:
    """Return the thing that "the film" is, if the last turn calls something a film."""
    named, last = thing(turns), turns[-1]
    if named is None or noun not in words(f"{last.question} {last.text}"):
        return None
    return named if noun in words(named) else f"the {noun} {_bare(named)}"


def _definite_nouns(core: str) -> Iterator[tuple[str, int]]:
    """Yield the nouns with "the" that need to be explained, with where each ends."""
    explained = word_set("roles") | word_set("attributes") | word_set("class_nouns")
    for match in _DEFINITE.finditer(core):
        for group in (1,) if match[1] in word_set("class_nouns") else (2, 1):
            if match[group] in explained and not _COMPLEMENT.match(core, match.end(group)):
                yield match[group], match.end(group)
                break


def _references(core: str) -> list[re.Match[str]]:
    """Return the pronouns of a question that nothing before them in it explains."""
    names = names_in(core)
    references = []
    for match in _PRONOUN.finditer(core):
        pronoun = match[0].casefold()
        before = [name for name in names if name.end <= match.start()]
        if pronoun in ("it", "its"):
            explained = any(gender(name.text, ()) is None for name in before) or _NO_REFERENCE.search(core) is not None
        elif pronoun == "there":
            explained = _EXISTENTIAL.search(core) is not None
        else:
            own = core[match.end() :].startswith(" own") and bool(names)
            explained = pronoun != "then" and (bool(before) or own)
        if not explained:
            references.append(match)
    return references


def _pointing(core: str) -> bool:
    """Whether "that" or "this" stands for something outside of a question that names nothing."""
    names_nothing = not names_in(core) and not re.search(r"\d", core)
    existential = names_nothing and _EXISTENTIAL.search(core) is not None
    return names_nothing and bool(existential or _POINTING.search(core) or _is_demonstrative(core))


def _is_demonstrative(core: str) -> bool:
    """Whether a question contains "this" or "that" with a noun, as in "this drug", not as in "the man that sank"."""
    match = _DEMONSTRATIVE.search(core)
    return match is not None and match[1] in word_set("class_nouns")


def _antecedent(match: re.Match[str], core: str, turns: Sequence[Turn]) -> str | None:
    """Return what a pronoun stands for, as it is written in its place."""
    pronoun = match[0].casefold()
    if pronoun == "there":
        known = location(turns)
        to_place = re.search(r"\b(?:from|to|in|near|of)\s+$", core[: match.start()])
        return known.split(maxsplit=1)[1] if known and to_place else known
    if pronoun == "then":
        return time(turns)
    if pronoun in ("it", "its"):
        return thing(turns)
    if pronoun in _GENDERS:
        return person(_GENDERS[pronoun], turns)
    return several(turns)


def _replaced(text: str, match: re.Match[str], replacement: str) -> str:
    """Return ``text`` with a pronoun replaced, in the possessive and with a verb in the singular where needed."""
    pronoun, start, end = match[0].casefold(), match.start(), match.end()
    following = re.match(r"\s+([\w-]+)", text[end:])
    is_object = pronoun == "her" and (following is None or following[1].casefold() in STOP_WORDS - {"own"})
    if pronoun in _POSSESSIVES and not is_object:
        replacement += "'" if replacement.endswith("s") and replacement[:4] == "the " else "'s"
    before = text[:start]
    if pronoun == "they" and not (
        " and " in replacement or (replacement.startswith("the ") and replacement[-1] == "s")
    ):
        before = re.sub(r"\b(do|are|were|have)(\s+)$", lambda word: _SINGULAR[word[1].casefold()] + word[2], before)
    return before + replacement + text[end:]


def _with_owner(core: str, noun: str, end: int, turns: Sequence[Turn]) -> str | None:
    """Return a question about "the price" with the thing whose price it is, or what happened then."""
    before = turns[-1]
    happened = event(before.question, before.short_answer)
    rest = core[end:]
    sides = contest(before) if noun in _SCORE else None
    if happened and not sides and _WITH_TIME.search(core) and not rest.strip():
        return f"{core} when {happened}"
    named = thing(turns)
    if sides or named:
        return f"{core[:end]} {sides or f'of {named}'}{rest}"
    return None


def _with_role(core: str, end: int, before: Turn) -> str | None:
    """Return a question about "the job" with which one: the one whose holder was asked for."""
    asked = re.match(
        r"who(?:['\u2019]s|\s+is|\s+was)\s+(?:the|its)\s+(?:new |current |former |next )?(.+)", before.question, re.I
    )
    if asked is None:
        return None
    text = f"{core[:end]} of {asked[1].rstrip('?!. ')}{core[end:]}"
    if re.search(r"\b(?:before|after)$", text) and before.short_answer:
        return f"{text} {before.short_answer}"
    return text


def _bare(named: str) -> str:
    """Return a thing without its article."""
    return re.sub(r"^(?:the|a|an)\s+", "", named, flags=re.IGNORECASE)
