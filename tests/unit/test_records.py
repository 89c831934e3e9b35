"""Rows and items as records: what is said of another thing, or by somebody else, is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa


def ask(tmp_path: Path, question: str, **articles: str) -> qa.Answer:
    """Return the answer from a corpus of these Markdown articles, by name."""
    corpus = tmp_path / "articles"
    corpus.mkdir()
    for name, text in articles.items():
        (corpus / f"{name}.md").write_text(text)
    return qa.open(corpus, tmp_path / "index").ask(question)


TENT = "# Play tent\n\n**Materials**\n\n- Cotton canvas: 7.5 m\n- Linen tape: 12 m\n- Eyelets: 16\n"
PHONES = """# Boat house contacts

| Name | Role | Phone |
|---|---|---|
| Agnes Pohl | treasurer | 030 555 0417 |
| Ottokar Blum | boat warden | |
| Rufus Lee | coach | 030 555 0466 |
"""
RENTAL = """# Kayak rental at the weir

|  | Small kayak | Large kayak | Canoe |
|---|---|---|---|
| Per hour | €8 | €13 | €17 |
| Per day | €35 | €52 | €66 |
"""


@pytest.mark.parametrize(
    ("question", "article", "expected"),
    [
        ("How much linen tape does the tent need?", TENT, "12"),
        ("What is Rufus Lee's phone number?", PHONES, "030 555 0466"),
        ("How much does a canoe cost per day?", RENTAL, "€66"),
        ("How much does a small kayak cost per hour?", RENTAL, "€8"),
    ],
)
def test_the_record_that_is_asked_about(tmp_path: Path, question: str, article: str, expected: str) -> None:
    """The figure of the item, or the cell of the row and column, that the question names."""
    answer = ask(tmp_path, question, article=article)

    assert answer.short_answer is not None
    assert answer.short_answer.removesuffix(" m") == expected


def test_another_person_s_number_is_no_answer(tmp_path: Path) -> None:
    """Nothing is answered from the rows of others if the cell is empty."""
    answer = ask(tmp_path, "What is Ottokar Blum's phone number?", article=PHONES)

    assert "030" not in (answer.short_answer or "")
    assert not any("030" in statement.text for statement in answer.statements)


def test_another_dimension_is_no_answer(tmp_path: Path) -> None:
    """The length of a bridge is not its height."""
    text = "# The bridge of Brenn\n\nThe bridge of Brenn is 212 metres long and was opened in 1931.\n"

    assert not ask(tmp_path, "How high is the bridge of Brenn?", article=text).answered


def test_who_speaks_answers_for_i(tmp_path: Path) -> None:
    """The name above a post answers, not the "I" in it."""
    text = (
        "# Thread: leaky tent\n\n**mossback** · 3 May 2022 09:14\n\nMy tent leaks at the seam.\n\n"
        "**jolene_k** · 3 May 2022 11:02\n\nSeam sealer, two coats. I am against tape, it peels off.\n"
    )

    assert ask(tmp_path, "Who is against tape?", article=text).short_answer == "jolene_k"


def test_a_line_in_bold_is_a_heading(tmp_path: Path) -> None:
    """Its list answers as a whole."""
    text = "# Minutes\n\n**Attendees**\n\n1. Rosalind Achebe\n2. Kurt Lindqvist\n\n**Apologies**\n\n1. Delia Frost\n"

    assert ask(tmp_path, "Who attended?", article=text).short_answer == "Rosalind Achebe, Kurt Lindqvist"
