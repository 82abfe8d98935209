"""The knowledge base on disk: one SQLite file, and the only truth.

Documents, passages, vectors and the lexical index change together, in one transaction per source, and every
committed change raises ``generation``. Whatever is derived elsewhere (the vector index, caches) compares that number.
Usable from several threads and several processes at once.
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from rag import catalogue, fulltext, terms
from rag.catalogue import Catalogue
from rag.database import Database, get_meta, in_batches, set_meta
from rag.datatypes import Article, Document, Metadata, Passage
from rag.errors import SettingError, StoreError, UnknownDocument
from rag.migrations import migrate
from rag.rows import (
    DOCUMENT,
    PASSAGE,
    PASSAGE_COLUMNS,
    blob,
    delete_documents,
    document_of,
    insert_article,
    passage_of,
)

Keys = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]
Entry = tuple[Passage, Document]
Value = TypeVar("Value")

_CACHED_DOCUMENTS = 2_000
_CACHED_PASSAGES = 50_000
_OF_DOCUMENT = "JOIN documents ON documents.key = passages.document"
_BY_ID_OR_SOURCE = "SELECT key, source, id FROM documents WHERE id = ?1 OR source = ?1"
_EMPTIED = "DELETE FROM sources WHERE source = ? AND source NOT IN (SELECT source FROM documents)"


class Store:
    """Documents and their passages. ``Store(path)`` opens the file or makes it; raises ``StoreError``."""

    def __init__(self, path: str | Path) -> None:
        self._database = Database(Path(path))
        self.catalogue = Catalogue(self._database)
        self._documents = _Cache[Document](_CACHED_DOCUMENTS)
        self._passages = _Cache[Entry](_CACHED_PASSAGES)
        self._counted = _Statistics(-1, 0, 0, 1.0)
        with self._database.reading() as connection:
            migrate(connection)
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('name', ?)", (uuid.uuid4().hex,))
        self._refresh_terms()

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._database.path

    def examine(self) -> None:
        """Looks through the whole file. Raises ``StoreError`` when it is damaged."""
        self._database.examine()

    def close(self) -> None:
        """Gives the file back. The store can be used again afterwards."""
        self._database.close()

    # What is there

    @property
    def name(self) -> str:
        """A random name given when the file was made: tells one knowledge base from another at the same path."""
        return self._database.meta("name") or ""

    @property
    def generation(self) -> int:
        """A number that rises with every committed change."""
        return int(self._database.meta("generation") or 0)

    @property
    def epoch(self) -> int:
        """A number that rises whenever the vectors of existing passages were made anew."""
        return int(self._database.meta("epoch") or 0)

    @property
    def encoder_identity(self) -> str | None:
        """The identity of the encoder that made the stored vectors; ``None`` before the first document."""
        return self._database.meta("encoder")

    @property
    def dimension(self) -> int | None:
        """The length of the stored vectors; ``None`` before the first document."""
        value = self._database.meta("dimension")
        return None if value is None else int(value)

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages there are."""
        snapshot = self._statistics()
        return snapshot.documents, snapshot.passages

    def fingerprint(self, source: str) -> str | None:
        """The fingerprint that ``source`` was stored with; ``None`` when it is not stored."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT fingerprint FROM sources WHERE source = ?", (source,)).fetchone()
        return None if row is None else str(row[0])

    def documents(self, source: str | None = None) -> tuple[Document, ...]:
        """All documents, or those of one source, ordered by source and place in it."""
        query = f"SELECT {DOCUMENT} FROM documents WHERE ?1 IS NULL OR source = ?1 ORDER BY source, ordinal"
        with self._database.reading() as connection:
            return tuple(map(self._document_of, connection.execute(query, (source,))))

    def document(self, document_id: str) -> Document:
        """The document. Raises ``UnknownDocument``."""
        query = f"SELECT {DOCUMENT} FROM documents WHERE id = ?"
        with self._database.reading() as connection:
            row = connection.execute(query, (document_id,)).fetchone()
        if row is None:
            raise _unknown(document_id)
        return self._document_of(row)

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """The passages of a document in reading order. Raises ``UnknownDocument``."""
        document = self.document(document_id)
        query = (
            f"SELECT {PASSAGE} FROM passages {_OF_DOCUMENT} WHERE documents.id = ? ORDER BY passages.ordinal"
        )
        with self._database.reading() as connection:
            return tuple(passage_of(row, document) for row in connection.execute(query, (document_id,)))

    def passage_counts(self) -> Mapping[str, int]:
        """Document id -> number of passages."""
        query = f"SELECT documents.id, count(*) FROM passages {_OF_DOCUMENT} GROUP BY documents.id"
        with self._database.reading() as connection:
            return dict(connection.execute(query).fetchall())

    def passages_at(self, keys: Iterable[int]) -> dict[int, Entry]:
        """Key -> passage and its document, in the order of ``keys``, for those that (still) exist."""
        wanted = list(map(int, keys))  # SQLite takes NumPy's integers for blobs
        known = {key: entry for key in wanted if (entry := self._passages.get(key))}
        if missing := [key for key in wanted if key not in known]:
            known |= self._read_passages(missing)
        return {key: known[key] for key in wanted if key in known}

    def keys(self, documents: Iterable[str] | None = None) -> Keys:
        """The keys of all passages, or of those of some documents (ids), ascending."""
        query = f"SELECT passages.key FROM passages {_OF_DOCUMENT} WHERE documents.id IN ({{}})"
        with self._database.reading() as connection:
            if documents is None:
                rows = connection.execute("SELECT key FROM passages ORDER BY key").fetchall()
            else:
                rows = sorted(in_batches(connection, query, sorted(documents)))
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def vectors(self, keys: Keys | None = None) -> tuple[Keys, Matrix]:
        """Keys ``(n,)`` ascending and vectors ``(n, dimension)`` of all passages, or of those of ``keys`` that exist."""
        query = "SELECT passage, vector FROM vectors"
        with self._database.reading() as connection:
            if keys is None:
                rows = connection.execute(query + " ORDER BY passage").fetchall()
            else:
                rows = sorted(in_batches(connection, query + " WHERE passage IN ({})", keys.tolist()))
        found = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        matrix = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2")
        return found, matrix.reshape(len(rows), -1 if rows else self.dimension or 0).astype(np.float32)

    # The lexical index

    def match(
        self, wanted: Sequence[str], limit: int, documents: frozenset[str] | None = None
    ) -> list[tuple[int, float]]:
        """Keys of passages that hold at least one of the terms, with their BM25 score, best first."""
        with self._database.reading() as connection:
            return fulltext.match(connection, wanted, limit, documents)

    def frequencies(self, query_terms: Iterable[str]) -> dict[str, int]:
        """Term -> number of passages that hold it in body, title or section path; 0 for an unknown one."""
        wanted = list(query_terms)
        known = self._statistics().frequencies
        if missing := [term for term in wanted if term not in known]:
            with self._database.reading() as connection:
                known.update(fulltext.frequencies(connection, missing))
        return {term: known[term] for term in wanted}

    def phrase_frequency(self, run: str) -> int:
        """The number of passages in which the characters of an ideographic run stand side by side."""
        with self._database.reading() as connection:
            return fulltext.phrase_frequency(connection, run)

    def mean_length(self) -> float:
        """The mean number of characters of a passage; 1.0 when there is none."""
        return self._statistics().mean_length

    def _statistics(self) -> _Statistics:
        generation = self.generation
        if self._counted.generation != generation:
            query = "SELECT (SELECT count(*) FROM documents), count(*), coalesce(avg(end - start), 1.0) FROM passages"
            with self._database.reading() as connection:
                self._counted = _Statistics(generation, *connection.execute(query).fetchone())
        return self._counted

    # Changes

    def replace(
        self,
        source: str,
        fingerprint: str,
        articles: Sequence[Article],
        vectors: npt.NDArray[np.floating[Any]],
        encoder_identity: str,
        *,
        allow_empty: bool = False,
    ) -> None:
        """Puts ``articles`` in the place of all documents of ``source``; all of it or nothing.

        ``vectors`` has one row for each passage, in order. Raises ``StoreError`` for an empty replacement (unless
        ``allow_empty``) and for passages that do not fit their text, ``SettingError`` for another encoder's vectors.
        """
        _check(source, articles, vectors, allow_empty)
        with self._database.writing() as connection:
            there = connection.execute("SELECT key, id FROM documents WHERE source = ?", (source,)).fetchall()
            heirs = catalogue.successors(connection, source, articles)
            delete_documents(connection, [key for key, _ in there])
            catalogue.hand_over(connection, heirs)
            catalogue.forget(connection, {i for _, i in there} - set(heirs.values()))
            _bind_encoder(connection, encoder_identity, vectors.shape[1])
            connection.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (source, fingerprint))
            done = 0
            for ordinal, article in enumerate(articles):
                rows = vectors[done : done + len(article.passages)]
                insert_article(connection, source, ordinal, article, rows)
                done += len(article.passages)

    def described(self, source: str, articles: Sequence[Article]) -> tuple[Article, ...]:
        """``articles`` about to replace ``source``, with what people said of the documents there now."""
        with self._database.reading() as connection:
            heirs = catalogue.successors(connection, source, articles)
            said = catalogue.said_of(connection, heirs)
        told = {heirs[old]: words for old, words in said.items()}
        return tuple(
            Article(catalogue.described(a.document, told.get(a.document.id, Metadata())), a.passages)
            for a in articles
        )

    def describe(
        self, article: Article, said: Metadata, vectors: npt.NDArray[np.floating[Any]], encoder_identity: str
    ) -> None:
        """Keeps what a person ``said`` of a document, and puts ``article``, told of it, in the document's place.

        Raises ``UnknownDocument``, and as ``replace`` does.
        """
        document = article.document
        _check(document.source, [article], vectors, allow_empty=True)
        query = "SELECT key, ordinal FROM documents WHERE id = ?"
        with self._database.writing() as connection:
            row = connection.execute(query, (document.id,)).fetchone()
            if row is None:
                raise _unknown(document.id)
            delete_documents(connection, [row[0]])
            _bind_encoder(connection, encoder_identity, vectors.shape[1])
            insert_article(connection, document.source, row[1], article, vectors)
            catalogue.say(connection, document.id, said)

    def remove(self, id_or_source: str) -> int:
        """Takes a document, or all documents of a source, out; how many there were. Raises ``UnknownDocument``."""
        with self._database.writing() as connection:
            found = connection.execute(_BY_ID_OR_SOURCE, (id_or_source,)).fetchall()
            delete_documents(connection, [key for key, _, _ in found])
            catalogue.forget(connection, [document_id for _, _, document_id in found])
            sources = {id_or_source, *(source for _, source, _ in found)}
            emptied = connection.executemany(_EMPTIED, [(source,) for source in sources]).rowcount
            if not found and not emptied:
                raise _unknown(id_or_source)
        return len(found)

    def replace_vectors(
        self, keys: Keys, vectors: npt.NDArray[np.floating[Any]], encoder_identity: str
    ) -> None:
        """Puts another encoder's vectors in the place of all stored ones.

        Raises ``StoreError`` when ``keys`` are not exactly the passages there are: another process changed them.
        """
        with self._database.writing() as connection:
            there = [key for (key,) in connection.execute("SELECT key FROM passages ORDER BY key")]
            if there != keys.tolist() or len(vectors) != len(there):
                raise StoreError(
                    "重建向量时，资料库被另一个程序改动了；没有写入任何内容，请再运行一次。",
                    "Another program changed the knowledge base during the rebuild; nothing was written. Run it again.",
                )
            connection.execute("DELETE FROM vectors")
            _bind_encoder(connection, encoder_identity, vectors.shape[1])
            set_meta(connection, "epoch", str(int(get_meta(connection, "epoch") or 0) + 1))
            blobs = ((int(key), blob(vector)) for key, vector in zip(keys, vectors, strict=True))
            connection.executemany("INSERT INTO vectors VALUES (?, ?)", blobs)

    def _refresh_terms(self) -> None:
        """Makes the lexical index anew when another version of this program wrote it with other terms."""
        version = terms.version()
        if self._database.meta("terms") == version:
            return
        with self._database.writing() as connection:
            set_meta(connection, "terms", version)
            connection.execute("DELETE FROM lexicon")
            query = f"SELECT {PASSAGE}, {DOCUMENT} FROM passages {_OF_DOCUMENT} ORDER BY passages.key"
            for row in connection.execute(query).fetchall():
                document = self._document_of(row[PASSAGE_COLUMNS:])
                passage = passage_of(row[:PASSAGE_COLUMNS], document)
                fulltext.write(connection, row[0], passage.text, document.title, passage.section)

    def _document_of(self, row: Sequence[Any]) -> Document:
        if known := self._documents.get(row[0]):
            return known
        document = document_of(row)
        self._documents.put(row[0], document)
        return document

    def _read_passages(self, keys: Sequence[int]) -> dict[int, Entry]:
        with self._database.reading() as connection:
            rows = in_batches(connection, f"SELECT {PASSAGE} FROM passages WHERE key IN ({{}})", keys)
            owners = sorted({row[2] for row in rows})
            found = in_batches(connection, f"SELECT {DOCUMENT} FROM documents WHERE key IN ({{}})", owners)
        documents = {row[0]: self._document_of(row) for row in found}
        entries = {
            row[0]: (passage_of(row, documents[row[2]]), documents[row[2]])
            for row in rows
            if row[2] in documents
        }
        for key, entry in entries.items():
            self._passages.put(key, entry)
        return entries


class _Cache(dict[int, Value]):
    """The latest entries by key. Keys are never given twice, so an entry never goes stale."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._lock = threading.Lock()

    def put(self, key: int, value: Value) -> None:
        with self._lock:
            self[key] = value
            while len(self) > self._limit:
                del self[next(iter(self))]


