"""Late interaction: every token of the query finds what is most like it, and tokens that say more count for more."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings import load_encoder
from embeddings.interaction import Bags, best_cosines
from embeddings.protocol import TokenTable


@pytest.fixture(scope="module")
def table() -> TokenTable:
    tokens = load_encoder("bundled").tokens
    assert tokens is not None
    return tokens


def score(table: TokenTable, query: str, *texts: str) -> list[float]:
    weights, cosines = best_cosines(table, query, Bags.of(table.bags(texts)))
    return [float(value) for value in weights @ cosines]


def test_a_text_with_the_very_words_is_as_like_as_can_be(table: TokenTable) -> None:
    [found] = score(table, "党费收缴", "这个季度的党费收缴情况已经公示")
    assert found == pytest.approx(1.0, abs=1e-3)


def test_the_weights_of_a_query_sum_to_one_and_every_cosine_is_the_best_of_its_text(
    table: TokenTable,
) -> None:
    texts = ["支部党员大会每季度召开一次", "食堂按人数备餐", ""]
    weights, cosines = best_cosines(table, "支部大会多久召开", Bags.of(table.bags(texts)))
    assert weights.sum() == pytest.approx(1.0, abs=1e-5)
    [asked] = table.bags(["支部大会多久召开"])
    unit = [
        v / np.linalg.norm(v, axis=1, keepdims=True)
        for v in (table.vectors(asked), table.vectors(table.bags(texts)[0]))
    ]
    assert cosines[:, 0] == pytest.approx((unit[0] @ unit[1].T).max(axis=1), abs=1e-5)
    assert not cosines[:, 2].any()


def test_another_language_and_other_words_come_nearer_than_another_subject(table: TokenTable) -> None:
    fee, meal = "党员按月交纳党费", "食堂按人数准备午餐"
    near, far = score(table, "How are membership fees paid?", fee, meal)
    assert near > far
    near, far = score(table, "中午吃饭", meal, fee)
    assert near > far


def test_a_query_without_a_known_token_is_like_nothing(table: TokenTable) -> None:
    assert score(table, "", "党费") == [0.0]
    assert score(table, "党费") == []
