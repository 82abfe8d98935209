"""The adversary's small turns: each changes one place of a sentence, and only where that makes it false."""

from __future__ import annotations

import random

import pytest

from eval.checker_edits import Source
from eval.checker_turns import TURNS

EDITS = dict(TURNS)
PASSAGE = "2019年建站，2023年改站。经理事会同意，可以借阅善本。"


def made(kind: str, sentence: str) -> str | None:
    everything = f"{sentence}\n{PASSAGE}\n依照《渡口管理办法》，船工每天清点救生衣、缆绳和信号灯，少一样都不得开航，记录本放在值班室里备查。"
    return EDITS[kind](Source(sentence, "", sentence + PASSAGE, "读书会", everything), random.Random(1))


@pytest.mark.parametrize(
    ("kind", "sentence", "expected"),
    [
        ("必须变可以", "会员应当按时还书。", "会员可以按时还书。"),
        ("可以变必须", "会员可以续借。", "会员应当续借。|会员必须续借。"),
        ("改上下限", "借期至少十天。", "借期至多十天。"),
        ("部分变全部", "工具书一般不外借。", "工具书一律不外借。"),
        ("改先后", "三天内，秘书回话。", "三天后，秘书回话。"),
        ("计划变完成", "书库拟于明年扩建。", "书库已经于明年扩建。"),
        ("因果对调", "因为书库漏雨，所以善本搬到楼上。", "因为善本搬到楼上，所以书库漏雨。"),
        ("因果对调", "书库去年漏雨，因此善本搬到楼上。", "善本搬到楼上，因此书库去年漏雨。"),
        ("删条件", "经理事会同意，可以借阅善本。", "可以借阅善本。"),
        ("步骤对调", "先登记，再取书。", "先取书，再登记。"),
        ("步骤对调", "手续依次是登记、取书、签字。", "手续依次是取书、登记、签字。"),
        ("机构对调", "书记向党员说明情况。", "党员向书记说明情况。"),
        ("挪日期", "2019年建站，2023年改站。", "2023年建站，2019年改站。"),
        ("加最高级", "借书是重要工作。", "借书是最重要工作。"),
        ("改数量级", "藏书3万册。", "藏书3亿册。|藏书3册。"),
        ("区间取一头", "每组5至8人。", "每组5人。|每组8人。"),
        ("或与和互换", "由秘书或者会长签字。", "由秘书和会长签字。"),
        ("英文改小词", "Members must sign.", "Members may sign."),
    ],
)
def test_one_place_is_changed(kind: str, sentence: str, expected: str) -> None:
    assert made(kind, sentence) in expected.split("|")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("部分变全部", "全体会员都来。"),
        ("改先后", "会员先后发言。"),
        ("计划变完成", "计划写在墙上。"),
        ("删条件", "读书会的目的，是让书流动起来，人也熟了。"),
        ("步骤对调", "大家讨论登记和取书。"),
        ("机构对调", "书记、党员都来。"),
        ("加最高级", "这是最重要的工作。"),
        ("区间取一头", "每组8人。"),
        ("或与和互换", "“读书和看报”两栏。"),
        ("英文改小词", "会员 must 签字。"),
    ],
)
def test_where_nothing_would_become_false_nothing_is_made(kind: str, sentence: str) -> None:
    assert made(kind, sentence) is None


def test_a_source_or_a_clause_that_the_passage_does_not_give_is_put_in() -> None:
    said = made("加错出处", "会员按时还书。")
    assert said is not None
    assert said.endswith("会员按时还书。")
    assert len(said) > len("会员按时还书。")
    added = made("接别处分句", "会员按时还书。")
    assert added is not None
    assert added.startswith("会员按时还书，")
