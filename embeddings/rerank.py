"""Rerankers: cross-encoders that say how well a passage answers a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from embeddings.cross_encoder import BATCH_SIZE, PairModel
from embeddings.find import RERANKER
from embeddings.protocol import Vectors


class Reranker(Protocol):
    """Says how well passages answer a question, having read both together."""

    @property
    def identity(self) -> str: ...

    def scores(self, query: str, passages: Sequence[str]) -> Vectors:
        """One float32 in [0, 1] per passage; higher is better. Raises ``EncoderError`` when the model fails."""
        ...


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder with one score: a folder or a hub id, as ``PairModel`` takes it."""

    def __init__(self, spec: str, *, batch_size: int = BATCH_SIZE) -> None:
        self._model = PairModel(spec, RERANKER, ("ForSequenceClassification", "ForCausalLM"), batch_size)

    @property
    def identity(self) -> str:
        """The model's name with a hash of its files."""
        return self._model.identity

    def scores(self, query: str, passages: Sequence[str]) -> Vectors:
        """The model's score for each passage as a probability."""
        return self._model.probabilities([(query, passage) for passage in passages], 1)[:, 0]
