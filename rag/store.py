"""The knowledge base on disk: one SQLite file, and the only truth.

Documents, passages, vectors and the lexical index change together, in one transaction per source, and every committed change
raises ``generation``. Whatever is derived elsewhere (the vector index, caches) compares that number. Usable from several
threads and several processes at once: readers never wait, writers wait for one another.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag import terms
from rag.datatypes import Article, Document, Heading, Passage
from rag.errors import SettingError, StoreError, UnknownDocument
from rag.migrations import migrate

Keys = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]

BUSY_TIMEOUT_S = 30.0
_CACHED_DOCUMENTS = 2_000
_CACHED_PASSAGES = 50_000
_BATCH = 500  # values in one IN (...), well below every SQLite's limit
_DOCUMENT = "documents.key, documents.id, source, title, text, headings, url, author, date, status"
_PASSAGE = "passages.key, passages.id, document, passages.ordinal, start, end, section, page, line"
_BY_KEY_OR_NAME = "SELECT key FROM documents WHERE id = ? OR source = ?"

log = logging.getLogger(__name__)


class Store:
    """Documents and their passages. ``Store(path)`` opens the file or makes it; raises ``StoreError``."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._documents: dict[int, Document] = {}
        self._passages: dict[int, tuple[Passage, Document]] = {}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"无法建立文件夹 {self.path.parent}：{error}。请检查权限，或用 --home 换一个位置。",
                f"Cannot make the folder {self.path.parent}: {error}. Check its permissions or choose another --home.",
            ) from error
        with self._reading() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection)
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('name', ?)", (uuid.uuid4().hex,))
        self._refresh_lexicon()

    def close(self) -> None:
        """Gives the file back. The store can be used again afterwards."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    # What is there

    @property
    def generation(self) -> int:
        """A number that rises with every committed change."""
        return int(self._meta("generation") or 0)

    @property
    def encoder_identity(self) -> str | None:
        """The identity of the encoder that made the stored vectors; ``None`` before the first document."""
        return self._meta("encoder")

    @property
    def dimension(self) -> int | None:
        """The length of the stored vectors; ``None`` before the first document."""
        value = self._meta("dimension")
        return None if value is None else int(value)

    @property
    def name(self) -> str:
        """A random name given when the file was made: tells one knowledge base from another at the same path."""
        return self._meta("name") or ""

    @property
    def epoch(self) -> int:
        """A number that rises whenever vectors of existing passages were made anew."""
        return int(self._meta("epoch") or 0)

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages there are."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
            ).fetchone()
        return int(row[0]), int(row[1])

    def fingerprint(self, source: str) -> str | None:
        """The fingerprint that ``source`` was stored with; ``None`` when it is not stored."""
        with self._reading() as connection:
            row = connection.execute("SELECT fingerprint FROM sources WHERE source = ?", (source,)).fetchone()
        return None if row is None else str(row[0])

    def documents(self, source: str | None = None) -> tuple[Document, ...]:
        """All documents, or those of one source, ordered by source and place in it."""
        query = f"SELECT {_DOCUMENT} FROM documents WHERE ?1 IS NULL OR source = ?1 ORDER BY source, ordinal"
        with self._reading() as connection:
            return tuple(self._document_of(row) for row in connection.execute(query, (source,)))

    def document(self, document_id: str) -> Document:
        """The document. Raises ``UnknownDocument``."""
        with self._reading() as connection:
            row = connection.execute(
                f"SELECT {_DOCUMENT} FROM documents WHERE id = ?", (document_id,)
            ).fetchone()
        if row is None:
            raise _unknown(document_id)
        return self._document_of(row)

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """The passages of a document in reading order. Raises ``UnknownDocument``."""
        document = self.document(document_id)
        query = (
            f"SELECT {_PASSAGE} FROM passages JOIN documents ON documents.key = document WHERE documents.id = ? "
            "ORDER BY passages.ordinal"
        )
        with self._reading() as connection:
            return tuple(_passage(row, document) for row in connection.execute(query, (document_id,)))

    def passage_counts(self) -> Mapping[str, int]:
        """Document id -> number of passages."""
        query = "SELECT documents.id, count(*) FROM documents JOIN passages ON document = documents.key GROUP BY documents.id"
        with self._reading() as connection:
            return dict(connection.execute(query).fetchall())

    def passages_at(self, keys: Iterable[int]) -> dict[int, tuple[Passage, Document]]:
        """Key -> passage and its document, for those of ``keys`` that (still) exist."""
        wanted = list(keys)
        missing = [key for key in wanted if key not in self._passages]
        if missing:
            self._load_passages(missing)
        return {key: entry for key in wanted if (entry := self._passages.get(key))}

    def keys(self, documents: Iterable[str] | None = None) -> Keys:
        """The keys of all passages, or of those of some documents, ascending."""
        with self._reading() as connection:
            if documents is None:
                rows = connection.execute("SELECT key FROM passages ORDER BY key").fetchall()
            else:
                query = "SELECT passages.key FROM passages JOIN documents ON document = documents.key WHERE documents.id IN ({})"
                rows = sorted(_in_batches(connection, query, sorted(documents)))
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def vectors(self, keys: Keys | None = None) -> tuple[Keys, Matrix]:
        """Keys ``(n,)`` ascending and vectors ``(n, dimension)``: of all passages, or of those of ``keys`` that exist."""
        with self._reading() as connection:
            if keys is None:
                rows = connection.execute("SELECT passage, vector FROM vectors ORDER BY passage").fetchall()
            else:
                query = "SELECT passage, vector FROM vectors WHERE passage IN ({})"
                rows = sorted(_in_batches(connection, query, keys.tolist()))
        found = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        matrix = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2")
        return found, matrix.reshape(len(rows), -1 if rows else (self.dimension or 0)).astype(np.float32)

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
        with self._writing() as connection:
            _bind_encoder(connection, encoder_identity, vectors.shape[1])
            _delete_documents(
                connection, [row[0] for row in connection.execute(_BY_KEY_OR_NAME, ("", source))]
            )
            connection.execute(
                "INSERT INTO sources VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET fingerprint = excluded.fingerprint",
                (source, fingerprint),
            )
            done = 0
            for ordinal, article in enumerate(articles):
                rows = vectors[done : done + len(article.passages)]
                _insert_article(connection, source, ordinal, article, rows)
                done += len(article.passages)

    def remove(self, id_or_source: str) -> int:
        """Takes a document, or all documents of a source, out; how many there were. Raises ``UnknownDocument``."""
        with self._writing() as connection:
            keys = [row[0] for row in connection.execute(_BY_KEY_OR_NAME, (id_or_source, id_or_source))]
            if (
                not keys
                and not connection.execute(
                    "SELECT 1 FROM sources WHERE source = ?", (id_or_source,)
                ).fetchone()
            ):
                raise _unknown(id_or_source)
            _delete_documents(connection, keys)
            connection.execute("DELETE FROM sources WHERE source NOT IN (SELECT source FROM documents)")
        return len(keys)

    def replace_vectors(
        self, keys: Keys, vectors: npt.NDArray[np.floating[Any]], encoder_identity: str
    ) -> None:
        """Puts another encoder's vectors in the place of all stored ones.

        Raises ``StoreError`` when ``keys`` are not exactly the passages there are: another process changed them meanwhile.
        """
        with self._writing() as connection:
            there = [row[0] for row in connection.execute("SELECT key FROM passages ORDER BY key")]
            if there != keys.tolist():
                raise StoreError(
                    "重建向量时，知识库被另一个程序改动了；没有写入任何内容，请再运行一次。",
                    "Another program changed the knowledge base during the rebuild; nothing was written, run it again.",
                )
            connection.execute("DELETE FROM meta WHERE name IN ('encoder', 'dimension')")
            _bind_encoder(connection, encoder_identity, vectors.shape[1])
            _set_meta(connection, "epoch", str(int(_get_meta(connection, "epoch") or 0) + 1))
            connection.execute("DELETE FROM vectors")
            blobs = ((int(key), _blob(vector)) for key, vector in zip(keys, vectors, strict=True))
            connection.executemany("INSERT INTO vectors VALUES (?, ?)", blobs)

    # The lexical index

    def match(
        self,
        query_terms: Sequence[str],
        limit: int,
        weights: tuple[float, float, float],
        documents: frozenset[str] | None = None,
    ) -> list[tuple[int, float]]:
        """Keys of passages that hold at least one of the terms, with their BM25 score, best first.

        ``weights`` are those of body, title and section. Equal scores come in the order of the keys.
        """
        if not query_terms:
            return []
        expression = " OR ".join('"' + term.replace('"', '""') + '"' for term in query_terms)
        query = "SELECT rowid, -bm25(lexicon, ?, ?, ?) AS score FROM lexicon WHERE lexicon MATCH ?"
        values: list[Any] = [*weights, expression]
        if documents is not None:
            query += (
                " AND rowid IN (SELECT passages.key FROM passages JOIN documents ON document = documents.key"
                " WHERE documents.id IN (SELECT value FROM json_each(?)))"
            )
            values.append(json.dumps(sorted(documents)))
        with self._reading() as connection:
            rows = connection.execute(
                query + " ORDER BY score DESC, rowid LIMIT ?", [*values, limit]
            ).fetchall()
        return [(int(key), float(score)) for key, score in rows]

    def frequencies(self, query_terms: Iterable[str]) -> dict[str, int]:
        """Term -> number of passages that hold it (in body, title or section); 0 for an unknown one."""
        found = dict.fromkeys(query_terms, 0)
        with self._reading() as connection:
            for term in found:
                row = connection.execute("SELECT doc FROM lexicon_terms WHERE term = ?", (term,)).fetchone()
                found[term] = 0 if row is None else int(row[0])
        return found

    def terms_from(self, prefix: str) -> list[tuple[str, int]]:
        """The indexed terms that begin with ``prefix`` and the number of passages that hold each."""
        query = "SELECT term, doc FROM lexicon_terms WHERE term >= ? AND term < ?"
        with self._reading() as connection:
            return connection.execute(query, (prefix, prefix + "\U0010ffff")).fetchall()

    def mean_length(self) -> float:
        """The mean number of characters of a passage; 1.0 when there is none."""
        with self._reading() as connection:
            return float(connection.execute("SELECT avg(end - start) FROM passages").fetchone()[0] or 1.0)

    def _refresh_lexicon(self) -> None:
        """Makes the lexical index anew when it was written with other terms than this program's."""
        version = terms.version()
        if self._meta("terms") == version:
            return
        with self._writing() as connection:
            _set_meta(connection, "terms", version)
            connection.execute("DELETE FROM lexicon")
            query = f"SELECT {_PASSAGE}, {_DOCUMENT} FROM passages JOIN documents ON documents.key = document ORDER BY passages.key"
            for row in connection.execute(query).fetchall():
                document = self._document_of(row[9:])
                _insert_terms(connection, row[0], _passage(row[:9], document), document)

    # Connections and caches

    def _document_of(self, row: Sequence[Any]) -> Document:
        key = row[0]
        known = self._documents.get(key)
        if known is None:
            _, document_id, source, title, text, headings, url, author, date, status = row
            found = tuple(Heading(**heading) for heading in json.loads(headings))
            known = Document(document_id, source, title, text, found, url, author, date, status)
            _remember(self._documents, key, known, _CACHED_DOCUMENTS)
        return known

    def _load_passages(self, keys: Sequence[int]) -> None:
        query = f"SELECT {_PASSAGE} FROM passages WHERE key IN ({{}})"
        with self._reading() as connection:
            rows = _in_batches(connection, query, keys)
            documents = sorted({row[2] for row in rows})
            owners = _in_batches(
                connection, f"SELECT {_DOCUMENT} FROM documents WHERE key IN ({{}})", documents
            )
        by_key = {row[0]: self._document_of(row) for row in owners}
        for row in rows:
            if document := by_key.get(row[2]):
                _remember(self._passages, row[0], (_passage(row, document), document), _CACHED_PASSAGES)

    def _meta(self, name: str) -> str | None:
        with self._reading() as connection:
            return _get_meta(connection, name)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own, from the idle ones or new; given back when no error broke it."""
        try:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = self._connect()
            try:
                yield connection
            except sqlite3.Error:
                connection.close()
                raise
            except BaseException:
                self._give_back(connection)
                raise
            self._give_back(connection)
        except sqlite3.Error as error:
            raise _broken(self.path, error) from error

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._idle.append(connection)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone among all writers of all processes; it raises the generation."""
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                _set_meta(connection, "generation", str(int(_get_meta(connection, "generation") or 0) + 1))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection


