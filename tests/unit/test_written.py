"""Answers written by a language model: whatever it writes is checked and cited to the character before it is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.datatypes import NOT_ANSWERED
from tests.helpers.scripted_llm import ScriptedLLM

CORPUS = {
    "harbour.txt": "Title: The harbour of Lindholm\nDate: 4 May 1989\n\n"
    "The old harbour of Lindholm was closed in March 1987. A ferry had hit the crane on the pier. "
    "Karin Osk opened the new harbour two years later. She did not mention the 412 boats.\n",
    "mill.txt": "Title: The mill of Osterby\n\nThe mill of Osterby grinds twelve tonnes of rye a day. "
    "Henrik Dal has owned the mill since 1971.\n",
}
QUESTION = "When was the old harbour of Lindholm closed?"
CLOSED = "The old harbour of Lindholm was closed in March 1987."


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, embedder: object) -> tuple[Path, Path]:
    """The folders of a small corpus and of its index."""
    folder = tmp_path_factory.mktemp("written")
    corpus = folder / "articles"
    corpus.mkdir()
    for name, text in CORPUS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    with qa.open(corpus, folder / "index"):
        pass
    return corpus, folder / "index"


def written(folders: tuple[Path, Path], *replies: object, **options: Any) -> qa.Answer:
    """Answer with a model that gives these replies, and check that every citation is exact."""
    model = ScriptedLLM.saying(*replies)  # type: ignore[arg-type]
    with qa.open(*folders, llm=model, **options) as assistant:
        answer = assistant.ask(QUESTION)
    for citation in answer.citations:
        text = (folders[0] / citation.path).read_text(encoding="utf-8")
        assert text[citation.start : citation.end] == citation.quote
        assert not citation.stale
    cited = {number for statement in answer.statements for number in statement.citations}
    assert cited == {citation.number for citation in answer.citations}
    return answer


def quotes(answer: qa.Answer, index: int = 0) -> list[str]:
    """Return the quotes that a statement cites."""
    numbered = {citation.number: citation.quote for citation in answer.citations}
    return [numbered[number] for number in answer.statements[index].citations]


def test_a_supported_sentence_is_cited(folders: tuple[Path, Path]) -> None:
    """The text is by the model, the quote is from the article, and the engine is the name of the model."""
    answer = written(folders, "The old harbour was closed in March 1987 [1].")

    assert answer.text == "The old harbour was closed in March 1987."
    assert answer.short_answer == "March 1987"
    assert answer.engine == "scripted"
    assert quotes(answer) == [CLOSED]
    assert answer.notice == ""
    assert answer.timings_ms.write > 0


@pytest.mark.parametrize("mark", ["", " [2]", " [99]", " [0]", " [7, 8]", " [x]", " [^2]"])
def test_a_wrong_or_missing_citation_mark_is_corrected(folders: tuple[Path, Path], mark: str) -> None:
    """The sentence is checked against all passages, and invalid numbers are dropped."""
    answer = written(folders, f"The old harbour of Lindholm was closed in March 1987{mark}.")

    assert quotes(answer) == [CLOSED]
    assert "[" not in answer.text.replace("[x]", "")


@pytest.mark.parametrize(
    "reply",
    [
        "The old harbour of Lindholm was closed in March 1988 [1].",
        "The old harbour of Lindholm was closed in April 1987 [1].",
        "The old harbour of Osterby was closed in March 1987 [1].",
        "The old harbour of Lindholm was not closed in March 1987 [1].",
        "Henrik Dal opened the new harbour two years later [1].",
        "She did mention the 412 boats [1].",
        "The mill of Osterby grinds fifteen tonnes of rye a day [2].",
        "Lindholm has the finest herring of the whole coast, as everybody there knows [1].",
    ],
)
def test_a_swapped_fact_is_unsupported(folders: tuple[Path, Path], reply: str) -> None:
    """A number, name, date or negation that no passage supports is marked, and left out if strict."""
    supported = "The old harbour was closed in March 1987 [1]."
    answer = written(folders, f"{supported} {reply}")
    strict = written(folders, f"{supported} {reply}", strict=True)

    assert [statement.supported for statement in answer.statements] == [True, False]
    assert answer.statements[1].citations == ()
    assert [statement.text for statement in strict.statements] == ["The old harbour was closed in March 1987."]


@pytest.mark.parametrize(
    "reply",
    [
        "Karin Osk did not mention the 412 boats [1].",
        "Approaching the pier, a ferry had hit the crane.",
        "Karin Osk opened the new harbour two years later, and Henrik Dal has owned the mill since 1971.",
        "Henrik Dal, who has owned the mill since 1971, lets it grind 12 tonnes of rye a day [2].",
        "The crane on the pier had been hit by a ferry.",
    ],
)
def test_a_paraphrase_is_supported(folders: tuple[Path, Path], reply: str) -> None:
    """Pronouns may be resolved, sentences merged, even of two articles, or turned into the passive."""
    answer = written(folders, f"{CLOSED} {reply}")

    assert [statement.supported for statement in answer.statements] == [True, True]


def test_each_statement_has_its_own_citations(folders: tuple[Path, Path]) -> None:
    """Citations are numbered in order of appearance."""
    answer = written(
        folders, f"{CLOSED}\n\nHenrik Dal has owned the mill since 1971 [2].\n- A ferry had hit the crane. [1]"
    )

    assert [statement.citations for statement in answer.statements] == [(1,), (2,), (3,)]
    assert quotes(answer, 2) == ["A ferry had hit the crane on the pier."]


@pytest.mark.parametrize("reply", [NOT_ANSWERED, "The passages do not contain an answer to this question [1]."])
def test_a_refusal_by_the_model_does_not_overrule_a_confident_answer(folders: tuple[Path, Path], reply: str) -> None:
    """The extractive answer stands, with a line that says why."""
    answer = written(folders, reply)

    assert answer.engine == "extractive"
    assert answer.short_answer == "March 1987"
    assert "scripted found no answer" in answer.notice


@pytest.mark.parametrize("reply", [NOT_ANSWERED, "The articles do not mention it."])
def test_a_refusal_by_the_model_counts_if_the_reader_is_unsure(folders: tuple[Path, Path], reply: str) -> None:
    """Two doubts make a refusal, with the nearest passages."""
    with qa.open(*folders, llm=ScriptedLLM.saying(reply)) as assistant:
        unsure = replace(assistant.find(QUESTION), confidence=0.4)
        answer = assistant.write(unsure)

    assert not answer.answered
    assert answer.text == NOT_ANSWERED
    assert answer.citations == ()
    assert answer.passages
    assert "model" in answer.reason


@pytest.mark.parametrize(
    "reply",
    [
        "The old harbour of Lindholm was closed after a ferry had hit the crane.",
        "A ferry had hit the crane on the pier.",
        "Karin Osk opened the new harbour two years later.",
    ],
)
def test_a_text_without_the_answer_of_the_articles_is_not_shown(folders: tuple[Path, Path], reply: str) -> None:
    """However well supported it is, it does not replace the phrase that answers."""
    answer = written(folders, reply)

    assert answer.engine == "extractive"
    assert answer.text == CLOSED
    assert "What scripted wrote is not the answer that the articles give" in answer.notice


def test_a_text_that_is_mostly_unsupported_is_not_shown(folders: tuple[Path, Path]) -> None:
    """Marks behind most sentences would help nobody."""
    answer = written(folders, f"{CLOSED} The moon is made of cheese. Pirates sailed from Osterby to Rome in 1812.")

    assert answer.engine == "extractive"
    assert "do not support most of what scripted wrote" in answer.notice


def test_a_text_that_begins_with_what_is_unsupported_is_not_shown(folders: tuple[Path, Path]) -> None:
    """A reader should not have to look for the answer behind something else."""
    answer = written(folders, f"Pirates sailed from Osterby to Rome in 1812. {CLOSED}")

    assert answer.engine == "extractive"
    assert "do not support how scripted began" in answer.notice


@pytest.mark.parametrize("reply", ["March 1987", "The answer to this question is: March 1987.", "**March 1987**"])
def test_a_bare_phrase_confirms_the_extractive_answer(folders: tuple[Path, Path], reply: str) -> None:
    """It has the phrase, too, and its sentence; nothing went wrong, so there is no notice."""
    answer = written(folders, reply)

    assert answer.engine == "extractive"
    assert answer.notice == ""


def test_the_model_is_not_called_without_evidence(folders: tuple[Path, Path]) -> None:
    """A question that the reader cannot answer is never sent to the model."""
    model = ScriptedLLM.saying(CLOSED)
    with qa.open(*folders, llm=model) as assistant:
        answer = assistant.ask("Who won the chess championship of Atlantis?")

    assert model.requests == []
    assert not answer.answered
    assert answer.engine == "extractive"


def test_an_endless_reply_is_truncated(folders: tuple[Path, Path]) -> None:
    """A reply of ten megabytes is neither read nor shown in full."""
    pieces: list[str] = []
    model = ScriptedLLM.saying(f"{CLOSED} " * 200_000)
    with qa.open(*folders, llm=model) as assistant:
        answer = assistant.ask(QUESTION, on_text=pieces.append)

    assert answer.answered
    assert len(answer.text) < 30_000
    assert len("".join(pieces)) < 30_000


@pytest.mark.parametrize("end", [".\n\n", ". ", "\n"])
def test_a_reply_that_repeats_itself_is_ended(folders: tuple[Path, Path], end: str) -> None:
    """Small models say the same until their limit; what they have said is used."""
    pieces: list[str] = []
    sentence = CLOSED.removesuffix(".")
    model = ScriptedLLM.saying(f"{sentence}{end}" * 100)
    with qa.open(*folders, llm=model) as assistant:
        answer = assistant.ask(QUESTION, on_text=pieces.append)

    assert "".join(pieces).count(sentence) < 6
    assert answer.text.startswith(sentence)
    assert len(answer.statements) == 1


def test_pieces_are_passed_on_as_they_are_written(folders: tuple[Path, Path]) -> None:
    """Terminal control characters are removed from them."""
    pieces: list[str] = []
    model = ScriptedLLM.saying("The old harbour was closed\x1b[2J in March 1987\u202e [1].")
    with qa.open(*folders, llm=model) as assistant:
        assistant.ask(QUESTION, on_text=pieces.append)

    assert len(pieces) > 3
    assert not set("".join(pieces)) & {"\x1b", "\u202e"}


def test_a_follow_up_is_completed_without_the_model(folders: tuple[Path, Path]) -> None:
    """The answer would otherwise wait for the model before it is searched for; the model writes it then."""
    model = ScriptedLLM.saying(f"{CLOSED}", "It was closed after a ferry had hit the crane on the pier.")
    with qa.open(*folders, llm=model) as assistant:
        first = assistant.ask(QUESTION)
        second = assistant.find("and why was that?", previous=first)

    assert second.standalone_question == "Why was the old harbour of Lindholm closed?"
    assert len(model.requests) == 1


def test_a_model_without_streaming_is_supported(folders: tuple[Path, Path]) -> None:
    """A LlamaIndex model may implement ``chat`` alone."""

    class NonStreamingLLM(ScriptedLLM):
        def stream_chat(self, messages: object, **kwargs: object) -> object:  # type: ignore[override]
            raise NotImplementedError

        def chat(self, messages: object, **kwargs: object) -> object:  # type: ignore[override]
            from llama_index.core.llms import ChatMessage, ChatResponse

            return ChatResponse(message=ChatMessage(role="assistant", content=f"{CLOSED} [1]"))

    with qa.open(*folders, llm=NonStreamingLLM()) as assistant:
        assert quotes(assistant.ask(QUESTION)) == [CLOSED]


@pytest.mark.parametrize("fragment", ["Two years later.", "412 boats.", "Twelve tonnes of rye."])
def test_a_fragment_is_checked_with_its_question(folders: tuple[Path, Path], fragment: str) -> None:
    """A number or a name alone stands in many sentences, but these do not answer the question."""
    answer = written(folders, f"{CLOSED} {fragment}")

    assert [statement.supported for statement in answer.statements] == [True, False]
