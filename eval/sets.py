"""Indexes a ready-made retrieval set: each corpus entry becomes a document of one passage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.errors import EvalError
from eval.report import RetrievalReport
from eval.retrieval import DEPTH, measure, task_of_set
from eval.trec import Entry, RetrievalSet
from rag.assistant import Assistant
from rag.datatypes import Article, Document, Passage
from rag.ingest import passage_text

_BATCH = 1024
_SOURCE = "corpus.jsonl"


def measure_set(
    retrieval_set: RetrievalSet, assistant: Assistant, runs: Path | None = None
) -> RetrievalReport:
    """The set indexed in the (empty) knowledge base of ``assistant`` and searched in every mode.

    Raises ``EvalError`` for a set without passages, or in which no passage is judged relevant.
    """
    relevant = any(score > 0 for judged in retrieval_set.qrels.values() for score in judged.values())
    if not relevant or not any(entry.text for entry in retrieval_set.corpus):
        raise EvalError(
            f"检索集 {retrieval_set.name} 没有段落，或没有标为相关的段落。",
            f"The retrieval set {retrieval_set.name} has no passages, or none that is judged relevant.",
        )
    index_entries(retrieval_set.corpus, assistant)
    return measure(
        task_of_set(retrieval_set),
        lambda query, mode: assistant.search(query, k=DEPTH, mode=mode),
        lambda _, hit: hit.document.id,
        runs,
    )


def index_entries(entries: Sequence[Entry], assistant: Assistant) -> None:
    """Puts the entries into the knowledge base, as ingest would have; document ids are entry ids."""
    articles = [_article(entry) for entry in entries if entry.text]
    texts = [passage_text(a.document.title, a.passages[0].section, a.passages[0].text) for a in articles]
    encode = assistant.encoder.encode_passages
    vectors = np.concatenate([encode(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)])
    assistant.store.replace(_SOURCE, str(len(entries)), articles, vectors, assistant.encoder.identity)


def _article(entry: Entry) -> Article:
    section = (entry.section,) if entry.section else ()
    passage = Passage(entry.id, entry.id, 0, 0, len(entry.text), entry.text, section)
    return Article(Document(entry.id, _SOURCE, entry.title, entry.text), (passage,))
