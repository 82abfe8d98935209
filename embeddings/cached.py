"""Remembers the vectors and tokens of texts that come again: the words and sentences of much-read passages."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.protocol import Bag, Encoder, TokenTable, Vectors

TEXTS = 20_000  # about 40 MB at 512 dimensions


class CachedEncoder:
    """An encoder that encodes a passage text once; questions are not remembered. Safe in several threads."""

    def __init__(self, encoder: Encoder, texts: int = TEXTS) -> None:
        self._encoder = encoder
        self._texts = texts
        self._known: dict[str, Vectors] = {}
        self._lock = threading.Lock()
        self._tokens = None if encoder.tokens is None else _CachedTokens(encoder.tokens, texts)

    @property
    def identity(self) -> str:
        return self._encoder.identity

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    @property
    def tokens(self) -> TokenTable | None:
        return self._tokens

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As the encoder does it."""
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """The encoder's vectors, from memory where the text was seen before."""
        with self._lock:
            found = {text: vector for text in texts if (vector := self._known.get(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            fresh = dict(zip(missing, self._encoder.encode_passages(missing), strict=True))
            found.update(fresh)
            self._remember(fresh)
        return (
            np.stack([found[text] for text in texts]) if texts else np.zeros((0, self.dimension), np.float32)
        )

    def _remember(self, fresh: dict[str, Vectors]) -> None:
        with self._lock:
            if len(self._known) + len(fresh) > self._texts:
                self._known.clear()  # what is read again comes back at once
            if len(fresh) <= self._texts:
                self._known.update(fresh)


class _CachedTokens:
    """A token table that cuts a text into tokens once. Safe in several threads: an entry is only ever set to one value."""

    def __init__(self, table: TokenTable, texts: int) -> None:
        self._table = table
        self._texts = texts
        self._known: dict[str, Bag] = {}

    def bags(self, texts: Sequence[str]) -> list[Bag]:
        known = self._known
        if len(known) + len(texts) > self._texts:
            known = self._known = {}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(missing, self._table.bags(missing), strict=True))
        return [known[text] for text in texts]

    def vectors(self, tokens: NDArray[np.integer]) -> Vectors:
        return self._table.vectors(tokens)
