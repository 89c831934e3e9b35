"""``qa.open``: from settings to an assistant that can answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from qa.assistant import Assistant, OnNotice
from qa.index.progress import OnProgress
from qa.settings import FurtherOptions, load_settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


def open(  # noqa: A001  # `qa.open` reads naturally
    corpus: str | Path | None = None,
    index: str | Path | None = None,
    *,
    refresh: bool | None = None,
    on_notice: OnNotice = lambda _: None,
    on_progress: OnProgress = lambda _: None,
    llm: LLM | str | None = None,
    **options: Unpack[FurtherOptions],
) -> Assistant:
    """Open the assistant of a corpus and, unless ``refresh`` is false, bring its index up to date first.

    What is left out is as ``QA_*`` and ``qa.toml`` say; further options are the fields of ``Settings``. ``llm`` is a
    name such as ``ollama/llama3.2``, or any LlamaIndex model.

    Raises:
        UsageError: an option is not allowed.
        CorpusError: no corpus is configured, or it is missing or empty.
        UnusableIndex: it cannot be updated, or ``refresh`` is false and there is none yet.
    """
    name, model = (llm, None) if isinstance(llm, str) else (None, llm)
    settings = load_settings(corpus=corpus, index=index, refresh=refresh, llm=name, **options)
    assistant = Assistant(settings, on_notice, model)
    if settings.refresh:
        assistant.refresh_if_possible(on_progress)
    else:
        assistant.require_index()
    return assistant
