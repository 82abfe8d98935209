"""Late interaction: each token of a query looks for the token of a passage that is most like it.

The scoring of ColBERT (Khattab and Zaharia 2020, "MaxSim") over the token vectors of a static model. One vector for a
whole passage blurs what a single clause says; here every token keeps its own, and finding the best ones costs one
matrix product over the distinct tokens of all candidates together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from embeddings.protocol import Bag, TokenTable, Vectors


@dataclass(frozen=True, slots=True)
class Bags:
    """The distinct tokens of several texts, one after another: ``sizes[i]`` of ``tokens`` belong to text ``i``."""

    tokens: NDArray[np.int32]
    sizes: NDArray[np.int32]

    @classmethod
    def of(cls, bags: Sequence[Bag]) -> Bags:
        """The bags packed."""
        sizes = np.fromiter(map(len, bags), np.int32, len(bags))
        return cls(np.fromiter(chain.from_iterable(bags), np.int32, int(sizes.sum())), sizes)

    @classmethod
    def joined(cls, parts: Sequence[Bags]) -> Bags:
        """All texts of the parts in one."""
        return cls(np.concatenate([p.tokens for p in parts]), np.concatenate([p.sizes for p in parts]))


def best_cosines(
    table: TokenTable, query: str, bags: Bags
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """``(weights, cosines)``: a weight for each token of the query, and the cosine of the token most like it in each
    text, shape ``(query tokens, texts)``; 0 where a text has no token.

    The weights sum to 1. A token counts by the length of its vector: training leaves those short that tell passages
    apart badly.
    """
    [asked] = table.bags([query])
    lengths, wanted = _lengths_and_directions(table.vectors(asked))
    best = np.zeros((len(asked), len(bags.sizes)), np.float32)
    if len(asked) and len(bags.tokens):
        used = np.flatnonzero(np.bincount(bags.tokens))
        place = np.zeros(int(used[-1]) + 1, np.int64)
        place[used] = np.arange(len(used))
        cosines = wanted @ _lengths_and_directions(table.vectors(used))[1].T
        filled = np.flatnonzero(bags.sizes)
        starts = (np.cumsum(bags.sizes) - bags.sizes)[filled]
        best[:, filled] = np.maximum.reduceat(cosines[:, place[bags.tokens]], starts, axis=1)
    return lengths / max(float(lengths.sum()), 1e-12), best


def _lengths_and_directions(vectors: Vectors) -> tuple[NDArray[np.float32], Vectors]:
    lengths = np.linalg.norm(vectors, axis=1)
    return lengths, np.asarray(vectors / np.maximum(lengths, 1e-12)[:, None], np.float32)
