"""Markdown with footnotes, as GitHub, pandoc and Obsidian read it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.export.citations import listing, origin, place, seen_at
from rag.export.manuscript import Block, Inline, Manuscript, Mark, Note, Source, Words
from rag.export.plaintext import labelled
from rag.export.reading import BULLET
from rag.export.wording import Wording, wording

# Every ASCII mark that some dialect reads anywhere in a line; a backslash makes each of them plain.
_INLINE = re.compile(r"[\\`*_{}\[\]<>#|~$^@&=!\"']")
# Bare addresses that become links, dashes and dots that become other letters.
_TYPOGRAPHY = (("://", "\\://"), ("www.", "www\\."), ("--", "\\-\\-"), ("...", "\\.\\.\\."))
# What means something only at the start of a line: list signs, numbers of lists, definitions.
_OPENING = re.compile(
    r"^(?:(?P<sign>[-+:])|(?P<count>\d{1,9}|[A-Za-z]{1,6})(?P<stop>[.)])(?=\s|$)|\((?=[0-9A-Za-z#]{1,6}\)))"
)


def render(manuscript: Manuscript) -> bytes:
    """The .md file, UTF-8."""
    words = wording(manuscript.language)
    paragraphs = [f"# {escape(manuscript.title)}"]
    if manuscript.subtitle:
        paragraphs.append(_paragraph(escape(manuscript.subtitle)))
    opened: set[int] = set()
    paragraphs.extend(_block(block, opened) for block in manuscript.blocks)
    if manuscript.sources:
        paragraphs.append(f"## {words.sources}")
        paragraphs.append("\n".join(_source(source, words) for source in manuscript.sources))
    paragraphs.extend(_paragraph(escape(remark)) for remark in manuscript.remarks)
    paragraphs.extend(_note(note, words) for note in manuscript.notes)
    return ("\n\n".join(paragraphs) + "\n").encode("utf-8")


def escape(text: str) -> str:
    """``text`` so that Markdown shows it as it is in a line: no emphasis, links, tags, formulas, notes."""
    escaped = _INLINE.sub(r"\\\g<0>", text)
    for read, kept in _TYPOGRAPHY:
        escaped = escaped.replace(read, kept)
    return escaped


def _paragraph(text: str) -> str:
    """A paragraph of escaped text that does not open a list, whatever it begins with."""
    return _OPENING.sub(_plain_opening, text)


def _plain_opening(found: re.Match[str]) -> str:
    if found["sign"]:
        return f"\\{found['sign']}"
    return f"{found['count']}\\{found['stop']}" if found["count"] else "\\("


def _block(block: Block, opened: set[int]) -> str:
    text = _inlines(block.inlines, opened)
    if block.label == BULLET and block.kind == "paragraph":
        return f"{'   ' * block.level}- {_paragraph(text)}"
    text = escape(labelled(block)) + text
    if block.kind == "heading":
        return f"{'#' * min(block.level + 1, 6)} {text}"
    return f"> {_paragraph(text)}" if block.kind in ("remark", "refusal") else _paragraph(text)


def _inlines(inlines: Sequence[Inline], opened: set[int]) -> str:
    """Words and marks. A mark before its footnote is plain text: renderers count notes by first marks."""
    parts: list[str] = []
    for count, inline in enumerate(inlines):
        if isinstance(inline, Mark):
            if not inline.again:
                opened.add(inline.number)
            parts.append(f"[^{inline.number}]" if inline.number in opened else f"\\[{inline.number}\\]")
            continue
        core = inline.text.strip()
        shown = escape(core)
        if (
            inline.strong
            and core
            and _stands_free(core, _last(inlines[:count]), _first(inlines[count + 1 :]))
        ):
            shown = f"**{shown}**"
        parts.append(inline.text.replace(core, shown, 1) if core else inline.text)
    return "".join(parts).strip()


def _stands_free(core: str, before: str, after: str) -> bool:
    """Whether ``**`` around ``core`` is read as bold: between a letter and punctuation it is not."""
    opens = core[0].isalnum() or not before.isalnum()
    closes = core[-1].isalnum() or not after.isalnum()
    return opens and closes


def _last(inlines: Sequence[Inline]) -> str:
    return inlines[-1].text[-1:] if inlines and isinstance(inlines[-1], Words) else ""


def _first(inlines: Sequence[Inline]) -> str:
    return inlines[0].text[:1] if inlines and isinstance(inlines[0], Words) else ""


def _note(note: Note, words: Wording) -> str:
    where = escape(place(note, words)) + words.joiner + _linked(origin(note.work, words), note.address)
    return f"[^{note.number}]: {where}{words.stop}{words.quote}{escape(note.quote)}"


def _source(source: Source, words: Wording) -> str:
    linked = _linked(origin(source.work, words), source.address)
    return f"- {escape(listing(source, words))}{words.joiner}{linked}{seen_at(source, words)}"


def _linked(text: str, address: str | None) -> str:
    return f"[{escape(text)}](<{address}>)" if address else escape(text)