def _check(source: str, articles: Sequence[Article], vectors: npt.NDArray[Any], allow_empty: bool) -> None:
    count = sum(len(article.passages) for article in articles)
    if not count and not allow_empty:
        raise StoreError(
            f"{source} 没有可用的段落，没有替换原有内容。",
            f"{source} holds no passage; what was stored before was kept.",
        )
    if vectors.ndim != 2 or len(vectors) != count:
        raise StoreError(
            f"{source} 有 {count} 段，向量却是 {vectors.shape}。",
            f"{source} has {count} passages but vectors {vectors.shape}.",
        )
    if not np.isfinite(vectors).all():
        raise StoreError(
            f"{source} 的向量含有无效数值。", f"The vectors of {source} hold values that are not finite."
        )
    for article in articles:
        for passage in article.passages:
            if article.document.text[passage.start : passage.end] != passage.text:
                raise StoreError(
                    f"{source} 第 {passage.ordinal} 段与原文位置不符。",
                    f"Passage {passage.ordinal} of {source} is not the text at its offsets.",
                )


def _bind_encoder(connection: sqlite3.Connection, identity: str, dimension: int) -> None:
    """Sets the encoder of the vectors, or makes sure it is the one that is set."""
    there = _get_meta(connection, "encoder")
    if there is None or not connection.execute("SELECT 1 FROM vectors LIMIT 1").fetchone():
        _set_meta(connection, "encoder", identity)
        _set_meta(connection, "dimension", str(dimension))
    elif there != identity or _get_meta(connection, "dimension") != str(dimension):
        raise encoder_mismatch(there, identity)


