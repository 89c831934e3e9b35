"""What speaks against a written answer, and what a model is given to write it from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from qa.answering.acceptance import holds
from qa.llm.prompt import PROMPT_TOKENS
from qa.questions.types import QuestionType
from tests.helpers.scripted_llm import ScriptedLLM

FACT, LIST, REASON, YES_NO = QuestionType.FACT, QuestionType.LIST, QuestionType.REASON, QuestionType.YES_NO
CORPUS = {
    "harbour.txt": "Title: The harbour of Lindholm\nDate: 4 May 1989\n\n"
    "Lindholm is a town by the sea. The old harbour of Lindholm was closed in March 1987. A ferry had hit the crane."
    " Karin Osk opened the new harbour in 1991. It has berths for 412 boats. The harbour of Lindholm employs 80.\n",
    "fish.txt": "Title: Herring\nDate: 7 June 1990\n\n"
    "The herring of Lindholm is smoked over juniper. The harbour of Lindholm landed 300 tonnes of herring in 1990. "
    "Half of it went to Sandvik.\n",
    "mill.txt": "Title: The mill of Osterby\n\nThe mill of Osterby grinds twelve tonnes of rye a day."
    " Henrik Dal has owned the mill since 1971.\n",
}
SUMMARY = "Summarise what the articles say about the harbour of Lindholm."


@pytest.mark.parametrize(
    ("kind", "phrase", "text"),
    [
        (FACT, "March 1987", "The harbour was closed in March of 1987."),
        (FACT, "the mayor, Karin Osk", "It was opened by the Mayor Karin Osk."),
        (FACT, "11,000", "Some 11,000 people came."),
        (FACT, "The Who", "It is by The Who."),
        (LIST, "Osk, Dal and Falk", "Falk, Dal, and Osk were there."),
        (REASON, "a ferry had hit the crane", "Because the crane had been hit by a ferry."),
        (YES_NO, "Yes", "Yes, it was closed."),
        (YES_NO, "No", "No."),
    ],
)
def test_a_text_gives_the_short_answer(kind: QuestionType, phrase: str, text: str) -> None:
    """Little words, punctuation, and the order of a list's items do not matter."""
    assert holds(text, phrase, kind)


@pytest.mark.parametrize(
    ("kind", "phrase", "text"),
    [
        (FACT, "March 1987", "The harbour was closed in March; a ferry came in 1987."),
        (FACT, "11,000", "Some 11 people came."),
        (FACT, "Karin Osk", "Henrik Osk and Karin Dal came."),
        (LIST, "Osk, Dal and Falk", "Falk and Osk were there."),
        (REASON, "a ferry had hit the crane", "Because the crane was old."),
        (YES_NO, "Yes", "No, it was not closed."),
        (YES_NO, "Yes", "It was closed."),
    ],
)
def test_a_text_does_not_give_the_short_answer(kind: QuestionType, phrase: str, text: str) -> None:
    """Its words apart, some of its items, or no clear yes are not it."""
    assert not holds(text, phrase, kind)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, embedder: object) -> Iterator[tuple[Path, Path]]:
    """The folders of a small corpus and of its index."""
    folder = tmp_path_factory.mktemp("accepted")
    corpus = folder / "articles"
    corpus.mkdir()
    for name, text in CORPUS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    yield corpus, folder / "index"


def asked(folders: tuple[Path, Path], question: str, reply: str) -> tuple[qa.Answer, qa.Answer, str]:
    """Return the answers without and with a model that gives this reply, and what the model was asked."""
    model = ScriptedLLM.saying(reply)
    with qa.open(*folders, llm=model) as assistant:
        extractive = assistant.find(question)
        answer = assistant.write(extractive)
    return extractive, answer, str(model.requests[0][1].content)


def test_for_a_fact_the_neighbours_and_the_phrase_are_sent(folders: tuple[Path, Path]) -> None:
    """The sentence before and the one behind, and no other article."""
    _, _, request = asked(folders, "When was the old harbour of Lindholm closed?", "In March 1987.")

    assert "a town by the sea.\nThe old harbour of Lindholm was closed in March 1987.\nA ferry had hit" in request
    assert "The harbour of Lindholm | 1989-05-04" in request
    assert "The answer in the articles is: March 1987" in request
    assert "rye" not in request
    assert "berths" not in request


