"""Pairs of articles that state the same fact, or in which the second states another number, date or name.

The first is a paragraph of SQuAD or a snippet of RGB under a header with outlet and day. The second has the same facts
in other words and another order, with fewer sentences and another header; in half of the pairs, the value that answers
the question is exchanged throughout for another one of its kind.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path

from qa.answering.sentences import refers_back
from qa.text.english import word_list
from qa.text.english.patterns import MONTH, NAME
from qa.text.sentences import sentence_offsets
from tests.benchmarks.data import Row, read_rows, squad_questions

KINDS = ("number", "date", "name")
OF_RGB = 0.2
"""Share of the pairs that are made of RGB's snippets, the others of SQuAD's paragraphs."""
SHARE_RETAINED = 0.7
"""Share of the sentences without the value that the second article keeps."""
_OUTLETS = ("The Lindholm Herald", "Sandvik Times", "Northern Post", "Daily Courier", "The Examiner", "Coast Radio")
_LEAD_INS = ("As reported before, ", "According to the sources, ", "It is known that ", "In short, ")
_SYNONYMS = {
    "began": "started", "large": "big", "approximately": "about", "various": "several", "located": "situated",
    "often": "frequently", "also": "likewise", "however": "yet", "many": "numerous", "whole": "entire",
    "became": "turned into", "built": "constructed", "important": "significant", "help": "aid",
    "used": "employed", "while": "whereas", "made": "produced", "near": "close to", "usually": "mostly",
}  # fmt: skip
_MONTHS = tuple(f"{date(2000, month, 1):%B}" for month in range(1, 13))
_NUMERALS = word_list("numerals")[2:13]
_FIGURE = re.compile(r"(?<![\w.,-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w-]|[.,]\d)")
_NUMERAL = re.compile(rf"\b(?:{'|'.join(_NUMERALS)})\b")
_DATE = re.compile(rf"(?<![\w.,$-])[12]\d{{3}}(?![\w,-])|{MONTH}")
_ASKS = re.compile(
    r"\b(?:who|where|(?:what|which) (?!is|are|was|were|did|does|do|has|had|can|would)\w+)\b", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z]+")


Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and two articles that answer it."""

    kind: str
    """The kind of the value: one of ``KINDS``."""
    question: str
    values: tuple[str, str]
    """What the first and the second article say, as far as it may differ; the same if they agree."""
    articles: tuple[str, str]
    """The texts of both files."""
    source: Path
    """The file that the first was taken from."""
    paragraph: str
    """What was taken from it."""


def make_pairs(data: Path, count: int, seed: int) -> tuple[list[Pair], list[Pair]]:
    """Return ``count`` pairs that differ and ``count`` that agree, all kinds alike, each of another paragraph."""
    rng = random.Random(seed)
    of_rgb = round(count * OF_RGB)
    rgb, squad = _rgb_facts(data), _squad_facts(data)
    names = _names(rgb + squad)
    chosen = [
        (_draw(rgb, 2 * of_rgb, names, rng), of_rgb),
        (_draw(squad, 2 * (count - of_rgb), names, rng), count - of_rgb),
    ]
    differing = [_pair(fact, other, rng) for facts, number in chosen for fact, other in facts[:number]]
    agreeing = [_pair(fact, fact.value, rng) for facts, number in chosen for fact, _ in facts[number:]]
    return differing, agreeing


@dataclass(frozen=True, slots=True)
class _Fact:
    """A question, the text that answers it, and the value in it that may be exchanged."""

    question: str
    paragraph: str
    source: Path
    title: str
    answer: str
    kind: str
    value: str

    @property
    def named(self) -> str:
        """What kind of name answers the question: "who", "where", or the noun after "what"; empty if unclear."""
        match = _ASKS.search(self.question)
        return match[0].lower().replace("which", "what") if match else ""


