"""How well passages answer to the single words of a query: late interaction, two neighbouring sentences at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from embeddings.interaction import Bags, best_cosines
from embeddings.protocol import TokenTable
from rag.store import Entry
from rag.text import sentence_spans

_KEPT = 20_000  # passages whose tokens are kept ready, about 15 MB


class PassageInteraction:
    """Late interaction of queries with stored passages. Safe to use from several threads."""

    def __init__(self, table: TokenTable) -> None:
        self._table = table
        self._kept: dict[int, Bags] = {}

    def scores(self, query: str, entries: Mapping[int, Entry]) -> dict[int, float]:
        """At most 1 for each passage, by its key: the mean over the query's tokens, weighted, of the best cosine found
        in the title, the section path, and those two neighbouring sentences that do best.

        Two sentences rather than the whole passage: words that answer together stand together, and a long passage has
        something like everything somewhere.
        """
        if not entries:
            return {}
        bags = self._bags(entries)
        weights, best = best_cosines(self._table, query, Bags.joined(bags))
        sizes = np.array([len(each.sizes) for each in bags])
        heads = np.cumsum(sizes) - sizes
        passage = np.repeat(np.arange(len(bags)), sizes)
        windows = best.copy()
        windows[:, :-1] = np.where(
            passage[:-1] == passage[1:], np.maximum(best[:, :-1], best[:, 1:]), best[:, :-1]
        )
        found = weights @ np.maximum(windows, best[:, heads[passage]])
        return dict(zip(entries, np.maximum.reduceat(found, heads).tolist(), strict=True))

    def _bags(self, entries: Mapping[int, Entry]) -> list[Bags]:
        """Of each passage the tokens of its headings, then those of each sentence. A key never changes its passage."""
        kept = self._kept
        if len(kept) + len(entries) > _KEPT:
            kept = self._kept = {}
        new = {key: _pieces(entry) for key, entry in entries.items() if key not in kept}
        bags = iter(self._table.bags([piece for pieces in new.values() for piece in pieces]))
        for key, pieces in new.items():
            kept[key] = Bags.of([next(bags) for _ in pieces])
        return [kept[key] for key in entries]


def _pieces(entry: Entry) -> Sequence[str]:
    passage, document = entry
    sentences = [passage.text[start:end] for start, end in sentence_spans(passage.text)]
    return ["\n".join((document.title, *passage.section)), *sentences]
