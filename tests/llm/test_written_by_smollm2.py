"""Answers written by a real language model, as bad as they get: it has 135 million parameters.

Whatever it writes, the answer that a user gets is at least as good as the articles' own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from qa.cli.output import print_answer
from tests.conftest import OpenArticles
from tests.helpers.llama_server import CONTEXT, LlamaServer, llama_server
from tests.helpers.local_server import allow_loopback, with_model

pytestmark = pytest.mark.llm

MODEL = "openai-like/smollm2"
LONGEST_REPLY = 256
"""Tokens after which a reply ends: so small a model may repeat itself until it is stopped."""

TOWN = {
    "alma.md": "---\ntitle: The ferry to Sandvik sails again\nauthor: Karin Osk\nsource: The Lindholm Post\n"
    "date: 2024-03-04\n---\n\n"
    "The ferry Alma sails to Sandvik again since Monday. It had been laid up since November because its engine failed "
    "in a storm. The repair cost 412,000 crowns, which the town council paid. A ticket for the Alma costs 38 crowns. "
    "The Alma carries 240 passengers and twelve cars.\n",
    "bora.md": "---\ntitle: A second ferry for Lindholm\nauthor: Henrik Dal\nsource: The Lindholm Post\n"
    "date: 2024-05-20\n---\n\n"
    "The town council has bought a second ferry, the Bora. The Bora carries 90 passengers and no cars. It will sail to "
    "the island of Hamra, where the school closed last year. The mayor, Ana Berg, said that the children of Hamra need "
    "a reliable way to school. A ticket for the Bora costs 25 crowns.\n",
    "mill.md": "---\ntitle: The old mill of Lindholm reopens\nauthor: Karin Osk\nsource: The Lindholm Post\n"
    "date: 2024-06-11\n---\n\n"
    "The old mill reopened on 9 June 2024 after three years of work. The miller, Rolf Lund, grinds rye, oats and "
    "barley. The mill was closed in 2021 because the river had broken the weir. Visitors are welcome on Saturdays. "
    "Dogs are not allowed in the mill.\n",
    "bridge.md": "---\ntitle: The bridge over the Ravna\nauthor: Henrik Dal\nsource: Hamra Weekly\n"
    "date: 2024-08-02\n---\n\n"
    "Work on the bridge over the Ravna began on 4 April 2023. On 17 October 2023 a flood carried away the scaffolding. "
    "On 1 August 2024 Ana Berg opened the bridge. It is 212 metres long and cost 31 million crowns. Cyclists may use "
    "it free of charge; lorries pay a toll of 60 crowns.\n",
    "tax.md": "---\ntitle: No tax on boats\nauthor: Nina Falk\nsource: Hamra Weekly\ndate: 2024-09-15\n---\n\n"
    "The council of Hamra rejected the tax on boats by nine votes to four. Its members Otto Grahn, Lena Vik and Paul "
    "Moe spoke against it. The tax would have brought in 80,000 crowns a year. The harbour master, Sven Lie, called "
    "the decision wise.\n",
}

ABOUT_THE_TOWN = [
    # Facts.
    ["What does a ticket for the Alma cost?"],
    ["How many passengers does the Bora carry?"],
    ["When did the mill reopen?"],
    ["Who wrote the article about the mill?"],
    # Yes or no.
    ["Are dogs allowed in the mill?"],
    ["May cyclists use the bridge free of charge?"],
    ["Did the council of Hamra accept the tax on boats?"],
    # Lists and reasons.
    ["What does the miller grind?"],
    ["Who spoke against the tax on boats?"],
    ["Why was the mill closed?"],
    # What several articles or a whole one say.
    ["What do the articles say about ferries?"],
    ["Summarise the article about the tax on boats"],
    ["Compare the Alma and the Bora"],
    ["Give me a timeline of the bridge over the Ravna"],
    ["Which articles mention Ana Berg?"],
    # Follow-ups, and what no article says.
    ["Who is the mayor?", "What did she open?"],
    ["What does a ticket for the Alma cost?", "and for the Bora?"],
    ["What is the population of Lindholm?"],
]
"""Conversations; the last answer is checked."""

ABOUT_THE_SEEDS = [
    ["How many North Korean troops were moved into Russia's Kursk region?"],
    ["Who is the defence minister of North Korea?"],
    ["What does North Korea call the anniversary of the end of the Korean War?"],
    ["What did Shoigu present to Kim?"],
    ["Did a Russian defence minister visit North Korea?"],
    ["Which weapons tests came before the new battle tank?"],
    ["Why are analysts concerned about the troops?"],
    ["What do the articles say about the new battle tank?"],
    ["Summarise the article about the defence exhibition"],
    ["What are these articles about?"],
    ["Who is the defence minister of North Korea?", "What did he voice?"],
    ["What is the top speed of the new battle tank?"],
]


@pytest.fixture(autouse=True)
def local_model(monkeypatch: pytest.MonkeyPatch, no_network: None) -> None:
    """Allow connections to this machine only, and short replies."""
    allow_loopback(monkeypatch)
    monkeypatch.setattr("qa.llm.providers.ANSWER_TOKENS", LONGEST_REPLY)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    """A server with the model."""
    with llama_server(tmp_path_factory.mktemp("llama")) as running:
        yield running


@pytest.fixture(scope="module")
def town(open_articles: OpenArticles) -> qa.Assistant:
    """An assistant over articles about a town, without a model."""
    return open_articles(TOWN)


@pytest.mark.parametrize("conversation", ABOUT_THE_TOWN, ids=" → ".join)
def test_an_answer_about_a_town_is_never_worse(
    town: qa.Assistant, server: LlamaServer, conversation: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Short articles and plain questions, to which there are short answers."""
    check(conversation, town, server, capsys)


