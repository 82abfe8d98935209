"""Numbers are values with units, whatever their digits; numerals inside set phrases are no numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numbers import english_numbers, numbers, numeral


def values(text: str) -> list[tuple[str, str]]:
    return [(n.value, n.unit) for n in numbers(text) if not n.article]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不少于32学时", [("32", "学时")]),
        ("不少于三十二学时", [("32", "学时")]),
        ("扎根一线４０余年", [("40", "年")]),
        ("近两百件实事", [("200", "个")]),
        ("刊发稿件1.2万篇", [("12000", "篇")]),
        ("经费3万元", [("30000", "元")]),
        ("按百分之三交纳", [("3/100", "份额")]),
        ("按3％交纳", [("3/100", "份额")]),
        ("三分之二以上到会", [("2/3", "份额")]),
        ("2/3以上到会", [("2/3", "份额")]),
        ("占六成，即60%", [("3/5", "份额"), ("3/5", "份额")]),
        ("一百零五人", [("105", "人")]),
        ("三至五名委员", [("3", "人"), ("5", "人")]),
        ("3-5个工作日", [("3", "工作日"), ("5", "工作日")]),
        ("六个月和6月", [("6", "个月"), ("6", "月")]),
        ("每季度召开，每半年一次", [("季度", "每"), ("半年", "每"), ("1", "次")]),
        ("第十二条", [("12", "第个")]),
        ("下季度和今年", [("下季度", "相对"), ("今年", "相对")]),
        ("1,200人", [("1200", "人")]),
    ],
)
def test_values_and_units(text: str, expected: list[tuple[str, str]]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "text", ["四个意识", "三会一课", "统一部署", "一定要落实", "进一步规范", "十分重要", "一是学习"]
)
def test_set_phrases_hold_no_numbers(text: str) -> None:
    assert values(text) == []


def test_one_of_something_is_an_article() -> None:
    assert [n.article for n in numbers("一个支部和一年")] == [True, False]


def test_numbers_agree_by_value_and_unit() -> None:
    thirty_days, thirty_workdays = numbers("30天")[0], numbers("30个工作日")[0]
    assert not thirty_days.agrees(thirty_workdays)
    assert thirty_days.agrees(numbers("三十天")[0])
    assert numbers("第3条")[0].agrees(numbers("第三条")[0])
    assert not numbers("第三周")[0].agrees(numbers("第三天")[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("more than forty years", {"40"}),
        ("twenty-three items and 1,200 people", {"23", "1200"}),
        ("ten thousand pieces", {"10000"}),
        ("two hundred and five", {"205"}),
        ("at least one hour", set()),
        ("the second of June", {"2"}),
    ],
)
def test_english_numbers(text: str, expected: set[str]) -> None:
    assert english_numbers(text) == expected


@given(st.integers(2, 9999))
def test_chinese_and_arabic_digits_are_one_number(value: int) -> None:
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]
    written, zero = "", False
    text = str(value)
    for place, digit in enumerate(text):
        power = len(text) - 1 - place
        if digit == "0":
            zero = True
            continue
        written += ("零" if zero and written else "") + digits[int(digit)] + units[power]
        zero = False
    assert values(f"共{written}户") == values(f"共{value}户")


def test_numerals_are_written_as_people_write_them() -> None:
    written = "一 十 十一 二十 三十五 九十九 一百 一百零三 一百一十 九百九十九 1000".split()
    assert [numeral(n) for n in (1, 10, 11, 20, 35, 99, 100, 103, 110, 999, 1000)] == written


@given(st.integers(1, 999))
def test_a_numeral_is_read_as_the_number_it_was_written_for(number: int) -> None:
    assert [n.value for n in numbers(f"第{numeral(number)}")] == [str(number)]
