"""This project's retriever and encoder as LangChain parts, for people who build chains of their own."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as ChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from embeddings import Encoder
from rag.protocols import Retriever
from rag.wire import hit_to_json


class PassageRetriever(BaseRetriever):
    """Passages as LangChain documents; ``metadata`` is the hit as ``dangwu search --json`` prints it, less its text."""

    retriever: Any
    k: int = 10

    @classmethod
    def over(cls, retriever: Retriever, k: int = 10) -> PassageRetriever:
        """A LangChain retriever over ``retriever`` that gives ``k`` passages."""
        return cls(retriever=retriever, k=k)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[ChainDocument]:
        found = []
        for hit in self.retriever.retrieve(query, self.k):
            facts = hit_to_json(hit)
            found.append(ChainDocument(page_content=facts.pop("text"), metadata=facts, id=hit.passage.id))
        return found


class EncoderEmbeddings(Embeddings):
    """An encoder as LangChain embeddings."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One L2-normalised vector a text."""
        return [[float(x) for x in row] for row in self._encoder.encode_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        """The L2-normalised vector of a question."""
        return [float(x) for x in self._encoder.encode_queries([text])[0]]
