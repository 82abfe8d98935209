"""The contract of ``Encoder``, run over every encoder that ships."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings import Encoder, load_encoder

TEXTS = ["党员学习纪律", "branch meeting", "支部会议", "budget", "党员", "member study rules " * 30]


@pytest.fixture(
    params=["bundled", "hashed", "tiny static folder", "tiny transformer folder"],
    scope="module",
)
def encoder(
    request: pytest.FixtureRequest, tiny_static_folder: Path, tiny_transformer_folder: Path
) -> Encoder:
    folders = {
        "tiny static folder": str(tiny_static_folder),
        "tiny transformer folder": str(tiny_transformer_folder),
    }
    return load_encoder(folders.get(request.param, request.param))


Encode = Callable[[Encoder, list[str]], np.ndarray]
SIDES = [
    pytest.param(lambda encoder, texts: encoder.encode_queries(texts), id="queries"),
    pytest.param(lambda encoder, texts: encoder.encode_passages(texts), id="passages"),
]


def test_is_an_encoder_with_a_stable_identity(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.identity
    assert encoder.identity == encoder.identity
    assert encoder.dimension > 0


@pytest.mark.parametrize("encode", SIDES)
def test_gives_one_normalised_float32_row_per_text(encoder: Encoder, encode: Encode) -> None:
    vectors = encode(encoder, TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("encode", SIDES)
def test_an_empty_text_gives_a_zero_row_among_others(encoder: Encoder, encode: Encode) -> None:
    vectors = encode(encoder, ["支部会议", "", " \u3000\n", "党员"])
    np.testing.assert_array_equal(vectors[1:3], 0.0)
    np.testing.assert_allclose(vectors[[0, 3]], encode(encoder, ["支部会议", "党员"]), atol=1e-5)


@pytest.mark.parametrize("encode", SIDES)
def test_no_texts_give_no_rows(encoder: Encoder, encode: Encode) -> None:
    assert encode(encoder, []).shape == (0, encoder.dimension)


@pytest.mark.parametrize("encode", SIDES)
def test_a_text_is_encoded_alike_alone_and_in_company(encoder: Encoder, encode: Encode) -> None:
    many = TEXTS * 60  # more than one batch of every encoder
    together = encode(encoder, many)
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(together[row + len(TEXTS) * 59], encode(encoder, [text])[0], atol=1e-5)


def test_a_text_is_most_like_itself(encoder: Encoder) -> None:
    similarity = encoder.encode_queries(TEXTS[:5]) @ encoder.encode_passages(TEXTS[:5]).T
    assert similarity.argmax(axis=1).tolist() == [0, 1, 2, 3, 4]
