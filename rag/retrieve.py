"""From a query to hits: candidates of both sides, each measured, one score, a fixed order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embeddings.protocol import Encoder
from rag.datatypes import Hit, Mode
from rag.index import VectorIndex
from rag.lexical import LexicalQuery, LexicalSearch
from rag.rank_features import Prepared, fused, han_share, measure, prepare
from rag.store import Store, encoder_mismatch

CANDIDATES = 100  # of each side
_PREPARED = 20_000  # passages kept ready for counting terms
_ANOTHER_SCRIPT = 0.5  # difference in the share of Chinese from which words are not expected to match

Evidence = dict[int, dict[str, float]]


class HybridRetriever:
    """Finds passages by words and by meaning. Safe to use from several threads."""

    def __init__(self, store: Store, index: VectorIndex, encoder: Encoder) -> None:
        self._store = store
        self._index = index
        self._encoder = encoder
        self._lexical = LexicalSearch(store)
        self._prepared: dict[int, Prepared] = {}

    def retrieve(
        self, query: str, k: int = 10, mode: Mode = "hybrid", documents: frozenset[str] | None = None
    ) -> tuple[Hit, ...]:
        """At most ``k`` hits, best first, equal ones in the order they were stored; only within ``documents`` (ids)
        when given. A blank query finds nothing. Raises ``SettingError`` when another encoder made the store.
        """
        self._check_encoder()
        if not query.strip() or k < 1:
            return ()
        parsed = self._lexical.parse(query)
        vector = self._encoder.encode_queries([parsed.text])[0]
        limit = max(CANDIDATES, 2 * k)
        near = self._near(vector, limit, documents) if mode != "lexical" else []
        matched = self._lexical.candidates(parsed, limit, documents) if mode != "dense" else []
        evidence = self._evidence(parsed, vector, sorted({*near, *matched}))
        ranks = {
            "dense": _ranks(near, evidence, "dense"),
            "lexical": _ranks(matched, evidence, "lexical"),
        }
        score = {key: _score(values, mode) for key, values in evidence.items()}
        best = sorted(score, key=lambda key: (-score[key], key))[:k]
        entries = self._store.passages_at(best)
        return tuple(
            Hit(
                rank,
                score[key],
                *entries[key],
                found_by={side: found[key] for side, found in ranks.items() if key in found},
                evidence=evidence[key],
            )
            for rank, key in enumerate((key for key in best if key in entries), 1)
        )

    def _check_encoder(self) -> None:
        stored = self._store.encoder_identity
        if stored is not None and stored != self._encoder.identity and self._store.counts()[1]:
            raise encoder_mismatch(stored, self._encoder.identity)

    def _near(
        self, vector: npt.NDArray[np.float32], limit: int, documents: frozenset[str] | None
    ) -> list[int]:
        if not vector.any():  # no known word: every passage would be equally near
            return []
        keys = None if documents is None else self._store.keys(documents)
        return [key for key, _ in self._index.search(vector, limit, keys)]

    def _evidence(
        self, query: LexicalQuery, vector: npt.NDArray[np.float32], keys: Sequence[int]
    ) -> Evidence:
        found, matrix = self._store.vectors(np.array(keys, dtype=np.int64))
        cosines = dict(zip(found.tolist(), (matrix @ vector).tolist() if len(found) else [], strict=True))
        mean_length = self._store.mean_length()
        script = han_share(query.text)
        evidence: Evidence = {}
        for key, prepared in self._prepare(keys).items():
            values = measure(query, prepared, mean_length)
            values["lexical"] = (values["pairs"] + values["words"]) / 2
            values["dense"] = cosines.get(key, 0.0)
            values["cross"] = float(abs(script - prepared.han) > _ANOTHER_SCRIPT)
            evidence[key] = values
        return evidence

    def _prepare(self, keys: Sequence[int]) -> dict[int, Prepared]:
        """The passages of ``keys`` ready for counting. A key never changes its passage, so they can be kept."""
        known = self._prepared
        missing = [key for key in keys if key not in known]
        if missing:
            if len(known) + len(missing) > _PREPARED:
                known = self._prepared = {}
                missing = list(keys)
            known.update((key, prepare(*entry)) for key, entry in self._store.passages_at(missing).items())
        return {key: known[key] for key in keys if key in known}


def _ranks(keys: Sequence[int], evidence: Evidence, side: str) -> dict[int, int]:
    """Key -> rank from 1 among the candidates of one side."""
    there = sorted((key for key in keys if key in evidence), key=lambda key: (-evidence[key][side], key))
    return {key: rank for rank, key in enumerate(there, 1)}


def _score(evidence: dict[str, float], mode: Mode) -> float:
    if mode == "hybrid":
        return fused(evidence)
    return evidence["lexical"] if mode == "lexical" else min(1.0, max(0.0, evidence["dense"]))
