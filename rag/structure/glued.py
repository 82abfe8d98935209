"""Parts paragraphs that ran together, where the text itself shows that a paragraph began."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.structure.numbering import Mark, mark_of
from rag.structure.paragraphs import Block

_AFTER_STOP = re.compile(r"[。！？]”?\s?(?=[一二三四五六七八九十（(\d])")
_INLINE = frozenset({"clause", "point", "circled", "arabic_paren"})
_LAST_QUOTED = re.compile(r"(“[^“”]{1,8}”)$")


def part_by_number(blocks: Sequence[Block]) -> list[Block]:
    """Parts a paragraph where the number missing between its neighbours stands right after a full stop
    inside it.

    一、…, 三、… begin paragraphs and 。二、 stands inside one: a line end was lost. A series that is
    counted off inside one paragraph stays whole.
    """
    openings = {(mark.scheme, mark.ordinal) for block in blocks if (mark := mark_of(block.text))}
    found: list[Block] = []
    for block in blocks:
        found.extend(_parted(block, openings))
    return found


def _parted(block: Block, openings: set[tuple[str, int]]) -> list[Block]:
    text = block.text
    starts = [0]
    for stop in _AFTER_STOP.finditer(text):
        mark = mark_of(text[stop.end() : stop.end() + 24])
        if (
            mark is not None
            and _is_missing(mark, openings)
            and text.count(text[stop.end() :][: mark.end]) == 1
        ):
            starts.append(stop.end())
    if len(starts) == 1:
        return [block]
    parts = [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    return [replace(block, text=part, gap=block.gap if at == 0 else 0) for at, part in enumerate(parts)]


def _is_missing(mark: Mark, openings: set[tuple[str, int]]) -> bool:
    """Whether no paragraph begins with this number, but two begin with its neighbours."""
    neighbours = {(mark.scheme, mark.ordinal - 1), (mark.scheme, mark.ordinal + 1)}
    return (
        mark.scheme not in _INLINE and (mark.scheme, mark.ordinal) not in openings and neighbours <= openings
    )


def form_of(headings: Sequence[str]) -> re.Pattern[str] | None:
    """The form that all headings share: each ends in a quoted word of one length with the same last
    character.

    The pattern finds other sentences of that form: … “促学”。 among … “深学”。 and … “自学”。; group 1 is
    the heading.
    """
    quoted = [match[1] for words in headings if (match := _LAST_QUOTED.search(words))]
    if len(quoted) < 2 or len(quoted) < len(headings) or len({(len(word), word[-2]) for word in quoted}) != 1:
        return None
    tail = rf"“[^“”]{{{len(quoted[0]) - 3}}}{re.escape(quoted[0][-2])}”"
    return re.compile(rf"(?:^|(?<=[。！？]))([^，。；：“”！？]{{2,14}}{tail})(。?)")


def part_by_form(block: Block, form: re.Pattern[str]) -> list[tuple[Block, int]]:
    """The block in pieces that begin with a sentence of ``form``, each with the length of that heading."""
    spans = {m.start(): m.end(1) - m.start() for m in form.finditer(block.text) if m.start() == 0 or m[2]}
    starts = sorted({0, *spans})
    return [
        (replace(block, text=block.text[a:b], gap=block.gap if a == 0 else 0), spans.get(a, 0))
        for a, b in zip(starts, [*starts[1:], len(block.text)], strict=True)
    ]
