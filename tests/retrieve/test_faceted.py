"""A question that asks several things finds passages for each of them."""

from __future__ import annotations

import pytest

from rag.faceted import FACET_HITS, FacetedRetriever
from rag.retrieve import HybridRetriever

SEVERAL = "遇到大雾渡船停不停航？剩菜能不能打包带走？"
ONE = "赶集日增开几班渡船"


@pytest.fixture(scope="module")
def faceted(retriever: HybridRetriever) -> FacetedRetriever:
    return FacetedRetriever(retriever)


def test_each_thing_asked_is_among_the_first_hits(faceted: FacetedRetriever) -> None:
    found = "".join(hit.passage.text for hit in faceted.retrieve(SEVERAL, 3))
    assert "六级以上大风" in found
    assert "打包带走" in found


def test_the_best_hit_for_the_whole_question_stays_the_best(
    retriever: HybridRetriever, faceted: FacetedRetriever
) -> None:
    assert faceted.retrieve(SEVERAL)[0] == retriever.retrieve(SEVERAL)[0]


@pytest.mark.parametrize("k", [1, 2, FACET_HITS, 20])
def test_hits_come_in_order_each_passage_once_and_no_more_than_asked_for(
    faceted: FacetedRetriever, k: int
) -> None:
    hits = faceted.retrieve(SEVERAL, k)
    assert len(hits) <= k
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits)


def test_a_question_that_asks_one_thing_is_searched_once(
    retriever: HybridRetriever, faceted: FacetedRetriever
) -> None:
    assert faceted.retrieve(ONE) == retriever.retrieve(ONE)


@pytest.mark.parametrize("mode", ["dense", "lexical"])
def test_one_side_alone_measures_the_question_as_it_is(
    retriever: HybridRetriever, faceted: FacetedRetriever, mode: str
) -> None:
    assert faceted.retrieve(SEVERAL, 5, mode) == retriever.retrieve(SEVERAL, 5, mode)  # type: ignore[arg-type]


def test_a_blank_question_finds_nothing(faceted: FacetedRetriever) -> None:
    assert faceted.retrieve("  ") == ()
