"""Small knowledge bases made by hand, with the encoder that needs no model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from embeddings.hashed import HashedEncoder
from rag.datatypes import Article, Document, Heading, Passage
from rag.store import Store


class Desk:
    """Writes articles of a few lines into a store, as a caller of ``Store.replace`` does."""

    def __init__(self, dimension: int = 64) -> None:
        self.encoder = HashedEncoder(dimension)

    def article(self, name: str, lines: Sequence[str], title: str = "汛期值守安排") -> Article:
        """One passage a line, under the heading of the first line when it begins with 一、."""
        text = "\n".join(lines)
        headings: tuple[Heading, ...] = ()
        passages: list[Passage] = []
        start = 0
        for line in lines:
            end = start + len(line)
            if line.startswith("一、"):
                headings = (Heading(start, end, line, 1, False),)
            else:
                section = tuple(heading.text for heading in headings)
                ordinal = len(passages)
                passages.append(Passage(f"{name}-{ordinal}", name, ordinal, start, end, line, section, 1, 3))
            start = end + 1
        document = Document(
            name, "", title, text, headings, "https://example.org/值守", "水利站", "2023-06-01", "有效"
        )
        return Article(document, tuple(passages))

    def put(self, store: Store, source: str, *articles: Article, fingerprint: str = "f") -> None:
        """Replaces what ``source`` holds."""
        texts = [passage.text for article in articles for passage in article.passages]
        vectors = self.encoder.encode_passages(texts)
        store.replace(source, fingerprint, articles, vectors, self.encoder.identity)


@pytest.fixture(scope="session")
def desk() -> Desk:
    """Makes articles and stores them."""
    return Desk()


@pytest.fixture(scope="session")
def another_desk() -> Desk:
    """The same with another encoder."""
    return Desk(dimension=32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(tmp_path / "knowledge.sqlite")
    yield opened
    opened.close()
