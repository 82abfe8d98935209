"""Under which headings each paragraph stands, and where an article's closing words leave its last section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.structure import vocabulary as words
from rag.structure.headings import Piece
from rag.structure.run_in import is_point
from rag.structure.vocabulary import one_of

_CLOSING = re.compile(rf"(?:^|。){one_of(words.CLOSINGS)}")
_CLOSING_HEADING = re.compile(r"下一步|今后|打算|计划|展望|安排|结语|思路|目标")
_UNCOUNTED = frozenset({"clause", "point", "circled", "arabic_paren"})
_FARTHEST = 3  # paragraphs from the end in which closing words may begin


def sections(pieces: Sequence[Piece]) -> Iterator[tuple[tuple[str, ...], int]]:
    """For each piece the path of headings it stands under, its own run-in heading included, and its depth."""
    closing = _closing_from(pieces)
    leaving = _leaving(pieces)
    path: list[Piece] = []
    for at, piece in enumerate(pieces):
        if at >= closing:
            path = []
        if piece.heading:
            path = [heading for heading in path if heading.rank < piece.rank] + [piece]
        else:
            path = [heading for heading in path if heading.lasting]
            path = _left(path, leaving[at], 0) if at in leaving else _left(path, _rank_of_number(piece), 1)
        yield tuple(heading.words for heading in path), len(path)


def _left(path: Sequence[Piece], rank: float, outermost: float) -> list[Piece]:
    """The path without headings of ``rank`` and below, but for those further out than ``outermost``."""
    return [h for h in path if h.rank < rank or not outermost <= h.rank < 9]


def _rank_of_number(piece: Piece) -> float:
    """The rank of a numbered paragraph without heading: it ends the section of the number before it."""
    mark = piece.mark
    return 99.0 if mark is None or mark.scheme in _UNCOUNTED else mark.rank


def _leaving(pieces: Sequence[Piece]) -> dict[int, float]:
    """Paragraphs after the last of several one-paragraph sections, with the rank of the section they leave.

    Where （一）, （二） and （三） are one paragraph each, a paragraph without number after （四） belongs
    to what is above all.
    """
    found: dict[int, float] = {}
    series: dict[float, list[tuple[int, int]]] = {}
    numbered = [at for at, piece in enumerate(pieces) if piece.heading and piece.lasting]
    ends = [*numbered[1:], len(pieces)]
    for at, high in zip(numbered, ends[: len(numbered)], strict=True):
        for rank in [rank for rank in series if rank > pieces[at].rank]:
            _close(found, rank, series.pop(rank))
        if not pieces[at].own:
            series.setdefault(pieces[at].rank, []).append((at, high - at - 1))
    for rank, members in series.items():
        _close(found, rank, members)
    return found


def _close(found: dict[int, float], rank: float, members: Sequence[tuple[int, int]]) -> None:
    (last, trailing), before = members[-1], members[:-1]
    if len(before) >= 2 and 1 <= trailing <= 3 and all(count == 0 for _, count in before):
        found.update({last + 1 + i: rank for i in range(trailing)})


def _closing_from(pieces: Sequence[Piece]) -> int:
    """The index from which paragraphs close the whole article rather than its last section."""
    last = len(pieces)
    top = min((piece.rank for piece in pieces if piece.heading and piece.lasting), default=None)
    if top is None:
        return last
    low = max(at for at, piece in enumerate(pieces) if piece.heading and piece.lasting and piece.rank == top)
    if _CLOSING_HEADING.search(pieces[low].words):
        return last
    first = low + (2 if pieces[low].own else 1)
    tail = last
    while (
        tail > max(first, last - _FARTHEST) and not pieces[tail - 1].heading and pieces[tail - 1].mark is None
    ):
        tail -= 1
    cued = next((at for at in range(tail, last) if _CLOSING.search(pieces[at].block.text[:80])), last)
    counted = pieces[low + 1 : tail][-2:]
    if cued == last and tail == last - 1 and len(counted) == 2 and all(is_point(piece) for piece in counted):
        return tail
    return cued
