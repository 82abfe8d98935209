"""From documents to answers without a language model: ours beside the pipeline of the tutorials.

The tutorials' pipeline: LangChain's splitter (1000 characters, 200 shared), vectors in memory, the best four chunks. It gets
our encoder, so that only the pipelines differ; what it gives is four chunks, ours is a checked answer with citations.
"""

from __future__ import annotations

import tempfile
from functools import partial

from bench.passages import questions
from bench.subjects import OURS, Material, Measure, Numbers, compare, milliseconds, quantiles
from eval.questions import SEEDS_FOLDER
from rag import open_assistant

MEASURES = (
    Measure("index_ms", "documents indexed, ms"),
    Measure("answer_p50", "answer p50, ms"),
    Measure("answer_p95", "answer p95, ms"),
)


def ours(material: Material) -> Numbers:
    """``Assistant.ask``: retrieval, refusal, an answer of quoted sentences, each checked."""
    with tempfile.TemporaryDirectory() as home, open_assistant(home) as assistant:
        indexed = milliseconds(lambda: assistant.index([SEEDS_FOLDER]))
        assistant.ask(material.questions[-1])
        times = [milliseconds(partial(assistant.ask, asked)) for asked in material.questions]
    return {"index_ms": indexed, **quantiles(times, "answer")}


def tutorial(material: Material) -> Numbers:
    """Split, embed, the four nearest chunks as one text."""
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from embeddings import load_encoder
    from rag.adapters import EncoderEmbeddings

    store = InMemoryVectorStore(EncoderEmbeddings(load_encoder("bundled")))
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)

    def build() -> None:
        texts = [path.read_text("utf-8") for path in sorted(SEEDS_FOLDER.glob("*.md"))]
        store.add_documents(splitter.create_documents(texts))

    indexed = milliseconds(build)
    store.similarity_search(material.questions[-1], 4)

    def answer(asked: str) -> str:
        return "\n\n".join(chunk.page_content for chunk in store.similarity_search(asked, 4))

    times = [milliseconds(partial(answer, asked)) for asked in material.questions]
    return {"index_ms": indexed, **quantiles(times, "answer")}


def main(arguments: list[str] | None = None) -> int:
    """Prints the table."""
    subjects = {OURS: ours, "tutorial": tutorial}
    return compare(
        "bench.answering",
        subjects,
        MEASURES,
        lambda n: Material(questions=questions(n)),
        default=100,
        arguments=arguments,
    )


if __name__ == "__main__":
    raise SystemExit(main())
