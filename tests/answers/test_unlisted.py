"""A question after the items of what the documents only count is refused; where they list them it is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.assistant import Assistant
from rag.build import open_assistant
from rag.question import read_question
from rag.unlisted import is_unlisted

REPORT = """---
title: 果品站年度报告
---

果品站今年在十二个山村设立了收购点，由站里派人轮流值守。

果品站的青年职工写了4篇调研报告，送县里参加评选。

果品站获得三项奖励：县农业局的丰收奖、市供销社的服务奖、省果业协会的质量奖。

果品站有五条规矩：一是称准秤，二是当面点钱，三是不压级，四是不拖欠，五是果筐当天退还。

果品站要求职工做到“三个当面”，就是当面过秤、当面定级、当面付款。

果品站还要加强“两台一网”的管理，每季度检查一次。
"""


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("station")
    (folder / "report.md").write_text(REPORT, "utf-8")
    with open_assistant(tmp_path_factory.mktemp("home")) as opened:
        opened.index([folder])
        yield opened


@pytest.mark.parametrize(
    "question",
    [
        "果品站设立收购点的12个山村分别是哪些？",
        "果品站青年职工那四篇调研报告的题目是什么？",
        "果品站加强管理的“两台一网”分别指什么？",
    ],
)
def test_items_that_are_only_counted_are_not_made_up(station: Assistant, question: str) -> None:
    assert is_unlisted(read_question(question), station.search(question, 6))
    assert station.ask(question).refused


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("果品站获得的三项奖励分别是什么？", "丰收奖"),
        ("果品站的五条规矩是哪五条？", "果筐当天退还"),
        ("果品站的“三个当面”指的是什么？", "当面过秤"),
    ],
)
def test_items_that_are_listed_are_given(station: Assistant, question: str, item: str) -> None:
    assert not is_unlisted(read_question(question), station.search(question, 6))
    assert item in station.ask(question).answer


def test_a_number_that_asks_for_no_items_is_none_of_its_business(station: Assistant) -> None:
    question = "果品站为什么在十二个山村设立收购点？"
    assert not is_unlisted(read_question(question), station.search(question, 6))
