"""Time and memory of finding 10 passages among many: our hybrid beside bm25s and LangChain's in-memory vectors."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial

from bench.passages import passages, questions
from bench.subjects import OURS, Material, Measure, Numbers, compare, milliseconds, peak_megabytes, quantiles
from rag import open_assistant

ASKED, K = 100, 10
MEASURES = (
    Measure("index_ms", "indexed, ms"),
    Measure("search_p50", "search p50, ms"),
    Measure("search_p95", "search p95, ms"),
    Measure("megabytes", "peak memory of the process, MB"),
)


def ours(material: Material) -> Numbers:
    """Words and vectors, weighed together, from the store on disk."""
    from eval.sets import index_entries
    from eval.trec import Entry

    entries = [Entry(str(number), "", text) for number, text in enumerate(material.passages)]
    with tempfile.TemporaryDirectory() as home, open_assistant(home) as assistant:
        return _measured(
            material, lambda: index_entries(entries, assistant), lambda query: assistant.search(query, K)
        )


def words(material: Material) -> Numbers:
    """BM25 over the words of a segmenter, in memory."""
    import bm25s
    import rjieba

    texts = list(material.passages)
    index = bm25s.BM25()

    def build() -> None:
        index.index([rjieba.cut(text) for text in texts], show_progress=False)

    return _measured(
        material,
        build,
        lambda query: index.retrieve([rjieba.cut(query)], k=min(K, len(texts)), show_progress=False),
    )


def vectors(material: Material) -> Numbers:
    """Cosines of the same bundled model, in memory."""
    from langchain_core.vectorstores import InMemoryVectorStore

    from embeddings import load_encoder
    from rag.adapters import EncoderEmbeddings

    texts = list(material.passages)
    store = InMemoryVectorStore(EncoderEmbeddings(load_encoder("bundled")))
    return _measured(
        material, lambda: store.add_texts(texts), lambda query: store.similarity_search(query, K)
    )


def _measured(material: Material, build: Callable[[], object], search: Callable[[str], object]) -> Numbers:
    indexed = milliseconds(build)
    search(material.questions[-1])
    times = [milliseconds(partial(search, query)) for query in material.questions]
    return {"index_ms": indexed, "megabytes": peak_megabytes(), **quantiles(times, "search")}


def main(arguments: list[str] | None = None) -> int:
    """Prints the table."""
    subjects = {OURS: ours, "bm25s": words, "InMemoryVectorStore": vectors}
    return compare(
        "bench.retrieval",
        subjects,
        MEASURES,
        lambda n: Material(passages(n), questions(ASKED)),
        default=10_000,
        arguments=arguments,
    )


if __name__ == "__main__":
    raise SystemExit(main())