@dataclass(frozen=True, slots=True)
class _Statistics:
    """What was counted in one generation. ``frequencies`` fills as it is asked: a common term takes milliseconds."""

    generation: int
    documents: int
    passages: int
    mean_length: float
    frequencies: dict[str, int] = field(default_factory=dict)


def _check(source: str, articles: Sequence[Article], vectors: npt.NDArray[Any], allow_empty: bool) -> None:
    count = sum(len(article.passages) for article in articles)
    if not count and not allow_empty:
        raise StoreError(
            f"{source} 没有可用的段落，没有替换原有内容。",
            f"{source} holds no passage; what was stored before was kept.",
        )
    if vectors.ndim != 2 or len(vectors) != count or not np.isfinite(vectors).all():
        raise StoreError(
            f"{source} 的向量有误：{count} 段，向量 {vectors.shape}。请检查编码器。",
            f"The vectors of {source} are wrong: {count} passages, vectors {vectors.shape}. Check the encoder.",
        )
    for article in articles:
        for passage in article.passages:
            if article.document.text[passage.start : passage.end] != passage.text:
                raise StoreError(
                    f"{source} 第 {passage.ordinal} 段与原文位置不符。",
                    f"Passage {passage.ordinal} of {source} is not the text at its offsets.",
                )


def _bind_encoder(connection: sqlite3.Connection, identity: str, dimension: int) -> None:
    """Makes sure that the vectors still there are of this encoder; without any, it becomes the encoder."""
    if not connection.execute("SELECT 1 FROM vectors LIMIT 1").fetchone():
        set_meta(connection, "encoder", identity)
        set_meta(connection, "dimension", str(dimension))
        return
    there = get_meta(connection, "encoder") or ""
    if there != identity or get_meta(connection, "dimension") != str(dimension):
        raise encoder_mismatch(there, identity)


def encoder_mismatch(stored: str, given: str) -> SettingError:
    """The error for vectors of two encoders in one knowledge base; names the command that mends it."""
    return SettingError(
        f"资料库的向量由“{stored}”生成，当前设置的编码器是“{given}”。"
        "请运行 dangwu index --rebuild 用当前编码器重建，或把 DANGWU_EMBEDDER 改回原来的值。",
        f"The stored vectors were made by {stored!r}, but the encoder in force is {given!r}. "
        "Run dangwu index --rebuild to make them anew, or set DANGWU_EMBEDDER back.",
    )


def _unknown(name: str) -> UnknownDocument:
    return UnknownDocument(
        f"资料库里没有“{name}”。用 dangwu docs 查看已有文档。",
        f"The knowledge base does not hold {name!r}. See dangwu docs.",
    )
