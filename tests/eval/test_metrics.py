"""The ruler, held against a library that everyone uses."""

from __future__ import annotations

import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import RR10, STANDARD, Measure, Qrels, Run, nDCG10, per_query

PASSAGES = [f"p{number}" for number in range(12)]
QUERIES = ["q1", "q2", "q3"]
AP = Measure("AP")
MEASURES = (
    *STANDARD,
    Measure("R", 5, rel=2),
    Measure("RR", 10, rel=2),
    Measure("AP", rel=2),
    Measure("AP", 5),
)

rankings = st.lists(st.sampled_from(PASSAGES), min_size=1, unique=True)
judged = st.dictionaries(st.sampled_from(PASSAGES), st.integers(0, 2), min_size=1).map(
    lambda d: {**d, "p11": 2}
)
qrels_of_queries = st.dictionaries(st.sampled_from(QUERIES), judged, min_size=1)
scores = st.dictionaries(st.sampled_from(PASSAGES), st.sampled_from([0.0, 0.5, 1.0]), min_size=1)


def of_the_library(measure: Measure, run: Run, qrels: Qrels) -> dict[str, float]:
    parsed = ir_measures.parse_measure(str(measure))
    return {value.query_id: value.value for value in ir_measures.iter_calc([parsed], qrels, run)}


@given(st.dictionaries(st.sampled_from(QUERIES), rankings), qrels_of_queries)
def test_every_measure_agrees_with_ir_measures_query_by_query(
    ranked: dict[str, list[str]], qrels: dict[str, dict[str, int]]
) -> None:
    run = {
        query: {passage: 1 / rank for rank, passage in enumerate(found, 1)} for query, found in ranked.items()
    }
    for measure in MEASURES:
        theirs = of_the_library(measure, run, qrels)
        assert per_query(measure, run, qrels) == pytest.approx(theirs, abs=1e-6)


@given(st.dictionaries(st.sampled_from(QUERIES), scores), qrels_of_queries)
def test_equal_scores_are_ordered_as_trec_eval_orders_them(
    run: dict[str, dict[str, float]], qrels: dict[str, dict[str, int]]
) -> None:
    for measure in (
        nDCG10,
        Measure("R", 5),
        AP,
    ):  # ir_measures takes RR@10 from another tool with another order
        assert per_query(measure, run, qrels) == pytest.approx(of_the_library(measure, run, qrels), abs=1e-6)


def test_a_worked_example() -> None:
    run = {"q": {"a": 3.0, "b": 2.0, "c": 1.0}}
    qrels = {"q": {"b": 2, "c": 1, "z": 1}}
    dcg = 2 / math.log2(3) + 1 / math.log2(4)
    ideal = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert per_query(nDCG10, run, qrels)["q"] == pytest.approx(dcg / ideal)
    assert per_query(RR10, run, qrels)["q"] == 1 / 2
    assert per_query(Measure("R", 2), run, qrels)["q"] == pytest.approx(1 / 3)
    assert per_query(AP, run, qrels)["q"] == pytest.approx((1 / 2 + 2 / 3) / 3)


def test_a_query_with_nothing_to_find_is_left_out_and_one_not_searched_counts_zero() -> None:
    qrels = {"nothing": {"a": 0}, "not searched": {"a": 1}}
    assert per_query(nDCG10, {}, qrels) == {"not searched": 0.0}


@pytest.mark.parametrize("spelling", ["nDCG@10", "R(rel=2)@5", "RR@10", "AP", "AP(rel=2)"])
def test_a_measure_is_spelt_as_it_is_read(spelling: str) -> None:
    assert str(Measure.parse(spelling)) == spelling


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="P@10"):
        Measure.parse("P@10")
