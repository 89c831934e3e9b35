"""Answers written by a language model: whatever it writes, what is shown is checked and cited to the characters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
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
def places(tmp_path_factory: pytest.TempPathFactory, embedder: object) -> tuple[Path, Path]:
    """A small corpus and its index."""
    folder = tmp_path_factory.mktemp("written")
    corpus = folder / "articles"
    corpus.mkdir()
    for name, text in CORPUS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    with qa.open(corpus, folder / "index"):
        pass
    return corpus, folder / "index"


def written(places: tuple[Path, Path], *replies: object, question: str = QUESTION, **options: Any) -> qa.Answer:
    """Ask with a model that replies so, and check that every citation is exact."""
    model = ScriptedLLM.saying(*replies)  # type: ignore[arg-type]
    with qa.open(*places, llm=model, **options) as assistant:
        answer = assistant.ask(question)
    for citation in answer.citations:
        text = (places[0] / citation.path).read_text(encoding="utf-8")
        assert text[citation.start : citation.end] == citation.quote
        assert not citation.stale
    assert {number for one in answer.statements for number in one.citations} <= {
        citation.number for citation in answer.citations
    }
    return answer


def quotes(answer: qa.Answer, place: int = 0) -> list[str]:
    """Return what a statement rests on."""
    numbered = {citation.number: citation.quote for citation in answer.citations}
    return [numbered[number] for number in answer.statements[place].citations]


def test_a_right_sentence_is_cited_to_its_span(places: tuple[Path, Path]) -> None:
    """The text is the model's, the quote the article's, the engine the model's name."""
    answer = written(places, "The old harbour was closed in March 1987 [1].")

    assert answer.text == "The old harbour was closed in March 1987."
    assert answer.short_answer == "March 1987"
    assert answer.engine == "scripted"
    assert quotes(answer) == [CLOSED]
    assert answer.notice == ""
    assert answer.timings_ms.write >= 0


@pytest.mark.parametrize("mark", ["", " [2]", " [99]", " [0]", " [7, 8]", " [x]", " [^2]"])
def test_a_wrong_or_missing_mark_is_mended(places: tuple[Path, Path], mark: str) -> None:
    """The sentence is looked for in all passages; numbers that point nowhere are dropped."""
    answer = written(places, f"The old harbour of Lindholm was closed in March 1987{mark}.")

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
def test_a_swapped_fact_is_marked(places: tuple[Path, Path], reply: str) -> None:
    """A number, name, date or "not" that no passage holds so makes the sentence unsupported; strict leaves it out."""
    right = "The old harbour was closed in March 1987 [1]."
    answer = written(places, f"{right} {reply}")
    strict = written(places, f"{right} {reply}", strict=True)

    assert [one.supported for one in answer.statements] == [True, False]
    assert answer.statements[1].citations == ()
    assert [one.text for one in strict.statements] == ["The old harbour was closed in March 1987."]


@pytest.mark.parametrize(
    "reply",
    [
        "Karin Osk did not mention the 412 boats [1].",
        "In May 1989 The harbour of Lindholm wrote that a ferry had hit the crane.",
        "Henrik Dal, who has owned the mill since 1971, lets it grind 12 tonnes of rye a day [2].",
        "The crane on the pier had been hit by a ferry.",
    ],
)
def test_what_is_said_in_other_words_is_supported(places: tuple[Path, Path], reply: str) -> None:
    """A name for a pronoun, the article's date, two sentences in one, the passive."""
    answer = written(places, f"{CLOSED} {reply}")

    assert [one.supported for one in answer.statements] == [True, True]


def test_one_sentence_may_rest_on_several(places: tuple[Path, Path]) -> None:
    """Each statement has its own numbers, counted as they come."""
    answer = written(places, "Henrik Dal has owned the mill since 1971 [2].\n\n- A ferry had hit the crane. [1]")

    assert [one.citations for one in answer.statements] == [(1,), (2,)]
    assert quotes(answer, 1) == ["A ferry had hit the crane on the pier."]


@pytest.mark.parametrize("reply", [NOT_ANSWERED, "The passages do not contain an answer to this question [1]."])
def test_a_refusal_of_the_model_is_one(places: tuple[Path, Path], reply: str) -> None:
    """The corpus does not answer, and what came near is kept."""
    answer = written(places, reply)

    assert not answer.answered
    assert answer.text == NOT_ANSWERED
    assert answer.citations == ()
    assert answer.passages
    assert "model" in answer.reason


