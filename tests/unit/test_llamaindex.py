"""The LlamaIndex adapter: qa's retriever in LlamaIndex engines, and LlamaIndex classes on qa's collection."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from typing import Any

import chromadb
from chromadb.config import Settings
from pydantic import PrivateAttr

import qa
from qa.index import Index
from qa.index.builds import SEGMENTS
from qa.index.chroma import COLLECTION
from qa.models.embedding import Embedder
from tests.conftest import OpenArticles

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # importing LlamaIndex warns about its own use of pydantic
    from llama_index.core import VectorStoreIndex
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine
    from llama_index.core.schema import MetadataMode
    from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from qa.llamaindex import QARetriever

QUESTION = "How many troops were moved into the Kursk region?"


class QAEmbedding(BaseEmbedding):
    """The embedding model of qa with the interface of LlamaIndex."""

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


def test_retriever_returns_the_passages_of_search(seeds: qa.Assistant) -> None:
    """Nodes have the text, order, scores, files and offsets of the passages."""
    nodes = QARetriever(seeds, top_k=4).retrieve(QUESTION)

    passages = seeds.search(QUESTION, top_k=4)
    assert 4 == len(passages)
    assert [passage.text for passage in passages] == [node.text for node in nodes]
    assert [passage.scores.fused for passage in passages] == [node.score for node in nodes]
    assert [passage.path for passage in passages] == [node.metadata["file_name"] for node in nodes]
    assert [passage.start for passage in passages] == [node.node.start_char_idx for node in nodes]  # type: ignore[attr-defined]


def test_retriever_drives_a_query_engine(seeds: qa.Assistant) -> None:
    """The retriever works in a query engine, which needs no OpenAI key if it has a language model."""
    engine = RetrieverQueryEngine.from_args(QARetriever(seeds, top_k=2), llm=MockLLM())

    response = engine.query(QUESTION)

    assert [passage.text for passage in seeds.search(QUESTION, top_k=2)] == [
        node.node.get_content(MetadataMode.NONE) for node in response.source_nodes
    ]


def retriever_of(index: Index, embedder: Embedder, **options: Any) -> BaseRetriever:
    """Return LlamaIndex's retriever over the Chroma folder of the only segment of an index."""
    (segment,) = index.segments()
    folder = index.build / SEGMENTS / segment.name / "chroma"
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    store = ChromaVectorStore(chroma_collection=client.get_collection(COLLECTION, embedding_function=None))
    vectors = VectorStoreIndex.from_vector_store(store, embed_model=QAEmbedding(embedder))
    return vectors.as_retriever(similarity_top_k=5, **options)


def test_llamaindex_searches_the_collection_of_a_segment(seeds: qa.Assistant, embedder: Embedder) -> None:
    """Its nodes are the chunks that the index finds, best first, with their files; their texts are in the catalog."""
    nodes = retriever_of(seeds.index, embedder).retrieve(QUESTION)

    scores = seeds.index.search_vectors(embedder.embed([QUESTION])[0], 5)
    chunks = seeds.index.chunks(list(scores))
    assert 5 == len(scores)
    assert [str(key) for key in scores] == [node.node.node_id for node in nodes]
    assert [chunks[key].chunk.path for key in scores] == [node.metadata["file_name"] for node in nodes]
    assert sorted((node.score or 0 for node in nodes), reverse=True) == [node.score for node in nodes]
    assert [""] * 5 == [node.text for node in nodes]


def test_llamaindex_filters_the_collection_of_a_segment(open_articles: OpenArticles, embedder: Embedder) -> None:
    """By file, outlet and day of publication."""
    assistant = open_articles(
        {
            f"{year}.md": f"---\nsource: {source}\ndate: {year}-05-01\n---\nThe Kursk region had visitors in {year}.\n"
            for year, source in ((2019, "Reuters"), (2021, "AFP"), (2023, "AFP"))
        }
    )
    day = int(datetime(2022, 1, 1, tzinfo=UTC).timestamp())
    for field, value, operator, expected in (
        ("file_name", "2019.md", FilterOperator.EQ, {"2019.md"}),
        ("source", "AFP", FilterOperator.EQ, {"2021.md", "2023.md"}),
        ("published_ts", day, FilterOperator.LT, {"2019.md", "2021.md"}),
    ):
        filters = MetadataFilters(filters=[MetadataFilter(key=field, value=value, operator=operator)])
        nodes = retriever_of(assistant.index, embedder, filters=filters).retrieve("Kursk")
        assert expected == {node.metadata["file_name"] for node in nodes}, field
