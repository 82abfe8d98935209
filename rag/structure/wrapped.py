"""Text whose lines were broken at a fixed width, as mail programs and PDF pages do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rag.structure.lines import Line, ends_sentence, width_of

NARROWEST, WIDEST = 30, 110  # columns of text that a mail program or a page may have broken
UNBROKEN = 10_000  # the limit of a line that ends where its author ended it
_UNIT = re.compile(r"[A-Za-z0-9][^\s\u2e80-\u9fff，。、；：]*|.[，。、；：！？）”’》]*")
_SLACK = 2  # a line may end one Han character early so that no mark begins the next


def wrap_limits(lines: Sequence[Line], begins_item: Sequence[bool]) -> list[int | None]:
    """For each line the width at which its part of the file was wrapped; ``None`` for whole paragraphs."""
    limits: list[int | None] = [None] * len(lines)
    start = 0
    for at in range(len(lines) + 1):
        if at == len(lines) or lines[at].width > WIDEST:
            limit = _limit(lines[start:at], begins_item[start:at])
            limits[start:at] = [limit] * (at - start)
            start = at + 1
    return limits


def known_limits(lines: Sequence[Line], broken: frozenset[int]) -> list[int | None]:
    """The same for a page whose geometry is known: each line in ``broken`` was as wide as it could be."""
    return [line.width if line.number in broken else UNBROKEN for line in lines]


def was_forced(line: Line, following: Line, limit: int) -> bool:
    """Whether the next word would not have fitted on ``line``: a width broke it, not the author."""
    unit = _UNIT.match(following.text)
    needed = width_of(unit.group()) if unit else 1
    return line.width + needed + following.text[0].isascii() > limit - _SLACK


def usual_gap(lines: Sequence[Line]) -> int:
    """The number of empty lines between most lines: 1 in text that was copied with double spacing."""
    return Counter(min(line.gap, 2) for line in lines[1:]).most_common(1)[0][0] if len(lines) > 1 else 0


def _limit(lines: Sequence[Line], begins_item: Sequence[bool]) -> int | None:
    """The width of wrapped text: most lines end where the next word would not fit, many inside a clause."""
    gap = usual_gap(lines)
    following = zip(pairwise(lines), begins_item[1:], strict=False)
    pairs = [(a, b) for (a, b), item in following if b.gap <= gap and not item]
    if len(pairs) < 4:
        return None
    widths = sorted(a.width for a, _ in pairs)
    limit = widths[int(0.98 * (len(widths) - 1))]
    if limit < NARROWEST:
        return None
    forced = [a for a, b in pairs if was_forced(a, b, limit)]
    others = [a for a, b in pairs if not was_forced(a, b, limit) and not ends_sentence(a.text)]
    inside = sum(a.text[-1].isalnum() for a in forced)
    return limit if len(forced) >= max(3, len(others)) and inside >= 0.4 * len(forced) else None
