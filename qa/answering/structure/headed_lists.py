"""Answers that are the items of a list under a heading: who was present, the ingredients, the open tasks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.composition import Composition, QuotedStatement
from qa.datatypes import Block, BlockKind, Document
from qa.grounding.citations import Stretch
from qa.index.headers import context_of, day_of
from qa.questions.terms import Question, Term
from qa.text.english.patterns import JOINED
from qa.text.words import contains_stem, content_stems, stems, synonym_stems

LONGEST_LIST = 40
"""Maximum number of items in an answer."""
LEAST_COVERED = 0.8
"""Share of the question's weight that the list's heading and its article's title must cover."""
LEAST_COVERED_OF_NOUN = 0.5
"""The same if the heading names what the question asks for: "which libraries"."""
SYNONYM_WEIGHT = 0.9
"""Weight of a word that the heading states in another word."""
LONGEST_NAME = 8
"""Words in an item that can name a person."""

_ASKS_FOR_ITEMS = re.compile(
    rf"{JOINED}(?:(?:in|on|at|for|from|with|by|to) )?(?:who|whom|what|which)\b"
    r"|(?:list|name|show|give me|tell me|are there any)\b",
    re.IGNORECASE,
)
_ASKS_FOR_ONE = re.compile(
    r"\b(?:first|second|third|last|next|oldest|newest|largest|biggest|smallest|best|worst|most|least)\b"
    r"|^(?:what|which|who)(?:'s| is| was) (?:a|an)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"\b(?:what|which) (?:are |were |is |was )?(?:the |all |all the )?((?:[\w-]+ ){0,2}?[\w-]+)\b(?! of)", re.I
)
_LABELLED = re.compile(r"(?P<label>[^:.!?,;]{2,40}):\s+(?P<rest>[^:.!?]*(?:[,;]| and )[^:!?]*)")
"""A line that lists things after a label."""
_SEPARATOR = re.compile(r"\s*[,;]\s*(?:and )?|\s+and\s+")
_OPEN = re.compile(r"\b(?:open|undone|not done|unfinished|outstanding|pending|left|remaining|to do|to-do|todo)\b", re.I)
_DONE = re.compile(r"\b(?:done|finished|completed?|closed|ticked|checked)\b", re.I)
_TASKS = re.compile(r"\b(?:tasks?|to-?dos?|action items?|check ?list|actions?)\b", re.I)


@dataclass(frozen=True, slots=True)
class ItemList:
    """Items of a document with what introduces them."""

    document: Document
    """The document."""
    items: tuple[Block, ...]
    """List items, table rows or headings, in order."""
    lead: str
    """The heading right above them, or the sentence that introduces them."""
    heading: str
    """The heading that they stand under, with the name of a table's first column."""
    headings: tuple[str, ...]
    """The headings above the lead."""

    @property
    def names(self) -> list[str]:
        """The items; of a table row, the first cell; of a line such as "Present: Ana, Tim", what is after the colon."""
        labelled = _LABELLED.fullmatch(self.items[0].clean.text) if self.items[0].kind is BlockKind.PARAGRAPH else None
        if labelled:
            return [part for part in _SEPARATOR.split(labelled["rest"].rstrip(".")) if part]
        return [(item.cells[0] if item.cells else item.clean).text.rstrip(".;,") for item in self.items]


def compose_headed_list(question: Question, documents: Sequence[Document]) -> Composition | None:
    """Return the items of the list that the question asks for; None if no list of the documents fits."""
    if not _ASKS_FOR_ITEMS.match(question.text) or _ASKS_FOR_ONE.search(question.text):
        return None
    if _TASKS.search(question.text):
        tasks = _tasks(question, documents)
        if tasks is not None:
            return tasks
    fitting = [(_fit(question, items), items) for document in documents for items in lists_of(document)]
    fit, best = max(fitting, key=lambda pair: pair[0], default=(0.0, None))
    return _composition([best]) if best and fit > 0 else None


