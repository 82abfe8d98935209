"""From a query to hits: candidates of both sides, each measured, one score, a fixed order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from embeddings.fold import fold
from embeddings.protocol import Encoder
from rag import english, segment
from rag.datatypes import Hit, Mode
from rag.index import VectorIndex
from rag.interaction import PassageInteraction
from rag.lexical import LexicalQuery, LexicalSearch
from rag.question import read_question
from rag.rank_features import Measured, Prepared, coverage, han_share, measure, prepare, probability, weigh
from rag.store import Entry, Store, encoder_mismatch
from rag.terms import share_named

CANDIDATES = 100  # of each side
_PREPARED = 20_000  # passages kept ready for counting terms
_ANOTHER_SCRIPT = 0.5  # difference in the share of Chinese from which words are not expected to match
# A paragraph beside a good one is more likely good: its odds grow by a tenth of those beside it, counted from the odds
# of a passage that has nothing to do with the query.
NEIGHBOURS, NOTHING = 0.1, -8.0

FURTHER = 0.3  # what a second passage of a document counts where the documents are compared

# What a passage counts whose document names none of those that the query names, though another document does; and how
# many times as long as the passage a document must be for its silence to tell anything.
SOMEBODY_ELSES, WHOLE = 0.2, 2
CLOSELY_READ = 40  # of the best passages

Evidence = dict[int, dict[str, float]]


class HybridRetriever:
    """Finds passages by words and by meaning. Safe to use from several threads.

    A question in English is asked of Chinese passages twice: as it stands, and word by word in Chinese. What both say
    is weighed by how much of the question could be translated.
    """

    def __init__(self, store: Store, index: VectorIndex, encoder: Encoder) -> None:
        self._store = store
        self._index = index
        self._encoder = encoder
        self._lexical = LexicalSearch(store)
        self._interaction = None if encoder.tokens is None else PassageInteraction(encoder.tokens)
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
        asked = self._lexical.parse(query)
        readings = (asked,) if asked.translation is None else (asked, asked.translation)
        limit = max(CANDIDATES // len(readings), 2 * k)
        vectors = self._encoder.encode_queries([reading.meaning for reading in readings])
        near: list[int] = []
        matched: list[int] = []
        for reading, vector in zip(readings, vectors, strict=True):
            near += self._near(vector, limit, documents) if mode != "lexical" else []
            matched += self._lexical.candidates(reading, limit, documents) if mode != "dense" else []
        entries = self._store.passages_at(sorted({*near, *matched}))
        evidence = self._evidence(asked, vectors[0], entries)
        odds = _odds(evidence)
        if asked.translation is not None and mode == "hybrid":
            self._weigh_translated(asked.translation, vectors[1], entries, evidence, odds)
        scores = _scores(odds, evidence, entries, mode)
        names = segment.proper_names(asked.text) if asked.translation is None else english.proper_names(query)
        if mode == "hybrid" and names:
            scores = _about([fold(name) for name in names], scores, entries)
        if mode == "hybrid" and read_question(query).across:
            scores = _over_documents(scores, entries)
        sides = {"dense": _ranks(near, evidence, "dense"), "lexical": _ranks(matched, evidence, "lexical")}
        best = sorted(scores, key=lambda key: (-scores[key], key))[:k]
        return tuple(
            Hit(
                rank,
                scores[key],
                *entries[key],
                found_by={side: ranks[key] for side, ranks in sides.items() if key in ranks},
                evidence=evidence[key],
            )
            for rank, key in enumerate(best, 1)
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
        self, query: LexicalQuery, vector: npt.NDArray[np.float32], entries: Mapping[int, Entry]
    ) -> Evidence:
        """What is measured on each candidate, by its key."""
        cosines = self._cosines(vector, list(entries))
        mean, deviation = self._index.spread(vector)
        alike = {} if self._interaction is None else self._interaction.scores(query.meaning, entries)
        measured = self._measure(query, entries)
        held: dict[str, set[int]] = {}
        for key, (_, document) in entries.items():
            held.setdefault(document.id, set()).update(measured[key].held)
        covered = {document: coverage(query, terms) for document, terms in held.items()}
        script = han_share(query.text)
        evidence: Evidence = {}
        for key, (_, document) in entries.items():
            values = measured[key].values
            cosine = cosines.get(key, 0.0)
            evidence[key] = found = {
                **values,
                "lexical": (values["pairs"] + values["words"]) / 2,
                "dense": cosine,
                "nearness": (cosine - mean) / deviation,
                "document": covered[document.id],
                "cross": _another_script(script, self._prepared[key].han),
            }
            if self._interaction is not None:
                found["alike"] = alike[key]
                found["dense"] = probability(weigh(found, "meaning"))
        return evidence

    def _weigh_translated(
        self,
        translation: LexicalQuery,
        vector: npt.NDArray[np.float32],
        entries: Mapping[int, Entry],
        evidence: Evidence,
        odds: dict[int, float],
    ) -> None:
        """Moves the odds of passages in another script towards those for the question in that script."""
        foreign = {key: entry for key, entry in entries.items() if evidence[key]["cross"]}
        translated = _odds(self._evidence(translation, vector, foreign))
        for key in foreign:
            evidence[key]["translation"] = probability(translated[key])
            odds[key] += translation.translated * (translated[key] - odds[key])

    def _cosines(self, vector: npt.NDArray[np.float32], keys: Sequence[int]) -> dict[int, float]:
        found, matrix = self._store.vectors(np.array(keys, dtype=np.int64))
        return dict(zip(found.tolist(), (matrix @ vector).tolist(), strict=True)) if len(found) else {}

    def _measure(self, query: LexicalQuery, entries: Mapping[int, Entry]) -> dict[int, Measured]:
        mean_length = self._store.mean_length()
        prepared = self._prepare(entries)
        return {key: measure(query, prepared[key], mean_length) for key in entries}

    def _prepare(self, entries: Mapping[int, Entry]) -> dict[int, Prepared]:
        """The passages ready for counting. A key never changes its passage, so they are kept."""
        known = self._prepared
        if len(known) + len(entries) > _PREPARED:
            known = self._prepared = {}
        for key in entries:
            if key not in known:
                known[key] = prepare(*entries[key])
        return known


def _another_script(query: float, passage: float) -> float:
    """1.0 for a passage in another script than the query's, -1.0 when the query is the Chinese one, else 0.0."""
    if abs(query - passage) <= _ANOTHER_SCRIPT:
        return 0.0
    return 1.0 if passage > query else -1.0


