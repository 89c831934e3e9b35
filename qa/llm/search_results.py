"""Sentences of articles as Anthropic's search results, and the places in them that a reply cites.

Such a model names its sources by itself: each part of its reply comes with the search results that it is taken from.
That only says which sentences to check it against first; it is checked like any other reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.llm.prompt import Prompt, visible
from qa.llm.reply import Sentence, sentences_of
from qa.text.words import words

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage, ChatResponse


def cites_search_results(model: LLM) -> bool:
    """Whether a model takes search results and names those that it used: it is one of Anthropic's."""
    return model.class_name() == "Anthropic_LLM"


def search_result_messages(prompt: Prompt) -> list[ChatMessage]:
    """Return the messages of a prompt with each of its sources as a search result that can be cited.

    No fence is needed around them, since they are not part of any text.
    """
    from llama_index.core.base.llms.types import CitableBlock, TextBlock
    from llama_index.core.llms import ChatMessage, MessageRole

    results = [
        CitableBlock(
            title=_shown(source.heading),
            source=f"article {source.passage + 1}",
            content=[TextBlock(text=_shown(source.text))],
        )
        for source in prompt.sources
    ]
    return [
        ChatMessage(role=MessageRole.SYSTEM, content=prompt.rules),
        ChatMessage(role=MessageRole.USER, blocks=[*results, TextBlock(text=prompt.request)]),
    ]


@dataclass(slots=True)
class _Part:
    """A part of a reply that is taken from the same sources, some words or sentences."""

    text: str = ""
    """Its text."""
    cited: list[int] = field(default_factory=list)
    """Indexes of the sources that it cites."""


class CitedReply:
    """Collects a reply with what it cites, as it arrives."""

    def __init__(self) -> None:
        self._parts: dict[int, _Part] = {}

    def add(self, response: ChatResponse) -> None:
        """Add what an event of Anthropic's stream says."""
        event = response.raw if isinstance(response.raw, dict) else {}
        if event.get("type") != "content_block_delta":
            return
        part, delta = self._parts.setdefault(event["index"], _Part()), event["delta"]
        if delta.type == "text_delta":
            part.text += delta.text
        elif delta.type == "citations_delta" and delta.citation.type == "search_result_location":
            part.cited.append(delta.citation.search_result_index)

    def sentences(self) -> list[Sentence]:
        """Return the sentences of the reply, each with the indexes of the sources that any of its parts cites."""
        parts = [part for _, part in sorted(self._parts.items())]
        reply = [word for part in parts for word in words(part.text)]
        cited_by = [part.cited for part in parts for _ in words(part.text)]
        sentences: list[Sentence] = []
        position = 0
        for sentence in sentences_of("".join(part.text for part in parts)):
            start, end = _find(words(sentence.text), reply, position)
            cited = dict.fromkeys(index for indexes in cited_by[start:end] for index in indexes)
            sentences.append(Sentence(sentence.text, tuple(cited)))
            position = max(position, end)
        return sentences


def _find(sentence: Sequence[str], reply: Sequence[str], position: int) -> tuple[int, int]:
    """Return start and end of a sentence in the words of a reply, from ``position`` on; both 0 if it is not there.

    It is not if something was taken out of its middle; then it is checked against all sources.
    """
    for start in range(position, len(reply) - len(sentence) + 1):
        if reply[start : start + len(sentence)] == sentence:
            return start, start + len(sentence)
    return 0, 0


def _shown(text: str) -> str:
    """Return ``text`` without invisible characters; Anthropic takes no text without any visible one."""
    return " ".join(visible(text).split()) or "-"
