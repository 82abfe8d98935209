"""Headings and section paths, in the forms that offices use."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.datatypes import Article, Structured

Reader = Callable[..., Structured]


def paths(article: Article) -> list[str]:
    return ["/".join(passage.section) for passage in article.passages]


def test_official_numbering_on_lines_of_its_own(read: Reader, prose: tuple[str, ...]) -> None:
    article = read(
        f"学习日制度\n{prose[0]}\n一、会前准备\n（一）定题目\n{prose[1]}\n（二）发材料\n{prose[2]}\n二、会后落实\n{prose[3]}\n"
    ).articles[0]
    assert paths(article) == ["", "一、会前准备/（一）定题目", "一、会前准备/（二）发材料", "二、会后落实"]
    assert [(h.level, h.text, h.run_in) for h in article.document.headings] == [
        (1, "一、会前准备", False),
        (2, "（一）定题目", False),
        (2, "（二）发材料", False),
        (1, "二、会后落实", False),
    ]


def test_numbered_headings_run_into_the_paragraph_last_until_the_next(
    read: Reader, prose: tuple[str, ...]
) -> None:
    article = read(
        f"学习日手记\n{prose[0]}\n一、擦黑板。{prose[1]}\n{prose[2]}\n二、摆椅子。{prose[3]}\n{prose[4]}\n"
    ).articles[0]
    assert paths(article) == ["", "一、擦黑板", "一、擦黑板", "二、摆椅子", "二、摆椅子"]
    assert article.passages[1].text == f"一、擦黑板。{prose[1]}"
    assert all(heading.run_in for heading in article.document.headings)


def test_unnumbered_first_sentences_are_headings_in_a_group(read: Reader, prose: tuple[str, ...]) -> None:
    article = read(
        f"学习日手记\n{prose[3]}\n把题目交给大家。{prose[0]}\n让每个人都开口。{prose[1]}\n把议定的事办完。{prose[2]}\n"
        f"学习日的路还长，需要一步一步走下去。{prose[4]}\n"
    ).articles[0]
    assert paths(article) == ["", "把题目交给大家", "让每个人都开口", "把议定的事办完", ""]


def test_one_short_first_sentence_is_no_heading(read: Reader, prose: tuple[str, ...]) -> None:
    article = read(f"学习日手记\n{prose[0]}\n学习贵在持久。{prose[1]}\n{prose[2]}\n").articles[0]
    assert paths(article) == ["", "", ""]


def test_counted_paragraphs_head_themselves_only(read: Reader, prose: tuple[str, ...]) -> None:
    article = read(
        f"学习日手记\n一、抓准备\n{prose[3]}\n一是备好题目。{prose[0]}\n二是备好材料。{prose[1]}\n二、抓落实\n{prose[2]}\n"
    ).articles[0]
    assert paths(article) == [
        "一、抓准备",
        "一、抓准备/一是备好题目",
        "一、抓准备/二是备好材料",
        "二、抓落实",
    ]


def test_counted_sentences_on_their_own_lines_are_headings(read: Reader, prose: tuple[str, ...]) -> None:
    article = read(
        f"学习日手记\n{prose[3]}\n一是抓准备，做到心中有数\n{prose[0]}\n二是抓落实，做到件件有着落\n{prose[1]}\n"
    )
    assert paths(article.articles[0]) == ["", "一是抓准备，做到心中有数", "二是抓落实，做到件件有着落"]


def test_counted_words_inside_long_paragraphs_are_no_headings(read: Reader, prose: tuple[str, ...]) -> None:
    article = read(
        f"学习日手记\n一、抓准备\n其一，要把题目提前交给每一名党员，让大家有时间想。{prose[0]}\n其二，要把材料读透，讲的时候不念稿子。{prose[1]}\n"
    ).articles[0]
    assert paths(article) == ["一、抓准备", "一、抓准备"]


@pytest.mark.parametrize(
    "opening",
    ["同志们，学习日是件小事。", "下一步，镇党委将继续推进。", "学习永无止境。下一步，我们要再加把劲。"],
)
def test_closing_words_belong_to_no_section(read: Reader, prose: tuple[str, ...], opening: str) -> None:
    article = read(
        f"学习日讲稿\n{prose[0]}\n一、擦黑板\n{prose[1]}\n二、摆椅子\n{prose[2]}\n{opening}{prose[3]}\n"
    ).articles[0]
    assert paths(article) == ["", "一、擦黑板", "二、摆椅子", ""]


def test_plans_in_a_section_about_plans_stay_in_it(read: Reader, prose: tuple[str, ...]) -> None:
    article = read(
        f"学习日总结\n一、主要做法\n{prose[1]}\n二、下一步打算\n{prose[2]}\n下一步，{prose[3]}\n"
    ).articles[0]
    assert paths(article) == ["一、主要做法", "二、下一步打算", "二、下一步打算"]


def test_a_paragraph_after_counted_ones_closes_the_article(read: Reader, prose: tuple[str, ...]) -> None:
    article = read(
        f"学习日总结\n一、抓准备\n{prose[4]}\n二、抓落实\n一是修渠要按期，不等不靠。{prose[0]}\n二是走访要到户，不漏一人。{prose[1]}\n{prose[3]}\n"
    ).articles[0]
    assert paths(article)[-1] == ""


def test_regulations_have_chapters_and_one_passage_per_clause(read: Reader) -> None:
    article = read(
        """清溪镇党支部学习日制度
