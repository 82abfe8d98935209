"""Which rows go into a batch: random ones, or neighbourhoods of passages that the model finds alike.

In a random batch almost every negative is about something else. In a neighbourhood the passages of a batch
are hard negatives for each other, at no cost in encoding.
"""

from __future__ import annotations

import numpy as np

from embeddings.training.batches import EncodedSource
from embeddings.training.pooling import Floats, text_vectors
from embeddings.training.ragged import Longs

POOL_ROWS = 12_000  # passages encoded at a time
GROUP_ROWS = 64  # passages around one anchor
BATCHES_PER_POOL = 8


class RowSampler:
    """Draws the rows of one source's batches."""

    def __init__(self, encoded: EncodedSource, batch_size: int, rng: np.random.Generator) -> None:
        self._encoded = encoded
        self._batch_size = batch_size
        self._rng = rng
        self._waiting: list[Longs] = []

    def draw(self, table: Floats) -> tuple[Longs, bool]:
        """Rows of a batch, and whether they are neighbourhoods under ``table``."""
        if self._rng.random() < self._encoded.source.hard:
            if not self._waiting:
                self._waiting = self._neighbourhoods(table)
            return self._waiting.pop(), True
        return self._random(self._batch_size), False

    def _random(self, size: int) -> Longs:
        count = len(self._encoded)
        if count < 4 * size:
            return self._rng.permutation(count)[:size]
        return self._rng.integers(0, count, size)

    def _neighbourhoods(self, table: Floats) -> list[Longs]:
        """Batches of a few groups each; a group is an anchor passage and those nearest to it in a random
        pool.
        """
        pool = np.unique(self._random(POOL_ROWS))
        passages = self._encoded.passages.tokens.take(pool, self._encoded.source.lines)
        vectors = text_vectors(passages, table)
        groups = self._batch_size // GROUP_ROWS
        batches = []
        for _ in range(BATCHES_PER_POOL):
            anchors = self._rng.choice(len(pool), groups, replace=False)
            similarity = vectors[anchors] @ vectors.T
            nearest = np.argpartition(-similarity, GROUP_ROWS, axis=1)[:, :GROUP_ROWS]
            batches.append(pool[np.unique(nearest)])
        return batches
