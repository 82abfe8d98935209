"""How documents and passages stand in the tables of ``rag.store``."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy.typing as npt

from rag import fulltext
from rag.datatypes import Article, Document, Heading, Passage
from rag.errors import StoreError

DOCUMENT = "documents.key, documents.id, source, title, text, headings, url, author, date, status"
PASSAGE = "passages.key, passages.id, document, passages.ordinal, start, end, section, page, line"
PASSAGE_COLUMNS = PASSAGE.count(",") + 1


def insert_article(
    connection: sqlite3.Connection, source: str, ordinal: int, article: Article, vectors: npt.NDArray[Any]
) -> None:
    """Writes a document with its passages, a row of ``vectors`` for each. Raises ``StoreError`` for an id that is there."""
    document = article.document
    headings = json.dumps([asdict(heading) for heading in document.headings], ensure_ascii=False)
    values = (document.id, source, ordinal, document.title, document.text, headings)
    given = (document.url, document.author, document.date, document.status)
    columns = "id, source, ordinal, title, text, headings, url, author, date, status"
    statement = f"INSERT INTO documents ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    try:
        owner = _key(connection.execute(statement, (*values, *given)))
        for passage, vector in zip(article.passages, vectors, strict=True):
            key = _insert_passage(connection, owner, passage)
            connection.execute("INSERT INTO vectors VALUES (?, ?)", (key, blob(vector)))
            fulltext.write(connection, key, passage.text, document.title, passage.section)
    except sqlite3.IntegrityError as error:
        raise StoreError(
            f"{source} 中的文章或段落编号重复（{document.id}：{error}）。",
            f"{source} holds an id of a document or passage twice ({document.id}: {error}).",
        ) from error


def _insert_passage(connection: sqlite3.Connection, owner: int, passage: Passage) -> int:
    columns = "id, document, ordinal, start, end, section, page, line"
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
    return _key(
        connection.execute(f"INSERT INTO passages ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    )


def delete_documents(connection: sqlite3.Connection, keys: Sequence[int]) -> None:
    """Takes documents out with all that hangs on them."""
    for key in keys:
        fulltext.delete(connection, key)
        connection.execute("DELETE FROM documents WHERE key = ?", (key,))


def document_of(row: Sequence[Any]) -> Document:
    """The document in a row of ``DOCUMENT``."""
    _, document_id, source, title, text, headings, url, author, date, status = row
    found = tuple(Heading(**heading) for heading in json.loads(headings))
    return Document(document_id, source, title, text, found, url, author, date, status)


def passage_of(row: Sequence[Any], document: Document) -> Passage:
    """The passage of ``document`` in a row of ``PASSAGE``."""
    _, passage_id, _, ordinal, start, end, section, page, line = row
    text = document.text[start:end]
    return Passage(passage_id, document.id, ordinal, start, end, text, tuple(json.loads(section)), page, line)


def _key(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None  # it is after every INSERT
    return cursor.lastrowid


def blob(vector: npt.NDArray[Any]) -> bytes:
    """A vector as it is stored: half precision."""
    return vector.astype("<f2").tobytes()
