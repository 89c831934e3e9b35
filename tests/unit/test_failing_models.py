"""Language models that fail: the answer without them is there, with a line that says what happened."""

from __future__ import annotations

import re

import httpx
import pytest

import qa
from tests.helpers.local_server import with_model
from tests.helpers.scripted_llm import ScriptedLLM
from tests.helpers.tui_driver import TROOPS


class StatusError(Exception):
    """An HTTP error as client libraries raise it."""

    def __init__(self, code: int) -> None:
        super().__init__("sk-secret-key was refused")
        self.status_code = code


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (httpx.ConnectError("refused"), "not be reached. Start its server"),
        (httpx.ReadTimeout("slow"), "did not answer in time"),
        (StatusError(401), "rejected the API key"),
        (StatusError(404), "is unknown to the server"),
        (StatusError(429), "rate-limited"),
        (StatusError(400), "rejected the request"),
        (StatusError(503), "failed with HTTP status 503"),
        (("Approximately 11,000 North Kor", httpx.RemoteProtocolError("cut")), "closed the connection early"),
        (ValueError("sk-secret-key"), "failed (ValueError)"),
        ("", "empty reply"),
        ("  \n ", "empty reply"),
        ("%$ %$ %$", "The articles support nothing that scripted wrote"),
        ("I am a pirate and the moon is made of cheese.", "The articles support nothing"),
        ("<think>Approximately 11,000 troops were moved.</think>", "The articles support nothing"),
    ],
)
def test_a_failure_falls_back_to_the_extractive_answer(seeds: qa.Assistant, reply: object, message: str) -> None:
    """The notice says what happened and never contains a key; if a model is required, it is an error."""
    with with_model(seeds, llm=ScriptedLLM.saying(reply)) as assistant:  # type: ignore[arg-type]
        answer = assistant.ask(TROOPS)

    assert answer.engine == "extractive"
    assert answer.short_answer == "11,000"
    assert message in answer.notice
    assert "secret" not in answer.notice
    required = with_model(seeds, llm=ScriptedLLM.saying(reply), llm_required=True)  # type: ignore[arg-type]
    with required as assistant, pytest.raises(qa.LLMError, match=re.escape(message)):
        assistant.ask(TROOPS)