def test_the_gate_comes_first(places: tuple[Path, Path]) -> None:
    """Where nothing was found the model is not asked: it has no reply to give here."""
    answer = written(places, question="Who won the chess championship of Atlantis?")

    assert not answer.answered
    assert answer.engine == "extractive"


class Status(Exception):
    """An error as the client libraries raise it."""

    def __init__(self, code: int) -> None:
        super().__init__("sk-secret-key was refused")
        self.status_code = code


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (httpx.ConnectError("refused"), "can not be reached. Start its server"),
        (httpx.ReadTimeout("slow"), "did not answer in time"),
        (Status(401), "did not accept the key"),
        (Status(404), "is not known to the server"),
        (Status(429), "asked too often"),
        (Status(400), "did not take the question"),
        (Status(503), "failed with code 503"),
        (("The old harbour was clo", httpx.RemoteProtocolError("cut")), "broke off in the middle"),
        (ValueError("sk-secret-key"), "failed (ValueError)"),
        ("", "said nothing"),
        ("  \n ", "said nothing"),
        ("%$ %$ %$", "The articles support nothing that scripted wrote"),
        ("I am a pirate and the moon is made of cheese.", "The articles support nothing"),
        ("<think>The old harbour of Lindholm was closed in March 1987.</think>", "The articles support nothing"),
    ],
)
def test_a_failure_brings_the_extractive_answer(places: tuple[Path, Path], reply: object, told: str) -> None:
    """With one line saying what happened and what to do, and never a key; required, it is an error."""
    answer = written(places, reply)

    assert answer.engine == "extractive"
    assert answer.short_answer == "March 1987"
    assert told in answer.notice
    assert "secret" not in answer.notice
    with pytest.raises(qa.LLMError, match=told.replace("(", "\\(").replace(")", "\\)")):
        written(places, reply, llm_required=True)


def test_a_reply_without_end_is_cut(places: tuple[Path, Path]) -> None:
    """Ten megabytes are neither read nor shown."""
    pieces: list[str] = []
    model = ScriptedLLM.saying(f"{CLOSED} " * 200_000)
    with qa.open(*places, llm=model) as assistant:
        answer = assistant.ask(QUESTION, on_text=pieces.append)

    assert answer.answered
    assert len(answer.text) < 30_000
    assert len("".join(pieces)) < 30_000


def test_pieces_come_as_they_are_written(places: tuple[Path, Path]) -> None:
    """Without what a terminal would obey."""
    pieces: list[str] = []
    model = ScriptedLLM.saying("The old harbour was closed\x1b[2J in March 1987\u202e [1].")
    with qa.open(*places, llm=model) as assistant:
        assistant.ask(QUESTION, on_text=pieces.append)

    assert len(pieces) > 3
    assert not set("".join(pieces)) & {"\x1b", "\u202e"}


def test_a_follow_up_is_rewritten_by_the_model(places: tuple[Path, Path]) -> None:
    """And shown; where it fails, words alone decide as they do without one."""
    model = ScriptedLLM.saying(
        f"{CLOSED} [1]",
        '"Who opened the new harbour of Lindholm?"',
        "Karin Osk opened the new harbour [1].",
        Status(500),
    )
    with qa.open(*places, llm=model) as assistant:
        first = assistant.ask(QUESTION)
        second = assistant.ask("and who opened it again?", previous=first)
        third = assistant.find("and why was that?", previous=first)

    assert second.standalone_question == "Who opened the new harbour of Lindholm?"
    assert second.text == "Karin Osk opened the new harbour."
    assert third.standalone_question == "Why was that (the old harbour of Lindholm closed, March 1987)?"


def test_any_model_without_streaming_will_do(places: tuple[Path, Path]) -> None:
    """What LlamaIndex calls a model may only know how to chat."""

    class Chatting(ScriptedLLM):
        def stream_chat(self, messages: object, **kwargs: object) -> object:  # type: ignore[override]
            raise NotImplementedError

        def chat(self, messages: object, **kwargs: object) -> object:  # type: ignore[override]
            from llama_index.core.llms import ChatMessage, ChatResponse

            return ChatResponse(message=ChatMessage(role="assistant", content=f"{CLOSED} [1]"))

    with qa.open(*places, llm=Chatting()) as assistant:
        assert quotes(assistant.ask(QUESTION)) == [CLOSED]
