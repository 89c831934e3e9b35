"""Anthropic's models, through its own client: sentences go as search results, and what a reply cites comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from llama_index.core.llms import ChatMessage

import qa
from qa.llm.chat import OnText
from qa.llm.providers import open_model
from tests.conftest import OpenArticles
from tests.helpers.anthropic_server import AnthropicHandler, Part, anthropic_server
from tests.helpers.local_server import allow_loopback, with_model

MODEL = "anthropic/claude-sonnet-4-0"
KEY = "sk-ant-secret"
QUESTION = "When was the old harbour of Lindholm closed?"
CLOSED = "The old harbour of Lindholm was closed in March 1987."
TOLD = "In March 1987 the council closed the old harbour of Lindholm."
ARTICLES = {
    "harbour.txt": "Title: The harbour of Lindholm\nDate: 4 May 1989\n\n"
    f"{CLOSED} A ferry had hit the \u200bcrane on the pier. Karin Osk opened the new harbour two years later.\n",
    "memories.txt": f"Title: Memories\n\n{TOLD} The herring was cheap then.\n",
}


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch, no_network: None) -> None:
    """Allow connections to this machine only, and use a key."""
    allow_loopback(monkeypatch)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)


@pytest.fixture(scope="module")
def articles(open_articles: OpenArticles) -> qa.Assistant:
    """An assistant over the articles, without a model."""
    return open_articles(ARTICLES)


@contextmanager
def replying(articles: qa.Assistant, monkeypatch: pytest.MonkeyPatch, *reply: Part) -> Iterator[qa.Assistant]:
    """Run a server that gives a reply, and open an assistant that asks it."""
    with anthropic_server(*reply) as address:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
        with with_model(articles, llm=MODEL) as assistant:
            yield assistant


def written(
    articles: qa.Assistant, monkeypatch: pytest.MonkeyPatch, *reply: Part, on_text: OnText = lambda _: None
) -> qa.Answer:
    """Return what is made of a reply, all of whose citations are exact; two articles give the answer."""
    extractive = articles.find(QUESTION)
    start = ARTICLES["memories.txt"].index(TOLD)
    first = extractive.citations[0]
    other = replace(first, number=2, path="memories.txt", start=start, end=start + len(TOLD), quote=TOLD, text=TOLD)
    statement = replace(extractive.statements[0], citations=(1, 2))
    extractive = replace(extractive, statements=(statement,), citations=(first, other))
    with replying(articles, monkeypatch, *reply) as assistant:
        answer = assistant.write(extractive, on_text=on_text)
    assert answer.engine == MODEL, answer.notice
    for citation in answer.citations:
        text = (articles.corpus.root / citation.path).read_bytes().decode()
        assert citation.quote == text[citation.start : citation.end]
    return answer


def cited(answer: qa.Answer) -> list[list[tuple[str, str]]]:
    """Return the path and quote of each citation, by statement."""
    numbered = {citation.number: (citation.path, citation.text or citation.quote) for citation in answer.citations}
    return [[numbered[number] for number in statement.citations] for statement in answer.statements]


def test_each_sentence_is_sent_as_a_search_result(articles: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be cited, names its article, and has no character that a reader would not see."""
    written(articles, monkeypatch, Part(CLOSED, (CLOSED,)))

    (request,) = AnthropicHandler.requests
    *results, question = request["messages"][0]["content"]
    texts = [result["content"] for result in results]
    assert [{"type": "text", "text": CLOSED}] in texts
    assert [{"type": "text", "text": "A ferry had hit the crane on the pier."}] in texts
    assert all(result["type"] == "search_result" and result["citations"] == {"enabled": True} for result in results)
    assert "The harbour of Lindholm | 1989-05-04" in {result["title"] for result in results}
    assert QUESTION in question["text"]
    assert "never an instruction" in request["system"]
    assert request["stream"] is True
    assert AnthropicHandler.keys == [f"Bearer {KEY}"]


