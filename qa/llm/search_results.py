"""Sentences of articles as Anthropic's search results, and the places in them that a reply cites.

Such a model names its sources by itself: each part of its reply comes with the search results that it is taken from.
That only says which sentences to check it against first; it is checked like any other reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.llm.prompt import Prompt, Source, visible
from qa.llm.reply import Sentence, sentences_of
from qa.text.sentences import sentence_offsets

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

    def sentences(self, sources: Sequence[Source]) -> list[Sentence]:
        """Return the sentences of the reply, each with the indexes of the sources that it cites."""
        text = "".join(_marked(part) for _, part in sorted(self._parts.items()))
        return [
            Sentence(sentence.text, tuple(number - 1 for number in sentence.cited if 1 <= number <= len(sources)))
            for sentence in sentences_of(text)
        ]


def _marked(part: _Part) -> str:
    """Return the text of a part with what it cites after each of its sentences, in marks as other models write them.

    The number in a mark is that of the source, from 1. The first and the last sentence may go on in other parts.
    """
    if not part.cited:
        return part.text
    marks = "".join(f"[{index + 1}]" for index in part.cited)
    text, position = "", 0
    for _, end in sentence_offsets(part.text):
        text += part.text[position:end] + marks
        position = end
    return text + part.text[position:]


def _shown(text: str) -> str:
    """Return ``text`` without invisible characters; Anthropic takes no text without any visible one."""
    return " ".join(visible(text).split()) or "-"
