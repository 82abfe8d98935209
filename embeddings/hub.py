"""Embedding models of the sentence-transformers world, each with the prompts that its family needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.find import BROKEN, EMBEDDER, cannot_load, find_model, fingerprint, model_name
from embeddings.protocol import Vectors

LONG_WORK = 8  # batches: a bar is for indexing, not for the sentences of one answer


@dataclass(frozen=True, slots=True)
class Prompts:
    """What is put before a question and before a passage."""

    query: str = ""
    passage: str = ""


_RETRIEVAL_TASK = "Given a web search query, retrieve relevant passages that answer the query"
# Families that need a prompt but often carry none in their configuration: part of the model's name ->
# prompts, first match wins. From the model cards.
FAMILY_PROMPTS: tuple[tuple[str, Prompts], ...] = (
    ("e5-mistral", Prompts(f"Instruct: {_RETRIEVAL_TASK}\nQuery: ")),
    ("e5-large-instruct", Prompts(f"Instruct: {_RETRIEVAL_TASK}\nQuery: ")),
    ("e5-", Prompts("query: ", "passage: ")),
    ("qwen3-embedding", Prompts(f"Instruct: {_RETRIEVAL_TASK}\nQuery:")),
    ("gte-qwen", Prompts(f"Instruct: {_RETRIEVAL_TASK}\nQuery: ")),
    ("bge-m3", Prompts()),
    ("bge-small-zh", Prompts("为这个句子生成表示以用于检索相关文章：")),
    ("bge-base-zh", Prompts("为这个句子生成表示以用于检索相关文章：")),
    ("bge-large-zh", Prompts("为这个句子生成表示以用于检索相关文章：")),
    ("bge-small-en", Prompts("Represent this sentence for searching relevant passages: ")),
    ("bge-base-en", Prompts("Represent this sentence for searching relevant passages: ")),
    ("bge-large-en", Prompts("Represent this sentence for searching relevant passages: ")),
)


class SentenceTransformerEncoder:
    """Any sentence-transformers model (a plain transformer is mean pooled), on the GPU when there is one.

    ``spec`` is a folder or a hub id. Raises ``EncoderError`` within seconds when it is neither on this machine
    nor on a hub that answers.
    """

    def __init__(self, spec: str, *, batch_size: int = 32, progress: bool = False) -> None:
        folder = find_model(spec)
        self._model = _open(spec, folder)
        self._prompts = choose_prompts(self._model.prompts, spec)
        self._batch_size = batch_size
        self._progress = progress
        self._identity = f"{model_name(spec)}:{fingerprint(folder)}"
        self._dimension = int(self._model.get_embedding_dimension() or 0)

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def tokens(self) -> None:
        return None

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def prompts(self) -> Prompts:
        """What this model gets to see before a question and before a passage."""
        return self._prompts

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One normalised float32 row per question, encoded with the query prompt."""
        return self._encode(texts, self._prompts.query)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One normalised float32 row per passage, encoded with the passage prompt."""
        return self._encode(texts, self._prompts.passage)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        filled = [row for row, text in enumerate(texts) if text.strip()]
        if filled:
            vectors[filled] = self._model.encode(
                [prompt + texts[row] for row in filled],
                prompt="",  # else the model's default prompt would come on top
                batch_size=self._batch_size,
                show_progress_bar=self._progress and len(filled) > LONG_WORK * self._batch_size,
                normalize_embeddings=True,
                convert_to_numpy=True,
            )
        return vectors


def choose_prompts(own: Mapping[str, str | None], name: str) -> Prompts:
    """The prompts in the model's configuration, else those its family is known to need, else none."""
    query = _first(own, "query", "retrieval.query")
    passage = _first(own, "passage", "document", "retrieval.passage")
    if query or passage:
        return Prompts(query, passage)
    lowered = model_name(name).lower()
    return next((prompts for part, prompts in FAMILY_PROMPTS if part in lowered), Prompts())


def _first(own: Mapping[str, str | None], *names: str) -> str:
    return next((prompt for name in names if (prompt := own.get(name))), "")


def _open(spec: str, folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(str(folder), local_files_only=True)
    except BROKEN as error:
        raise cannot_load(spec, EMBEDDER, error) from error
    return model.float() if model.device.type == "cpu" else model  # half precision is slow on a CPU
