"""The JSON contract: values out, and how a link to a passage looks. Fields are added, never renamed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from rag.datatypes import Answer, Citation, Document, FileReport, Hit, IngestReport, Passage
from rag.errors import DangwuError


def link_to(document: Document, start: int, end: int) -> str:
    """Where the source link leads: the document's own address, else this assistant's viewer at the passage."""
    return document.url or viewer_link(document.id, start, end)


def viewer_link(document_id: str, start: int, end: int) -> str:
    """The viewer's address of a passage, relative to the assistant's page."""
    return f"/view/{quote(document_id, safe='')}?start={start}&end={end}"


def passage_to_json(passage: Passage) -> dict[str, Any]:
    """A passage as ``docs show`` gives it."""
    return {
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "section": list(passage.section),
        "page": passage.page,
        "line": passage.line,
    }


def document_to_json(document: Document, passages: int) -> dict[str, Any]:
    """A row of ``docs``."""
    return {
        "document": document.id,
        "title": document.title,
        "source": document.source,
        "url": document.url,
        "author": document.author,
        "date": document.date,
        "status": document.status,
        "passages": passages,
    }


def document_in_full(document: Document, passages: Sequence[Passage]) -> dict[str, Any]:
    """What ``docs show`` prints: the row of the document, its text, its passages."""
    row = document_to_json(document, len(passages))
    return {**row, "text": document.text, "passages": [passage_to_json(p) for p in passages]}


def hits_to_json(query: str, hits: Sequence[Hit], milliseconds: float) -> dict[str, Any]:
    """What ``search`` prints."""
    found = [hit_to_json(hit) for hit in hits]
    return {"query": query, "hits": found, "milliseconds": round(milliseconds, 2)}


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """A hit of ``search``."""
    passage, document = hit.passage, hit.document
    return {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "document": document.id,
        "source": document.source,
        "title": document.title,
        "section": list(passage.section),
        "page": passage.page,
        "line": passage.line,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "date": document.date,
        "status": document.status,
        "url": document.url,
        "link": link_to(document, passage.start, passage.end),
        "found_by": dict(hit.found_by),
        "evidence": {name: round(value, 4) for name, value in hit.evidence.items()},
    }


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """A citation of ``ask``."""
    passage, document = citation.passage, citation.document
    return {
        "number": citation.number,
        "document": document.id,
        "source": document.source,
        "title": document.title,
        "section": list(passage.section),
        "page": passage.page,
        "line": passage.line,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "passage": passage.text,
        "support": round(citation.support, 4),
        "date": document.date,
        "status": document.status,
        "url": document.url,
        "link": link_to(document, citation.start, citation.end),
    }


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """What ``ask --json`` prints."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "language": answer.language,
        "mode": answer.mode,
        "model": answer.model,
        "nli": answer.nli,
        "notice": answer.notice,
        "refused": answer.refused,
        "reason": answer.reason,
        "answer": answer.answer,
        "sentences": [
            {
                "text": s.text,
                "citations": list(s.citations),
                "supported": s.supported,
                "support": round(s.support, 4),
                "lead": s.lead,
            }
            for s in answer.sentences
        ],
        "citations": [citation_to_json(c) for c in answer.citations],
        "unsupported": list(answer.unsupported),
        "hits": [hit_to_json(h) for h in answer.hits],
        "milliseconds": {name: round(value, 2) for name, value in answer.milliseconds.items()},
    }


def file_to_json(report: FileReport) -> dict[str, Any]:
    """A file of ``index``."""
    return {
        "source": report.source,
        "status": report.status,
        "documents": list(report.documents),
        "passages": report.passages,
        "dropped_characters": report.dropped_characters,
        "warnings": list(report.warnings),
        "error": report.error,
    }


def ingest_to_json(report: IngestReport) -> dict[str, Any]:
    """What ``index --json`` prints."""
    return {
        "files": [file_to_json(f) for f in report.files],
        "documents": report.documents,
        "passages": report.passages,
        "seconds": round(report.seconds, 3),
        "skipped": dict(report.skipped),
        "gone": list(report.gone),
    }


def error_to_json(error: DangwuError) -> dict[str, Any]:
    """An error in both languages."""
    return {"error": {"kind": type(error).__name__, "zh": error.zh, "en": error.en}}