def encoder_mismatch(stored: str, given: str) -> SettingError:
    """The error for vectors of two encoders in one knowledge base; names the command that mends it."""
    return SettingError(
        f"知识库的向量由“{stored}”生成，当前设置的编码器是“{given}”。"
        "请运行 dangwu index --rebuild 用当前编码器重建，或把 DANGWU_EMBEDDER 改回原来的值。",
        f"The stored vectors were made by {stored!r}, but the encoder in force is {given!r}. "
        "Run dangwu index --rebuild to make them anew, or set DANGWU_EMBEDDER back.",
    )


def _insert_article(
    connection: sqlite3.Connection, source: str, ordinal: int, article: Article, vectors: npt.NDArray[Any]
) -> None:
    document = article.document
    headings = json.dumps([asdict(heading) for heading in document.headings], ensure_ascii=False)
    fields = (document.id, source, ordinal, document.title, document.text, headings)
    values = (*fields, document.url, document.author, document.date, document.status)
    columns = "id, source, ordinal, title, text, headings, url, author, date, status"
    try:
        cursor = connection.execute(f"INSERT INTO documents ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?)", values)
        owner = cursor.lastrowid
        for passage, vector in zip(article.passages, vectors, strict=True):
            key = _insert_passage(connection, owner, passage)
            connection.execute("INSERT INTO vectors VALUES (?, ?)", (key, _blob(vector)))
            _insert_terms(connection, key, passage, document)
    except sqlite3.IntegrityError as error:
        raise StoreError(
            f"{source} 里有编号重复的文章或段落（{document.id}）。",
            f"{source} holds a duplicate id near {document.id}: {error}.",
        ) from error


