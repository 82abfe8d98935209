"""A question is read by its question words, never by its subject."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facets import parts
from rag.question import announced_count, chinese_number, read_question


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("图书馆馆长是谁？", "fact"),
        ("阅览室有多少个座位？", "fact"),
        ("读书会哪一年成立？", "fact"),
        ("借书证丢了的补办期限是多久？", "fact"),
        ("借书有哪些规定？", "list"),
        ("馆藏分为哪四种？", "list"),
        ("“三轻”要求指什么？", "list"),
        ("借书证办理流程", "list"),
        ("读者证分几个等次", "list"),
        ("阅览室管理员每天干什么？", "list"),
        ("借书证丢了怎么办", "fact"),
        ("读者不还书咋整", "fact"),
        ("怎样办好一场读书会？", "synthesis"),
        ("各分馆如何延长开放时间？", "synthesis"),
        ("为什么要设儿童阅览区？", "synthesis"),
        ("How many seats are there?", "fact"),
        ("What are the three rules for borrowing?", "list"),
        ("How should a reading club be run?", "synthesis"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert read_question(text).kind == kind


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("读者分几个等次", {"读者", "分", "等次"}),
        ("中央指导组来了几位", {"中央", "指导组", "来"}),
        ("办证的材料有哪些", {"办证", "材料"}),
        ("停借最长多久", {"停借"}),
        ("想了解一下，办证怎么个顺序", {"办证", "顺序"}),
    ],
)
def test_only_the_words_that_ask_are_no_part_of_the_subject(text: str, terms: set[str]) -> None:
    assert set(read_question(text).terms()) == terms


@pytest.mark.parametrize(
    ("text", "expected", "unit"),
    [
        ("馆长是谁？", "person", ""),
        ("去年买了多少册书？", "number", ""),
        ("会费交多少？", "number", "元"),
        ("借书证要多少钱？", "number", "元"),
        ("来了多少名读者？", "number", "名"),
        ("办了几场讲座？", "number", "场"),
        ("通知的字数有什么要求？", "number", "字"),
        ("借期多长时间？", "duration", ""),
        ("什么时候闭馆？", "date", "时"),
        ("哪一天闭馆？", "date", ""),
        ("闭馆要多少时间？", "duration", ""),
        ("图书馆哪一年建成？", "date", "年"),
        ("分馆在哪里？", "place", ""),
        ("在哪三种情形下可以续借？", None, ""),
        ("讲座题目是什么？", "name", ""),
        ("什么是通借通还？", "definition", ""),
        ("Who runs the library?", "agent", ""),
    ],
)
def test_what_kind_of_answer_is_expected(text: str, expected: str | None, unit: str) -> None:
    read = read_question(text)
    assert (read.expected, read.unit) == (expected, unit)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("哪四种情形", 4),
        ("“六好”标准是什么", 6),
        ("哪十二项制度", 12),
        ("三个方面", 3),
        ("“七一”前夕", None),
        ("14项任务", None),
    ],
)
def test_announced_count(text: str, count: int | None) -> None:
    assert announced_count(text) == count


def test_question_words_are_no_content() -> None:
    assert read_question("请问图书馆到底应该怎样延长开放时间呢？").terms() == (
        "图书馆",
        "延长",
        "开放",
        "时间",
    )


@pytest.mark.parametrize(
    ("spoken", "content"),
    [
        ("党费交晚了咋整", "党费交晚了"),
        ("介绍信丢了上哪儿补办", "介绍信丢了补办"),
        ("请假有啥说法", "请假"),
        ("微信请假中不中", "微信请假"),
        ("微信上请个假就行了？", "微信上请个假"),
        ("预备党员要不要参加选举", "预备党员参加选举"),
        ("他算不算数", "他算不算数"),
    ],
)
def test_how_people_ask_is_no_content_either(spoken: str, content: str) -> None:
    assert read_question(spoken).content.replace(" ", "").rstrip("?") == content


def test_traditional_and_simplified_ask_the_same() -> None:
    assert read_question("怎樣辦好讀書會？").terms() == read_question("怎样办好读书会？").terms()


def test_parts_split_only_where_both_sides_ask() -> None:
    assert parts("开放到几点？周末呢，收费多少？") == ("开放到几点？", "周末呢，收费多少？")
    assert parts("什么时候开、每年开几次？") == ("什么时候开", "每年开几次？")
    assert parts("对老人、孩子和残疾人有什么照顾？") == ("对老人、孩子和残疾人有什么照顾？",)


@given(st.integers(1, 99))
def test_chinese_numbers_up_to_99(value: int) -> None:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    text = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones or not tens else ""
    )
    assert chinese_number(text) == value
    assert chinese_number(str(value)) == value


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    read = read_question(text)
    assert read.text == text
    assert all(term for term in read.terms())


@pytest.mark.parametrize("text", ["五个“争先”分别是争先什么？", "“五个争先”指哪五个？"])
def test_a_label_is_read_with_its_count_on_either_side_of_the_quotation_mark(text: str) -> None:
    read = read_question(text)
    assert (read.count, read.label) == (5, "争先")


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("借书有哪些步骤？", "步骤"),
        ("书库的用途有哪些？", "用途"),
        ("读者证分几个等次？", "等次"),
        ("谁来管书库？", ""),
    ],
)
def test_what_the_items_of_a_list_are_called(text: str, noun: str) -> None:
    assert read_question(text).counted == noun


def test_what_a_question_lists_itself_names_the_items_of_its_answer() -> None:
    assert read_question("要当哪三方面的引路员、调解员、安全员？").listed == ("引路员", "调解员", "安全员")
    assert read_question("摊主大会由谁召集？").listed == ()


def test_a_year_that_is_asked_for_is_no_part_of_the_subject() -> None:
    assert "一年" not in read_question("渡口的规划是到哪一年的？").terms()


def test_the_askers_own_amount_is_no_part_of_the_subject() -> None:
    assert "4500" not in read_question("工资4500元，一个月交多少会费？").terms()
    assert "2023" in read_question("2023年全馆收入多少？").terms()
