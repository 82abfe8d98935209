"""A linear map that flattens the directions which passages share.

Training sees mostly negatives about other subjects; what tells two passages on one subject apart lies in
directions of little variance. Multiplying all token vectors by a small negative power of the passages'
covariance matrix lifts those, for all languages alike and at no cost in use (Su et al. 2021 whiten fully;
here a fifth of the way measured best).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.training.batches import EncodedSource
from embeddings.training.pooling import Floats, text_vectors

PASSAGES_PER_SOURCE = 2000
POWER = 0.2
LENGTH_POWER = 0.2


def passage_sample(sources: Sequence[EncodedSource], table: Floats, rng: np.random.Generator) -> Floats:
    """Vectors of random passages, from the Chinese sources and from windows of parallel text in both
    languages.
    """
    samples = []
    for encoded in sources:
        if encoded.source.name.startswith("zh__") or encoded.source.lines > 1:
            rows = rng.integers(0, len(encoded), min(PASSAGES_PER_SOURCE, len(encoded)))
            samples.append(text_vectors(encoded.passages.tokens.take(rows, encoded.source.lines), table))
    return np.concatenate(samples)


def whiten(table: Floats, passages: Floats, power: float = POWER) -> Floats:
    """The table times the covariance of ``passages`` (normalised rows) to the power of minus ``power``."""
    variances, directions = np.linalg.eigh(passages.T @ passages / len(passages))
    transform = (directions * np.maximum(variances, 1e-8) ** -power) @ directions.T
    return np.asarray(table @ (transform / np.linalg.norm(transform, 2)), np.float32)


def even_lengths(table: Floats, power: float = LENGTH_POWER) -> Floats:
    """The table with the lengths of its rows drawn together: every row divided by its length to the power
    ``power``.

    A long vector is a word that decided many training batches; in other texts it decides a little too much.
    """
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return np.asarray(table / np.maximum(lengths, 1e-6) ** power, np.float32)