@pytest.mark.parametrize("conversation", ABOUT_THE_SEEDS, ids=" → ".join)
def test_an_answer_about_the_seeds_is_never_worse(
    seeds: qa.Assistant, server: LlamaServer, conversation: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Long news articles, whose sentences are hard to rewrite."""
    check(conversation, seeds, server, capsys)


def test_a_cancelled_question_stops_the_model(seeds: qa.Assistant, server: LlamaServer) -> None:
    """The connection is closed, so that the server does not write to the end for nobody."""

    def stop(text: str) -> None:
        if text:
            raise qa.QAError("cancelled")

    already = server.log.stat().st_size
    with (
        with_model(seeds, llm=MODEL, llm_base_url=server.base_url, llm_context=CONTEXT) as assistant,
        pytest.raises(qa.QAError, match="cancelled"),
    ):
        assistant.ask("What do the articles say about the new battle tank?", on_text=stop)

    server.wait_for("cancel task", after=already)


def check(
    conversation: list[str], extractive: qa.Assistant, server: LlamaServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Check the last answer of a conversation against the one that is given without a model."""
    expected, _ = last_answer(extractive, conversation)
    with with_model(extractive, llm=MODEL, llm_base_url=server.base_url, llm_context=CONTEXT) as assistant:
        answer, streamed = last_answer(assistant, conversation)
    assert "rejected the request" not in answer.notice
    check_worth(answer, expected)
    check_citations(answer, expected, extractive.corpus.root)
    if answer.engine == "extractive":
        if answer.standalone_question == expected.standalone_question:
            assert (answer.short_answer, answer.statements) == (expected.short_answer, expected.statements)
        confirmed = expected.short_answer and expected.short_answer.casefold() in streamed.casefold()
        assert answer.notice or confirmed or not streamed, f"no word about what is gone: {streamed}"
    else:
        assert answer.engine == MODEL
        print_answer(answer, extractive.corpus.root, explain=False)
        assert "Sources (" not in capsys.readouterr().out, "how sure qa is of its own answer, beside another"


def last_answer(assistant: qa.Assistant, conversation: list[str]) -> tuple[qa.Answer, str]:
    """Return the last answer of a conversation, and what was shown while it was written."""
    previous: qa.Answer | None = None
    pieces: list[str] = []
    for question in conversation:
        pieces = []
        previous = assistant.ask(question, previous=previous, on_text=pieces.append)
    assert previous is not None
    return previous, "".join(pieces)


def check_worth(answer: qa.Answer, expected: qa.Answer) -> None:
    """Check that an answer is no refusal unless it has to be, and that it gives the short answer."""
    assert answer.answered == expected.answered, answer.reason
    if expected.is_stated and expected.short_answer:
        given = f"{answer.short_answer} {answer.text}"
        assert expected.short_answer.casefold() in given.casefold(), given


def check_citations(answer: qa.Answer, expected: qa.Answer, root: Path) -> None:
    """Check that each quote stands at its place in the file, and each statement that is supported has one."""
    for citation in answer.citations:
        text = (root / citation.path).read_bytes().decode("utf-8")
        assert citation.quote == text[citation.start : citation.end]
        assert not citation.stale
    used = [number for statement in answer.statements for number in statement.citations]
    assert {citation.number for citation in answer.citations} == {*used}
    counts = [statement for statement in expected.statements if not statement.citations]
    for statement in answer.statements:
        assert bool(statement.citations) == statement.supported or statement in counts, statement.text
