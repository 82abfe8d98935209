"""Sentences stitched from a passage's own words: never what the passage says."""

from __future__ import annotations

import random

import pytest

from eval.checker_edits import Edit, Source
from eval.checker_stitches import compound_cut, half_of_another, number_of_beside, subject_of_beside
from rag.text import tight

PASSAGE = (
    "年老会员，可以送书上门，登记时说明。外地会员，以线上共读为主。组织委员负责登记四天。图书室开放六天。"
)


def source(sentence: str) -> Source:
    return Source(sentence, "", PASSAGE, "照顾会员", PASSAGE)


@pytest.mark.parametrize(
    ("edit", "sentence", "made"),
    [
        (half_of_another, "年老会员，可以送书上门，登记时说明。", "年老会员，以线上共读为主。"),
        (subject_of_beside, "图书室开放六天。", "组织委员开放六天。"),
        (number_of_beside, "图书室开放六天。", "图书室开放四天。"),
        (compound_cut, "组织委员负责登记四天。", "组织负责登记四天。"),
    ],
)
def test_a_stitch_is_made_of_the_passage_and_not_said_by_it(edit: Edit, sentence: str, made: str) -> None:
    assert edit(source(sentence), random.Random(1)) == made
    assert tight(made) not in tight(PASSAGE)


@pytest.mark.parametrize("edit", [half_of_another, subject_of_beside, number_of_beside, compound_cut])
def test_where_nothing_stands_beside_nothing_is_made(edit: Edit) -> None:
    alone = "今天下雨。"
    assert edit(Source(alone, "", alone, "", alone), random.Random(1)) is None
