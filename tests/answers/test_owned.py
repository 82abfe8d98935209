"""A question about a unit is answered from what is told of that unit, whoever else does the same thing better."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.assistant import Assistant
from rag.build import open_assistant
from rag.topic import owned

HUNAN = """湖南省直机关读书活动总结

湖南省直机关今年把读书活动放在首位，各处室都动了起来，取得了明显的成效，积累了不少好的经验。

一、读书活动有人领

读书活动由处长领读，每人每月写一页笔记，年底评出二十本好笔记。

二、食堂管理

食堂每周公布一次菜单，剩菜可以打包。
"""
FUJIAN = """福建省林业局读书活动总结

福建省林业局今年人少事多，读书活动一直没有停。

一、读书活动有阵地

读书活动设在林场的阅览室，每周两次，请老职工来讲，有签到。

二、读书活动有奖励

优秀的读书心得贴上墙，读书活动积极的职工奖励一本书。
"""

PLAIN = "\n\n".join(
    f"{place}渡口{month}月运送旅客{month * 31}人，{place}渡口的缆绳换了新的，船工轮流值守。"
    for place in ("红枫", "柳树", "石桥")
    for month in range(1, 7)
)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("reports")
    for name, text in (("湖南.txt", HUNAN), ("福建.txt", FUJIAN), ("渡口.txt", PLAIN)):
        (folder / name).write_text(text, "utf-8")
    with open_assistant(tmp_path_factory.mktemp("home")) as opened:
        opened.index([folder])
        yield opened


@pytest.mark.parametrize("question", ["湖南省直机关怎样开展读书活动？", "湖南省直机關怎樣開展讀書活動？"])
def test_what_another_unit_does_is_no_answer(reports: Assistant, question: str) -> None:
    answer = reports.ask(question)
    assert not answer.refused
    assert {citation.document.title for citation in answer.citations} == {"湖南省直机关读书活动总结"}
    assert any("由处长领读" in citation.quote for citation in answer.citations)


def test_the_other_unit_is_answered_from_its_own_report(reports: Assistant) -> None:
    answer = reports.ask("福建省林业局怎样开展读书活动？")
    assert {citation.document.title for citation in answer.citations} == {"福建省林业局读书活动总结"}


def test_a_question_across_units_is_answered_from_both(reports: Assistant) -> None:
    answer = reports.ask("各单位是怎样开展读书活动的？")
    assert {citation.document.title for citation in answer.citations} == {
        "湖南省直机关读书活动总结",
        "福建省林业局读书活动总结",
    }


def test_passages_of_the_unit_asked_about_come_first(reports: Assistant) -> None:
    hits = reports.search("湖南省直机关的读书活动", 3)
    assert hits[0].document.title == "湖南省直机关读书活动总结"


@pytest.mark.parametrize(
    ("question", "what", "names"),
    [
        ("湖南省直机关怎样开展读书活动？", "怎样开展读书活动？", ("湖南",)),
        ("财政部如何抓落实？", "如何抓落实？", ("财政部",)),
    ],
)
def test_a_question_about_a_named_unit_is_taken_apart(
    question: str, what: str, names: tuple[str, ...]
) -> None:
    found = owned(question)
    assert found is not None
    assert (found.what, found.names) == (what, names)


@pytest.mark.parametrize(
    "question",
    ["党支部怎样开展读书活动？", "怎样开展读书活动？", "湖南省直机关呢？", "How does Hunan read?", ""],
)
def test_a_question_that_names_no_unit_stays_whole(question: str) -> None:
    assert owned(question) is None
