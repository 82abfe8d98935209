"""What stands around the text of one article: title lines before it, byline and date, signature after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.datatypes import Metadata
from rag.structure.imprint import author_note, date_in, date_line, is_byline, label_line, stamp_line
from rag.structure.lines import ends_sentence
from rag.structure.numbering import mark_of
from rag.structure.paragraphs import Block
from rag.structure.titles import is_head_matter, is_title_line, may_stand_in_head, title_label, title_of

_LONGEST_HEAD, _LONGEST_END = 12, 5  # blocks
_DISTRIBUTION = re.compile(
    r"(?:抄送|抄报|主送|分送)\s?[:：]|.{0,40}\d日\s?印发$|[（(]?共印\d+份[）)]?$|[（(]此[页件].{0,8}[）)]$"
)


@dataclass(frozen=True, slots=True)
class Framed:
    """The blocks of one article parted into its title lines, its text and what stood around the text.

    ``title`` is ``None`` when no line before the first paragraph is one; then nothing before the text is
    taken away.
    """

    title: str | None
    title_blocks: tuple[Block, ...]
    blocks: tuple[Block, ...]
    around: tuple[Block, ...]
    metadata: Metadata


def framed(blocks: Sequence[Block]) -> Framed:
    """One article with its title found and the lines around the text read."""
    head = _head_length(blocks)
    title, used = title_of(blocks[:head])
    noted = _noted(blocks[:head], used)
    found = _head_metadata([blocks[at] for at in noted])
    tail, ending = _end_matter(blocks, head)
    title_blocks = tuple(blocks[at] for at in used)
    labels = tuple(replace(b, text=label) for b in title_blocks if (label := title_label(b.text)))
    return Framed(
        title,
        title_blocks,
        tuple(blocks[at] for at in range(tail) if at not in used and at not in noted),
        (*(blocks[at] for at in noted), *blocks[tail:], *labels),
        Metadata(author=found.author or ending.author, date=found.date or ending.date),
    )


def _head_length(blocks: Sequence[Block]) -> int:
    """How many blocks come before the first paragraph, numbered heading or salutation."""
    for at, block in enumerate(blocks[:_LONGEST_HEAD]):
        if not may_stand_in_head(block, at == 0):
            return at
    return min(_LONGEST_HEAD, max(0, len(blocks) - 1))


def _noted(head: Sequence[Block], used: Sequence[int]) -> list[int]:
    """Indexes of lines around the title that are no text: letterhead, cover, byline, date, a second title."""
    if not used:
        return []
    before = [at for at in range(used[0]) if is_title_line(head[at]) or is_head_matter(head[at])]
    after = []
    for at in range(used[-1] + 1, len(head)):
        if not is_head_matter(head[at]) and head[at].text != head[used[0]].text:
            break
        after.append(at)
    return before + after


def _head_metadata(blocks: Sequence[Block]) -> Metadata:
    author = date = None
    for text in (block.text for block in blocks):
        found = author_note(text) or stamp_line(text) or label_line(text) or Metadata(date=date_in(text))
        author = author or found.author or (text if is_byline(text) else None)
        date = date or found.date
    return Metadata(author=author, date=date)


def _end_matter(blocks: Sequence[Block], head: int) -> tuple[int, Metadata]:
    """Where signature, date and distribution list at the end begin, and what they say."""
    tail = len(blocks)
    author = date = None
    while tail > head + 1 and len(blocks) - tail < _LONGEST_END:
        block = blocks[tail - 1]
        text, note = block.text, author_note(block.text)
        if note is not None:
            author = author or note.author
        elif (
            date_line(text)
            or (stamp_line(text) and not is_title_line(block))
            or (len(text) <= 120 and _DISTRIBUTION.match(text))
        ):
            date = date or date_in(text)
        elif author is None and (is_byline(text) or (date and _is_signature(text))):
            author = text
        else:
            break
        tail -= 1
    return tail, Metadata(author=author, date=date)


def _is_signature(text: str) -> bool:
    return (
        len(text) <= 30 and not ends_sentence(text) and mark_of(text) is None and text[-1] not in "：:；，、"
    )
