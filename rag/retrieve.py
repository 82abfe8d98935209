"""From a query to hits: candidates of both sides, each measured, one score, a fixed order."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np

from embeddings.protocol import Encoder
from rag.datatypes import Hit, Mode
from rag.index import VectorIndex
from rag.lexical import LexicalQuery, LexicalSearch
from rag.rank_features import Prepared, measure, prepare
from rag.store import Store, encoder_mismatch

CANDIDATES = 100  # of each side
_PREPARED = 20_000  # cached


class HybridRetriever:
    """Finds passages by words and by meaning. Raises ``SettingError`` when the store was made with another encoder."""

    def __init__(self, store: Store, index: VectorIndex, encoder: Encoder) -> None:
        self._store = store
        self._index = index
        self._encoder = encoder
        self._lexical = LexicalSearch(store)
        self._prepared: OrderedDict[int, Prepared] = OrderedDict()

    def retrieve(
        self, query: str, k: int = 10, mode: Mode = "hybrid", documents: frozenset[str] | None = None
    ) -> tuple[Hit, ...]:
        """At most ``k`` hits, best first; only within ``documents`` (ids) when given. A blank query finds nothing."""
        stored = self._store.encoder_identity
        if stored is not None and stored != self._encoder.identity:
            raise encoder_mismatch(stored, self._encoder.identity)
        if not query.strip() or k < 1:
            return ()
        parsed = self._lexical.parse(query)
        limit = max(CANDIDATES, 2 * k)
        vector = self._encoder.encode_queries([query])[0]
        near = [] if mode == "lexical" else self._near(vector, limit, documents)
        matched = (
            [] if mode == "dense" else [key for key, _ in self._lexical.candidates(parsed, limit, documents)]
        )
        evidence = self._evidence(parsed, vector, sorted({*near, *matched}))
        near.sort(key=lambda key: (-evidence[key]["dense"], key)) if near else None
        matched.sort(key=lambda key: (-evidence[key]["lexical"], key))
        score = {key: _score(values, mode) for key, values in evidence.items()}
        best = sorted(score, key=lambda key: (-score[key], key))[:k]
        ranks = {"dense": near, "lexical": matched}
        found = self._store.passages_at(best)
        return tuple(
            Hit(
                rank,
                score[key],
                *found[key],
                {side: keys.index(key) + 1 for side, keys in ranks.items() if key in keys},
                evidence[key],
            )
            for rank, key in enumerate(best, 1)
        )

    def _near(self, vector: Any, limit: int, documents: frozenset[str] | None) -> list[int]:
        keys = None if documents is None else self._store.keys(documents)
        return [key for key, _ in self._index.search(vector, limit, keys)]

    def _evidence(self, parsed: LexicalQuery, vector: Any, keys: list[int]) -> dict[int, dict[str, float]]:
        found, matrix = self._store.vectors(np.array(keys, dtype=np.int64))
        cosines = dict(zip(found.tolist(), (matrix @ vector).tolist(), strict=True)) if len(found) else {}
        mean_length = self._store.mean_length()
        evidence: dict[int, dict[str, float]] = {}
        entries = self._store.passages_at(keys)
        for key in keys:
            if key not in entries:
                continue
            prepared = self._prepared.get(key)
            if prepared is None:
                prepared = self._prepared[key] = prepare(*entries[key])
                if len(self._prepared) > _PREPARED:
                    self._prepared.popitem(last=False)
            values = dict(measure(parsed, prepared, mean_length))
            values["lexical"] = (values["pairs"] + values["words"]) / 2
            values["dense"] = cosines.get(key, 0.0)
            evidence[key] = values
        return evidence


def _score(evidence: Mapping[str, float], mode: Mode) -> float:
    if mode == "lexical":
        return evidence["lexical"]
    if mode == "dense":
        return max(0.0, (1.0 + evidence["dense"]) / 2)
    return 1.0 / (1.0 + math.exp(-(8.0 * evidence["lexical"] + 5.0 * evidence["dense"] - 6.0)))
