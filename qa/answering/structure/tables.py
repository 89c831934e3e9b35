"""Answers from one cell of a table: the question names its row and its column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from qa.answering.composition import Composition, QuotedStatement
from qa.datatypes import Block, BlockKind, CleanText, Document
from qa.grounding.citations import Stretch
from qa.index.headers import context_of
from qa.questions.terms import Question, Term
from qa.text.words import contains_stem, stem, stems, words

_MONEY = re.compile(
    r"\bhow much (?:is|are|was|were|does|do|did|for|to)\b|\b(?:cost|price|pay|charge|fee)s?\b", re.IGNORECASE
)
_MONEY_COLUMN = frozenset(stem(word) for word in words("cost price fare fee rent rate charge amount total sum"))


@dataclass(frozen=True, slots=True)
class _Cell:
    document: Document
    row: Block
    column: int


def compose_cell(question: Question, documents: Sequence[Document]) -> Composition | None:
    """Return the cell whose row and column the question names; None if there is none, or more than one."""
    cells = [
        cell for document in documents for table in _tables(document) for cell in _matching(question, document, table)
    ]
    values = {cell.row.cells[cell.column].text.casefold() for cell in cells}
    if len(values) != 1:
        return None
    document, row = cells[0].document, cells[0].row
    stretch = Stretch.of_block(document, row)
    return Composition(row.cells[cells[0].column].text, (QuotedStatement(row.clean.text, (stretch,)),))


def _tables(document: Document) -> Iterator[list[Block]]:
    for group, blocks in groupby(document.blocks, key=lambda block: block.group):
        rows = [block for block in blocks if block.kind is BlockKind.ROW and block.columns]
        if group and rows:
            yield rows


def _matching(question: Question, document: Document, rows: Sequence[Block]) -> Iterator[_Cell]:
    """Yield the cells of a table that the question names: by words of the column's name, and by words of the row.

    Together they must have every word of the question that the table has anywhere; other words, such as "cost", are
    the question's own, unless they are names or numbers.
    """
    context = stems(context_of(document, rows[0].headings))
    columns = [stems(name) for name in rows[0].columns]
    names = frozenset[str]().union(*columns)
    everything = names.union(*(stems(cell.text) for row in rows for cell in row.cells))
    if any(not _has(everything | context, term) for term in question.named):
        return
    asked = [term for term in question.terms if _has(everything, term)]
    money = [column for column, named in enumerate(columns) if named & _MONEY_COLUMN and _MONEY.search(question.text)]
    for column, named in enumerate(columns):
        of_column = [term for term in asked if _has(named, term)]
        known = context | names if column in money else context
        rest = [term for term in asked if term not in of_column and not _has(known, term)]
        if not rest or not (column in money if money else of_column):
            continue
        for row in rows:
            others = _row_stems(row, column)
            if _is_filled(row.cells[column]) and all(_has(others, term) for term in rest):
                yield _Cell(document, row, column)
            elif len(columns) == 2 and _is_filled(row.cells[1 - column]) and _is_named(row.cells[column], rest):
                yield _Cell(document, row, 1 - column)


def _has(known: frozenset[str], term: Term) -> bool:
    return term.stem in known if term.word.isdigit() else contains_stem(known, term.stem)


def _is_named(cell: CleanText, terms: Sequence[Term]) -> bool:
    """Whether a cell consists of these terms, as "2" in a question for level 2."""
    own = stems(cell.text)
    return len(own) == len(terms) and all(term.stem in own for term in terms)


def _is_filled(cell: CleanText) -> bool:
    return any(character.isalnum() for character in cell.text)


def _row_stems(row: Block, column: int) -> frozenset[str]:
    return frozenset[str]().union(*(stems(cell.text) for index, cell in enumerate(row.cells) if index != column))
