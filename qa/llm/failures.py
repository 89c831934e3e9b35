"""Failures of a language model, as one-line messages with a hint for fixing them."""

from __future__ import annotations

from qa.errors import LLMError

_BY_CLASS_NAME = (
    ("timeout", "did not answer in time", "Increase llm_timeout, or use a smaller model."),
    ("connect", "cannot be reached", "Start its server, or correct llm_base_url."),
    ("protocol", "closed the connection early", "Ask again."),
    ("chunkedencoding", "closed the connection early", "Ask again."),
)
"""Part of the name of an exception class, problem, hint."""
_BY_STATUS = {
    400: ("rejected the request", "Its context may be too small: lower llm_context or --top-k."),
    401: ("rejected the API key", "Correct the key in the environment."),
    403: ("rejected the API key", "Correct the key in the environment."),
    404: ("is unknown to the server", "Correct the name; for Ollama, run: ollama pull NAME"),
    413: ("rejected the request", "Its context may be too small: lower llm_context or --top-k."),
    429: ("is rate-limited, or the account has no credit left", "Wait a moment, or check the account."),
}
"""HTTP status code, problem and hint."""

_REDIRECTED = "If you trust that address, set llm_base_url to it."


def explained(error: BaseException, model: str) -> LLMError:
    """Convert an error of a client library to an ``LLMError``, without its own message, which may contain a key."""
    code = getattr(error, "status_code", None)
    if isinstance(code, int) and 300 <= code < 400:
        return LLMError(f"The model {model} redirects to another address, which is not followed", _REDIRECTED)
    if isinstance(code, int):
        problem, hint = _BY_STATUS.get(code, (f"failed with HTTP status {code}", "Try again later."))
        return LLMError(f"The model {model} {problem}", hint)
    names = " ".join(base.__name__ for cause in _causes(error) for base in type(cause).__mro__).casefold()
    for part, problem, hint in _BY_CLASS_NAME:
        if part in names:
            return LLMError(f"The model {model} {problem}", hint)
    return LLMError(f"The model {model} failed ({type(error).__name__})", "For details, run: qa doctor --llm")


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return the error and those that it was raised from."""
    errors: list[BaseException] = []
    while error is not None and error not in errors:
        errors.append(error)
        error = error.__cause__ or error.__context__
    return errors
