"""Answers read back from their JSON: what the page kept can be shown and exported again, exactly as it was.

Documents and passages come from the knowledge base when it still holds them. For one that was removed or changed
the saved words stand in, with offsets into themselves: ``document.text[start:end]`` is the quote in either case.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from rag.datatypes import Answer, Citation, CitedSentence, Document, Hit, Passage
from rag.errors import UnknownDocument
from rag.protocols import Library


def answer_from_json(value: Mapping[str, Any], library: Library) -> Answer:
    """The answer that ``rag.wire.answer_to_json`` wrote. Raises ``KeyError`` for any other value."""
    return Answer(
        question=value["question"],
        standalone_question=value["standalone_question"],
        language=value["language"],
        mode=value["mode"],
        answer=value["answer"],
        sentences=tuple(_sentence(row) for row in value["sentences"]),
        citations=tuple(_citation(row, library) for row in value["citations"]),
        hits=tuple(_hit(row, library) for row in value["hits"]),
        refused=value["refused"],
        reason=value["reason"],
        unsupported=tuple(value["unsupported"]),
        model=value["model"],
        notice=value["notice"],
        nli=value.get("nli"),  # answers saved before there was one have none
        milliseconds=value["milliseconds"],
    )


def _sentence(row: Mapping[str, Any]) -> CitedSentence:
    return CitedSentence(row["text"], tuple(row["citations"]), row["supported"], row["support"], row["lead"])


def _citation(row: Mapping[str, Any], library: Library) -> Citation:
    start, end, quote = row["start"], row["end"], row["quote"]
    document, passage = _place(row, start, row["passage"], library)
    if document.text[start:end] != quote:
        document, passage = _stand_in(
            row, f"{row['passage']}\n{quote}" if quote not in row["passage"] else row["passage"]
        )
        start = document.text.index(quote)
        end = start + len(quote)
    return Citation(row["number"], passage, document, quote, start, end, row["support"])


def _hit(row: Mapping[str, Any], library: Library) -> Hit:
    document, passage = _place(row, row["start"], row["text"], library)
    return Hit(row["rank"], row["score"], passage, document, row["found_by"], row["evidence"])


def _place(row: Mapping[str, Any], start: int, words: str, library: Library) -> tuple[Document, Passage]:
    """The stored passage with these words, the nearest to ``start``; else a stand-in."""
    try:
        document = library.document(row["document"])
        same = [p for p in library.passages(document.id) if p.text == words]
    except UnknownDocument:
        same = []
    if not same:
        return _stand_in(row, words)
    return document, min(same, key=lambda p: abs(p.start - start))


def _stand_in(row: Mapping[str, Any], words: str) -> tuple[Document, Passage]:
    document = Document(
        row["document"],
        row["source"],
        row["title"],
        words,
        url=row["url"],
        date=row["date"],
        status=row["status"],
    )
    place = (0, 0, len(words), words, tuple(row["section"]), row["page"], row["line"])
    return document, Passage(f"{document.id}-{PurePath(row['source']).name}", document.id, *place)
