"""Words that stand somewhere on a page, put into reading order: lines, columns, indents and the space between.

PDF, OFD and recognised scans all know where words stand and not how they follow one another.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_ROW = 0.5  # words share a line when their boxes overlap by half of the lower one
_APART = 1.5  # in em: a wider gap parts two cells or columns
_WIDER = 1.6  # steps from line to line: more is an empty line
_LARGER = 0.12  # in em, by which headings differ from text
_SLACK = 0.6  # in em, that a full line may be short by
_LONGEST_INDENT = 24
_LATIN_WORD = re.compile(r"[A-Za-z0-9][!-~]*")
_MOST_GAPS = 3
_FEWEST_LINES = 4  # in each of two columns
_NARROWEST = 7  # in em, for a column
_FILLED = 0.6  # of a column's width, by its middling line: cells of tables are mostly short


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in one run on a page; distances count from the top left corner, in the unit of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def size(self) -> float:
        """The height of the words, about one em."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class PageText:
    """The lines of a page; ``broken`` are the indexes of those that go on in the next because the page was too narrow."""

    text: str = ""
    broken: frozenset[int] = frozenset()


def page_text(pieces: Sequence[Piece]) -> PageText:
    """The words of one page; see ``page_texts``."""
    return page_texts([pieces])[0]


def page_texts(pages: Sequence[Sequence[Piece]]) -> list[PageText]:
    """The words of each page, one line each, as a careful typist would copy them.

    Wide blanks at the head of a line are its indent, empty lines stand where the page leaves more space than between
    lines, two blanks between cells. Of two columns the left is read first, where it is clear that there are two: from
    the page itself, or from others of the same file.
    """
    shown = [[piece for piece in pieces if piece.text.strip() and piece.size > 0] for pieces in pages]
    gutters = [_gutter(pieces) for pieces in shown]
    known = [gutter for gutter in gutters if gutter is not None]
    usual = median(known) if 2 * len(known) >= len(pages) else None
    return [
        _page_text(pieces, gutter or _fitting(usual, pieces))
        for pieces, gutter in zip(shown, gutters, strict=True)
    ]


def _fitting(gutter: float | None, pieces: Sequence[Piece]) -> float | None:
    """The gutter of other pages, when at most the heads and feet of this one cross it."""
    if gutter is None or sum(_crosses(piece, gutter) for piece in pieces) > max(2, 0.2 * len(pieces)):
        return None
    return gutter


def _page_text(pieces: Sequence[Piece], gutter: float | None) -> PageText:
    lines = [line for block in _blocks(pieces, gutter) for line in _lines(block)]
    broken = frozenset(at for at, (_, goes_on) in enumerate(lines) if goes_on)
    return PageText("\n".join(line for line, _ in lines), broken)


Row = tuple[Piece, ...]


def _rows(pieces: Sequence[Piece]) -> list[Row]:
    """Pieces that share a line, from left to right; lines from top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: ((piece.top + piece.bottom) / 2, piece.left)):
        near = next((row for row in reversed(rows[-3:]) if _shares_line(row[0], piece)), None)
        if near is None:
            rows.append([piece])
        else:
            near.append(piece)
    return [tuple(sorted(row, key=lambda piece: piece.left)) for row in rows]


def _shares_line(one: Piece, other: Piece) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > _ROW * min(one.size, other.size)


def _blocks(pieces: Sequence[Piece], gutter: float | None) -> Iterator[Sequence[Row]]:
    """Stretches of lines to be read one after the other: what stands across the page, and the columns between."""
    if gutter is None:
        yield _rows(pieces)
        return
    across = _rows([piece for piece in pieces if _crosses(piece, gutter)])
    low = -math.inf
    for row in (*across, None):
        high = row[0].top if row else math.inf
        band = [p for p in pieces if low <= p.top < high and not _crosses(p, gutter)]
        left, right = ([p for p in band if (p.left + p.right > 2 * gutter) == side] for side in (False, True))
        yield _one_column(_rows(left), _rows(right))
        yield [row] if row else []
        low = high


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Where the space between two columns of text runs down the page; ``None`` where it is not clear there is one."""
    if len(pieces) < 2 * _FEWEST_LINES:
        return None
    low, high = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    em = median(piece.size for piece in pieces)
    begun = Counter(round(piece.left / em, 1) for piece in pieces)
    candidates = [em * (left - 0.3) for left, times in begun.items() if times >= _FEWEST_LINES]
    inner = [at for at in candidates if low + 0.3 * (high - low) < at < low + 0.7 * (high - low)]
    found = [(crossed, at) for at in inner if (crossed := _crossed(at, pieces, em)) is not None]
    return min(found)[1] if found else None


