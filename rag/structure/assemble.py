"""Puts an article together: its clean text, and headings and passages with offsets into it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from rag.datatypes import Article, Document, Heading, Metadata, Passage, RawText
from rag.structure.glued import part_by_number
from rag.structure.headings import headed
from rag.structure.page import page_of
from rag.structure.paragraphs import Block
from rag.structure.run_in import with_run_ins
from rag.structure.sections import sections


def assembled(raw: RawText, title: str, blocks: Sequence[Block], metadata: Metadata) -> Article:
    """The article, one paragraph or heading a line; ``text[start:end]`` is each passage and heading."""
    pieces = with_run_ins(headed(part_by_number(blocks)))
    text = "\n".join(piece.block.text for piece in pieces)
    document_id = _document_id(raw.source, title, text)
    headings: list[Heading] = []
    passages: list[Passage] = []
    start = 0
    for piece, (section, depth) in zip(pieces, sections(pieces), strict=True):
        end = start + len(piece.block.text)
        if piece.heading is not None:
            a, b = start + piece.heading[0], start + piece.heading[1]
            headings.append(Heading(a, b, text[a:b], depth, not piece.own))
        if not piece.own:
            ordinal = len(passages)
            passage_id = f"{document_id}:{ordinal}"
            page = page_of(piece.block.offset, raw.page_starts)
            line = piece.block.number if raw.lined else None
            passages.append(
                Passage(passage_id, document_id, ordinal, start, end, text[start:end], section, page, line)
            )
        start = end + 1
    document = Document(
        document_id,
        raw.source,
        title,
        text,
        tuple(headings),
        metadata.url,
        metadata.author,
        metadata.date,
        metadata.status,
    )
    return Article(document, tuple(passages))


def _document_id(source: str, title: str, text: str) -> str:
    content = f"{source}\0{title}\0{text}".encode(errors="surrogatepass")
    return hashlib.sha256(content).hexdigest()[:16]
