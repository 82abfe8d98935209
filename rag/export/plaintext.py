"""Plain text, to paste into WeChat or a mail: no markup, sources with the quoted words at the end."""

from __future__ import annotations

from rag.export.citations import origin, place
from rag.export.manuscript import Block, Manuscript, Mark, Note
from rag.export.wording import Wording, wording


def render(manuscript: Manuscript) -> bytes:
    """The .txt file, UTF-8, paragraphs set apart by a blank line."""
    words = wording(manuscript.language)
    paragraphs = [manuscript.title + manuscript.subtitle]
    paragraphs.extend(_block(block) for block in manuscript.blocks)
    if manuscript.notes:
        paragraphs.append(words.sources)
        paragraphs.extend(f"[{note.number}] {cited(note, words)}" for note in manuscript.notes)
    if manuscript.remarks:
        paragraphs.append(_about(manuscript, words))
    return ("\n\n".join(paragraphs) + "\n").encode("utf-8")


def _block(block: Block) -> str:
    text = "".join(f"[{i.number}]" if isinstance(i, Mark) else i.text for i in block.inlines)
    indent = "　　" * block.level if block.kind == "paragraph" else ""
    return indent + labelled(block) + text


def cited(note: Note, words: Wording) -> str:
    """A note in one run of plain text: where the quote stands, then its words."""
    return (
        f"{place(note, words)}{words.joiner}{origin(note.work, words)}{words.stop}{words.quote}{note.quote}"
    )


def labelled(block: Block) -> str:
    """The label of a block with the blank it needs before words."""
    if not block.label:
        return ""
    return block.label if block.label.endswith(("、", "）")) else f"{block.label} "


def _about(manuscript: Manuscript, words: Wording) -> str:
    shown = [
        remark for remark in manuscript.remarks if remark != words.viewer
    ]  # there are no links in plain text
    return "\n".join((f"（{words.about}）" if words.language != "en" else f"({words.about})", *shown))
