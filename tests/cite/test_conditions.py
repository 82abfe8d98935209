"""What holds on a condition is not shown without it, unless the reader has read it: in his question, or above."""

from __future__ import annotations

import pytest

from rag.conditions import Before
from rag.support import Evidence, support

LOANS = Evidence(
    "会员证丢失或者过期的，要立即向秘书报告，写出说明。经理事会同意，可以借阅善本。遇到连续阴雨，书库停止开放，钥匙交值班员。"
    "除工具书外，图书一次最多借三本。读书会的目的，是让书流动起来。按照章程，秘书每年换一次。"
    "有下列情形的不借：证件过期的，欠费未清的。还书时，书页要逐张翻看。",
    "读书会怎样借书",
)


@pytest.mark.parametrize(
    "sentence",
    [
        "要立即向秘书报告，写出说明。",
        "可以借阅善本。",
        "书库停止开放。",
        "图书一次最多借三本。",
    ],
)
def test_a_sentence_without_its_condition_is_not_supported(sentence: str) -> None:
    found = support(sentence, [LOANS])
    assert not found.holds
    assert "另有条件" in found.reason
    assert found.soft  # no word of it is wrong: a model may still find that it follows


@pytest.mark.parametrize(
    "sentence",
    [
        "会员证丢失或者过期的，要立即向秘书报告，写出说明。",
        "会员证丢失的要立即向秘书报告。",
        "经理事会同意可以借阅善本。",
        "写出说明。",  # what stands before it is no condition
        "秘书每年换一次。",
        "是让书流动起来。",
        "欠费未清的。",  # the next one of a list of conditions
    ],
)
def test_a_sentence_with_its_condition_or_without_any_is(sentence: str) -> None:
    found = support(sentence, [LOANS])
    assert found.holds, found.reason


def test_who_asks_about_the_case_need_not_be_told_of_it_again() -> None:
    said = "要立即向秘书报告，写出说明。"
    assert support(said, [LOANS], read_before=Before("会员证丢失了怎么办？")).holds
    assert not support(said, [LOANS], read_before=Before("秘书管什么？")).holds


def test_a_condition_may_stand_above_the_sentence() -> None:
    said = "可以借阅善本。"
    assert support(said, [LOANS], read_before=Before("善本", "要经理事会同意。")).holds
    assert not support(said, [LOANS], read_before=Before("能看旧书吗", "书库很大。")).holds


FILES = Evidence(
    "有会员证的，凭证借书；没有会员证的，由介绍人担保借书。除珍贵的善本书外，图书一次最多借三本。",
    "读书会怎样借书",
)


@pytest.mark.parametrize(
    "sentence",
    [
        "有会员证的，凭证借书；由介绍人担保借书。",  # the other case is told, and its words are the same
        "图书一次最多借三本，珍贵的东西要爱护。",  # its words stand apart
    ],
)
def test_words_of_a_condition_that_tell_another_thing_do_not_tell_it(sentence: str) -> None:
    assert not support(sentence, [FILES]).holds


def test_each_case_with_its_own_condition_is_supported() -> None:
    assert support("没有会员证的，由介绍人担保借书。", [FILES]).holds
    assert support("除珍贵善本书外，图书一次最多借三本。", [FILES]).holds
