"""Load time and speed of the bundled model: our reader beside sentence-transformers on the same folder."""

from __future__ import annotations

from bench.passages import passages
from bench.subjects import OURS, Material, Measure, Numbers, compare, milliseconds, peak_megabytes
from embeddings.fold import fold
from embeddings.load import BUNDLED_FOLDER

WARM = 64  # passages
MEASURES = (
    Measure("import_ms", "libraries imported, ms"),
    Measure("load_ms", "model loaded, ms"),
    Measure("first_ms", "first question, ms"),
    Measure("per_second", "passages a second", lower=False),
    Measure("megabytes", "peak memory, MB"),
)


def ours(material: Material) -> Numbers:
    """``embeddings.load_encoder``."""
    texts = list(material.passages)

    def libraries() -> None:
        import scipy.sparse  # noqa: F401
        import tokenizers  # noqa: F401

        import embeddings.static  # noqa: F401

    imported = milliseconds(libraries)
    from embeddings import load_encoder

    loaded = milliseconds(lambda: load_encoder("bundled"))
    encoder = load_encoder("bundled")
    first = milliseconds(lambda: encoder.encode_queries(texts[:1]))
    encoder.encode_passages(texts[:WARM])
    took = milliseconds(lambda: encoder.encode_passages(texts))
    return _numbers(imported, loaded, first, len(texts) / took * 1000)


def peer(material: Material) -> Numbers:
    """``SentenceTransformer``, which is given the texts folded: it does not do that itself."""
    texts = [fold(text) for text in material.passages]

    def libraries() -> None:
        import sentence_transformers  # noqa: F401

    imported = milliseconds(libraries)
    from sentence_transformers import SentenceTransformer

    loaded = milliseconds(lambda: SentenceTransformer(str(BUNDLED_FOLDER), device="cpu"))
    model = SentenceTransformer(str(BUNDLED_FOLDER), device="cpu")
    first = milliseconds(lambda: model.encode(texts[:1]))
    model.encode(texts[:WARM])
    took = milliseconds(lambda: model.encode(texts, batch_size=512, show_progress_bar=False))
    return _numbers(imported, loaded, first, len(texts) / took * 1000)


def _numbers(imported: float, loaded: float, first: float, per_second: float) -> Numbers:
    return {
        "import_ms": imported,
        "load_ms": loaded,
        "first_ms": first,
        "per_second": per_second,
        "megabytes": peak_megabytes(),
    }


def main(arguments: list[str] | None = None) -> int:
    """Prints the table."""
    subjects = {OURS: ours, "sentence-transformers": peer}
    return compare(
        "bench.encoding",
        subjects,
        MEASURES,
        lambda n: Material(passages(n)),
        default=10_000,
        arguments=arguments,
    )


if __name__ == "__main__":
    raise SystemExit(main())
