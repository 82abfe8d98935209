"""A document as readable HTML with one stretch of it highlighted: for the source panel and for the viewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from page.markup import Html, join, tag
from page.words import Words
from rag.datatypes import Document, Passage

NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Block:
    """``document.text[start:end]``: a heading on a line of its own (``level`` from 1) or a paragraph (0)."""

    start: int
    end: int
    level: int = 0


def blocks_of(document: Document, passages: Sequence[Passage]) -> tuple[Block, ...]:
    """Headings and paragraphs in reading order."""
    paragraphs = [Block(p.start, p.end) for p in passages]
    headings = [Block(h.start, h.end, max(1, h.level)) for h in document.headings if not h.run_in]
    inside = {h for h in headings if any(p.start <= h.start and h.end <= p.end for p in paragraphs)}
    return tuple(
        sorted((*paragraphs, *(h for h in headings if h not in inside)), key=lambda b: (b.start, -b.level))
    )


def article_html(document: Document, blocks: Sequence[Block], start: int, end: int) -> Html:
    """All ``blocks``, with ``[start, end)`` marked; the first mark has the id ``quote``."""
    return join(
        _block(document, block, start, end, _first_marked(blocks, start, end) == block) for block in blocks
    )


def excerpt_html(document: Document, blocks: Sequence[Block], start: int, end: int, words: Words) -> Html:
    """The marked block and its neighbours, with how much more there is on either side."""
    marked = [i for i, block in enumerate(blocks) if _meets(block, start, end)] or [0]
    first, last = max(0, marked[0] - NEIGHBOURS), min(len(blocks), marked[-1] + 1 + NEIGHBOURS)
    above, below = _paragraphs(blocks[:first]), _paragraphs(blocks[last:])
    return join(
        (
            tag("p", words.more_before.format(above), class_="more") if above else None,
            article_html(document, blocks[first:last], start, end),
            tag("p", words.more_after.format(below), class_="more") if below else None,
        )
    )


def _paragraphs(blocks: Sequence[Block]) -> int:
    return sum(not block.level for block in blocks)


def _meets(block: Block, start: int, end: int) -> bool:
    return block.start < end and start < block.end


def _first_marked(blocks: Sequence[Block], start: int, end: int) -> Block | None:
    return next((block for block in blocks if _meets(block, start, end)), None)


def _block(document: Document, block: Block, start: int, end: int, first: bool) -> Html:
    inner = tuple(_marked(document.text, block, start, end, first))
    if block.level:
        return tag(f"h{min(block.level + 1, 6)}", inner, id=f"h{block.start}")
    return tag("p", inner, class_="cited" if _meets(block, start, end) else None)


def _marked(text: str, block: Block, start: int, end: int, first: bool) -> Iterator[Html | str]:
    a, b = max(block.start, start), min(block.end, end)
    if a >= b:
        yield text[block.start : block.end]
        return
    yield text[block.start : a]
    yield tag("mark", text[a:b], id="quote" if first else None)
    yield text[b : block.end]
