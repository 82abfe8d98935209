"""A cached encoder gives the very vectors of the encoder it stands for, and asks for each text once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embeddings import load_encoder
from embeddings.cached import CachedEncoder
from embeddings.hashed import HashedEncoder
from embeddings.protocol import Vectors


class Counting(HashedEncoder):
    """Counts the passage texts it encodes."""

    def __init__(self) -> None:
        super().__init__()
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        return super().encode_passages(texts)


@given(
    st.lists(st.lists(st.text(alphabet="支部党员大会", max_size=4), max_size=6), max_size=5),
    st.integers(1, 8),
)
def test_same_vectors_whatever_is_remembered(batches: list[list[str]], room: int) -> None:
    plain, cached = HashedEncoder(), CachedEncoder(HashedEncoder(), texts=room)
    for batch in batches:
        assert np.array_equal(cached.encode_passages(batch), plain.encode_passages(batch))


def test_a_text_is_encoded_once() -> None:
    counting = Counting()
    cached = CachedEncoder(counting)
    cached.encode_passages(["支部", "党员", "支部"])
    cached.encode_passages(["党员", "大会"])
    assert counting.encoded == ["支部", "党员", "大会"]
    assert (cached.identity, cached.dimension) == (counting.identity, counting.dimension)


def test_an_encoder_without_tokens_has_none_behind_the_cache() -> None:
    assert CachedEncoder(HashedEncoder()).tokens is None


def test_tokens_are_those_of_the_table_however_little_is_remembered() -> None:
    encoder = load_encoder("bundled")
    plain, cached = encoder.tokens, CachedEncoder(encoder, texts=2).tokens
    assert plain is not None
    assert cached is not None
    for batch in (["党费", "支部大会"], ["支部大会", "party fee", "党费"], [], ["☃", "", "党费"]):
        pairs = zip(cached.bags(batch), plain.bags(batch), strict=True)
        assert all(np.array_equal(kept, cut) for kept, cut in pairs)