def lists_of(document: Document) -> Iterator[ItemList]:
    """Yield the lists and tables that a heading or a sentence introduces, and the headings below a heading."""
    blocks = document.blocks
    subheadings: defaultdict[tuple[str, ...], list[tuple[int, Block]]] = defaultdict(list)
    for number, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            subheadings[block.headings].append((number, block))
    position = 0
    while position < len(blocks):
        first = blocks[position]
        end = position + 1
        if first.kind in (BlockKind.ITEM, BlockKind.ROW):
            while end < len(blocks) and _belongs(blocks[end], first):
                end += 1
            items = tuple(block for block in blocks[position:end] if block.kind is first.kind)
            before = blocks[position - 1] if position else None
            introduced = before is not None and before.clean.text.endswith(":")
            lead = before.clean.text if before is not None and introduced else "".join(first.headings[-1:])
            if lead:
                column = first.columns[0] if first.columns else ""
                heading = " ".join((*first.headings[-1:], column))
                yield ItemList(document, items, lead, heading, first.headings[:-1])
        elif first.kind is BlockKind.PARAGRAPH and (labelled := _LABELLED.fullmatch(first.clean.text)):
            yield ItemList(document, (first,), labelled["label"], "", first.headings)
        elif first.kind is BlockKind.HEADING:
            path = (*first.headings, first.clean.text)
            below = [block for number, block in subheadings[path] if number > position]
            if len(below) > 1 and all(len(block.clean.text.split()) <= LONGEST_NAME for block in below):
                yield ItemList(document, tuple(below), first.clean.text, first.clean.text, first.headings)
        position = end


def _belongs(block: Block, first: Block) -> bool:
    """Whether a block goes on with the list or table that begins with ``first``."""
    if first.kind is BlockKind.ROW:
        return block.group == first.group
    return (
        block.depth >= max(first.depth, 1) and block.headings == first.headings and block.kind is not BlockKind.HEADING
    )


def _fit(question: Question, items: ItemList) -> float:
    """Return the share of the question's weight in lead and context; 0 if the list is not what is asked for."""
    literal = stems(f"{items.lead} {items.heading}")
    lead = literal | synonym_stems(literal)
    context = stems(_scope(items))
    known = lead | context
    asked = [term for term in question.topical if not contains_stem(context, term.stem)]
    if not any(contains_stem(lead, term.stem) for term in (asked or question.topical)):
        return 0.0
    if any(not contains_stem(known, term.stem) for term in question.named):
        return 0.0
    if question.text.lower().startswith("who") and not _are_names(items.names):
        return 0.0
    covered = sum(
        term.weight * (1.0 if contains_stem(literal | context, term.stem) else SYNONYM_WEIGHT)
        for term in question.topical
        if contains_stem(known, term.stem)
    )
    covered /= sum(term.weight for term in question.topical)
    noun = _NOUN.search(question.text)
    names_noun = noun is not None and content_stems(noun[1]) != frozenset() and content_stems(noun[1]) <= lead
    return covered if covered >= (LEAST_COVERED_OF_NOUN if names_noun else LEAST_COVERED) else 0.0


def _are_names(names: Sequence[str]) -> bool:
    """Whether most items are short enough to name somebody, and begin like a name."""
    like = [name for name in names if len(name.split()) <= LONGEST_NAME and not name[:1].islower()]
    return 2 * len(like) > len(names)


def _scope(items: ItemList) -> str:
    """Return what a list is about apart from its lead: title, names, date, and the headings above."""
    return f"{context_of(items.document, items.headings)} {day_of(items.document)}"


def _tasks(question: Question, documents: Sequence[Document]) -> Composition | None:
    """Return the open or done tasks of the articles that the rest of the question is about."""
    wanted = False if _OPEN.search(question.text) else True if _DONE.search(question.text) else None
    words = (_TASKS, _OPEN, _DONE)
    rest = [term for term in question.terms if not any(pattern.fullmatch(term.word) for pattern in words)]
    lists = []
    for document in documents:
        tasks = [block for block in document.blocks if block.checked is not None]
        chosen = tuple(block for block in tasks if wanted is None or block.checked is wanted)
        if chosen and _about(rest, document, chosen[0]):
            lists.append(ItemList(document, chosen, "", "", ()))
    return _composition(lists) if lists else None


def _about(terms: Sequence[Term], document: Document, block: Block) -> bool:
    context = stems(context_of(document, block.headings))
    return all(contains_stem(context, term.stem) for term in terms)


def _composition(lists: Sequence[ItemList]) -> Composition:
    """Return an answer that names each item once and cites each list as one stretch."""
    texts: list[str] = []
    statements = []
    for items in lists:
        names = list(dict.fromkeys(items.names[: LONGEST_LIST - len(texts)]))
        if not names:
            break
        texts += [name for name in names if name not in texts]
        lead = f"{items.lead.rstrip(':')}: " if items.lead else ""
        chosen = items.items[: len(names)]
        apart = chosen[0].kind is BlockKind.HEADING or items.lead == ""
        quoted = [(item.start, item.end, item.clean.text) for item in chosen]
        if not apart:
            quoted = [(chosen[0].start, chosen[-1].end, "; ".join(names))]
        stretches = tuple(Stretch.of_document(items.document, *part) for part in quoted)
        statements.append(QuotedStatement(lead + "; ".join(names), stretches))
    return Composition(", ".join(texts), tuple(statements))
