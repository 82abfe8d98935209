"""PDF: typst sets the manuscript, which it gets as data: no text is ever read as typst source."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from rag.errors import ExportError
from rag.export.citations import listing, origin, place, seen_at
from rag.export.fonts import fonts
from rag.export.manuscript import Block, Inline, Manuscript, Mark, Note, Source
from rag.export.plaintext import labelled
from rag.export.wording import Wording, wording


def render(manuscript: Manuscript) -> bytes:
    """The .pdf file, set in the Chinese fonts of this machine. Raises ``ExportError`` when there is none."""
    families = fonts()
    import typst

    template = resources.files("rag.export").joinpath("data/official.typ").read_bytes()
    data = json.dumps(_data(manuscript, families), ensure_ascii=False)
    try:
        return bytes(typst.compile(template, format="pdf", sys_inputs={"manuscript": data}))
    except typst.TypstError as error:
        raise ExportError(f"PDF 没有排成：{error}", f"The PDF could not be set: {error}") from error


def _data(manuscript: Manuscript, families: Any) -> dict[str, Any]:
    words = wording(manuscript.language)
    return {
        "locale": words.locale,
        "title": manuscript.title,
        "subtitle": manuscript.subtitle,
        "fonts": {role: list(names) for role, names in families.items()},
        "blocks": [_block(block) for block in manuscript.blocks],
        "notes": [_note(note, words) for note in manuscript.notes],
        "sources_title": words.sources,
        "sources": [_source(source, words) for source in manuscript.sources],
        "remarks": list(manuscript.remarks),
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "level": block.level,
        "label": labelled(block),
        "inlines": [_inline(inline) for inline in block.inlines],
    }


def _inline(inline: Inline) -> dict[str, Any]:
    if isinstance(inline, Mark):
        return {"number": inline.number, "again": inline.again}
    return {"text": inline.text, "strong": inline.strong, "doubtful": inline.doubtful}


def _note(note: Note, words: Wording) -> dict[str, Any]:
    return {
        "place": place(note, words) + words.joiner,
        "origin": origin(note.work, words),
        "address": note.address,
        "label": words.stop + words.quote,
        "quote": note.quote,
    }


def _source(source: Source, words: Wording) -> dict[str, Any]:
    return {
        "text": listing(source, words) + words.joiner,
        "origin": origin(source.work, words),
        "address": source.address,
        "seen": seen_at(source, words),
    }
