"""A question that asks of several documents says so in words that are no part of its subject."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.gathering import is_across, subject_of
from rag.question import read_question


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("分馆怎样方便老人？综合几篇文章说说", "分馆怎样方便老人？"),
        ("分馆怎样方便老人，各篇文章怎么说的", "分馆怎样方便老人"),
        ("各馆都办了哪些读书会，帮我汇总一下", "各馆都办了哪些读书会"),
        ("几份材料都要求志愿者上门，具体是怎么要求的？", "要求志愿者上门，具体是怎么要求的？"),
        ("结合这几份材料，谈谈借阅规则", "借阅规则"),
    ],
)
def test_what_only_says_to_look_in_several_documents_is_left_out(question: str, subject: str) -> None:
    assert subject_of(question) == subject
    assert is_across(question)
    assert read_question(question).across


@pytest.mark.parametrize(
    "question",
    [
        "立项应当提交哪几份图纸？",
        "综合阅览室几点开门",
        "材料袋里要放几张照片？",
        "怎样总结经验",
        "各篇文章",
        "",
        "。",
    ],
)
def test_any_other_question_stays_as_it_is(question: str) -> None:
    assert subject_of(question) == question


@pytest.mark.parametrize(
    "question", ["立项应当提交哪几份图纸？", "办证要交哪些材料？", "这次来了几家单位？", "分馆几点开门？"]
)
def test_a_number_that_is_asked_for_is_not_several_documents(question: str) -> None:
    assert not read_question(question).across


def test_documents_to_look_in_are_no_number_asked_for() -> None:
    read = read_question("“送书上门”在几篇文章里各指什么？")
    assert read.expected is None
    assert read.across


def test_units_pointed_at_are_several() -> None:
    read = read_question("大雾天里这几家单位都干了啥？")
    assert read.across
    assert read.kind == "synthesis"


@given(st.text("综合几篇文章各份材料都怎么说的汇总一下，。？分馆老人", max_size=30))
def test_something_is_always_left_to_search_for(question: str) -> None:
    assert bool(subject_of(question)) == bool(question)
