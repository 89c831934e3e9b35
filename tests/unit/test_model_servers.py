"""Language models behind real servers on this machine: Ollama's protocol, names and addresses of models."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import qa
from tests.helpers.commands import commands_over
from tests.helpers.local_server import allow_loopback, with_model
from tests.helpers.ollama_server import REPLY, OllamaHandler, ollama_server
from tests.helpers.settings_files import write_trusted

TROOPS = "How many North Korean troops were moved into Russia's Kursk region?"


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch, no_network: None) -> None:
    """Allow connections to this machine only."""
    allow_loopback(monkeypatch)


@pytest.fixture
def ollama() -> Iterator[str]:
    """The address of a server that speaks Ollama's protocol."""
    with ollama_server() as address:
        yield address


def test_ollama_writes_the_answer(seeds: qa.Assistant, ollama: str) -> None:
    """The answer is streamed, with the context size that the prompt was built for, and then checked."""
    pieces: list[str] = []
    with with_model(seeds, llm="ollama/tiny", llm_context=4096) as assistant:
        answer = assistant.ask(TROOPS, on_text=pieces.append)

    assert answer.engine == "ollama/tiny"
    assert answer.text == REPLY.replace(" [1]", "")
    assert all(statement.supported for statement in answer.statements)
    assert answer.short_answer == "11,000"
    assert len(pieces) > 5
    assert OllamaHandler.requests[0]["options"]["num_ctx"] == 4096
    assert OllamaHandler.requests[0]["stream"] is True


@pytest.mark.parametrize(
    ("model", "address", "message"),
    [
        ("ollama/other", "", "unknown to the server"),
        ("ollama/tiny", "http://127.0.0.1:9", "not be reached"),
    ],
)
def test_a_failing_server_gives_a_notice(
    seeds: qa.Assistant, ollama: str, monkeypatch: pytest.MonkeyPatch, model: str, address: str, message: str
) -> None:
    """The extractive answer is shown instead."""
    monkeypatch.setenv("OLLAMA_HOST", address or ollama)
    with with_model(seeds, llm=model) as assistant:
        answer = assistant.ask(TROOPS)

    assert message in answer.notice
    assert answer.engine == "extractive"
    assert answer.short_answer == "11,000"


def test_a_truncated_stream_is_checked_like_any_other(seeds: qa.Assistant, ollama: str) -> None:
    """What arrived is half a sentence that the articles support, and it is cited."""
    OllamaHandler.hangs_up = True
    with with_model(seeds, llm="ollama/tiny") as assistant:
        answer = assistant.ask(TROOPS)

    assert answer.short_answer == "11,000"
    assert [(statement.text, statement.supported) for statement in answer.statements] == [
        ("Approximately 11,000 North Korean", True)
    ]


def test_an_address_for_another_provider_is_not_used(seeds: qa.Assistant, ollama: str) -> None:
    """Choosing a model of Ollama does not send passages to the address of an openai-like one."""
    with with_model(seeds, llm="ollama/tiny", llm_base_url="http://127.0.0.1:9/v1") as assistant:
        assert assistant.ask(TROOPS).engine == "ollama/tiny"


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("openai/gpt-4o-mini", "export OPENAI_API_KEY"),
        ("anthropic/claude-sonnet-4-0", "ANTHROPIC_API_KEY|pip install"),
        ("openai-like/x", "llm_base_url"),
        ("ollama", "Use a name such as ollama/llama3.2"),
        ("ollama/", "Use a name such as"),
        ("bard/x", "Use a name such as"),
    ],
)
def test_a_misnamed_model_is_an_error_with_a_hint(seeds: qa.Assistant, model: str, message: str) -> None:
    """The error is raised before anything is sent."""
    with with_model(seeds, llm=model) as assistant, pytest.raises(qa.UsageError) as caught:
        assistant.ask(TROOPS)
    assert re.search(message, str(caught.value))


def test_openais_key_is_sent_to_openai_only(seeds: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another server that speaks OpenAI's protocol does not receive OpenAI's key."""
    from qa.llm.providers import open_model

    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    settings = qa.load_settings(llm="openai-like/x", llm_base_url="http://127.0.0.1:9/v1")

    assert "sk-secret" not in repr(vars(open_model(settings)))


def test_openai_models_are_used_at_openai_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenAI's key is not sent to an address from qa.toml, nor the key of another server to OpenAI."""
    from qa.llm.providers import open_model

    monkeypatch.setenv("QA_LLM_API_KEY", "secret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    write_trusted('llm_base_url = "http://models.example/v1"\n')
    model = repr(vars(open_model(qa.load_settings(llm="openai/gpt-4o-mini"))))

    assert "sk-secret" in model
    assert "models.example" not in model
    assert "'secret'" not in model


def test_commands_accept_a_model(
    seeds: qa.Assistant, ollama: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An option or a variable names it; a failure is one line on stderr, and exit code 4 with --llm-required."""
    qa_ = commands_over(seeds, capsys)
    written = qa_("ask", TROOPS, "--llm", "ollama/tiny", "--json")
    assert written.code == 0
    assert written.json["engine"] == "ollama/tiny"
    monkeypatch.setenv("QA_LLM", "ollama/other")
    failed = qa_("ask", TROOPS)
    assert failed.code == 0
    assert "11,000" in failed.out
    assert "unknown to the server" in failed.err
    assert failed.err.count("\n") == 1
    required = qa_("ask", TROOPS, "--llm-required")
    assert required.code == 4
    assert qa_("ask", TROOPS, "--llm", "none").err == ""
    assert qa_("ask", TROOPS, "--llm", "gpt").code == 2
    assert qa_("ask", "Who won the chess championship of Atlantis?", "--llm", "ollama/tiny").code == 1


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A language model with a few thousand random weights and a byte-level tokenizer."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    alphabet = {letter: number for number, letter in enumerate(sorted(ByteLevel.alphabet()))}
    tokenizer = Tokenizer(BPE(alphabet | {"<s>": 256, "</s>": 257}, []))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    fast: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>"
    )
    fast.chat_template = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    sizes: dict[str, Any] = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    config = LlamaConfig(vocab_size=258, max_position_embeddings=16384, bos_token_id=256, eos_token_id=257, **sizes)
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def transformers_server(tiny_model: Path) -> Iterator[str]:
    """The base URL of ``transformers serve`` with the tiny model."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("transformers"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*map(str, command)], **quiet)  # type: ignore[call-overload]
    while True:
        assert process.poll() is None, "the server exited"
        try:
            httpx.get(f"http://127.0.0.1:{port}/health")
            break
        except httpx.TransportError:
            time.sleep(0.2)
    yield f"http://127.0.0.1:{port}/v1"
    process.terminate()
    process.wait()


@pytest.mark.slow
def test_transformers_serve_is_supported(seeds: qa.Assistant, transformers_server: str, tiny_model: Path) -> None:
    """A model with random weights writes nonsense, which is detected; the extractive answer is shown instead."""
    pieces: list[str] = []
    with with_model(seeds, llm=f"openai-like/{tiny_model}", llm_base_url=transformers_server) as assistant:
        answer = assistant.ask(TROOPS, on_text=pieces.append)

    assert pieces, answer.notice
    assert "The articles support nothing" in answer.notice
    assert answer.engine == "extractive"
    assert answer.short_answer == "11,000"
