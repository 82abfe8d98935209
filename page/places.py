"""Where a passage stands, in words and as attributes for the page's script."""

from __future__ import annotations

from page.markup import Html, tag
from page.words import Words
from rag.datatypes import Document, Passage

_REPEALED = ("废止", "失效", "作废", "repealed", "superseded")


def place_line(document: Document, passage: Passage, words: Words) -> str:
    """《title》 › section › page or line."""
    title = f"《{document.title}》" if words.language == "zh" else document.title
    return " › ".join((title, *passage.section, *position(passage, words)))


def position(passage: Passage, words: Words) -> tuple[str, ...]:
    """Page where there are pages, else the line; empty when neither is known."""
    if passage.page is not None:
        return (words.page.format(passage.page),)
    return () if passage.line is None else (words.line.format(passage.line),)


def place_attributes(document: Document, start: int, end: int) -> dict[str, str | int | bool | None]:
    """What the script needs to open the source panel."""
    return {"data_document": document.id, "data_start": start, "data_end": end}


def validity(document: Document, words: Words) -> Html | None:
    """A badge that says whether the document is in force; none when nobody said."""
    if not document.status:
        return None
    repealed = any(word in document.status.lower() for word in _REPEALED)
    shown = {"有效": words.in_force, "废止": words.repealed}.get(document.status, document.status)
    return tag("span", shown, class_="badge repealed" if repealed else "badge in-force")
