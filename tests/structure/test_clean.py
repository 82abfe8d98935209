"""Characters: what a file lost or gained on its way is repaired, and no word is changed."""

from __future__ import annotations

import pytest

from rag.structure.clean import clean_characters, digits_stand_apart, tidy_blanks, tidy_title


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("开展␌读书月”活动", "开展“读书月”活动"),
        ("开展“读书月␍活动", "开展“读书月 活动"),
        ("开展“读书月␎活动，办好“学习日”", "开展“读书月”活动，办好“学习日”"),
        ("百年故事␎清溪篇", "百年故事——清溪篇"),
        ("清溪\u200b镇\ufeff党委", "清溪镇党委"),
        ("清溪\u00a0镇\u3000党委", "清溪 镇 党委"),
        ("⼀件⼩事", "一件小事"),
        ("&ldquo;学习日&rdquo;&nbsp;好", "“学习日” 好"),
    ],
)
def test_lost_and_invisible_characters(broken: str, mended: str) -> None:
    assert clean_characters(broken) == mended


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("查落实， 层层传导压力", "查落实，层层传导压力"),
        ("46个问题已销号36 个，庆祝建党100 周年", "46个问题已销号36个，庆祝建党100周年"),
        ("组织开  展“朗诵” 活动。", "组织开展“朗诵”活动。"),
        ("使用 Python 编程，学习 API 文档。", "使用 Python 编程，学习 API 文档。"),
        ("出席：周明远 刘小禾 王建国 李小川", "出席：周明远 刘小禾 王建国 李小川"),
        (
            "围绕“热爱这片土地 扎根这片土地 奉献这片土地”为题",
            "围绕“热爱这片土地 扎根这片土地 奉献这片土地”为题",
        ),
        ("落实到位, 不能拖延", "落实到位,不能拖延"),
    ],
)
def test_blanks_of_old_line_ends_go_and_meant_ones_stay(broken: str, mended: str) -> None:
    assert tidy_blanks(broken) == mended


def test_blanks_around_numbers_stay_where_the_author_always_writes_them() -> None:
    text = "共有 3 个支部，党员 45 名，其中 12 名是女党员，8 名在外务工。"
    assert digits_stand_apart(text)
    assert tidy_blanks(text, keep_digit_blanks=True) == text


@pytest.mark.parametrize(
    ("broken", "mended"),
    [("强作风讲担当  建设一流支部", "强作风讲担当 建设一流支部"), ("通 知", "通知"), ("总  则", "总则")],
)
def test_titles_keep_the_blank_between_their_halves(broken: str, mended: str) -> None:
    assert tidy_title(broken) == mended
