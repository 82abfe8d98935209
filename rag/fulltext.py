"""The lexical index inside the store: FTS5 over the terms that ``rag.terms`` makes of body, title and section path."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from rag import terms

FIELD_WEIGHTS = (1.0, 1.0, 1.5)  # body, title, section: as in rag.rank_features


def write(connection: sqlite3.Connection, key: int, text: str, title: str, section: Sequence[str]) -> None:
    """Adds a passage under its key."""
    fields = (terms.index_terms(part) for part in (text, title, "\n".join(section)))
    connection.execute(
        "INSERT INTO lexicon (rowid, body, title, section) VALUES (?, ?, ?, ?)", (key, *fields)
    )


def delete(connection: sqlite3.Connection, document: int) -> None:
    """Takes the passages of a document (its key) out. To be called while they still exist."""
    statement = "DELETE FROM lexicon WHERE rowid IN (SELECT key FROM passages WHERE document = ?)"
    connection.execute(statement, (document,))


def match(
    connection: sqlite3.Connection, wanted: Sequence[str], limit: int, documents: frozenset[str] | None
) -> list[tuple[int, float]]:
    """Keys of passages that hold at least one of the terms with their BM25 score, best first, equal ones by key."""
    if not wanted:
        return []
    query = "SELECT rowid, -bm25(lexicon, ?, ?, ?) AS score FROM lexicon WHERE lexicon MATCH ?"
    values: list[Any] = [*FIELD_WEIGHTS, " OR ".join(map(quoted, wanted))]
    if documents is not None:
        query += (
            " AND rowid IN (SELECT passages.key FROM passages JOIN documents ON document = documents.key"
            " WHERE documents.id IN (SELECT value FROM json_each(?)))"
        )
        values.append(json.dumps(sorted(documents)))
    rows = connection.execute(query + " ORDER BY score DESC, rowid LIMIT ?", [*values, limit])
    return [(int(key), float(score)) for key, score in rows]


def frequencies(connection: sqlite3.Connection, wanted: Iterable[str]) -> dict[str, int]:
    """Term -> number of passages that hold it in any field; 0 for an unknown one."""
    found = dict.fromkeys(wanted, 0)
    for term in found:
        row = connection.execute("SELECT doc FROM lexicon_terms WHERE term = ?", (term,)).fetchone()
        found[term] = 0 if row is None else int(row[0])
    return found


def phrase_frequency(connection: sqlite3.Connection, run: str) -> int:
    """The number of passages in which the characters of an ideographic ``run`` stand side by side."""
    phrase = quoted(" ".join(run))  # index_terms writes the characters of a run in order, one after another
    return int(
        connection.execute("SELECT count(*) FROM lexicon WHERE lexicon MATCH ?", (phrase,)).fetchone()[0]
    )


def quoted(term: str) -> str:
    """The term as FTS5 takes it literally."""
    return '"' + term.replace('"', '""') + '"'
