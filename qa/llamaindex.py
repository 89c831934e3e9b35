"""LlamaIndex adapter: provides the search as a LlamaIndex retriever, for any of its query or chat engines."""

from __future__ import annotations

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from qa.assistant import Assistant
from qa.datatypes import Passage


class QARetriever(BaseRetriever):
    """Returns the passages of ``Assistant.search`` as nodes with their fused scores.

    Pass ``llm`` explicitly to engines built on it; otherwise LlamaIndex requires an OpenAI key.
    """

    def __init__(self, assistant: Assistant, top_k: int | None = None) -> None:
        super().__init__()
        self._assistant = assistant
        self._top_k = top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        passages = self._assistant.search(query_bundle.query_str, self._top_k)
        return [NodeWithScore(node=_node(passage), score=passage.scores.fused) for passage in passages]


def _node(passage: Passage) -> TextNode:
    metadata: dict[str, str | int] = {
        "file_name": passage.path,
        "title": passage.title,
        "line_start": passage.line_start,
        "line_end": passage.line_end,
    }
    if passage.locator:
        metadata["locator"] = passage.locator
    if passage.published:
        metadata["published"] = passage.published.isoformat()
    return TextNode(
        id_=f"{passage.path}:{passage.start}-{passage.end}",
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=metadata,
    )