def _odds(evidence: Evidence) -> dict[int, float]:
    """The logarithm of the odds that each candidate is relevant."""
    return {
        key: weigh(values, "tokens" if "alike" in values else "plain") for key, values in evidence.items()
    }


def _scores(
    odds: Mapping[int, float], evidence: Evidence, entries: Mapping[int, Entry], mode: Mode
) -> dict[int, float]:
    if mode != "hybrid":
        return {key: min(1.0, max(0.0, values[mode])) for key, values in evidence.items()}
    place = {(document.id, passage.ordinal): key for key, (passage, document) in entries.items()}
    scores = {}
    for key, (passage, document) in entries.items():
        around = (place.get((document.id, passage.ordinal + step)) for step in (-1, 1))
        neighbours = [NOTHING if other is None else odds[other] for other in around]
        scores[key] = probability(odds[key] + NEIGHBOURS * (sum(neighbours) / len(neighbours) - NOTHING))
    return scores


def _about(
    names: Sequence[str], scores: Mapping[int, float], entries: Mapping[int, Entry]
) -> dict[int, float]:
    """The scores, less for the passages of documents that never mention the unit, place or person asked about, where
    others do: what they tell is somebody else's. Only the best are looked at.
    """
    best = sorted(scores, key=lambda key: (-scores[key], key))[:CLOSELY_READ]
    lacking = {key: 1 - share_named(names, entries[key][1]) for key in best}
    least = min(lacking.values(), default=0.0)
    less = {
        key: scores[key] * SOMEBODY_ELSES ** (lacking[key] - least)
        for key in best
        if len(entries[key][1].text) >= WHOLE * len(entries[key][0].text)
    }
    return {**scores, **less}


def _over_documents(scores: Mapping[int, float], entries: Mapping[int, Entry]) -> dict[int, float]:
    """The scores where several documents are asked about: each further passage of a document counts less."""
    earlier: Counter[str] = Counter()
    spread = {}
    for key in sorted(scores, key=lambda key: (-scores[key], key)):
        document = entries[key][1].id
        spread[key] = scores[key] * FURTHER ** earlier[document]
        earlier[document] += 1
    return spread


def _ranks(keys: Sequence[int], evidence: Evidence, side: str) -> dict[int, int]:
    """Key -> rank from 1 among the candidates of one side."""
    there = sorted((key for key in keys if key in evidence), key=lambda key: (-evidence[key][side], key))
    return {key: rank for rank, key in enumerate(there, 1)}
