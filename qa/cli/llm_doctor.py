"""What ``qa doctor`` finds about the language model; with ``--llm``, the model gets a prompt of the usual size."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from qa.answering.material import sources_of
from qa.assistant import Assistant
from qa.cli.findings import Finding
from qa.errors import LLMError, QAError
from qa.llm.addresses import without_credentials
from qa.llm.chat import chat
from qa.llm.context import SMALLEST_CONTEXT, context_of
from qa.llm.failures import server_message
from qa.llm.prompt import build_prompt
from qa.llm.providers import ANSWER_TOKENS, open_model
from qa.llm.reply import repeats_itself
from qa.llm.servers import ModelServer, server_of
from qa.models.embedding import Embedder
from qa.models.export import is_exported
from qa.questions.types import QuestionType
from qa.settings import DEFAULT_MODEL, Settings, cache_folder
from qa.text.sanitizing import single_line

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

    from qa.datatypes import Passage

_SHOWN = 200
"""Characters of a reply."""
_REPEATED, _TIMES = 120, 3
"""Characters at the end of a reply that repeats itself, and how often they stand in it."""
_MOST_NAMES = 5
_MADE_UP_TOKENS = 1000
_FOR_CHAT = "Use a version of it that is made for chat (instruct)."

_Count = Callable[[str], int]
_Piece = tuple[float, str]
"""When a piece of a reply came, and its text."""


class _Trial(NamedTuple):
    question: str
    messages: Sequence[ChatMessage]
    remark: str


def examine_llm(settings: Settings, is_tried: bool) -> Iterator[Finding]:
    """Check the name of the model, what its provider needs, and what its server says; try it if asked to."""
    if settings.llm in (None, "none"):
        if is_tried:
            advice = 'Name it: qa doctor --llm ollama/llama3.2, or set llm = "ollama/llama3.2" in qa.toml.'
            yield Finding("llm", False, "There is no language model to try", advice)
        return
    try:
        model, server = open_model(settings), server_of(settings)
    except QAError as error:
        yield Finding("llm", False, error.message, error.hint)
        return
    findings = [*_of_server(settings, server, is_tried)]
    yield from findings
    if is_tried and model is not None and findings[0].ok:
        yield from _tried(model, settings, server)


def _of_server(settings: Settings, server: ModelServer | None, is_tried: bool) -> Iterator[Finding]:
    """Look at what the server says; the first finding is a problem if the model cannot be tried."""
    is_unused = settings.llm_base_url and not settings.uses_base_url
    unused = "llm_base_url is not used: it is for openai-like models." if is_unused else ""
    where = f" at {without_credentials(server.address)}" if server else ""
    try:
        if server and server.lacks_model:
            advice = _joined(unused, _other_names(server), f"To get it, run: ollama pull {server.name}")
            yield Finding("llm", False, f"{settings.llm} is unknown to the server{where}", advice)
            return
        lacks_template = server is not None and server.lacks_template
    except LLMError as error:
        yield Finding("llm", False, f"{error.message}{where}", _joined(error.hint, unused))
        return
    then = "" if is_tried else "To try it, run: qa doctor --llm"
    yield Finding("llm", True, f"{settings.llm}{where}", _joined(unused, then))
    if lacks_template:
        yield Finding("llm template", False, "The model has none for chats, so it is a base model", _FOR_CHAT)
    yield _of_context(settings)


def _of_context(settings: Settings) -> Finding:
    context = context_of(settings)
    if context.is_from_server:
        source = "as the server says"
    elif "llm_context" in settings.model_fields_set:
        source = "as llm_context says"
    else:
        source = "the default of llm_context"
    ok = context.tokens >= SMALLEST_CONTEXT
    advice = "" if ok else "Start the server with a context of at least 4,096 tokens, or use another model."
    return Finding("llm context", ok, f"{context.tokens:,} tokens, {source}", advice)


def _tried(model: LLM, settings: Settings, server: ModelServer | None) -> Iterator[Finding]:
    """Send a prompt of the usual size; look at the reply and how fast it comes."""
    assert settings.llm is not None
    count = Embedder(DEFAULT_MODEL, cache_folder()).count_tokens
    trial = _trial(settings, count)
    tokens = sum(count(str(message.content)) for message in trial.messages)
    yield Finding("llm prompt", True, f"about {tokens:,} tokens{trial.remark}: {trial.question}")
    pieces: list[_Piece] = []

    def on_text(piece: str) -> None:
        if piece:
            pieces.append((time.perf_counter(), piece))

    started = time.perf_counter()
    try:
        chat(model, settings.llm, trial.messages, on_text)
    except LLMError as error:
        yield _failed(error, server)
    else:
        yield _speed(pieces, started, count)
        yield _of_reply(pieces)


def _trial(settings: Settings, count: _Count) -> _Trial:
    """Return what to ask, with the passages that the index has for it; with a made-up text if there is no index."""
    from llama_index.core.llms import ChatMessage

    if sample := _sample(settings):
        question, passages = sample
        sources, context = sources_of(passages), context_of(settings).tokens
        prompt = build_prompt(question, QuestionType.SUMMARY, None, sources, context, count)
        return _Trial(question, prompt.messages, "")
    question = "When did the ferry leave on day 17?"
    lines: list[str] = []
    while count("\n".join(lines)) < _MADE_UP_TOKENS:
        day = len(lines) + 1
        lines.append(f"Day {day}: the ferry left at {6 + day % 12}:{10 + day % 50} with {day * 37 % 90} passengers.")
    text = "\n".join(["Answer the question in one sentence, from this log alone.", *lines, f"Question: {question}"])
    return _Trial(question, [ChatMessage(content=text)], " of a made-up text, as there is no index")


def _sample(settings: Settings) -> tuple[str, Sequence[Passage]] | None:
    """Return a question about an article of the index, and passages for it; None if there is no index to use."""
    if settings.model != DEFAULT_MODEL and not is_exported(settings.model, cache_folder()):
        return None
    try:
        with Assistant(settings) as assistant:
            title = assistant.index.documents()[0].title
            return f'What is "{title}" about?', assistant.search(title)
    except QAError:
        return None


def _speed(pieces: Sequence[_Piece], started: float, count: _Count) -> Finding:
    times = [moment for moment, _ in pieces] or [time.perf_counter()]
    detail = f"first word after {times[0] - started:.1f} s"
    if times[-1] > times[0]:
        rate = count(_text(pieces[1:])) / (times[-1] - times[0])
        detail += f", then about {rate:.{1 if rate < 10 else 0}f} tokens per second"
    return Finding("llm speed", True, detail)


def _of_reply(pieces: Sequence[_Piece]) -> Finding:
    reply = _text(pieces)
    if _repeats(reply) or repeats_itself(reply):
        return Finding("llm reply", False, f"It repeats itself: ...{reply[-_SHOWN:]}", _FOR_CHAT)
    shown = reply if len(reply) <= _SHOWN else f"{reply[:_SHOWN]}..."
    if len(pieces) < ANSWER_TOKENS:
        return Finding("llm reply", bool(reply), shown or "It has no text", "" if reply else "Use another model.")
    advice = f"It may be a base model, or one that thinks for long. {_FOR_CHAT}"
    return Finding("llm reply", False, f"It has no end within {ANSWER_TOKENS:,} tokens: {shown}", advice)


def _failed(error: LLMError, server: ModelServer | None) -> Finding:
    message = server_message(error)
    names = _other_names(server) if server else ""
    return Finding("llm", False, f"{error.message}{message and f': {message}'}", _joined(error.hint, names))


def _other_names(server: ModelServer) -> str:
    """Return what the server has, in words, if the model is not among it."""
    try:
        names = server.names
    except LLMError:
        return ""
    if not names or {server.name, f"{server.name}:latest"} & {*names}:
        return ""
    return f"It has: {', '.join(get_close_matches(server.name, names, _MOST_NAMES, 0))}."


def _repeats(text: str) -> bool:
    return len(text) >= _REPEATED * _TIMES and text.count(text[-_REPEATED:]) >= _TIMES


def _text(pieces: Sequence[_Piece]) -> str:
    return single_line("".join(piece for _, piece in pieces))


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
