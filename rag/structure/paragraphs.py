"""The author's paragraphs: what a page end, a fixed width or a web page tore apart is mended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag import segment
from rag.structure.clean import digits_stand_apart, tidy_blanks, tidy_title
from rag.structure.imprint import date_line
from rag.structure.lines import BULLET, Line, ends_open, ends_sentence, joined
from rag.structure.numbering import hash_level, mark_of, neighbour
from rag.structure.wrapped import UNBROKEN, known_limits, usual_gap, was_forced, wrap_limits
from rag.text import HAN

_CONTINUED = "，、,（(“《‘「『—"
_CLOSES = "，。、；：！？）”’》」』)…,;"
_INNER = re.compile(r"[。；！？]|，.+，|,.+,")
_DIALOGUE = re.compile(r"(?:问|問|答|Q|A)\d{0,2}\s?[:：]")
# A paragraph that stops at one of these without a full stop was cut off.
_NEVER_LAST = re.compile(
    r"[的在和与及对把被从向将为是以于或并而等这那每各]$|(?:以及|并且|而且|通过|围绕|按照|根据)$"
)
# Words that cannot begin a Chinese paragraph: what follows them belongs to the sentence before.
_NEVER_FIRST = re.compile(rf"[的了着过地得们]|等(?:[^于]|$)|以及|并且|而且|[{HAN}][，、。；]")
_INLINE = frozenset({"point", "circled", "arabic_paren"})
_OLD_LINE_END = re.compile(rf"[，、；] [{HAN}“《]")
_WORD = re.compile(r"[^\W_]")
_BODY, _SHORTEST_BODY = 50, 20  # characters of a paragraph; of one with punctuation inside
_TITLE = 40  # characters that a line without a full stop may have and still be a title


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading or title line; ``lines`` is how many lines of the file it was made of."""

    text: str
    number: int
    offset: int
    gap: int = 0
    indent: int = 0
    cut: int = 0
    lines: int = 1
    cells: int = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """How the paragraphs of a file look.

    First lines may be indented, empty lines stand between paragraphs (``apart``), full stops at their end
    be left out often (``unstopped``). ``torn`` says that a line without full stop is more likely torn than
    badly punctuated: nearly all others have one, or the file shows traces of the line and page ends of an
    older form.
    """

    indented: bool
    apart: bool
    unstopped: bool
    torn: bool
    gap: int


def blocks_of(lines: Sequence[Line], broken: frozenset[int] | None = None) -> tuple[Block, ...]:
    """The paragraphs and headings that ``lines`` make up, with stray blanks removed.

    ``broken`` are the numbers of the lines that a page's width broke, where that is known.
    """
    items = [begins_item(line.text) for line in lines]
    limits = wrap_limits(lines, items) if broken is None else known_limits(lines, broken)
    layout = _layout(lines, limits)
    groups: list[list[Line]] = []
    for at, line in enumerate(lines):
        counted = items[at] and not (
            limits[at - 1] not in (None, UNBROKEN) and groups and _counts_on(groups[-1], line, layout)
        )
        if groups and not counted and _continues(groups[-1], line, limits[at - 1], layout):
            groups[-1].append(line)
        else:
            groups.append([line])
    keep_digits = digits_stand_apart("\n".join(line.text for line in lines))
    return tuple(_block(group, keep_digits) for group in groups)


def tidied(text: str, keep_digits: bool = False) -> str:
    """A paragraph or heading without stray blanks; 第一条 and 第一章 keep the blank after them."""
    mark = mark_of(text)
    head = ""
    if mark is not None and mark.rank <= 4:
        head, text = text[: mark.end].strip() + " " * text[: mark.end].endswith(" "), text[mark.end :]
    sentence = ends_sentence(text) or _INNER.search(text) is not None or len(text) >= _BODY
    return (head + (tidy_blanks(text, keep_digits) if sentence else tidy_title(text))).strip()


def begins_item(text: str) -> bool:
    """Whether a line begins with a number, bullet, heading mark or speaker: no paragraph runs into it."""
    return (
        mark_of(text) is not None
        or hash_level(text)[0] > 0
        or bool(BULLET.match(text) or _DIALOGUE.match(text))
    )


def _block(group: Sequence[Line], keep_digits: bool) -> Block:
    first = group[0]
    text = joined([line.text for line in group])
    bullet = BULLET.match(text)
    text = tidied(text[bullet.end() :] if bullet else text, keep_digits)
    cells = first.cells if len(group) == 1 else 1
    return Block(text, first.number, first.offset, first.gap, first.indent, first.cut, len(group), cells)


