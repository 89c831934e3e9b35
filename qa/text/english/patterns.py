"""Regular expressions for English that several modules need."""

from __future__ import annotations

import re

PERSONAL_PRONOUNS = "he|she|they|him|her|them|his|hers|their|theirs"
"""Pronouns that refer to people, as alternatives of a pattern."""
PRONOUN = re.compile(rf"\b(?:{PERSONAL_PRONOUNS}|it|its|this|that|these|those)\b", re.IGNORECASE)
"""A word that refers to something named elsewhere."""

NAME = r"[A-Z][\w.\u2019'-]*(?:\s+(?:(?:of|the|de|da|di|du|la|van|von|der|den|al|bin)\s+)?[A-Z][\w.\u2019'-]*)*"
"""A name: capitalised words and the short words between them; part of a pattern."""

JOINED = r"(?:and |so |but )?"
"""The word that joins a question to the one before; part of a pattern."""

POSSESSIVE = re.compile(r"['\u2019]s?$")
"""The ending of a possessive."""

NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|hardly|\w+n['\u2019]t)\b", re.IGNORECASE
)
"""A word that negates what follows."""

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
"""The name of a month, spelled out or abbreviated; part of a pattern."""
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
"""The name of a day of the week; part of a pattern."""
DAY_OF_MONTH = r"\d{1,2}(?:st|nd|rd|th)?"
"""A day of the month in figures; part of a pattern."""

YEARS = range(1000, 3000)
"""The years of dates; others are figures of another kind, and the calendar ends soon before and after them."""

ABBREVIATION_END = re.compile(r"(?:\b\w\.\w\.|\b(?:Inc|Co|Ltd|Jr|Sr|Corp|St)\.)$")
"""A full stop that belongs to an abbreviation: "p.m.", "U.S.", "Inc."."""

SPELLING_VARIANTS = (
    (re.compile(r"is(e|es|ed|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"iz(e|es|ed|er|ers|ing|ation|ations)$"), r"is\1"),
    (re.compile(r"our(s|ed|ing|able|ful|ite|hood)?$"), r"or\1"),
    (re.compile(r"(?<=[bcdfghlmnv])or(s|ed|ing|able|ful|ite|hood)?$"), r"our\1"),
    (re.compile(r"(?<=[ef])ence(s|less)?$"), r"ense\1"),
    (re.compile(r"(?<=[ef])ense(s|less)?$"), r"ence\1"),
    (re.compile(r"(?<=[bt])re(s|d)?$"), r"er\1"),
    (re.compile(r"(?<=nt|ib|et)er(s|ed)?$"), r"re\1"),
    (re.compile(r"ogramme(s|d)?$"), r"ogram\1"),
    (re.compile(r"ogram(s)?$"), r"ogramme\1"),
)
"""British and American endings with their replacements; a variant that is not a word matches nothing, at no cost."""
