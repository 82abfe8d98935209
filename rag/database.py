"""Connections to the knowledge base's SQLite file: one for each thread that asks, one writer at a time."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import StoreError

BUSY_TIMEOUT_S = 30.0
_DAMAGED = re.compile(r"malformed|not a database|decode to UTF-8|corrupt", re.IGNORECASE)
_AROUND = 20  # characters shown on both sides of what is no text
_BATCH = 500  # values in one IN (...), well below every SQLite's limit


class Database:
    """A SQLite file in WAL mode. Readers never wait; writers, of this process or another, wait for one another.

    Makes the folder when it is not there; the file appears with the first connection. Every error of SQLite leaves as a
    ``StoreError`` that names the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"无法建立文件夹 {path.parent}：{error}。请检查权限，或用 --home 换一个位置。",
                f"Cannot make the folder {path.parent}: {error}. Check its permissions or choose another --home.",
            ) from error

    def close(self) -> None:
        """Closes the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own; closed after an error of SQLite, kept for the next reader otherwise."""
        try:
            connection = self._take()
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
            raise self._broken(error) from error
        except UnicodeEncodeError as error:
            said = error.object[max(0, error.start - _AROUND) : error.end + _AROUND]
            raise StoreError(
                f"不是有效的文字：{said!a}。请检查编码。",
                f"This is not valid text: {said!a}. Check its encoding.",
            ) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed as a whole with the generation raised, or not at all."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                set_meta(connection, "generation", str(int(get_meta(connection, "generation") or 0) + 1))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def examine(self) -> None:
        """Looks through the whole file. Raises ``StoreError`` when it is damaged."""
        with self.reading() as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(f"malformed: {found}")

    def meta(self, name: str) -> str | None:
        """A named value; ``None`` when it was never set."""
        with self.reading() as connection:
            return get_meta(connection, name)

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        connection = sqlite3.connect(
            self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._idle.append(connection)

    def _broken(self, error: sqlite3.Error) -> StoreError:
        said = " ".join(str(error).partition(" with text ")[0].split())  # without the bytes that are no text
        if _DAMAGED.search(said):
            return StoreError(
                f"资料库文件 {self.path} 已损坏：{said}。请从备份恢复；没有备份的，把它移走，再用 dangwu index 重新加入资料（原文件不受影响），或用 --home 换一个位置。",
                f"The knowledge base {self.path} is damaged: {said}. Restore it from a backup; without one, move it away and "
                "add the documents again with dangwu index (the files they came from are untouched), or choose another --home.",
            )
        return StoreError(
            f"资料库文件 {self.path} 无法使用：{said}。请检查磁盘空间和权限，或用 --home 换一个位置。",
            f"The knowledge base {self.path} cannot be used: {said}. Check disk space and permissions, or choose "
            "another --home.",
        )


def get_meta(connection: sqlite3.Connection, name: str) -> str | None:
    """A named value; ``None`` when it was never set."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Sets a named value."""
    statement = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    connection.execute(statement, (name, value))


def in_batches(connection: sqlite3.Connection, query: str, values: Sequence[Any]) -> list[Any]:
    """All rows of ``query``, whose ``{}`` stands for the values, asked for a few hundred values at a time."""
    rows: list[Any] = []
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        rows.extend(connection.execute(query.format(",".join("?" * len(batch))), batch))
    return rows