def _layout(lines: Sequence[Line], limits: Sequence[int | None]) -> Layout:
    ended = [b.gap for a, b in pairwise(lines) if ends_sentence(a.text)]
    paragraphs = [
        line for line, limit in zip(lines, limits, strict=True) if limit is None and _is_body([line])
    ]
    open_ends = sum(ends_open(line.text) for line in paragraphs)
    stopped = len(paragraphs) >= 4 and open_ends <= max(1, 0.1 * len(paragraphs))
    return Layout(
        indented=2 <= sum(line.indent >= 2 for line in lines) < len(lines),
        apart=2 * sum(gap > 0 for gap in ended) >= max(1, len(ended)),
        unstopped=open_ends >= 3 and open_ends >= 0.4 * len(paragraphs),
        torn=stopped or _is_reflowed(lines, limits),
        gap=usual_gap(lines),
    )


def _is_reflowed(lines: Sequence[Line], limits: Sequence[int | None]) -> bool:
    """Whether page ends, wrapped lines or the blanks of old line ends (查落实， 层层传导) show in a file."""
    if any(line.cut == 1 for line in lines) or any(limits):
        return True
    return sum(_OLD_LINE_END.search(line.text) is not None for line in lines) >= 2


def _counts_on(group: Sequence[Line], line: Line, layout: Layout) -> bool:
    """Whether a wrapped line that happens to begin with 其三 goes on counting inside its paragraph."""
    mark = mark_of(line.text)
    if mark is None or mark.scheme not in _INLINE or line.gap > layout.gap:
        return False
    if group[-1].text[-1] in _CONTINUED or (layout.indented and line.indent < 2):
        return True
    before = neighbour(line.text, mark, -1)
    return bool(before) and any(part.text.find(before, 1) > 0 for part in group)


def _continues(group: Sequence[Line], line: Line, limit: int | None, layout: Layout) -> bool:
    """Whether ``line``, which begins no item, goes on with the paragraph that ``group`` began."""
    last = group[-1]
    if line.cut == 2 or line.gap > 3 or max(last.cells, line.cells) >= 3:
        return False
    mark = mark_of(last.text)
    if mark is not None and mark.end == len(last.text):
        return line.gap == 0  # 一、 alone on its line, its words on the next
    if line.text[0] in _CLOSES and (not ends_sentence(last.text) or not _WORD.search(line.text)):
        return True
    if limit is not None and _is_next_of_wrapped(group, line, limit, layout):
        return True
    if begins_item(line.text):
        return False
    first_line = layout.indented and line.indent >= 2 and line.indent > (last.indent if len(group) > 1 else 0)
    return ends_open(last.text) and not first_line and _runs_on(group, line, layout, limit)


def _is_next_of_wrapped(group: Sequence[Line], line: Line, limit: int, layout: Layout) -> bool:
    if not (line.gap <= layout.gap or line.cut == 1):
        return False
    if limit == group[-1].width:  # the page was seen
        return not _begins_by_indent(group, line) and hash_level(group[0].text)[0] == 0
    if layout.indented and line.indent >= 2:
        return False
    return was_forced(group[-1], line, limit) and hash_level(group[0].text)[0] == 0


def _begins_by_indent(group: Sequence[Line], line: Line) -> bool:
    """Whether the indent of a line after a full one makes it the first of a paragraph."""
    if len(group) > 1:
        return abs(line.indent - group[-1].indent) >= 2
    return line.indent >= 2 and line.indent == group[0].indent


def _runs_on(group: Sequence[Line], line: Line, layout: Layout, limit: int | None) -> bool:
    """Whether a paragraph without full stop goes on in ``line``, whose look says nothing against it."""
    last = group[-1]
    if last.text[-1] in _CONTINUED:
        return sum(len(part.text) for part in group[-3:]) >= 16 and not (line.gap and last.text[-1].isascii())
    if not _is_body(group) or date_line(line.text):
        return False
    if _NEVER_LAST.search(last.text) or _NEVER_FIRST.match(line.text) or _splits_word(last.text, line.text):
        return True
    if limit is not None and line.gap <= layout.gap and line.width >= 0.6 * limit:
        return True
    if limit == UNBROKEN:
        return line.cut == 1 and not ends_sentence(last.text)
    if layout.unstopped or (not ends_sentence(line.text) and len(line.text) <= _TITLE):
        return False
    return line.cut == 1 or (layout.torn if line.gap == 0 else not layout.apart)


def _is_body(group: Sequence[Line]) -> bool:
    """Whether lines hold a paragraph rather than a title: long, or not short and with punctuation inside."""
    length = sum(len(line.text) for line in group[-3:])
    return length >= _BODY or (
        length >= _SHORTEST_BODY and any(_INNER.search(line.text) for line in group[-2:])
    )


def _splits_word(before: str, after: str) -> bool:
    """Whether a word of the dictionary stands across the break."""
    tail, head = before[-8:], after[:8]
    end = 0
    for word in segment.cut(tail + head):
        end += len(word)
        if end >= len(tail):
            return end > len(tail) and word.isalpha()
    return False
