"""Conditions that a sentence leaves out: what the evidence allows with somebody's consent is not allowed without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims import EMPTY, Clause, Reading
from rag.placing import Ground
from rag.text import tight

MOST_MISSING = 0.5  # share of a condition's words that may stand nowhere before the reader
LONGEST = 30  # characters; a longer clause says more than a condition
_OPENS = re.compile(
    r"^(?:如果|倘若|假如|若(?!干)|一旦|除(?!了)|凡|只有|只要|未经|经(?!常|费|济|验|手)|遇|确[有因需]|因(?!此|为|而)|符合|具备|没有)"
)
_ENDS = re.compile(r"(?:的|的话|情况下|以?外|时|后|之?前)$")
_TELLS = re.compile(r"是.*的$|^(?:按|根据|对|把|从|向|在|为)|目的$")


@dataclass(frozen=True, slots=True)
class Before:
    """What the reader has read when he comes to a sentence: the question, and the answer up to there."""

    question: str = ""
    answer: str = ""


NOTHING = Before()


def dropped(
    places: Sequence[tuple[int, int, int]], grounds: Sequence[Ground], said: str, before: Before
) -> str | None:
    """The condition right before a stretch ``(index, start, end)`` of the evidence, where the reader has not read of it.

    He has where half of its words stand in what is ``said`` or in the answer so far, or any of them in his own question.
    """
    told, asked = tight(f"{before.question}{before.answer}{said}"), tight(before.question)
    for index, start, end in places:
        reading = grounds[index].text
        condition, clause = _ahead(reading, start) if start < end else (None, None)
        if (
            condition is None
            or clause is None
            or any(i == index and a <= condition.start < b for i, a, b in places)
        ):
            continue
        text = reading.text[condition.start : condition.end].strip()
        if not _limits(text) or _ENDS.search(reading.text[clause.start : clause.end].strip()):
            continue  # a list of conditions
        words = [tight(t.text) for t in condition.tokens if t.says_something and t.text not in EMPTY]
        missing = sum(len(w) for w in words if w not in told)
        if missing > MOST_MISSING * sum(map(len, words)) and not any(w in asked for w in words if len(w) > 1):
            return text
    return None


def _limits(text: str) -> bool:
    limits = _OPENS.search(text) or _ENDS.search(text)
    return len(text) <= LONGEST and limits is not None and _TELLS.search(text) is None


def _ahead(reading: Reading, start: int) -> tuple[Clause | None, Clause | None]:
    """The clause before the one at ``start`` in the same sentence, and that one."""
    for first, last in reading.sentences:
        for number in range(first + 1, last):
            if reading.clauses[number].start <= start < reading.clauses[number].end:
                return reading.clauses[number - 1], reading.clauses[number]
    return None, None
