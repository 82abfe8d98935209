"""Many token lists in two flat arrays, so that a batch is cut out without a Python loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

ENCODE_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Ragged:
    """``tokens[offsets[i]:offsets[i + 1]]`` are the tokens of text i."""

    tokens: Ints
    offsets: Longs

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def take(self, rows: Longs, lines: int = 1) -> Ragged:
        """The texts at ``rows``; with ``lines`` > 1 each one together with the texts that follow it."""
        starts = self.offsets[rows]
        return self._cut(starts, self.offsets[np.minimum(rows + lines, len(self))] - starts)

    def spans(self, lengths: Longs, rng: np.random.Generator) -> Ragged:
        """A random run of at most ``lengths[i]`` consecutive tokens of every text i."""
        whole = np.diff(self.offsets)
        lengths = np.minimum(lengths, whole)
        return self._cut(self.offsets[:-1] + rng.integers(0, whole - lengths + 1), lengths)

    def _cut(self, starts: Longs, lengths: Longs) -> Ragged:
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        positions = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        return Ragged(self.tokens[positions], offsets)

    def row_of_token(self) -> Longs:
        """For every token the number of its text."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> Ragged:
    """Token lists of ``texts``, in order."""
    parts: list[Ints] = []
    lengths: list[int] = []
    for start in range(0, len(texts), ENCODE_LINES):
        lines = list(texts[start : start + ENCODE_LINES])
        encodings = tokenizer.encode_batch_fast(lines, add_special_tokens=False)
        ids = [encoding.ids for encoding in encodings]
        lengths.extend(map(len, ids))
        parts.append(np.fromiter((token for row in ids for token in row), np.int32))
    return Ragged(np.concatenate(parts), np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]))
