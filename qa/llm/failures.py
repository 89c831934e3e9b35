"""Failures of a language model, as one-line messages with a hint for fixing them."""

from __future__ import annotations

import os

from qa.errors import LLMError
from qa.text.sanitizing import single_line

_BY_CLASS_NAME = (
    ("timeout", "did not answer in time", "Increase llm_timeout, or use a smaller model."),
    ("connect", "cannot be reached", ""),
    ("protocol", "closed the connection early", "Ask again."),
    ("chunkedencoding", "closed the connection early", "Ask again."),
)
"""Part of the name of an exception class, problem, hint."""
_BY_STATUS = {
    400: ("rejected the request", "To see why, run: qa doctor --llm"),
    401: ("rejected the API key", "Correct the key in the environment."),
    403: ("rejected the API key", "Correct the key in the environment."),
    404: ("is unknown to the server", ""),
    413: ("rejected the request", "It is too long: set llm_context to the context of its server."),
    429: ("is rate-limited, or the account has no credit left", "Wait a moment, or check the account."),
}
"""HTTP status code, problem and hint."""
_BY_WORDS = (
    (("chat template",), "has no chat template", "Use a version of it that is made for chat."),
    (("not support chat",), "is not made for chat", "Use one that is."),
    (
        ("context",),
        "has too small a context for the request",
        "Start its server with a larger one, or set llm_context to that of the server.",
    ),
)
"""Words in the server's message about a bad request, problem and hint; servers have no common codes for these."""
_UNREACHABLE = {
    "ollama": "Start Ollama, or set OLLAMA_HOST to its address.",
    "openai": "Check the connection to the internet.",
    "anthropic": "Check the connection to the internet.",
}
_UNKNOWN = {"ollama": "Correct the name, or run: ollama pull NAME", "openai-like": "Correct it, or llm_base_url."}
"""Hints by provider."""
_KEYS = ("QA_LLM_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OLLAMA_API_KEY")
"""The variables of keys that servers may repeat in their messages."""
_LONGEST_MESSAGE = 300


def explained(error: BaseException, model: str) -> LLMError:
    """Convert an error of a client library to an ``LLMError``, without its own message, which may contain a key."""
    code = getattr(error, "status_code", None)
    if isinstance(code, int):
        problem, hint = _of_status(code, error, model)
        return LLMError(f"The model {model} {problem}", hint)
    names = " ".join(base.__name__ for cause in _causes(error) for base in type(cause).__mro__).casefold()
    for part, problem, hint in _BY_CLASS_NAME:
        if part in names:
            return LLMError(f"The model {model} {problem}", hint or _unreachable(model))
    return LLMError(f"The model {model} failed ({type(error).__name__})", "For details, run: qa doctor --llm")


def server_message(error: BaseException) -> str:
    """Return what a server said about a request that it rejected, without keys; empty if it said nothing.

    It is for the user alone, since a server may repeat parts of the prompt in it.
    """
    rejection = next((cause for cause in _causes(error) if hasattr(cause, "status_code")), None)
    if rejection is None or rejection.status_code in (401, 403):
        return ""
    body = getattr(rejection, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    text = message if isinstance(message, str) else str(rejection)
    for key in filter(None, map(os.environ.get, _KEYS)):
        text = text.replace(key, "...")
    return single_line(text)[:_LONGEST_MESSAGE].rstrip(".")


def _of_status(code: int, error: BaseException, model: str) -> tuple[str, str]:
    """Return the problem and the hint for an HTTP status code."""
    provider = model.partition("/")[0]
    if 300 <= code < 400:
        setting = "OLLAMA_HOST" if provider == "ollama" else "llm_base_url"
        return "redirects to another address, which is not followed", f"If you trust that address, set {setting} to it."
    message = str(error).casefold()
    for words, problem, hint in _BY_WORDS if code == 400 else ():
        if any(word in message for word in words):
            return problem, hint
    problem, hint = _BY_STATUS.get(code, (f"failed with HTTP status {code}", "Try again later."))
    return problem, hint or _UNKNOWN.get(provider, "Correct the name.")


def _unreachable(model: str) -> str:
    return _UNREACHABLE.get(model.partition("/")[0], "Start its server, or correct llm_base_url.")


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return the error and those that it was raised from."""
    errors: list[BaseException] = []
    while error is not None and error not in errors:
        errors.append(error)
        error = error.__cause__ or error.__context__
    return errors