def _draw(facts: Sequence[_Fact], count: int, names: Names, rng: random.Random) -> list[tuple[_Fact, str]]:
    """Return facts and another value for each, of one kind after the other, each of another paragraph."""
    fits: dict[str, list[tuple[_Fact, str]]] = {kind: [] for kind in KINDS}
    seen: set[str] = set()
    for fact in rng.sample(list(facts), len(facts)):
        other = _another_value(fact, names, rng)
        if other and fact.paragraph not in seen and len(fits[fact.kind]) < -(-count // len(KINDS)):
            seen.add(fact.paragraph)
            fits[fact.kind].append((fact, other))
    return [pair for row in zip_longest(*fits.values()) for pair in row if pair][:count]


def _names(facts: Sequence[_Fact]) -> Names:
    """Return the names that answer each kind of question for a name."""
    names: dict[str, list[str]] = defaultdict(list)
    for fact in facts:
        if fact.kind == "name" and fact.named and fact.value not in names[fact.named]:
            names[fact.named].append(fact.value)
    return names


def _squad_facts(data: Path) -> list[_Fact]:
    facts = []
    texts: dict[str, str] = {}
    for row in squad_questions(data):
        path = data / "squad" / "articles" / row["file"]
        text = texts.setdefault(row["file"], path.read_bytes().decode("utf-8"))
        paragraph = text[row["para_start"] : row["para_end"]]
        answer = min((answer["text"] for answer in row["answers"]), key=len)
        facts += _fact(row["question"], paragraph, path, path.stem.replace("_", " "), answer)
    return facts


def _rgb_facts(data: Path) -> list[_Fact]:
    facts = []
    for row in read_rows(data / "rgb" / "questions_dev.jsonl"):
        facts += next(filter(None, [_rgb_fact(data, row, name) for name in row["positive"]]), [])
    return facts


def _rgb_fact(data: Path, row: Row, name: str) -> list[_Fact]:
    path = data / "rgb" / "docs_positive" / name
    text = " ".join(path.read_text(encoding="utf-8").split())
    answer = next((answer for answer in row["answer"][0] if answer in text), None)
    return _fact(row["query"], text, path, " ".join(text.split()[:5]), answer) if answer else []


def _fact(question: str, paragraph: str, source: Path, title: str, answer: str) -> list[_Fact]:
    """Return the fact if its answer has a value of some kind that is not in the question."""
    kind_and_value = _value(answer)
    if not kind_and_value or kind_and_value[1] in question or not _sentence_with(answer, paragraph):
        return []
    return [_Fact(question, paragraph, source, title, answer, *kind_and_value)]


def _value(answer: str) -> tuple[str, str] | None:
    """Return kind and value of an answer: the year or month of a date, the figure of an amount, or a whole name."""
    dates, figures = _DATE.findall(answer), _FIGURE.findall(answer)
    if dates:
        return ("date", dates[-1]) if len(dates) <= 2 else None
    if len(figures) == 1:
        return "number", figures[0]
    if numeral := _NUMERAL.search(answer.lower()):
        return "number", numeral[0]
    return ("name", answer) if re.fullmatch(NAME, answer) else None


def _another_value(fact: _Fact, names: Names, rng: random.Random) -> str | None:
    """Return another value of the same kind that the paragraph does not have."""
    value = fact.value
    if fact.kind == "name":
        pool = [name for name in names[fact.named] if _is_alike(name, value) and name not in fact.paragraph]
    elif fact.kind == "date":
        years = (str(int(value) + step) for step in (*range(-12, 0), *range(1, 13)) if value.isdigit())
        pool = [other for other in ([*years] or _MONTHS) if other not in fact.paragraph and other != value]
    elif value in _NUMERALS:
        pool = [other for other in _NUMERALS if not re.search(rf"\b{other}\b", fact.paragraph, re.I)]
    else:
        pool = [other for step in (1.3, 1.6, 2.1, 3) if (other := _scaled(value, step)) not in fact.paragraph]
    return rng.choice(pool) if pool else None


def _is_alike(first: str, second: str) -> bool:
    """Whether two names have equally many words, and none in common."""
    own, others = _WORD.findall(first.lower()), _WORD.findall(second.lower())
    return len(own) == len(others) and set(own).isdisjoint(others)


def _scaled(figure: str, factor: float) -> str:
    decimals = len(figure.partition(".")[2])
    number = float(figure.replace(",", ""))
    scaled = number * factor + (0 if decimals else 1)
    return f"{scaled:,.{decimals}f}" if "," in figure else f"{scaled:.{decimals}f}"


def _pair(fact: _Fact, other: str, rng: random.Random) -> Pair:
    first_day = date(2018, 1, 1) + timedelta(rng.randrange(1500))
    second_day = first_day + timedelta(rng.randrange(20, 900))
    outlets = rng.sample(_OUTLETS, 2)
    second = _reworded(fact, rng)
    if other != fact.value:
        second = _exchanged(second, fact.value, other, fact.kind)
    articles = (
        _article(fact.title, outlets[0], first_day, fact.paragraph, rng),
        _article(fact.title, outlets[1], second_day, second, rng),
    )
    return Pair(fact.kind, fact.question, (fact.value, other), articles, fact.source, fact.paragraph)


def _reworded(fact: _Fact, rng: random.Random) -> str:
    """Return the paragraph with fewer sentences in another order, and other words where that changes no fact."""
    told = _sentence_with(fact.answer, fact.paragraph)
    sentences = list(_sentences(fact.paragraph))
    index = sentences.index(told)
    first = max(0, index - 1) if refers_back(told) else index
    others = [sentence for sentence in sentences[:first] + sentences[index + 1 :] if rng.random() < SHARE_RETAINED]
    rng.shuffle(others)
    position = rng.randint(0, len(others))
    lead = rng.choice(_LEAD_INS)
    told_sentences = [*sentences[first:index], told if refers_back(told) else f"{lead}{_lowered(told)}"]
    words = " ".join([*others[:position], *told_sentences, *others[position:]])
    protected = set(_WORD.findall(f"{fact.answer} {fact.question}"))
    return _WORD.sub(lambda match: match[0] if match[0] in protected else _SYNONYMS.get(match[0], match[0]), words)


def _lowered(sentence: str) -> str:
    """Return a sentence to stand behind a lead-in: articles and pronouns lose their capital letter."""
    first, space, rest = sentence.partition(" ")
    lowers = first in ("The", "A", "An", "In", "At", "On", "By", "After", "From", "During", "Although", "There", "As")
    return f"{first.lower() if lowers else first}{space}{rest}"


def _exchanged(text: str, value: str, other: str, kind: str) -> str:
    flags = re.IGNORECASE if value in _NUMERALS else re.NOFLAG
    text = re.sub(rf"(?<![\w.,]){re.escape(value)}(?!\w|[.,]\d)", other, text, flags=flags)
    last = value.split()[-1]
    if kind == "name" and " " in value and last[0].isupper():
        text = re.sub(rf"\b{re.escape(last)}\b", other.split()[-1], text)
    return text


def _sentences(paragraph: str) -> Iterator[str]:
    for start, end in sentence_offsets(paragraph):
        yield paragraph[start:end].strip()


def _sentence_with(answer: str, paragraph: str) -> str:
    return next((sentence for sentence in _sentences(paragraph) if answer in sentence), "")


def _article(title: str, outlet: str, day: date, text: str, rng: random.Random) -> str:
    """Return an article with front matter or header lines."""
    if rng.random() < 0.5:
        return f"---\ntitle: {json.dumps(title)}\nauthor: {outlet}\ndate: {day}\n---\n\n{text}\n"
    return f"Title: {title}\nSource: {outlet}\nDate: {day}\n\n{text}\n"