def _crosses(piece: Piece, at: float) -> bool:
    """Whether words reach well over ``at``; a mark at the head of a line may stand out a little."""
    return piece.left < at - 0.8 * piece.size and piece.right > at + 0.8 * piece.size


def _crossed(at: float, pieces: Sequence[Piece], em: float) -> int | None:
    """How many lines cross ``at`` when text stands in columns on both sides of it; else ``None``."""
    beside = [piece for piece in pieces if not _crosses(piece, at)]
    sides = [[p for p in beside if (p.left + p.right > 2 * at) == side] for side in (False, True)]
    crossed = len(pieces) - len(sides[0]) - len(sides[1])
    if min(map(len, sides)) < _FEWEST_LINES or 2 * crossed > min(map(len, sides)):
        return None
    for side in sides:
        width = max(piece.right for piece in side) - min(piece.left for piece in side)
        middling = median(piece.right - piece.left for piece in side)
        if middling < max(_FILLED * width, _NARROWEST * em) or len(side) > 1.3 * len(_rows(side)):
            return None
    (top, bottom), (other_top, other_bottom) = (
        (min(piece.top for piece in side), max(piece.bottom for piece in side)) for side in sides
    )
    shared = min(bottom, other_bottom) - max(top, other_top)
    return crossed if shared > 0.5 * min(bottom - top, other_bottom - other_top) else None


def _one_column(left: Sequence[Row], right: Sequence[Row]) -> Sequence[Row]:
    """The right column moved below the left one, margin under margin, so that sentences run on."""
    if not left or not right:
        return left or right
    aside = min(row[0].left for row in right) - min(row[0].left for row in left)
    down = left[-1][0].bottom - right[0][0].bottom + _step(left)
    return [*left, *(tuple(_moved(piece, -aside, down) for piece in row) for row in right)]


def _moved(piece: Piece, aside: float, down: float) -> Piece:
    return Piece(piece.text, piece.left + aside, piece.top + down, piece.right + aside, piece.bottom + down)


def _step(rows: Sequence[Row]) -> float:
    """The usual distance from line to line."""
    steps = [below[0].bottom - above[0].bottom for above, below in pairwise(rows)]
    return median(steps) if steps else rows[0][0].size * 1.5


def _lines(rows: Sequence[Row]) -> Iterator[tuple[str, bool]]:
    """The lines of one block with their indents, the empty lines between them, and whether the width broke each.

    The last line may go on overleaf, so it counts as broken when it is full.
    """
    if not rows:
        return
    em = median(piece.size for row in rows for piece in row)
    margin = _usual([row[0].left for row in rows], em, min)
    edge = _usual([row[-1].right for row in rows], em, max)
    usual = _step(rows)
    for at, row in enumerate(rows):
        gap = (row[0].bottom - rows[at - 1][0].bottom) / usual if at else 1.0
        if gap > _WIDER:
            yield from [("", False)] * min(_MOST_GAPS, round(gap) - 1)
        indent = min(_LONGEST_INDENT, max(0, round((row[0].left - margin) / em)))
        yield (
            "\u3000" * indent + _words(row),
            len(rows) > 1 and _goes_on(row, rows[at + 1 : at + 2], edge, em, usual),
        )


def _goes_on(row: Row, below: Sequence[Row], edge: float, em: float, usual: float) -> bool:
    """Whether a line is so full that the first word of the next had no room; a heading is set in another size."""
    following = below[0] if below else ()
    if following and following[0].bottom - row[0].bottom < _WIDER * usual:
        if abs(following[0].size - row[0].size) > _LARGER * em:
            return False
        return edge - row[-1].right < (_SLACK + _needed(following[0].text)) * em
    return edge - row[-1].right < (_SLACK + 1.0) * em


def _usual(places: Sequence[float], em: float, outermost: Callable[[Sequence[float]], float]) -> float:
    """Where most lines begin or end; the outermost place where there is no most."""
    near, times = Counter(round(2 * place / em) for place in places).most_common(1)[0]
    if times < 3:
        return outermost(places)
    return median(place for place in places if round(2 * place / em) == near)


def _needed(following: str) -> float:
    """The room in em that the first word of the next line would have taken."""
    word = _LATIN_WORD.match(following)
    return 0.55 * len(word.group()) if word else 1.0


def _words(row: Row) -> str:
    text = ""
    for before, piece in zip((None, *row), row, strict=False):
        if before is not None:
            gap = piece.left - before.right
            em = min(before.size, piece.size)
            text += (
                "  "
                if gap > _APART * em
                else " "
                if gap > 0.3 * em and _latin(text[-1:], piece.text[:1])
                else ""
            )
        text += piece.text
    return text.rstrip()


def _latin(before: str, after: str) -> bool:
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