def _insert_passage(connection: sqlite3.Connection, owner: int | None, passage: Passage) -> int:
    section = json.dumps(passage.section, ensure_ascii=False)
    values = (
        passage.id,
        owner,
        passage.ordinal,
        passage.start,
        passage.end,
        section,
        passage.page,
        passage.line,
    )
    columns = "id, document, ordinal, start, end, section, page, line"
    cursor = connection.execute(f"INSERT INTO passages ({columns}) VALUES (?,?,?,?,?,?,?,?)", values)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _insert_terms(connection: sqlite3.Connection, key: int, passage: Passage, document: Document) -> None:
    values = (terms.index_terms(part) for part in (passage.text, document.title, "\n".join(passage.section)))
    connection.execute(
        "INSERT INTO lexicon (rowid, body, title, section) VALUES (?, ?, ?, ?)", (key, *values)
    )


def _delete_documents(connection: sqlite3.Connection, keys: Sequence[int]) -> None:
    for key in keys:
        connection.execute(
            "DELETE FROM lexicon WHERE rowid IN (SELECT key FROM passages WHERE document = ?)", (key,)
        )
        connection.execute("DELETE FROM documents WHERE key = ?", (key,))


def _in_batches(connection: sqlite3.Connection, query: str, values: Sequence[Any]) -> list[Any]:
    """All rows of ``query``, whose ``{}`` stands for the values, asked for a few hundred values at a time."""
    rows: list[Any] = []
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        rows.extend(connection.execute(query.format(",".join("?" * len(batch))), batch))
    return rows


def _passage(row: Sequence[Any], document: Document) -> Passage:
    _, passage_id, _, ordinal, start, end, section, page, line = row
    text = document.text[start:end]
    return Passage(passage_id, document.id, ordinal, start, end, text, tuple(json.loads(section)), page, line)


def _blob(vector: npt.NDArray[Any]) -> bytes:
    return vector.astype("<f2").tobytes()


def _get_meta(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def _set_meta(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def _remember(cache: dict[int, Any], key: int, value: Any, limit: int) -> None:
    """Keys are never given twice, so an entry never goes stale; the oldest leave when the cache is full."""
    cache[key] = value
    while len(cache) > limit:
        cache.pop(next(iter(cache)), None)


def _unknown(name: str) -> UnknownDocument:
    return UnknownDocument(
        f"知识库里没有“{name}”。用 dangwu docs 查看已有文档。",
        f"The knowledge base does not hold {name!r}. See dangwu docs.",
    )


def _broken(path: Path, error: sqlite3.Error) -> StoreError:
    return StoreError(
        f"知识库文件 {path} 无法使用：{error}。请检查磁盘空间、权限和文件是否损坏，或用 --home 换一个位置。",
        f"The knowledge base {path} cannot be used: {error}. Check disk space, permissions and the file itself, "
        "or choose another --home.",
    )
