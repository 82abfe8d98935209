"""Citation markers: every variant is read, nothing that merely looks like one is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import markers

WORDS = st.text(alphabet="党员支部会议记录应当按月缴纳及时公开", min_size=2, max_size=12)
NUMBERS = st.lists(st.integers(1, 20), min_size=1, max_size=4, unique=True)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("按月交纳[1]。", (1,)),
        ("按月交纳【1】。", (1,)),
        ("按月交纳［１］。", (1,)),
        ("按月交纳〔1〕。", (1,)),
        ("按月交纳[[2]]。", (2,)),
        ("按月交纳[1】。", (1,)),
        ("按月交纳[1,2]。", (1, 2)),
        ("按月交纳[1、2，4]。", (1, 2, 4)),
        ("按月交纳[1-3]。", (1, 2, 3)),
        ("按月交纳[1至3]。", (1, 2, 3)),
        ("按月交纳[1,4-6]。", (1, 4, 5, 6)),
        ("按月交纳[1][3]。", (1, 3)),
        ("按月交纳 [1] [3]。", (1, 3)),
        ("按月交纳(1)。", (1,)),
        ("按月交纳（1）。", (1,)),
        ("按月交纳（1、3）", (1, 3)),
        ("按月交纳¹。", (1,)),
        ("按月交纳¹²。", (12,)),
        ("按月交纳①。", (1,)),
        ("按月交纳。②", (2,)),
        ("按月交纳[ID:1]。", (1,)),
        ("按月交纳[ID：0]。", (0,)),
        ("按月交纳[来源1]。", (1,)),
        ("按月交纳【资料 3】。", (3,)),
        ("按月交纳（资料1、2）", (1, 2)),
        ("按月交纳[资料1、资料2]。", (1, 2)),
        ("按月交纳（见[2]）。", (2,)),
        ("按月交纳[^1]。", (1,)),
        ("按月交纳[citation:4]。", (4,)),
        ("按月交纳【1†source】。", (1,)),
        ("按月交纳【4:2†source】。", (2,)),
        ("按月交纳<sup>1</sup>。", (1,)),
        ("按月交纳^2^。", (2,)),
        ("按月交纳##3$$。", (3,)),
        ("按月交纳[1](#cite-1)。", (1,)),
        ("Dues are paid monthly [Source: 2].", (2,)),
        ("Dues are paid monthly (passages 1 and 3).", (1, 3)),
    ],
)
def test_every_variant_is_read_and_taken_out(text: str, numbers: tuple[int, ...]) -> None:
    assert markers.numbers_in(text) == numbers
    plain = markers.strip(text)
    assert plain.rstrip("。.") in ("按月交纳", "Dues are paid monthly")
    assert markers.numbers_in(plain) == ()


@pytest.mark.parametrize(
    "text",
    [
        "支部换届在(2023)年完成。",
        "[2023]年修订。",
        "《条例》（2019年）规定了程序。",
        "组通字〔2019〕34号文件。",
        "中发〔95〕12号文件。",
        "国办函〔95〕的附件。",
        "第[3]条规定。",
        "（一）学习制度",
        "(1) 第一项\n(2) 第二项",
        "（1）学习；（2）讨论。",
        "见附件（2）。",
        "表(3)。",
        "一是学习；二是讨论。",
        "面积 20 m²，体积 10³。",
        "①学习②讨论",
        "共有党员（35）人。",
        "[2024-01-05] 会议纪要",
        "[摘要] 本文介绍",
    ],
)
def test_text_that_looks_alike_is_left_alone(text: str) -> None:
    assert markers.numbers_in(text) == ()
    assert markers.strip(text) == text


def test_a_marker_may_follow_words_that_also_open_document_numbers() -> None:
    text = "办法由办公厅制发〔1〕，已经印发〔2〕。"
    assert markers.numbers_in(text) == (1, 2)
    assert markers.strip(text) == "办法由办公厅制发，已经印发。"


def test_a_range_that_is_too_wide_counts_as_its_ends() -> None:
    assert markers.numbers_in("内容[1-90]。") == (1, 90)


def test_numbers_come_in_order_and_once() -> None:
    assert markers.numbers_in("甲[3]，乙[1]，丙[3]。") == (3, 1)


def test_a_marker_behind_the_full_stop_belongs_to_its_sentence() -> None:
    text = "按月交纳。[1][2] 下一句[3]。"
    assert markers.trailing(text, text.index("。") + 1) == text.index("]", text.index("[2]")) + 1
    assert markers.trailing(text, 0) == 0


def test_what_only_introduced_a_marker_goes_with_it() -> None:
    assert markers.strip("根据[1]，党费按月交纳。") == "党费按月交纳。"
    assert markers.strip("党费按月交纳（参见[2]）。") == "党费按月交纳。"


@given(WORDS, NUMBERS)
def test_written_markers_are_read_back_and_the_words_come_through(words: str, numbers: list[int]) -> None:
    for shape in ("[{}]", "【{}】", "［{}］", "[资料{}]", "[ID:{}]"):
        text = words + "".join(shape.format(n) for n in numbers) + "。"
        assert markers.numbers_in(text) == tuple(numbers)
        assert markers.strip(text) == words + "。"


@given(WORDS, NUMBERS)
def test_one_marker_may_hold_all_numbers(words: str, numbers: list[int]) -> None:
    assert markers.numbers_in(f"{words}[{'，'.join(map(str, numbers))}]") == tuple(numbers)


@given(st.text(alphabet="党员（）()[]【】《》第条年月号0123456789一二三，。 \n¹①^#$-:", max_size=40))
def test_stripping_leaves_no_marker_and_never_adds_a_character(text: str) -> None:
    plain = markers.strip(text)
    assert len(plain) <= len(text)
    for marker in markers.find(text):
        assert 0 <= marker.start < marker.end <= len(text)


@given(st.text(alphabet="党员支部《》（）“”，。！？；：、 \n", max_size=60))
def test_text_without_digits_comes_back_unchanged(text: str) -> None:
    assert markers.strip(text) == text
