"""The door to LlamaIndex: our retriever in its engines, and its own classes on our collection."""

from __future__ import annotations

import warnings

import pytest
from pydantic import PrivateAttr

import qa
from qa.index.vectors import COLLECTION
from qa.models.embedding import Embedder

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # LlamaIndex warns about its own use of pydantic while it is imported
    from llama_index.core import VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine
    from llama_index.core.schema import MetadataMode
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from qa.llamaindex import QARetriever

QUESTION = "How many troops were moved into the Kursk region?"


class OurEmbedding(BaseEmbedding):
    """Our embedding model as LlamaIndex knows one."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(value) for value in self._embedder.embed([query])[0]]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_query_embedding(text)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def test_retriever_finds_what_search_finds(seeds: qa.Assistant) -> None:
    """Same passages, same order, same scores, with file, title and offsets."""
    nodes = QARetriever(seeds, top_k=4).retrieve(QUESTION)

    passages = seeds.search(QUESTION, top_k=4)
    assert [passage.text for passage in passages] == [node.text for node in nodes]
    assert [passage.scores.fused for passage in passages] == [node.score for node in nodes]
    assert [passage.path for passage in passages] == [node.metadata["file_name"] for node in nodes]
    assert [passage.start for passage in passages] == [node.node.start_char_idx for node in nodes]  # type: ignore[attr-defined]


def test_retriever_drives_a_query_engine(seeds: qa.Assistant) -> None:
    """Any engine takes it; no OpenAI key is asked for when the language model is given."""
    engine = RetrieverQueryEngine.from_args(QARetriever(seeds, top_k=2), llm=MockLLM())

    response = engine.query(QUESTION)

    assert [passage.text for passage in seeds.search(QUESTION, top_k=2)] == [
        node.node.get_content(MetadataMode.NONE) for node in response.source_nodes
    ]


def test_llamaindex_opens_our_collection(seeds: qa.Assistant, embedder: Embedder) -> None:
    """`VectorStoreIndex.from_vector_store` finds the same chunks for a vector query."""
    chromadb = pytest.importorskip("chromadb")
    from chromadb.config import Settings

    client = chromadb.PersistentClient(
        str(seeds.index.folder / "chroma"), settings=Settings(anonymized_telemetry=False)
    )
    store = ChromaVectorStore(chroma_collection=client.get_collection(COLLECTION, embedding_function=None))
    index = VectorStoreIndex.from_vector_store(store, embed_model=OurEmbedding(embedder))

    found = index.as_retriever(similarity_top_k=5).retrieve(QUESTION)

    ours = seeds.index.search_vectors(embedder.embed([QUESTION])[0], 5)
    chunks = seeds.index.chunks(list(ours))
    assert list(ours) == [node.node.node_id for node in found]
    assert [chunks[key].chunk.text for key in ours] == [node.text for node in found]
    assert [chunks[key].chunk.path for key in ours] == [node.metadata["file_name"] for node in found]
