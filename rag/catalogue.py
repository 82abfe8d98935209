"""What people say about documents: details that win over those that were read, and named collections.

Both hang on a document's id. When a file is read again and its documents get other ids, they go over to the successors.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from rag.database import Database, in_batches
from rag.datatypes import Article, Document, Metadata
from rag.errors import StoreError

MAX_NAME = 60
DETAILS = tuple(field.name for field in fields(Metadata))


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of documents. The ``id`` stays when the name changes."""

    id: int
    name: str
    documents: frozenset[str]


class Catalogue:
    """The collections of one knowledge base, made by ``Store``. Raises ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collections(self) -> tuple[Collection, ...]:
        """All collections, oldest first."""
        members: dict[int, set[str]] = {}
        with self._database.reading() as connection:
            names = connection.execute("SELECT id, name FROM collections ORDER BY id").fetchall()
            for collection, document in connection.execute("SELECT collection, document FROM members"):
                members.setdefault(collection, set()).add(document)
        return tuple(Collection(i, name, frozenset(members.get(i, ()))) for i, name in names)

    def named(self, name: str) -> Collection:
        """The collection of that name."""
        found = next((c for c in self.collections() if c.name == name), None)
        if found is None:
            known = "、".join(c.name for c in self.collections())
            raise StoreError(
                f"没有名为“{name}”的知识库。现有：{known or '（还没有）'}。",
                f"There is no collection named {name!r}. There are: {known or '(none yet)'}.",
            )
        return found

    def within(self, names: Sequence[str]) -> frozenset[str] | None:
        """The documents of all collections of these names; ``None``, which stands for every document, without a name."""
        return frozenset().union(*(self.named(name).documents for name in names)) if names else None

    def fill(self, name: str, documents: Iterable[str]) -> None:
        """Puts documents into the collection of that name, made when it is not there."""
        known = {c.name: c.id for c in self.collections()}
        self.put(known[name] if name in known else self.create(name), documents)

    def create(self, name: str) -> int:
        """Makes an empty collection and returns its id."""
        with self._database.writing() as connection:
            shown = _free(connection, name)
            made = connection.execute("INSERT INTO collections (name) VALUES (?)", (shown,)).lastrowid
        assert made is not None
        return made

    def rename(self, collection_id: int, name: str) -> None:
        """Gives a collection another name; one that is gone stays gone."""
        with self._database.writing() as connection:
            shown = _free(connection, name, but=collection_id)
            connection.execute("UPDATE collections SET name = ? WHERE id = ?", (shown, collection_id))

    def remove(self, collection_id: int) -> None:
        """Forgets a collection; its documents stay in the knowledge base."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM collections WHERE id = ?", (collection_id,))

    def put(self, collection_id: int, documents: Iterable[str]) -> None:
        """Puts documents into a collection, as far as both exist."""
        rows = [(collection_id, document) for document in documents]
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO members SELECT collections.id, documents.id FROM collections, documents "
                "WHERE collections.id = ? AND documents.id = ?",
                rows,
            )

    def take(self, collection_id: int, documents: Iterable[str]) -> None:
        """Takes documents out of a collection; they stay in the knowledge base."""
        rows = [(collection_id, document) for document in documents]
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM members WHERE collection = ? AND document = ?", rows)


def described(document: Document, said: Metadata) -> Document:
    """The document with what was ``said``: ``None`` leaves a detail as it was read, an empty word takes it away."""
    given: dict[str, Any] = {
        name: getattr(said, name) or None for name in DETAILS if getattr(said, name) is not None
    }
    title = given.pop("title", None) or document.title
    return replace(document, title=title, **given)


# Functions of the store, inside its transactions


def said_of(connection: sqlite3.Connection, document_ids: Iterable[str]) -> dict[str, Metadata]:
    """Document id -> what was said of it, for those of which something was."""
    query = f"SELECT document, {', '.join(DETAILS)} FROM details WHERE document IN ({{}})"
    return {row[0]: Metadata(*row[1:]) for row in in_batches(connection, query, sorted(document_ids))}


def say(connection: sqlite3.Connection, document_id: str, said: Metadata) -> None:
    """Keeps what is said of a document, beside what was said before."""
    before = said_of(connection, [document_id]).get(document_id, Metadata())
    values = [_latest(getattr(said, name), getattr(before, name)) for name in DETAILS]
    connection.execute("INSERT OR REPLACE INTO details VALUES (?, ?, ?, ?, ?, ?)", (document_id, *values))


def successors(connection: sqlite3.Connection, source: str, articles: Sequence[Article]) -> Mapping[str, str]:
    """Which of ``articles`` stands for each stored document of ``source``: the same id, else the most lines in common,
    else the same place in a file that holds as many articles as before.
    """
    query = "SELECT id, text FROM documents WHERE source = ? ORDER BY ordinal"
    before = connection.execute(query, (source,)).fetchall()
    after = {article.document.id: set(article.document.text.splitlines()) for article in articles}
    found: dict[str, str] = {}
    for place, (old, text) in enumerate(before):
        lines = set(text.splitlines())
        nearest = max(after, key=lambda new: (new == old, len(lines & after[new])), default=None)
        if nearest is not None and (nearest == old or lines & after[nearest]):
            found[old] = nearest
        elif len(before) == len(after):
            found[old] = list(after)[place]
    return found


def hand_over(connection: sqlite3.Connection, heirs: Mapping[str, str]) -> None:
    """Gives what hangs on the old ids to the new ones."""
    moved = [(new, old) for old, new in heirs.items() if new != old]
    for table in ("details", "members"):
        connection.executemany(f"UPDATE OR IGNORE {table} SET document = ? WHERE document = ?", moved)


def forget(connection: sqlite3.Connection, document_ids: Iterable[str]) -> None:
    """Drops all that hangs on documents which are gone."""
    gone = [(document_id,) for document_id in document_ids]
    for table in ("details", "members"):
        connection.executemany(f"DELETE FROM {table} WHERE document = ?", gone)


def _latest(said: str | None, before: str | None) -> str | None:
    return before if said is None else said


def _free(connection: sqlite3.Connection, name: str, but: int | None = None) -> str:
    """The name as it is kept; one that is empty, too long or taken is refused."""
    shown = " ".join(name.split())
    if not shown or len(shown) > MAX_NAME or not shown.isprintable():
        raise StoreError(
            f"知识库的名称要有 1 到 {MAX_NAME} 个字。",
            f"The name of a collection has 1 to {MAX_NAME} characters.",
        )
    query = "SELECT 1 FROM collections WHERE name = ? AND id IS NOT ?"
    if connection.execute(query, (shown, but)).fetchone():
        raise StoreError(f"已经有名为“{shown}”的知识库。", f"There is already a collection named {shown!r}.")
    return shown
