"""Conditions that a sentence leaves out: what the evidence allows with somebody's consent is not allowed without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.claims import EMPTY, Clause, Reading
from rag.operators import NEGATIVE, operators
from rag.placing import Ground
from rag.text import clause_spans, tight

MOST_MISSING = 0.5  # of a condition's characters: so much of it the reader need not have read
LONGEST = 30  # characters; a longer clause says more than a condition
_OPENS = re.compile(
    r"^(?:如果|倘若|假如|若(?!干)|一旦|除(?!了)|凡|只有|只要|未经|经(?!常|费|济|验|手)|遇|确[有因需]|因(?!此|为|而)|符合|具备|没有)"
)
_ENDS = re.compile(r"(?:的|的话|情况下|以?外|时|后|之?前)$")
_TELLS = re.compile(r"是.*的$|^(?:按|根据|对|把|从|向|在)|^为(?!.*的$)|目的$")


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

    He has where half of its words stand in one clause of what is ``said`` or of the answer so far, which denies as it denies, or
    any of them in his own question. Words that the stretch repeats tell him nothing.
    """
    told, asked = _clauses(f"{before.question}\n{before.answer}\n{said}"), tight(before.question)
    for index, start, end in places:
        reading = grounds[index].text
        condition = _condition(reading, start) if start < end else None
        if condition is None or any(i == index and a <= condition.start < b for i, a, b in places):
            continue
        words = [tight(t.text) for t in condition.tokens if t.says_something and t.text not in EMPTY]
        if not any(w in asked for w in words if len(w) > 1) and not _told(
            words, condition, _own(reading, start), told
        ):
            return _words(reading, condition)
    return None


def _told(words: Sequence[str], condition: Clause, follows: str, told: Sequence[tuple[str, bool]]) -> bool:
    """Whether a clause that was read says the condition; of its words those count that what follows it lacks, if any does."""
    own = [w for w in words if w not in follows] or words
    denies = any(o.kind in NEGATIVE for o in condition.operators)
    least = (1 - MOST_MISSING) * sum(map(len, own))
    return any(denied == denies and sum(len(w) for w in own if w in text) >= least for text, denied in told)


def _clauses(text: str) -> list[tuple[str, bool]]:
    """The clauses of what was read, each with whether it denies."""
    parts = (text[a:b] for a, b in clause_spans(text))
    return [(tight(part), any(o.kind in NEGATIVE for o in operators(part))) for part in parts]


def _own(reading: Reading, start: int) -> str:
    """The clause of the evidence at ``start``."""
    return next((tight(_words(reading, c)) for c in reading.clauses if c.start <= start < c.end), "")


def _condition(reading: Reading, start: int) -> Clause | None:
    """The clause before the one at ``start`` in the same sentence, if it is a condition; of a list of conditions none is."""
    for first, last in reading.sentences:
        for ahead, clause in pairwise(reading.clauses[first:last]):
            if clause.start <= start < clause.end:
                limits = _limits(_words(reading, ahead)) and not _ENDS.search(_words(reading, clause))
                return ahead if limits else None
    return None


def _words(reading: Reading, clause: Clause) -> str:
    return reading.words(clause).strip()


def _limits(text: str) -> bool:
    limits = _OPENS.search(text) or _ENDS.search(text)
    return len(text) <= LONGEST and limits is not None and _TELLS.search(text) is None
