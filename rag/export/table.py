"""The citations as a table, one row each, that Excel and WPS open with the right letters."""

from __future__ import annotations

import csv
import io

from rag.export.manuscript import Manuscript, Note

COLUMNS = (
    "number",
    "title",
    "section",
    "page",
    "line",
    "date",
    "status",
    "author",
    "file",
    "url",
    "link",
    "quote",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(manuscript: Manuscript) -> bytes:
    """The .csv file: UTF-8 with a byte order mark, a header line, CRLF."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for note in manuscript.notes:
        table.writerow((note.number, *(_cell(value) for value in _row(note))))
    return out.getvalue().encode("utf-8-sig")


def _row(note: Note) -> tuple[str, ...]:
    work = note.work
    return (
        work.title,
        " › ".join(note.section),
        str(note.page or ""),
        str(note.line or ""),
        work.date,
        work.status,
        work.author,
        work.file,
        work.url,
        note.address or "",
        note.quote,
    )


def _cell(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