def test_for_a_summary_what_was_put_together_comes_first(folders: tuple[Path, Path]) -> None:
    """Then come the other sentences, each once."""
    extractive, _, request = asked(folders, SUMMARY, "Nothing.")

    assert extractive.statements
    quoted = [citation.text for citation in extractive.citations]
    positions = [request.index(text) for text in quoted]
    assert max(positions) < request.index("The mill of Osterby grinds")
    assert all(request.count(text) == 1 for text in quoted)
    assert len(request.split()) < PROMPT_TOKENS


def test_a_summary_that_says_little_is_not_shown(folders: tuple[Path, Path]) -> None:
    """One supported sentence does not replace what several articles say."""
    extractive, answer, _ = asked(folders, SUMMARY, "It has berths for 412 boats.")

    assert answer.engine == "extractive"
    assert answer.statements == extractive.statements
    assert "scripted left out most of what the articles say" in answer.notice


def test_a_summary_that_says_enough_is_shown(folders: tuple[Path, Path]) -> None:
    """Its sentences have citations from both articles, exact in the file."""
    reply = (
        "Karin Osk opened the new harbour of Lindholm in 1991, and it has berths for 412 boats. "
        "The old harbour was closed in March 1987 after a ferry had hit the crane. "
        "The harbour of Lindholm employs 80. The harbour landed 300 tonnes of herring in 1990."
    )
    _, answer, _ = asked(folders, SUMMARY, reply)

    assert answer.engine == "scripted"
    assert {citation.path for citation in answer.citations} == {"harbour.txt", "fish.txt"}
    for citation in answer.citations:
        assert CORPUS[citation.path][citation.start : citation.end] == citation.quote
    assert all(statement.citations for statement in answer.statements)


@pytest.mark.parametrize(("verdict", "engine"), [("Yes.", "scripted"), ("Yes,", "scripted"), ("No,", "extractive")])
def test_yes_and_no_are_those_of_the_articles(folders: tuple[Path, Path], verdict: str, engine: str) -> None:
    """The model may word the reason, not decide otherwise."""
    reply = f"{verdict} Henrik Dal has owned the mill of Osterby since 1971."
    extractive, answer, _ = asked(folders, "Does Henrik Dal own the mill of Osterby?", reply)

    assert extractive.short_answer == "Yes"
    assert answer.engine == engine
    assert [statement.supported for statement in answer.statements] == [True]


@pytest.mark.parametrize("verdict", ["Yes.", "No,"])
def test_a_model_does_not_decide_what_the_reader_leaves_open(folders: tuple[Path, Path], verdict: str) -> None:
    """What it says besides yes or no can be checked."""
    reply = f"{verdict} Karin Osk opened the new harbour of Lindholm in 1991."
    extractive, answer, _ = asked(folders, "Did Karin Osk open the new harbour?", reply)

    assert extractive.short_answer is None
    assert answer.engine == "scripted"
    assert answer.text == "Karin Osk opened the new harbour of Lindholm in 1991."


def test_what_is_said_of_the_corpus_as_a_whole_stays(folders: tuple[Path, Path]) -> None:
    """A model sees sentences, not how many articles there are."""
    reply = (
        "The old harbour of Lindholm was closed in March 1987. The herring of Lindholm is smoked over juniper. "
        "The mill of Osterby grinds twelve tonnes of rye a day."
    )
    extractive, answer, _ = asked(folders, "What is in this collection?", reply)

    assert extractive.statements[0].citations == ()
    assert answer.statements[0] == extractive.statements[0]
    assert "3 articles" in answer.text


@pytest.mark.parametrize("question", ["Which articles mention Lindholm?", "Who won the chess championship?"])
def test_no_model_is_asked_where_it_could_add_nothing(folders: tuple[Path, Path], question: str) -> None:
    """Lists of articles and refusals are not written anew."""
    with qa.open(*folders, llm=ScriptedLLM.saying()) as assistant:
        extractive = assistant.find(question)

        assert not assistant.will_write(extractive)
        assert assistant.write(extractive) is extractive
