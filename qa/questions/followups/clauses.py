"""A question and its answer as a clause, for the next question: "Why" + "did Karin Osk open the new harbour" + "?"."""

from __future__ import annotations

import re

from qa.questions.followups.mentions import gender, names_in
from qa.questions.followups.verbs import past_base, present_base
from qa.text.english import word_set
from qa.text.words import STOP_WORDS

_BE = "is|are|was|were"
_DO = "do|does|did"
AUXILIARY = rf"(?:{_BE}|{_DO}|has|have|had|can|could|will|would|should|may|might|must)"
"""An auxiliary verb, which begins a clause; part of a pattern."""

_ADVERB = re.compile(rf"(?:why|when|where|how)\s+({AUXILIARY}\b.+)", re.IGNORECASE)
_YES_NO = re.compile(rf"({AUXILIARY})\b\s.+", re.IGNORECASE)
_DEGREE = re.compile(rf"how\s+(?!many\b|much\b)(\w+)\s+((?:{_BE})\b.+)", re.IGNORECASE)
_ASKED = re.compile(rf"(who|whom|what|(?:which|what|how many|how much)\b[^?]*?)\s+({AUXILIARY})\s+(.+)", re.IGNORECASE)
_SUBJECT = re.compile(r"(who|what|(?:which|what|how many)\s+\w.*?)\s+(\S+)(\s.*|)$", re.IGNORECASE)
_NOUN = re.compile(r"(?:which|what|how many|how much)\s+(.+)", re.IGNORECASE)
_NOMINAL = re.compile(r"(?:the|a|an|his|her|their|its|[A-Z]\w*)\b")
_PREPOSITION = re.compile(
    r"(?<=\S)\s+(?=(?:in|on|at|to|for|from|with|about|into|against|by|after|before|during|between)\b)", re.IGNORECASE
)
_SHORT = 4
"""Words of a short answer that is not cut."""
_PLURAL_FORMS = {"is": "are", "was": "were", "has": "have"}
_SEVERAL = re.compile(r"(?:two|three|four|five|several|many|some|members|people)\b|\w[^,]*?,?\sand\s", re.IGNORECASE)
_LONGEST = 8
"""Words of a short answer that fits into a clause."""


def clause(question: str, short: str | None, is_reason: bool = False) -> str | None:
    """Return what a question asks about as a clause that begins with its auxiliary verb, with the answer in its place.

    With ``is_reason``, the clause is for a question that begins with "why".
    "Who opened the new harbour?" and "Karin Osk" become "did Karin Osk open the new harbour". None if the question is
    not of a known form, or needs an answer that is missing or too long.
    """
    text = _bare(question)
    if match := _ADVERB.fullmatch(text):
        return match[1]
    if match := _YES_NO.fullmatch(text):
        return match[1].lower() + text[match.end(1) :]
    if is_reason and (match := _DEGREE.fullmatch(text)):
        return f"{match[2]} so {match[1]}"
    answer = _fitting(short)
    if answer is None:
        return None
    if match := _ASKED.fullmatch(text):
        return _answered(match[1], match[2].lower(), match[3], answer)
    return _with_subject(text, answer)


def event(question: str, short: str | None) -> str | None:
    """Return the event that a question about its subject asks for: "Karin Osk opened the new harbour"."""
    match, answer = _SUBJECT.fullmatch(_bare(question)), _fitting(short)
    if match and answer and match[1].casefold() == "who" and past_base(match[2]):
        return f"{answer} {match[2]}{match[3]}"
    return None


def _bare(question: str) -> str:
    return re.sub(r"^(who|what|when|where|how)['\u2019]s\b", r"\1 is", question.strip().rstrip("?!. "), flags=re.I)


def _fitting(short: str | None) -> str | None:
    """Return a short answer as it reads within a sentence, if it is short enough."""
    if not short:
        return None
    if len(short.split()) > _SHORT:
        person = next((mention.text for mention in names_in(short) if gender(mention.text, ())), None)
        short = person or re.split(r",|\s(?:that|who|which)\s", short)[0]
    first, _, rest = short.strip().rstrip(".,;").partition(" ")
    first = first.lower() if first.lower() in STOP_WORDS | word_set("numerals") else first
    return f"{first} {rest}".strip() if len(rest.split()) < _LONGEST else None


def _answered(asked: str, auxiliary: str, rest: str, answer: str) -> str:
    """Return the clause of a question that has an auxiliary verb after what it asks for."""
    noun = _NOUN.fullmatch(asked)
    if _SEVERAL.match(answer):
        auxiliary = _PLURAL_FORMS.get(auxiliary, auxiliary)
    if noun and asked.lower().startswith("how") and noun[1].split()[-1].casefold() not in answer.casefold():
        answer = f"{answer} {noun[1]}"
    if re.fullmatch(_DO, auxiliary):
        return f"{auxiliary} {_with_object(rest, answer)}"
    is_nominal = _NOMINAL.match(rest) is not None
    if not re.fullmatch(_BE, auxiliary):
        return f"{auxiliary} {_with_object(rest, answer) if is_nominal else f'{answer} {rest}'}"
    if not noun and is_nominal and (asked.casefold() == "what" or rest[0].isupper()):
        return f"{auxiliary} {rest} {answer}"
    return f"{auxiliary} {answer} {rest}"


def _with_object(rest: str, answer: str) -> str:
    """Return subject and verb with their object, which stands before whatever a preposition begins."""
    subject = re.match(r"(?:the\s+)?\S+\s+", rest)
    match = _PREPOSITION.search(rest, subject.end() if subject else 0)
    if match is None:
        return f"{rest} {answer}"
    return f"{rest[: match.start()]} {answer} {rest[match.end() :]}"


def _with_subject(text: str, answer: str) -> str | None:
    """Return the clause of a question that asks for its subject, such as "Who opened the new harbour"."""
    words = text.split()
    begins = 1 if words[0].casefold() == "who" else 2
    for position in range(begins, min(len(words), 6)):
        past = past_base(words[position])
        base = past or (present_base(words[position]) if position == 1 else None)
        if base is None or words[0].casefold() not in ("who", "which", "what", "how"):
            continue
        noun = " ".join(words[2:position])
        subject = f"{answer} {noun}" if words[0].casefold() == "how" and noun not in answer else answer
        return " ".join(["did" if past else "does", subject, base, *words[position + 1 :]])
    return None