（2024年1月8日镇党委会议通过）

第一章　总　则

第一条　为规范支部学习日活动，提高学习质量，制定本制度。

第二条　本制度适用于全镇各党支部。

第二章　组织实施

第三条　学习日应当有下列议程：
（一）传达上级精神；
（二）讨论支部工作。
"""
    ).articles[0]
    assert article.document.title == "清溪镇党支部学习日制度"
    assert article.document.date == "2024-01-08"
    assert [passage.text for passage in article.passages] == [
        "第一条 为规范支部学习日活动，提高学习质量，制定本制度。",
        "第二条 本制度适用于全镇各党支部。",
        "第三条 学习日应当有下列议程：",
        "（一）传达上级精神；",
        "（二）讨论支部工作。",
    ]
    assert paths(article) == [
        "第一章 总则",
        "第一章 总则",
        "第二章 组织实施",
        "第二章 组织实施",
        "第二章 组织实施",
    ]


def test_questions_head_their_answers(read: Reader) -> None:
    article = read(
        "党费问答\n问：党费什么时候交？\n答：党员应当按月交纳党费，不能无故拖欠。\n\n问：可以预交吗？\n答：经支部同意，可以按季度交纳。\n"
    ).articles[0]
    assert paths(article) == ["问：党费什么时候交？", "问：可以预交吗？"]


def test_list_items_are_passages_not_headings(read: Reader) -> None:
    article = read(
        "材料清单说明\n一、申请阶段\n1. 入党申请书\n2. 谈话记录\n"
        "3. 个人简历\n以上三项由本人提交，支部书记在一个月内派人谈话。\n"
        "二、培养阶段\n考察登记表每半年填写一次，由两名联系人分别签署意见。\n"
    ).articles[0]
    assert [passage.text for passage in article.passages][:3] == [
        "1. 入党申请书",
        "2. 谈话记录",
        "3. 个人简历",
    ]
    assert set(paths(article)) == {"一、申请阶段", "二、培养阶段"}


def test_unnumbered_headings_with_numbers_below_stand_above_them(
    read: Reader, prose: tuple[str, ...]
) -> None:
    article = read(
        f"第一个月怎么过\n{prose[4]}\n\n第一周：接得清\n\n一、办交接。{prose[0]}\n\n二、读旧账。{prose[1]}\n\n第二周：摸得透\n\n三、走农户。{prose[2]}\n"
    ).articles[0]
    assert paths(article) == [
        "",
        "第一周：接得清/一、办交接",
        "第一周：接得清/二、读旧账",
        "第二周：摸得透/三、走农户",
    ]


def test_markdown_headings(read: Reader, prose: tuple[str, ...]) -> None:
    article = read(
        f"# 学习日手册\n\n{prose[0]}\n\n## 一、会前\n\n"
        f"### 定题目\n\n{prose[1]}\n\n## 二、会后\n\n{prose[2]}\n"
    ).articles[0]
    assert article.document.title == "学习日手册"
    assert paths(article) == ["", "一、会前/定题目", "二、会后"]


def test_english_headings(read: Reader) -> None:
    article = read(
        "Notes for New Secretaries\n\nI. Listening\n\nSpend the "
        "first two weeks with the members, at home and at work.\n\n"
        "II. Writing\n\nMinutes are written on the day of the meeting, not a week later.\n"
    ).articles[0]
    assert paths(article) == ["I. Listening", "II. Writing"]
