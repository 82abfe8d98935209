"""Small words that stand beside the same words in both texts and say another thing: 或者 for 和, 后 for 内, 再 for 先, 一律 for 一般."""

from __future__ import annotations

import re

from rag.alignment import Laid

_RIVALS = tuple(
    tuple(re.compile(pattern) for pattern in family)
    for family in (
        (r"或", r"和|与|及|并|且"),
        (r"^(?:之|以)?前", r"^(?:之|以)?后", r"^(?:以|之)?内"),
        (r"先(?!后)|首先", r"再|然后|随后|最后|其次"),
        (r"一般|通常|原则上|往往|大多|多半", r"必定|必然|一律|总是|从来"),
        (r"拟|力争|争取|计划|打算|准备|有望|预计|将", r"已"),
        (r"以上|至少", r"以内|以下|至多"),
    )
)
_REASON = re.compile(r"因为|由于|因此|因而|所以|因|为了|为|只有|只要|才|就")


def rival(laid: Laid) -> str | None:
    """A small word between words in common, where the evidence has a rival of it between the same words."""
    for slot in laid.slots:
        for family in _RIVALS:
            ours, theirs = ([p.search(text) for p in family] for text in (slot.said, slot.there))
            if any(ours) and any(theirs) and not any(a and b for a, b in zip(ours, theirs, strict=True)):
                said, there = (next(m.group() for m in found if m) for found in (ours, theirs))
                return f"原文此处是“{there}”，不是“{said}”"
    return None


def turned_round(laid: Laid) -> str | None:
    """因为 or 所以 before what the evidence says without it, where it says another clause with it."""
    opening = _REASON.match(laid.claim.words(laid.clause).lstrip())
    if opening is None or not laid.tiles:
        return None
    own = laid.touched[0]
    there = [c for c in laid.there if laid.reading.words(c).lstrip().startswith(opening.group())]
    if there and own not in there:
        return f"原文中“{opening.group()}”说的是另一句"
    return None


def heightened(laid: Laid) -> str | None:
    """最 put before words in common that stand there without it."""
    for tile in laid.tiles:
        ours, theirs = laid.claim.text[: tile.start], laid.reading.text[: tile.there]
        if ours.endswith("最") and not theirs.endswith("最"):
            return f"原文没有说“最{laid.claim.text[tile.start : tile.end][:6]}”"
    return None
