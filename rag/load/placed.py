"""Words that stand somewhere on a page, put into reading order: lines, columns, indents and the space between.

PDF, OFD and recognised scans all know where words stand and not how they follow one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_ROW = 0.5  # words share a line when their boxes overlap by half of the lower one
_APART = 1.5  # in em: a wider gap parts two cells or columns
_WIDER = 1.6  # steps from line to line: more is an empty line
_NARROW, _NEARLY = 17, 1.6  # in em
_BLOCK = 6  # lines that show a width
_LONGEST_INDENT = 24
_MOST_GAPS = 3
_FEWEST_LINES = 3  # in each of two columns
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


def page_text(pieces: Sequence[Piece]) -> str:
    """The words of a page, one line each, as a careful typist would copy them.

    Wide blanks at the head of a line are its indent, empty lines stand where the page leaves more space than between
    lines, two blanks between cells. Of two columns the left is read first, where it is clear that there are two.
    """
    rows = _rows([piece for piece in pieces if piece.text.strip() and piece.size > 0])
    return "\n".join(line for block in _blocks(rows) for line in _lines(block))


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


def _blocks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Stretches of lines to be read one after the other: whole rows, then the columns below them."""
    gutter = _gutter(rows)
    if gutter is None:
        yield rows
        return
    start = 0
    for at in range(len(rows) + 1):
        if at == len(rows) or any(piece.left < gutter < piece.right for piece in rows[at]):
            yield _one_column(rows[start:at], gutter)
            yield rows[at : at + 1]
            start = at + 1


def _one_column(rows: Sequence[Row], gutter: float) -> Sequence[Row]:
    """The right column moved below the left one, margin under margin, so that sentences run on."""
    left = [row for r in rows if (row := tuple(p for p in r if p.right <= gutter))]
    right = [row for r in rows if (row := tuple(p for p in r if p.left >= gutter))]
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


def _gutter(rows: Sequence[Row]) -> float | None:
    """Where the space between two columns of text runs down the page; ``None`` where there is one column."""
    pieces = [piece for row in rows for piece in row]
    if not pieces:
        return None
    low, high = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    em = median(piece.size for piece in pieces)
    candidates = {
        round((one.right + other.left) / 2, 1)
        for row in rows
        for one, other in pairwise(row)
        if other.left - one.right >= 0.9 * em
        and low + 0.25 * (high - low) < other.left < low + 0.75 * (high - low)
    }
    found = [(crossed, at) for at in sorted(candidates) if (crossed := _is_gutter(at, rows)) is not None]
    return min(found)[1] if found else None


def _is_gutter(at: float, rows: Sequence[Row]) -> int | None:
    """How many lines cross ``at`` when text stands in columns on both sides of it; else ``None``."""
    crossing = [row for row in rows if any(piece.left < at < piece.right for piece in row)]
    parted = [row for row in rows if row not in crossing]
    both = [row for row in parted if row[0].right <= at <= row[-1].left]
    if len(both) < _FEWEST_LINES or 2 * len(both) < len(parted):
        return None
    for side in ([p for r in both for p in r if p.right <= at], [p for r in both for p in r if p.left >= at]):
        width = max(piece.right for piece in side) - min(piece.left for piece in side)
        if median(piece.right - piece.left for piece in side) < _FILLED * width or len(side) > 1.3 * len(
            both
        ):
            return None
    return len(crossing)


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of one block with their indents and the empty lines between them.

    Lines too narrow for structure recognition to see that a width broke them are put together here.
    """
    if not rows:
        return
    em = median(piece.size for row in rows for piece in row)
    margin, edge = min(row[0].left for row in rows), max(row[-1].right for row in rows)
    usual = _step(rows)
    narrow = len(rows) >= _BLOCK and edge - margin < _NARROW * em
    line = ""
    for at, row in enumerate(rows):
        gap = (row[0].bottom - rows[at - 1][0].bottom) / usual if at else 1.0
        indent = min(_LONGEST_INDENT, round((row[0].left - margin) / em))
        full = at > 0 and edge - rows[at - 1][-1].right < _NEARLY * em
        if narrow and full and gap < _WIDER and not indent and len(row) == 1:
            line += " " * _latin(line[-1:], row[0].text[:1]) + row[0].text
            continue
        if at:
            yield line
        if gap > _WIDER:
            yield from [""] * min(_MOST_GAPS, round(gap) - 1)
        line = "\u3000" * indent + _words(row)
    yield line


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
