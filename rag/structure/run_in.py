"""Short first sentences that are headings, in a group; 一是 … as heading of its own paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.structure.glued import form_of, part_by_form
from rag.structure.headings import RUN_IN, Piece
from rag.structure.numbering import mark_of

LONGEST = 16
_STOP = re.compile(r"[。！？]")
# Words of narration and argument, which headings do without.
_NARRATIVE = re.compile(r"[了吧呢吗啊我你您他她它]|这|那|很|就是|曾|没有")
_COMMA = re.compile(r"[，,]")


def with_run_ins(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The outline with run-in headings marked and paragraphs parted that a lost line end had glued
    together.

    One short first sentence proves nothing; a group does: every counted paragraph of a section, or at least
    two paragraphs in a row (three where the article has no numbered sections).
    """
    sections = any(piece.heading and piece.lasting for piece in pieces)
    return tuple(piece for leaf in _leaves(pieces) for piece in _marked_leaf(leaf, 2 if sections else 3))


def is_point(piece: Piece) -> bool:
    """Whether a paragraph begins with 一是, 二要 or 其三."""
    mark = piece.mark
    return mark is not None and mark.scheme == "point"


def _leaves(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Runs of pieces, each with the heading it stands under first."""
    leaf: list[Piece] = []
    for piece in pieces:
        if piece.heading and leaf:
            yield leaf
            leaf = []
        leaf.append(piece)
    if leaf:
        yield leaf


def _marked_leaf(leaf: list[Piece], least: int) -> list[Piece]:
    points = [at for at, piece in enumerate(leaf) if not piece.heading and is_point(piece)]
    if len(points) >= 2:
        ends = [_point_end(leaf[at].block.text) for at in points]
        return _marked(leaf, points, ends) if all(ends) else leaf
    if leaf[0].heading and not leaf[0].own:
        return leaf
    plain = [at for at, piece in enumerate(leaf) if not piece.heading]
    ends = [_sentence_end(leaf[at].block.text) for at in plain]
    begun = [i for i, end in enumerate(ends) if end]
    in_a_row = bool(begun) and begun[-1] - begun[0] + 1 == len(begun) and len(plain) - begun[-1] <= 2
    if len(begun) < least or not in_a_row:
        return leaf
    return _parted(_marked(leaf, [plain[i] for i in begun], [ends[i] for i in begun]))


def _marked(leaf: Sequence[Piece], at: Sequence[int], ends: Sequence[int]) -> list[Piece]:
    spans = dict(zip(at, ends, strict=True))
    return [
        Piece(piece.block, (0, spans[i]), False, RUN_IN, False) if i in spans else piece
        for i, piece in enumerate(leaf)
    ]


def _parted(leaf: Sequence[Piece]) -> list[Piece]:
    form = form_of([piece.words for piece in leaf if piece.heading and not piece.own])
    if form is None:
        return list(leaf)
    found: list[Piece] = []
    for piece in leaf:
        if piece.heading:
            found.append(piece)
            continue
        for block, end in part_by_form(piece.block, form):
            found.append(Piece(block, (0, end), False, RUN_IN, False) if end else Piece(block))
    return found


def _point_end(text: str) -> int:
    """Where 一是抓好关键少数 ends; 0 when the sentence is long, has a comma or exhorts (一是要…)."""
    mark = mark_of(text)
    begin = mark.end if mark else 0
    stop = _STOP.search(text, begin, begin + LONGEST + 1)
    if stop is None or stop.end() >= len(text) or "要" in text[begin - 1 : begin + 1]:
        return 0
    return 0 if re.search(r"[，,；;]", text[begin : stop.start()]) else stop.start()


def _sentence_end(text: str) -> int:
    """Where a first sentence ends that can be a heading: short, no narration, no comma but between halves."""
    stop = text.find("。", 4, LONGEST + 1)
    if stop < 0 or len(text) - stop <= 20:
        return 0
    words = text[:stop]
    halves = _COMMA.split(words)
    even = len(halves) == 1 or (len(halves) == 2 and len(halves[0]) == len(halves[1]))
    if not even or _NARRATIVE.search(words) or re.search(r"[；;：:！？]", words) or words[0] in "“‘《":
        return 0
    return stop
