"""Token bags to mean vectors, as sparse products."""

from __future__ import annotations

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from embeddings.training.batches import Bags
from embeddings.training.ragged import Ragged

Floats = NDArray[np.float32]


def pooling_matrix(bags: Bags, vocabulary_size: int) -> scipy.sparse.csr_matrix:
    """The (texts, tokens) matrix whose product with the table is the mean vector of every text."""
    counts = np.bincount(bags.rows, minlength=bags.count)
    weights = (1.0 / np.maximum(counts, 1))[bags.rows].astype(np.float32)
    return scipy.sparse.csr_matrix((weights, (bags.rows, bags.tokens)), shape=(bags.count, vocabulary_size))


def text_vectors(texts: Ragged, table: Floats) -> Floats:
    """Normalised mean vectors of texts."""
    bags = Bags(texts.tokens.astype(np.int64), texts.row_of_token(), len(texts))
    vectors: Floats = pooling_matrix(bags, len(table)) @ table
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
