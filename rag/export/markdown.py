"""Markdown with footnotes, as GitHub, pandoc and Obsidian read it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.export.citations import listing, origin, place, seen_at
from rag.export.manuscript import Block, Inline, Manuscript, Mark, Note, Source
from rag.export.plaintext import labelled
from rag.export.reading import BULLET
from rag.export.wording import Wording, wording

# Every ASCII mark that some dialect reads anywhere in a line; a backslash makes each of them plain.
_INLINE = re.compile(r"[\\`*_{}\[\]<>#|~$^@&=!\"']")
# What means something only at the start of a line: list signs, numbers of lists, definitions.
_OPENING = re.compile(
    r"^(\s*)([-+:])|^(\s*)(\d{1,9}|[A-Za-z]{1,6})([.)])(?=\s|$)|^(\()(?=[0-9A-Za-z#]{1,6}\))"
)


def render(manuscript: Manuscript) -> bytes:
    """The .md file, UTF-8."""
    words = wording(manuscript.language)
    paragraphs = [f"# {escape(manuscript.title)}"]
    if manuscript.subtitle:
        paragraphs.append(escape(manuscript.subtitle))
    opened: set[int] = set()
    paragraphs.extend(_block(block, opened) for block in manuscript.blocks)
    if manuscript.sources:
        paragraphs.append(f"## {words.sources}")
        paragraphs.append("\n".join(_source(source, words) for source in manuscript.sources))
    paragraphs.extend(escape(remark) for remark in manuscript.remarks)
    paragraphs.extend(_note(note, words) for note in manuscript.notes)
    return ("\n\n".join(paragraphs) + "\n").encode("utf-8")


def escape(text: str) -> str:
    """``text`` so that Markdown shows it as it is: no emphasis, links, tags, formulas, notes or lists."""
    escaped = _INLINE.sub(r"\\\g<0>", text)
    escaped = (
        escaped.replace("://", "\\://")
        .replace("www.", "www\\.")
        .replace("--", "\\-\\-")
        .replace("...", "\\...")
    )
    return _OPENING.sub(_plain_opening, escaped)


def _plain_opening(found: re.Match[str]) -> str:
    if found[2]:
        return f"{found[1]}\\{found[2]}"
    return f"{found[3]}{found[4]}\\{found[5]}" if found[5] else "\\("


def _block(block: Block, opened: set[int]) -> str:
    text = _inlines(block.inlines, opened)
    if block.kind == "heading":
        return f"{'#' * min(block.level + 1, 6)} {escape(labelled(block))}{text}"
    if block.kind in ("remark", "refusal"):
        return f"> {escape(labelled(block))}{text}"
    if block.label == BULLET:
        return f"{'   ' * block.level}- {text}"
    return escape(labelled(block)) + text


def _inlines(inlines: Iterable[Inline], opened: set[int]) -> str:
    """Words and marks. A mark before its footnote is plain text: notes are numbered by their first mark."""
    parts: list[str] = []
    for inline in inlines:
        if isinstance(inline, Mark):
            if not inline.again:
                opened.add(inline.number)
            parts.append(f"[^{inline.number}]" if inline.number in opened else f"\\[{inline.number}\\]")
        else:
            blank = len(inline.text) - len(inline.text.lstrip())
            core = inline.text.strip()
            words = escape(core) if not parts or not core else escape("x" + core)[1:]
            if inline.strong and core:
                words = f"**{words}**"
            if inline.doubtful and core:
                words = f"*{words}*"
            parts.append(
                " " * bool(blank) + words + " " * bool(inline.text[len(inline.text.rstrip()) :] and core)
            )
    return "".join(parts).strip()


def _note(note: Note, words: Wording) -> str:
    where = escape(place(note, words)) + words.joiner + _linked(origin(note.work, words), note.address)
    return f"[^{note.number}]: {where}{words.stop}{words.quote}{escape('x' + note.quote)[1:]}"


def _source(source: Source, words: Wording) -> str:
    linked = _linked(origin(source.work, words), source.address)
    return f"- {escape(listing(source, words))}{words.joiner}{linked}{seen_at(source, words)}"


def _linked(text: str, address: str | None) -> str:
    return f"[{escape(text)}](<{address}>)" if address else escape(text)
