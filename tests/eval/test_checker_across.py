"""The measured set of English over Chinese: its sentences rest on the bundled documents, its alterations alter."""

from __future__ import annotations

import random

import pytest

from eval.checker_across import CLAIMS, EDITS, MISCITED, TRUE, Claim, cases_of, claims_of
from eval.checker_set import articles_of
from eval.fit_across import fitted
from eval.questions import SEEDS_FOLDER
from rag.datatypes import Article

ALTERING = dict(EDITS)


@pytest.fixture(scope="module")
def articles() -> tuple[Article, ...]:
    return articles_of(SEEDS_FOLDER)


@pytest.fixture(scope="module")
def claims(articles: tuple[Article, ...]) -> tuple[Claim, ...]:
    return claims_of(CLAIMS, articles)


def test_every_claim_is_english_and_its_words_stand_in_its_passage(claims: tuple[Claim, ...]) -> None:
    assert len(claims) >= 60
    assert len({claim.text for claim in claims}) == len(claims)
    assert all(claim.text.isascii() for claim in claims)


def test_every_claim_is_checked_as_it_is_in_the_wrong_place_and_altered(
    claims: tuple[Claim, ...], articles: tuple[Article, ...]
) -> None:
    cases = list(cases_of(claims[:3], articles))
    assert [c.sentence for c in cases if c.true] == [claim.text for claim in claims[:3]]
    for case in cases:
        cited = case.hits[case.marker - 1].passage.id == case.claim.passage.id
        assert cited is (case.kind not in (MISCITED, "引错且无出处"))
        assert (case.sentence == case.claim.text) is (case.kind in (TRUE, MISCITED, "引错且无出处"))
    assert cases == list(cases_of(claims[:3], articles))


@pytest.mark.parametrize(
    ("kind", "quote", "sentence", "expected"),
    [
        ("添否定", "借三天", "Books are lent for three days.", "Books are not lent for three days."),
        ("删否定", "不得外借", "Atlases may not be lent.", "Atlases may be lent."),
        ("必须变可以", "应当归还", "Readers must return books.", "Readers may return books."),
        ("可以变必须", "可以续借", "Readers may renew.", "Readers must renew."),
        ("改上下限", "至少三天", "It takes at least three days.", "It takes at most three days."),
        ("改反义", "会前登记", "Sign before the meeting.", "Sign after the meeting."),
    ],
)
def test_an_alteration_makes_the_sentence_false(
    kind: str, quote: str, sentence: str, expected: str, claims: tuple[Claim, ...]
) -> None:
    claim = Claim("x.md", quote, sentence, claims[0].document, claims[0].passage)
    assert ALTERING[kind](sentence, claim, claims, random.Random(1)) == expected


def test_a_duty_is_only_loosened_where_the_document_has_one(claims: tuple[Claim, ...]) -> None:
    claim = Claim("x.md", "读者归还图书", "", claims[0].document, claims[0].passage)
    assert ALTERING["必须变可以"]("Readers must return books.", claim, claims, random.Random(1)) is None


def test_the_fit_tells_true_from_false() -> None:
    weights, constant = fitted([(0.9,), (0.8,), (0.7,)], [(0.1,), (0.2,)])
    assert weights[0] * 0.7 + constant >= 0 > weights[0] * 0.2 + constant
