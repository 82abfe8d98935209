"""The only place that wires: from settings to a working assistant."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from embeddings import EncoderError, load_encoder
from embeddings.cached import CachedEncoder
from embeddings.entail import CrossEncoderEntailer
from embeddings.rerank import CrossEncoderReranker
from rag.assistant import Assistant
from rag.condense import ChatCondenser, RuleCondenser
from rag.config import Settings, load_settings
from rag.doubt import Doubts
from rag.entail import Inference
from rag.errors import SettingError
from rag.extract import ExtractiveGenerator
from rag.faceted import FacetedRetriever
from rag.index import VectorIndex
from rag.lesson import LessonWriter
from rag.llm import ChatGenerator
from rag.reading import Reader
from rag.refuse import Judge
from rag.rerank import RerankedRetriever
from rag.retrieve import HybridRetriever
from rag.store import Store

STORE_FILE, INDEX_FILE = "knowledge.sqlite", "vectors.faiss"


def open_assistant(home: str | Path | None = None, **settings: Any) -> Assistant:
    """An assistant over the knowledge base in ``home`` (made when it is not there).

    ``settings`` are those of ``rag.config.Settings`` and win over variables and file. Raises ``SettingError`` and
    ``StoreError``.
    """
    return build(load_settings(home, **settings))


def build(settings: Settings) -> Assistant:
    """The assistant that ``settings`` describe."""
    try:
        encoder = CachedEncoder(load_encoder(settings.embedder, progress=sys.stderr.isatty()))
        reranker = None if settings.reranker == "none" else CrossEncoderReranker(settings.reranker)
        entailer = None if settings.nli == "none" else CrossEncoderEntailer(settings.nli)
    except EncoderError as error:
        raise SettingError(error.zh, error.en) from error
    store = Store(settings.home / STORE_FILE)
    index = VectorIndex(store, settings.home / INDEX_FILE)
    judge = Judge(store, encoder).judge
    first_stage = HybridRetriever(store, index, encoder)
    retriever = FacetedRetriever(first_stage)
    reader = first_reader = Reader(retriever, judge, store)
    if reranker is not None:
        retriever = FacetedRetriever(RerankedRetriever(first_stage, reranker))
        reader = Reader(retriever, judge, store)
    inference = None if entailer is None else Inference(entailer, encoder)
    chat = None if settings.llm == "none" else ChatGenerator(settings)
    return Assistant(
        settings,
        store,
        index,
        encoder,
        retriever,
        reader,
        Doubts(first_reader, store),
        first_reader,
        ExtractiveGenerator(store, store, encoder),
        RuleCondenser() if chat is None else ChatCondenser(chat, RuleCondenser()),
        chat,
        None if chat is None else LessonWriter(settings, encoder, inference),
        inference,
    )
