"""``qa doctor`` and language models: what is checked for free, what is tried, and which problems are found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from qa.cli.llm_doctor import _repeats
from qa.llm.providers import ANSWER_TOKENS
from qa.models.embedding import Embedder
from tests.helpers.commands import Commands, Outcome, commands_over, problems_of
from tests.helpers.local_server import allow_loopback
from tests.helpers.ollama_server import REPLY, SHOWN, OllamaHandler, ollama_server
from tests.helpers.openai_server import OpenAIHandler, openai_server

OLLAMA, OPENAI_LIKE = "ollama/tiny", "openai-like/tiny"
KEY = "sk-of-this-server"
CHATML = (
    "{%- for message in messages -%}\n"
    "  {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' -}}\n"
    "{%- endfor -%}\n"
    "{%- if add_generation_prompt -%}\n"
    "  {{- '<|im_start|>assistant\n' -}}\n"
    "{%- endif -%}"
)
"""What llama.cpp shows as the template of a model without one."""


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch, no_network: None) -> None:
    """Allow connections to this machine only."""
    allow_loopback(monkeypatch)


@pytest.fixture
def ollama() -> Iterator[str]:
    """The address of a server that speaks Ollama's protocol."""
    with ollama_server() as address:
        yield address


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that speaks OpenAI's protocol, set with its key."""
    monkeypatch.setenv("QA_LLM_API_KEY", KEY)
    with openai_server() as address:
        monkeypatch.setenv("QA_LLM_BASE_URL", address)
        OpenAIHandler.answers = {"/v1/models": {"data": [{"id": "tiny", "max_model_len": 4096}, {"id": "large"}]}}
        yield address


