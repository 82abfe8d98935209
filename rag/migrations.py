"""The schema of the store as numbered steps. Never change a step that was released; append one.

``PRAGMA user_version`` counts the steps that a database has seen. Each step runs in one transaction with its number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from rag.errors import StoreError


def _m001_documents(connection: sqlite3.Connection) -> None:
    """Sources, documents, passages and vectors.

    Keys are AUTOINCREMENT: a key is never given twice, so a row that exists never changes its meaning, and whatever was
    derived from a key (a cached passage, a place in the vector index) is either still right or its key is gone.
    """
    _run(
        connection,
        """CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID""",
        """CREATE TABLE sources (
            source TEXT PRIMARY KEY,
            fingerprint TEXT NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE documents (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            source TEXT NOT NULL REFERENCES sources (source) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            headings TEXT NOT NULL,
            url TEXT, author TEXT, date TEXT, status TEXT
        )""",
        "CREATE INDEX documents_by_source ON documents (source, ordinal)",
        """CREATE TABLE passages (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            start INTEGER NOT NULL,
            end INTEGER NOT NULL,
            section TEXT NOT NULL,
            page INTEGER,
            line INTEGER
        )""",
        "CREATE INDEX passages_by_document ON passages (document, ordinal)",
        """CREATE TABLE vectors (
            passage INTEGER PRIMARY KEY REFERENCES passages (key) ON DELETE CASCADE,
            vector BLOB NOT NULL
        )""",
    )


def _m002_lexicon(connection: sqlite3.Connection) -> None:
    """The lexical index over terms that ``rag.terms`` made; its rowid is the key of the passage."""
    _run(
        connection,
        """CREATE VIRTUAL TABLE lexicon USING fts5 (
            body, title, section, tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
        )""",
        "CREATE VIRTUAL TABLE lexicon_terms USING fts5vocab (lexicon, row)",
    )


def _m003_catalogue(connection: sqlite3.Connection) -> None:
    """What people say about documents: details that win over those that were read, and named collections.

    Both name a document by its id and not by its key: they outlive the row when a file is read again.
    """
    _run(
        connection,
        """CREATE TABLE details (
            document TEXT PRIMARY KEY, title TEXT, url TEXT, author TEXT, date TEXT, status TEXT
        ) WITHOUT ROWID""",
        "CREATE TABLE collections (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE)",
        """CREATE TABLE members (
            collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
            document TEXT NOT NULL,
            PRIMARY KEY (collection, document)
        ) WITHOUT ROWID""",
        "CREATE INDEX members_by_document ON members (document)",
    )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _m001_documents,
    _m002_lexicon,
    _m003_catalogue,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Brings the schema up to date. Raises ``StoreError`` when a newer program wrote it."""
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)  # again: another process may have been faster
        if version > len(MIGRATIONS):
            raise StoreError(
                f"资料库由更新版本的程序写成（结构版本 {version}，本程序只到 {len(MIGRATIONS)}）。请升级程序，或换一个 --home。",
                f"The knowledge base was written by a newer program (schema {version}, this one knows {len(MIGRATIONS)}). "
                "Upgrade, or use another --home.",
            )
        for number in range(version, len(MIGRATIONS)):
            MIGRATIONS[number](connection)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _run(connection: sqlite3.Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(statement)
