"""Hits for every thing that a question asks, where it asks several: one search finds what the longest part is about.

A question that opens with the name of a unit asks two things as well: whose documents, and what is told there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.datatypes import Hit, Mode
from rag.facets import facets
from rag.protocols import Retriever
from rag.topic import owned

FACET_HITS = 4  # for each thing asked
# What the best hit for one facet is worth, of the best for the question as a whole: one thing asked is as good as another,
# and the whole question comes first.
FACET = 0.99


class FacetedRetriever:
    """A retriever that also asks another for each of a question's facets; in hybrid mode only, the rest measures sides."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def retrieve(
        self, query: str, k: int = 10, mode: Mode = "hybrid", documents: frozenset[str] | None = None
    ) -> tuple[Hit, ...]:
        """As the retriever does it; the hits of several searches in one order."""
        hits = self._retriever.retrieve(query, k, mode, documents)
        if not hits or mode != "hybrid":
            return hits
        few = min(k, FACET_HITS)
        several = found if len(found := facets(query)) > 1 else ()
        each = [self._retriever.retrieve(facet, few, mode, documents) for facet in several]
        for whose in filter(None, map(owned, several or (query,))):
            theirs = frozenset(hit.document.id for hit in hits if whose.named_in(hit.document))
            each.append(self._retriever.retrieve(whose.what, few, mode, theirs) if theirs else ())
        worth = FACET * hits[0].score
        return merged((hits, *(scaled(found, worth / found[0].score) for found in each if found)), k)


def scaled(hits: Sequence[Hit], factor: float) -> tuple[Hit, ...]:
    """The hits with their scores times ``factor``."""
    return tuple(replace(hit, score=factor * hit.score) for hit in hits)


def merged(found: Sequence[Sequence[Hit]], k: int) -> tuple[Hit, ...]:
    """The best ``k`` of several searches, each passage with its best score, ranked anew."""
    best: dict[str, Hit] = {}
    for hit in (hit for hits in found for hit in hits):
        if hit.passage.id not in best or best[hit.passage.id].score < hit.score:
            best[hit.passage.id] = hit
    ordered = sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.id))[:k]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(ordered, 1))
