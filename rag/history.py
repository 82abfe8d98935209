"""Conversations, kept in a SQLite file of their own: the knowledge base stays free of what people ask.

Every conversation has an owner (a browser or a user); nobody sees another owner's.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rag.database import BUSY_TIMEOUT_S
from rag.datatypes import Answer, Turn
from rag.errors import StoreError
from rag.protocols import Library
from rag.saved import answer_from_json
from rag.wire import answer_to_json

TITLE_CHARS = 40
MAX_LISTED = 200

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, changed TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_by_owner ON conversations (owner, changed);
CREATE TABLE IF NOT EXISTS exchanges (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    id TEXT NOT NULL, ordinal INTEGER NOT NULL, question TEXT NOT NULL,
    answer TEXT, trouble TEXT, useful INTEGER,
    PRIMARY KEY (conversation, id)
) WITHOUT ROWID;
"""


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what became of it: an answer, or the ``trouble`` that kept it away.

    ``useful`` is the reader's word on the answer.
    """

    id: str
    question: str
    answer: Answer | None = None
    trouble: str | None = None
    useful: bool | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Exchanges in order. ``title`` is empty until there is one."""

    id: str
    title: str = ""
    exchanges: tuple[Exchange, ...] = ()

    def turns(self) -> tuple[Turn, ...]:
        """What was said, for a follow-up question; refusals and failures hold nothing to go on from."""
        return tuple(
            Turn(e.question, e.answer.answer)
            for e in self.exchanges
            if e.answer is not None and not e.answer.refused
        )

    def exchange(self, exchange_id: str) -> Exchange | None:
        """The exchange with this id, if it is here."""
        return next((e for e in self.exchanges if e.id == exchange_id), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of conversations; ``changed`` is UTC, ISO 8601."""

    id: str
    title: str
    changed: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What a reader thought of an answer, for evaluation; ``answer`` is its JSON value."""

    question: str
    useful: bool
    answer: dict[str, Any]


class History:
    """The conversations in one file, made when needed. For several threads. Raises ``StoreError``."""

    def __init__(self, path: Path, library: Library) -> None:
        self._path = path
        self._library = library
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction() as connection:
            connection.executescript(_SCHEMA)

    def save(self, owner: str, conversation: Conversation) -> None:
        """Keeps the conversation as it is now; another owner's of that id is left alone."""
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT owner FROM conversations WHERE id = ?", (conversation.id,)
            ).fetchone()
            if row is not None and row[0] != owner:
                return
            title = conversation.title or _title(conversation)
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
                (conversation.id, owner, title, _now()),
            )
            connection.execute("DELETE FROM exchanges WHERE conversation = ?", (conversation.id,))
            connection.executemany(
                "INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(conversation.id, *_row(ordinal, e)) for ordinal, e in enumerate(conversation.exchanges)],
            )

    def open(self, owner: str, conversation_id: str) -> Conversation | None:
        """The conversation, or ``None`` when this owner has none of that id."""
        with self._transaction() as connection:
            found = connection.execute(
                "SELECT title FROM conversations WHERE id = ? AND owner = ?", (conversation_id, owner)
            ).fetchone()
            rows = connection.execute(
                "SELECT id, question, answer, trouble, useful FROM exchanges "
                "WHERE conversation = ? ORDER BY ordinal",
                (conversation_id,),
            ).fetchall()
        if found is None:
            return None
        return Conversation(conversation_id, found[0], tuple(self._exchange(row) for row in rows))

    def list(self, owner: str, words: str = "") -> tuple[Entry, ...]:
        """The owner's conversations, last changed first; with ``words``, those that hold them."""
        pattern = "%" + words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT id, title, changed FROM conversations "
                "WHERE owner = ?1 AND (title LIKE ?2 ESCAPE '\\' OR id IN "
                "(SELECT conversation FROM exchanges WHERE question LIKE ?2 ESCAPE '\\')) "
                "ORDER BY changed DESC LIMIT ?3",
                (owner, pattern, MAX_LISTED),
            ).fetchall()
        return tuple(Entry(*row) for row in rows)

    def rename(self, owner: str, conversation_id: str, title: str) -> None:
        """Gives a conversation another title; an empty one changes nothing."""
        shown = " ".join(title.split())[: 2 * TITLE_CHARS]
        if shown:
            self._change(
                "UPDATE conversations SET title = ? WHERE id = ? AND owner = ?", shown, conversation_id, owner
            )

    def delete(self, owner: str, conversation_id: str) -> None:
        """Forgets a conversation."""
        self._change("DELETE FROM conversations WHERE id = ? AND owner = ?", conversation_id, owner)

    def ratings(self) -> tuple[Rating, ...]:
        """All answers that a reader of any owner called useful or useless."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT question, useful, answer FROM exchanges "
                "WHERE useful IS NOT NULL AND answer IS NOT NULL"
            ).fetchall()
        return tuple(Rating(question, bool(useful), json.loads(answer)) for question, useful, answer in rows)

    def _exchange(self, row: tuple[Any, ...]) -> Exchange:
        exchange_id, question, answer, trouble, useful = row
        read = None if answer is None else answer_from_json(json.loads(answer), self._library)
        return Exchange(exchange_id, question, read, trouble, None if useful is None else bool(useful))

    def _change(self, statement: str, *values: str) -> None:
        with self._transaction() as connection:
            connection.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                connection = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S)
                try:
                    connection.execute("PRAGMA foreign_keys = ON")
                    connection.execute("PRAGMA journal_mode = WAL")
                    with connection:
                        yield connection
                finally:
                    connection.close()
        except sqlite3.Error as error:
            raise StoreError(
                f"对话记录 {self._path} 无法读写：{error}。请检查磁盘空间和权限。",
                f"The conversations in {self._path} cannot be read or written: {error}. "
                "Check disk space and permissions.",
            ) from error


def _row(ordinal: int, exchange: Exchange) -> tuple[Any, ...]:
    answer = (
        None if exchange.answer is None else json.dumps(answer_to_json(exchange.answer), ensure_ascii=False)
    )
    useful = None if exchange.useful is None else int(exchange.useful)
    return exchange.id, ordinal, exchange.question, answer, exchange.trouble, useful


def _title(conversation: Conversation) -> str:
    first = next((e.question for e in conversation.exchanges), "")
    shown = " ".join(first.split())
    return shown if len(shown) <= TITLE_CHARS else shown[: TITLE_CHARS - 1] + "…"


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
