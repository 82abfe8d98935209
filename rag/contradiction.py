"""What speaks against a clause that was laid over evidence."""

from __future__ import annotations

from rag.alignment import Laid
from rag.exchanges import added, cut, denied, opposite, replaced, torn
from rag.facts import misplaced, missing, uncounted
from rag.polarity import turned
from rag.roles import scattered, spliced, swapped

CHECKS = (missing, misplaced, uncounted, torn, cut, denied, replaced, added, turned, opposite, spliced, swapped, scattered)


def contradiction(laid: Laid) -> str | None:
    """What is wrong with the clause, in Chinese; ``None`` when nothing is."""
    return next((reason for check in CHECKS if (reason := check(laid)) is not None), None)
