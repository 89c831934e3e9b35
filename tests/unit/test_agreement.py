"""When a sentence that seems to answer is about something else."""

from __future__ import annotations

import pytest

from qa.answering.agreement import is_about_another
from qa.answering.quotes import quote_of
from qa.datatypes import Span
from qa.models.embedding import Embedder
from qa.questions.terms import parse_question
from tests.helpers.passages import passage


def differs(embedder: Embedder, question: str, text: str, phrase: str) -> bool:
    """Whether the first sentence of ``text``, with ``phrase``, is about something else than ``question``."""
    start = text.index(phrase)
    item = passage(text)
    quote = quote_of(item, Span(0, text.index(". ") + 1, 0.9, (start, start + len(phrase))))
    return is_about_another(parse_question(question, lambda _: 1, 100), quote, [item], embedder)


@pytest.mark.parametrize(
    ("question", "text", "phrase", "expected"),
    [
        ("How many wickets did Vik take?", "Vik made 765 runs in 11 matches. He took no wickets.", "765", True),
        ("How many runs did Vik make?", "Vik made 765 runs in 11 matches. He took no wickets.", "765", False),
        ("How many workers left?", "Some 240 employees left the mill. Workers said so. ", "240", False),
        ("How many goals did she score?", "She had 12 in the season. Goals count. ", "12", False),
        ("How many Russian soldiers came?", "About 11,000 Korean troops came to Russia. So it was.", "11,000", True),
        ("How many Korean soldiers came?", "About 11,000 Korean troops came to Russia. So it was.", "11,000", False),
        ("What does the Vika 17 cost?", "The Vika 16 costs 300 euros. It is blue.", "300 euros", True),
        ("What does the Vika 16 cost?", "The Vika 16 costs 300 euros. It is blue.", "300 euros", False),
        ("What happened on May 12?", "The mill closed that day. It was May.", "The mill", False),
        ("Who closed the mill?", "Nils Holm closed the mill with 30 wickets. So it was.", "Nils Holm", False),
    ],
)
def test_what_a_figure_counts(embedder: Embedder, question: str, text: str, phrase: str, expected: bool) -> None:
    """Another thing counted, others of the kind, or another model; other words for the same are no difference."""
    assert differs(embedder, question, text, phrase) is expected