@pytest.fixture
def run(seeds: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the seeds."""
    return commands_over(seeds, capsys)


def llm_lines(outcome: Outcome) -> list[str]:
    """Return what is shown about the language model."""
    return [line.split(maxsplit=1)[1] for line in outcome.out.splitlines() if line.split(maxsplit=1)[1][:3] == "llm"]


def test_the_model_is_tried_with_a_prompt_of_the_usual_size(run: Commands, ollama: str, embedder: Embedder) -> None:
    """The prompt has passages of the index; shown are the reply, how fast it came, and the context in effect."""
    outcome = run("doctor", "--llm", OLLAMA)
    where, context, prompt, speed, reply = llm_lines(outcome)
    (request,) = OllamaHandler.requests
    sent = [message["content"] for message in request["messages"]]

    assert outcome.code == 0
    assert where == f"llm: {OLLAMA} at {ollama}"
    assert context == "llm context: 8,192 tokens, the default of llm_context"
    shown = re.fullmatch(r'llm prompt: about ([\d,]+) tokens: (What is ".+" about\?)', prompt)
    assert shown
    assert int(shown[1].replace(",", "")) == sum(map(embedder.count_tokens, sent)) > 500
    assert shown[2] in sent[-1]
    assert re.fullmatch(r"llm speed: first word after [\d.]+ s, then about [\d.]+ tokens per second", speed)
    assert reply == f"llm reply: {REPLY}"


def test_nothing_is_sent_without_the_option(
    run: Commands, ollama: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name, what the provider needs and what the server says are checked."""
    for name, where in ((OLLAMA, ollama), (OPENAI_LIKE, server)):
        monkeypatch.setenv("QA_LLM", name)
        outcome = run("doctor")
        assert outcome.code == 0
        assert llm_lines(outcome)[0].startswith(f"llm: {name} at {where}. ")
        assert llm_lines(outcome)[0].endswith("To try it, run: qa doctor --llm")
    assert OllamaHandler.requests == OpenAIHandler.requests == []
    monkeypatch.setenv("QA_LLM", "openai/gpt-4o-mini")
    assert "llm: openai/gpt-4o-mini needs an API key" in run("doctor").out


def test_the_option_without_a_name_means_the_configured_model(
    run: Commands, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a problem if there is none."""
    assert [line[:38] for line in llm_lines(run("doctor", "--llm"))] == ["llm: There is no language model to try"]
    monkeypatch.setenv("QA_LLM", OPENAI_LIKE)
    outcome = run("doctor", "--llm", "--json")

    details = {finding["name"]: finding["found"] for finding in outcome.json["findings"]}
    assert (0, 1) == (outcome.code, len(OpenAIHandler.requests))
    assert details["llm context"] == "4,096 tokens, as the server says"
    assert details["llm reply"] == REPLY
    assert "llm" not in {finding["name"] for finding in run("--llm", "none", "doctor", "--json").json["findings"]}


def test_without_an_index_the_text_is_made_up(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, ollama: str, embedder: Embedder
) -> None:
    """It is as long as passages would be, and the answer is in it."""
    outcome = Commands(capsys, tmp_path / "none", tmp_path / "index")("doctor", "--llm", OLLAMA)
    (message,) = OllamaHandler.requests[0]["messages"]

    assert "tokens of a made-up text, as there is no index: When did the ferry leave on day 17?" in outcome.out
    assert "Day 17: the ferry left at 11:27" in message["content"]
    assert 900 < embedder.count_tokens(message["content"]) < 1200


def test_an_unknown_model_is_told_with_those_that_are_there(run: Commands, ollama: str, server: str) -> None:
    """The nearest names come first."""
    (problem,) = problems_of(run("doctor", "--llm", "ollama/tinny"))
    assert problem == (
        f"PROBLEM  llm: ollama/tinny is unknown to the server at {ollama}. llm_base_url is not used: it is for "
        "openai-like models. It has: tiny:latest, large:70b. To get it, run: ollama pull tinny"
    )
    assert OllamaHandler.requests == []

    OpenAIHandler.status, OpenAIHandler.message = 404, "The model `lar` does not exist."
    (problem,) = problems_of(run("doctor", "--llm", "openai-like/lar"))
    assert problem == (
        "PROBLEM  llm: The model openai-like/lar is unknown to the server: The model `lar` does not exist. "
        "Correct it, or llm_base_url. It has: large, tiny."
    )


def test_a_server_that_is_down_is_told_with_its_address(run: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """And with the setting that names it, which is another one for Ollama."""
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    monkeypatch.setenv("QA_LLM_BASE_URL", "http://me:secret@127.0.0.1:9/v1")

    assert problems_of(run("doctor", "--llm", OPENAI_LIKE)) == [
        f"PROBLEM  llm: The model {OPENAI_LIKE} cannot be reached at http://127.0.0.1:9/v1. "
        "Start its server, or correct llm_base_url."
    ]
    assert problems_of(run("doctor", "--llm", OLLAMA)) == [
        f"PROBLEM  llm: The model {OLLAMA} cannot be reached at http://127.0.0.1:9. Start Ollama, or set OLLAMA_HOST "
        "to its address. llm_base_url is not used: it is for openai-like models."
    ]


@pytest.mark.parametrize(
    ("facts", "is_base"),
    [
        ({"template": "{{ .Prompt }}"}, True),
        ({"template": "{{ .Prompt }}", "renderer": "qwen3"}, False),
        ({"template": "{{ .Prompt }}", "modelfile": "FROM tiny\nRENDERER qwen3\n"}, False),
        ({}, False),
    ],
)
def test_a_base_model_of_ollama_is_seen(run: Commands, ollama: str, facts: dict[str, str], is_base: bool) -> None:
    """By its template, unless that is built into Ollama."""
    OllamaHandler.shown = SHOWN | facts

    problems = problems_of(run("--llm", OLLAMA, "doctor"))
    assert ["no" for _ in range(is_base)] == ["no" for problem in problems if "so it is a base model" in problem]


@pytest.mark.parametrize(
    ("template", "end", "is_base"),
    [(CHATML, "</s>", True), (CHATML, "<|im_end|>", False), ("{{ messages }}", "</s>", False)],
)
def test_a_base_model_of_llama_cpp_is_seen(run: Commands, server: str, template: str, end: str, is_base: bool) -> None:
    """By the template that is used for every model without one."""
    OpenAIHandler.answers = {"/props": {"chat_template": template, "eos_token": end}}

    assert is_base == bool(problems_of(run("--llm", OPENAI_LIKE, "doctor")))


def test_a_base_model_of_vllm_is_seen(run: Commands, server: str) -> None:
    """By the message about a request that it rejects, which is shown without the key."""
    OpenAIHandler.status = 400
    OpenAIHandler.message = f"{KEY}: a chat template\x1b[2J is needed."

    (problem,) = problems_of(run("doctor", "--llm", OPENAI_LIKE))
    assert problem == (
        f"PROBLEM  llm: The model {OPENAI_LIKE} has no chat template: ...: a chat template is needed. "
        "Use a version of it that is made for chat."
    )


@pytest.mark.parametrize("reply", ["so it goes on and on. " * 100, "!" * 2000, "Was sagt er? Er sagt es nicht. " * 60])
def test_a_reply_without_end_is_seen(run: Commands, server: str, reply: str) -> None:
    """A base model repeats itself."""
    OpenAIHandler.reply = reply

    (problem,) = problems_of(run("doctor", "--llm", OPENAI_LIKE))
    assert problem.startswith("PROBLEM  llm reply: It repeats itself: ...")
    assert reply[:10].strip() in problem
    assert problem.endswith(" Use a version of it that is made for chat (instruct).")


def test_a_reply_that_is_cut_off_is_seen(run: Commands, server: str) -> None:
    """It says how much was read."""
    OpenAIHandler.reply = " ".join(str(number) for number in range(ANSWER_TOKENS))

    (problem,) = problems_of(run("doctor", "--llm", OPENAI_LIKE))
    assert problem.startswith(f"PROBLEM  llm reply: It has no end within {ANSWER_TOKENS:,} tokens: 0 1 2 3")


def test_an_empty_reply_is_a_problem(run: Commands, server: str) -> None:
    """It says what to do."""
    OpenAIHandler.reply = ""

    (problem,) = problems_of(run("doctor", "--llm", OPENAI_LIKE))
    assert problem == f"PROBLEM  llm: The model {OPENAI_LIKE} returned an empty reply. Ask again, or use another model."


def test_a_context_that_is_too_small_is_a_problem(run: Commands, server: str) -> None:
    """A prompt of the usual size with its answer would not fit."""
    OpenAIHandler.answers = {"/v1/models": {"data": [{"id": "tiny", "max_model_len": 1024}]}}

    (problem,) = problems_of(run("--llm", OPENAI_LIKE, "doctor"))
    assert "llm context: 1,024 tokens, as the server says. Start the server with a context of at least" in problem


def test_what_a_model_says_is_one_harmless_line(run: Commands, server: str) -> None:
    """Like what a server calls its models."""
    OpenAIHandler.reply = "One.\n\x1b]0;owned\x07Two.\n" + " ".join(f"Word {number}." for number in range(12))
    OpenAIHandler.answers = {"/v1/models": {"data": [{"id": "a\x1b[2Jb\nc"}]}}

    outcome = run("doctor", "--llm", OPENAI_LIKE)
    assert llm_lines(outcome)[-1].startswith("llm reply: One. Two. Word 0.")
    assert "\x1b" not in outcome.out
    OpenAIHandler.status = 404
    assert "It has: ab c." in run("doctor", "--llm", OPENAI_LIKE).out


def test_ordinary_text_does_not_repeat_itself() -> None:
    """A list whose items begin alike is no loop."""
    names = json.dumps(
        [f"The mayor of town {number} opened the new harbour in {1900 + number}." for number in range(50)]
    )

    assert not _repeats(names)
    assert not _repeats("word " * 20)
    assert _repeats("word " * 100)
