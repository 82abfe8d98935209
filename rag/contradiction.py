"""What speaks against a clause that was laid over evidence."""

from __future__ import annotations

from dataclasses import dataclass

from rag.alignment import Laid
from rag.exchanges import added, cut, denied, opposite, replaced, reworded, torn
from rag.facts import halved, misplaced, missing, uncounted
from rag.polarity import borrowed, turned
from rag.rivals import heightened, rival, turned_round
from rag.roles import displaced, scattered, spliced, swapped

CLAUSE_COVERED = 0.50  # of every clause: an invented clause must not hide behind a true one

FACTS = (
    missing,
    misplaced,
    halved,
    uncounted,
    denied,
    replaced,
    turned,
    borrowed,
    rival,
    turned_round,
    heightened,
    opposite,
)
# Which word stands for which is known only where enough words are shared.
PARTS = (torn, cut, spliced, swapped, displaced)
WORDS = (reworded, added, scattered)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a clause is not supported, in Chinese; ``soft`` when nothing but its wording speaks against it."""

    reason: str
    soft: bool = False


def contradiction(laid: Laid) -> Objection | None:
    """What is wrong with the clause, facts before wording; ``None`` when nothing is."""
    for checks, soft in ((FACTS, False), (PARTS, laid.coverage < CLAUSE_COVERED), (WORDS, True)):
        for check in checks:
            if (reason := check(laid)) is not None:
                return Objection(reason, soft)
    return None
