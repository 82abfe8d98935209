"""What every encoder does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Bag = NDArray[np.int32]  # the distinct tokens of a text, by number, ascending


class TokenTable(Protocol):
    """The tokens of a static model, each with a vector that means something by itself."""

    def bags(self, texts: Sequence[str]) -> list[Bag]:
        """The known tokens of each text."""
        ...

    def vectors(self, tokens: NDArray[np.integer]) -> Vectors:
        """One float32 row per token, as pooled: not normalised."""
        ...


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors whose inner product says how alike they are.

    ``identity`` is a stable name with a content hash: an index keeps it, and vectors of two identities must
    not be mixed.
    """

    @property
    def identity(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def tokens(self) -> TokenTable | None:
        """The token vectors, which make single words worth encoding; ``None`` where they mean nothing by themselves."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One L2-normalised float32 row per question; a zero row for a text without a known word."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One L2-normalised float32 row per passage; a zero row for a text without a known word."""
        ...
