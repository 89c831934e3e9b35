"""Answers from one cell of a table: the question names its row and its column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from qa.answering.composition import Composition, QuotedStatement
from qa.datatypes import Block, BlockKind, Document
from qa.grounding.citations import Stretch
from qa.index.headers import context_of
from qa.questions.terms import Question, Term
from qa.text.words import contains_stem, stems

LEAST_COVERED = 0.85
"""Share of the question's weight that row, column and the table's surroundings must contain together."""


@dataclass(frozen=True, slots=True)
class _Cell:
    document: Document
    row: Block
    column: int


def cell_answer(question: Question, documents: Sequence[Document]) -> Composition | None:
    """Return the cell whose row and column the question names; None if there is none, or more than one."""
    cells = [
        cell for document in documents for table in _tables(document) for cell in _matching(question, document, table)
    ]
    values = {cell.row.cells[cell.column].text.casefold() for cell in cells}
    if len(values) != 1:
        return None
    document, row = cells[0].document, cells[0].row
    stretch = Stretch.of_document(document, row.start, row.end, row.clean.text)
    return Composition(row.cells[cells[0].column].text, (QuotedStatement(row.clean.text, (stretch,)),))


def _tables(document: Document) -> Iterator[list[Block]]:
    for group, blocks in groupby(document.blocks, key=lambda block: block.group):
        rows = [block for block in blocks if block.kind is BlockKind.ROW and block.columns]
        if group and rows:
            yield rows


def _matching(question: Question, document: Document, rows: Sequence[Block]) -> Iterator[_Cell]:
    """Yield the cells of a table that the question names: by words of the column's name, and by words of the row."""
    context = stems(context_of(document, rows[0].headings))
    specific = [term for term in question.topical if not contains_stem(context, term.stem)]
    for column, name in enumerate(rows[0].columns):
        named = stems(name)
        of_column = [term for term in question.terms if contains_stem(named, term.stem)]
        rest = [term for term in specific if term not in of_column]
        if not of_column or not rest:
            continue
        if len(rows[0].columns) == 2:
            yield from _other_cell(question, document, rows, column, rest, context | named)
        for row in rows:
            if column < len(row.cells) and row.cells[column] and _names(row, column, rest, question):
                covered = context | named | _row_stems(row, column)
                if _covered(question, covered) >= LEAST_COVERED:
                    yield _Cell(document, row, column)


def _other_cell(
    question: Question,
    document: Document,
    rows: Sequence[Block],
    key: int,
    terms: Sequence[Term],
    known: frozenset[str],
) -> Iterator[_Cell]:
    """Yield the cell beside the one that a question for "level 2" names, in a table of two columns."""
    for row in rows:
        own = stems(row.cells[key].text)
        named = len(own) == len(terms) and all(term.stem in own for term in terms)
        if named and row.cells[1 - key] and _covered(question, known | own) >= LEAST_COVERED:
            yield _Cell(document, row, 1 - key)


def _names(row: Block, column: int, terms: Sequence[Term], question: Question) -> bool:
    """Whether the other cells of a row contain ``terms``, numbers exactly."""
    known = _row_stems(row, column)
    matched = [
        term for term in terms if (term.stem in known if term.word.isdigit() else contains_stem(known, term.stem))
    ]
    return bool(matched) and all(term in matched for term in terms if term.word.isdigit() or term in question.named)


def _row_stems(row: Block, column: int) -> frozenset[str]:
    return frozenset[str]().union(*(stems(cell.text) for index, cell in enumerate(row.cells) if index != column))


def _covered(question: Question, known: frozenset[str]) -> float:
    weight = sum(term.weight for term in question.topical)
    return sum(term.weight for term in question.topical if contains_stem(known, term.stem)) / weight
