"""A lexical stand-in for a trained model: character n-grams hashed into a fixed number of dimensions."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from embeddings.fold import fold, fold_fingerprint
from embeddings.protocol import Vectors

N_GRAMS = (1, 2, 3)


class HashedEncoder:
    """Deterministic, needs no model file, and ranks by shared characters, so that tests of ranking mean
    something.
    """

    def __init__(self, dimension: int = 1024) -> None:
        self._dimension = dimension

    @property
    def identity(self) -> str:
        return f"hashed:{self._dimension}:{fold_fingerprint()}"

    @property
    def tokens(self) -> None:
        return None

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One normalised float32 row per question; the same vectors as for passages."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One normalised float32 row per passage."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            for gram, count in Counter(_grams(fold(text))).items():
                digest = zlib.crc32(gram.encode("utf-8", "surrogatepass"))
                sign = 1.0 if digest & 1 else -1.0  # signs let collisions cancel out instead of adding up
                vectors[row, (digest >> 1) % self._dimension] += sign * math.sqrt(count) * len(gram)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)


def _grams(text: str) -> Iterator[str]:
    letters = "".join(character if character.isalnum() else " " for character in text)
    for n in N_GRAMS:
        for start in range(len(letters) - n + 1):
            gram = letters[start : start + n]
            if " " not in gram:
                yield gram
