"""The lexical side of retrieval: what a query asks the full-text index for, and the passages that answer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from embeddings.fold import fold
from rag import terms
from rag.store import Store

FIELD_WEIGHTS = (1.0, 1.0, 1.0)  # body, title, section, for finding candidates
POSTING_BUDGET = 60_000  # postings read per query: about 10 ms
_STOP = frozenset("的了吗呢吧啊呀嘛么是在有和与及或")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a query: its weight grows with its rarity; ``needle`` is what to count in ``terms.scan(text)``."""

    text: str
    needle: str
    idf: float
    frequency: int


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """The terms of a query: characters, pairs of characters and words of ideographic runs; words of anything else."""

    characters: tuple[Term, ...]
    pairs: tuple[Term, ...]
    words: tuple[Term, ...]


class LexicalSearch:
    """Finds passages by the words of a query in body, title and section path."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def parse(self, query: str) -> LexicalQuery:
        """The query's terms with their weights in this knowledge base."""
        characters: dict[str, None] = {}
        pairs: dict[str, None] = {}
        words: dict[str, None] = {}
        for run, han in terms.runs(query):
            if not han:
                pairs[run] = words[run] = None
                continue
            characters.update(dict.fromkeys(run))
            pairs.update(dict.fromkeys(terms.pairs(run)))
            words.update(dict.fromkeys(terms.cut(run)))
        total = self._store.counts()[1]
        frequency = self._store.frequencies({**characters, **pairs, **words})

        def weighted(found: Iterable[str]) -> tuple[Term, ...]:
            return tuple(
                Term(text, terms.needle(text), idf(total, frequency[text]), frequency[text]) for text in found
            )

        return LexicalQuery(weighted(characters), weighted(pairs), weighted(words))

    def candidates(
        self, query: LexicalQuery, limit: int, documents: frozenset[str] | None = None
    ) -> list[tuple[int, float]]:
        """Keys and BM25 scores of the passages that share most with the query, best first.

        The rarest terms are asked for first, until reading their postings would take too long.
        """
        known = {
            term.text: term for term in (*query.characters, *query.pairs, *query.words) if term.frequency
        }
        chosen: list[str] = []
        postings = 0
        for term in sorted(known.values(), key=lambda term: (term.frequency, term.text)):
            postings += term.frequency
            if chosen and postings > POSTING_BUDGET:
                break
            if term.text not in _STOP:
                chosen.append(term.text)
        return self._store.match(chosen, limit, FIELD_WEIGHTS, documents)


class LexicalStatistics:
    """How many passages there are and how many hold a term: ``rag.protocols.Statistics`` over the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: tuple[int, int, dict[str, int]] = (-1, 0, {})

    @property
    def passages(self) -> int:
        """The number of passages."""
        return self._current()[1]

    def document_frequency(self, term: str) -> int:
        """The number of passages that hold ``term``; for a longer word that was never cut out as one, an upper bound."""
        known = self._current()[2]
        if term not in known:
            folded = fold(term).lower()
            found = self._store.frequencies([folded])[folded]
            if not found and len(folded) > 2:
                found = min(self._store.frequencies(terms.pairs(folded)).values())
            known[term] = found
        return known[term]

    def _current(self) -> tuple[int, int, dict[str, int]]:
        generation = self._store.generation
        if self._known[0] != generation:
            self._known = (generation, self._store.counts()[1], {})
        return self._known


def idf(total: int, frequency: int) -> float:
    """BM25's weight of a term that ``frequency`` of ``total`` passages hold (Robertson and Spärck Jones), above 0."""
    return math.log(1.0 + (total - frequency + 0.5) / (frequency + 0.5))
