"""Retrieval measures over TREC-style dictionaries, query by query.

A run maps query id to ``{passage id: score}``, qrels map query id to ``{passage id: relevance}``. Values
agree with trec_eval (and so with ir_measures): gain is the relevance itself, the discount is log2(rank + 1),
equal scores are ordered by descending passage id. A query with nothing to find is left out instead of
counting as 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Run = Mapping[str, Mapping[str, float]]
Qrels = Mapping[str, Mapping[str, int]]
Name = Literal["nDCG", "R", "RR", "AP"]
_SPELLING = re.compile(r"(nDCG|RR|R|AP)(?:\(rel=(\d+)\))?(?:@(\d+))?")


@dataclass(frozen=True, slots=True)
class Measure:
    """A retrieval measure as a value, spelt as in ir_measures: ``nDCG@10``, ``R(rel=2)@5``, ``AP``.

    ``cutoff`` is how many passages are looked at (``None``: all), ``rel`` the relevance from which one
    counts.
    """

    name: Name
    cutoff: int | None = None
    rel: int = 1

    def __str__(self) -> str:
        rel = "" if self.rel == 1 else f"(rel={self.rel})"
        return f"{self.name}{rel}" + ("" if self.cutoff is None else f"@{self.cutoff}")

    @classmethod
    def parse(cls, spelling: str) -> Measure:
        """The measure of that spelling. Raises ``ValueError`` when it is unknown."""
        match = _SPELLING.fullmatch(spelling)
        if match is None:
            raise ValueError(f"unknown measure {spelling!r}")
        name, rel, cutoff = match.groups()
        return cls(name, int(cutoff) if cutoff else None, int(rel) if rel else 1)  # type: ignore[arg-type]


nDCG10 = Measure("nDCG", 10)
RR10 = Measure("RR", 10)
AP20 = Measure("AP", 20)
STANDARD = (nDCG10, Measure("R", 1), Measure("R", 5), Measure("R", 10), Measure("R", 20), RR10, AP20)


def per_query(measure: Measure, run: Run, qrels: Qrels) -> dict[str, float]:
    """The measure for each query that has a passage to find; 0 for one that the run does not know."""
    value = _VALUES[measure.name]
    return {
        query: value(measure, _judged(run.get(query, {}), judged), sorted(judged.values(), reverse=True))
        for query, judged in qrels.items()
        if any(relevance >= measure.rel for relevance in judged.values())
    }


def _judged(scores: Mapping[str, float], judged: Mapping[str, int]) -> list[int]:
    """Relevance at each rank."""
    ranked = sorted(scores, key=lambda passage: (scores[passage], passage), reverse=True)
    return [judged.get(passage, 0) for passage in ranked]


def _ndcg(measure: Measure, found: Sequence[int], ideal: Sequence[int]) -> float:
    return _dcg(found[: measure.cutoff]) / _dcg(ideal[: measure.cutoff])


def _dcg(relevances: Sequence[int]) -> float:
    return sum(max(relevance, 0) / math.log2(rank + 1) for rank, relevance in enumerate(relevances, start=1))


def _recall(measure: Measure, found: Sequence[int], ideal: Sequence[int]) -> float:
    return _count(measure, found[: measure.cutoff]) / _count(measure, ideal)


def _reciprocal_rank(measure: Measure, found: Sequence[int], ideal: Sequence[int]) -> float:
    ranks = (rank for rank, rel in enumerate(found[: measure.cutoff], start=1) if rel >= measure.rel)
    return 1 / next(ranks, math.inf)


def _average_precision(measure: Measure, found: Sequence[int], ideal: Sequence[int]) -> float:
    seen = found[: measure.cutoff]
    precisions = (
        _count(measure, seen[:rank]) / rank for rank, rel in enumerate(seen, start=1) if rel >= measure.rel
    )
    return sum(precisions) / _count(measure, ideal)


def _count(measure: Measure, relevances: Sequence[int]) -> int:
    return sum(relevance >= measure.rel for relevance in relevances)


_VALUES: Mapping[Name, Callable[[Measure, Sequence[int], Sequence[int]], float]] = {
    "nDCG": _ndcg,
    "R": _recall,
    "RR": _reciprocal_rank,
    "AP": _average_precision,
}