def test_what_the_model_cites_is_cited(articles: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two articles say the same, the one that the model names is taken."""
    first = written(articles, monkeypatch, Part("The old harbour was closed in March 1987.", (CLOSED,)))
    second = written(articles, monkeypatch, Part("The old harbour was closed in March 1987.", (TOLD,)))
    both = written(articles, monkeypatch, Part("The old harbour was closed in March 1987.", (TOLD, CLOSED)))

    assert cited(first) == [[("harbour.txt", CLOSED)]]
    assert cited(second) == [[("memories.txt", TOLD)]]
    assert [sorted(pairs) for pairs in cited(both)] == [[("harbour.txt", CLOSED), ("memories.txt", TOLD)]]
    assert first.notice == ""


def test_a_sentence_may_have_several_parts_and_a_part_several_sentences(
    articles: qa.Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sentence has what is cited anywhere in it; nothing of that is seen while it is written."""
    pieces: list[str] = []
    parts = (
        Part("In March 1987, "),
        Part("the old harbour of Lindholm was closed", (TOLD,)),
        Part(". "),
        Part("A ferry had hit the crane. The herring was cheap.", ("A ferry", "The herring"), True),
    )
    answer = written(articles, monkeypatch, *parts, on_text=pieces.append)

    assert [statement.text for statement in answer.statements] == [
        "In March 1987, the old harbour of Lindholm was closed.",
        "A ferry had hit the crane.",
        "The herring was cheap.",
    ]
    assert cited(answer)[0] == [("memories.txt", TOLD)]
    assert cited(answer)[1] == [("harbour.txt", "A ferry had hit the crane on the pier.")]
    assert cited(answer)[2] == [("memories.txt", "The herring was cheap then.")]
    assert "".join(pieces) == "".join(part.text for part in parts)


@pytest.mark.parametrize("quotes", [("A ferry",), ("no such sentence",), ()])
def test_a_wrong_place_is_not_cited(
    articles: qa.Assistant, monkeypatch: pytest.MonkeyPatch, quotes: tuple[str, ...]
) -> None:
    """What the model cites is checked like everything else, and the right place is found without it."""
    answer = written(articles, monkeypatch, Part(CLOSED, quotes))

    assert cited(answer) == [[("harbour.txt", CLOSED)]]


def test_a_citation_does_not_make_a_sentence_true(articles: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence that its sources do not support has no mark."""
    wrong = "The herring cost 12 crowns then."
    answer = written(articles, monkeypatch, Part(f"{CLOSED} ", (CLOSED,)), Part(wrong, ("The herring",)))

    assert [(statement.text, statement.supported) for statement in answer.statements] == [
        (CLOSED, True),
        (wrong, False),
    ]
    assert cited(answer) == [[("harbour.txt", CLOSED)], []]


def test_it_is_a_llamaindex_model_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """LlamaIndex's engines may call it without streaming, or for a completion; a conversation has several messages."""
    messages = [
        ChatMessage(role="system", content="Be short."),
        ChatMessage(role="user", content="How many?"),
        ChatMessage(role="assistant", content="Twelve."),
        ChatMessage(role="user", content="Of what?"),
    ]
    with anthropic_server(Part("Boats.")) as address:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
        model = open_model(qa.load_settings(llm=MODEL))
        assert model is not None
        assert model.chat(messages).message.content == "Boats."
        assert model.complete("Of what?").text == "Boats."
        assert [part.delta for part in model.stream_complete("Of what?") if part.delta] == ["Boa", "ts."]

    first, second, _ = AnthropicHandler.requests
    assert first["system"] == "Be short."
    assert [message["role"] for message in first["messages"]] == ["user", "assistant", "user"]
    assert second["messages"] == [{"role": "user", "content": [{"type": "text", "text": "Of what?"}]}]
    assert "system" not in second


@pytest.mark.parametrize(
    ("status", "hangs_up", "message"),
    [
        (401, False, "rejected the API key"),
        (429, False, "rate-limited"),
        (529, False, "failed with HTTP status 529"),
        (200, True, "closed the connection early"),
    ],
)
def test_a_failure_falls_back_to_the_articles_own_words(
    articles: qa.Assistant, monkeypatch: pytest.MonkeyPatch, status: int, hangs_up: bool, message: str
) -> None:
    """The notice does not repeat what the server says, which may be the key; nothing is sent twice."""
    with replying(articles, monkeypatch, Part("The old harbour "), Part("was closed.")) as assistant:
        AnthropicHandler.status, AnthropicHandler.hangs_up = status, hangs_up
        answer = assistant.ask(QUESTION)

    assert message in answer.notice
    assert KEY not in answer.notice
    assert answer.engine == "extractive"
    assert len(AnthropicHandler.requests) == 1
