"""What can go wrong with a model, as one line that says what to do."""

from __future__ import annotations

from qa.errors import LLMError

_NAMES = (
    ("timeout", "did not answer in time", "Raise llm_timeout, or take a smaller model."),
    ("connect", "can not be reached", "Start its server, or correct llm_base_url."),
    ("protocol", "broke off in the middle", "Ask again."),
    ("chunkedencoding", "broke off in the middle", "Ask again."),
)
_CODES = {
    400: ("did not take the question", "Its context may be too short: lower llm_context or --top-k."),
    401: ("did not accept the key", "Correct the key in the environment."),
    403: ("did not accept the key", "Correct the key in the environment."),
    404: ("is not known to the server", "Correct the name; for Ollama, run: ollama pull NAME"),
    413: ("did not take the question", "Its context may be too short: lower llm_context or --top-k."),
    429: ("is asked too often, or the account is used up", "Wait a little, or look at the account."),
}


def explained(error: BaseException, model: str) -> LLMError:
    """Return a failure of the client library as one of ours; what it says itself is not shown, as it may hold a key."""
    code = getattr(error, "status_code", None)
    if isinstance(code, int):
        what, hint = _CODES.get(code, (f"failed with code {code}", "Ask again later."))
        return LLMError(f"The model {model} {what}", hint)
    names = " ".join(kind.__name__ for one in _chain(error) for kind in type(one).__mro__).casefold()
    for part, what, hint in _NAMES:
        if part in names:
            return LLMError(f"The model {model} {what}", hint)
    return LLMError(f"The model {model} failed ({type(error).__name__})", "qa doctor --llm tells more.")


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return the error and what it was raised from."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
