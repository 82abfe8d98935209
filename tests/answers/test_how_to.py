"""How something is done, asked of the starter documents: by the sections of a document on it, or by the one that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.build import open_assistant


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Iterator[Assistant]:
    """An assistant over the project's own starter documents."""
    with open_assistant(tmp_path_factory.mktemp("home")) as opened:
        opened.index([repo_root / "seeds"])
        yield opened


@pytest.mark.parametrize(
    ("question", "sections"),
    [
        ("怎样讲好一堂党课？", ("二、选题", "三、备课", "五、讲授", "六、互动")),
        ("新书记上任怎么干", ("第一周：接得清", "第二周：摸得透", "第四周：开好局")),
        ("组织关系怎么转", ("二、谁有权转，怎么转", "三、纸质介绍信怎么填")),
    ],
)
def test_the_sections_of_the_document_on_it(
    office: Assistant, question: str, sections: tuple[str, ...]
) -> None:
    answer = office.ask(question).answer
    assert [section for section in sections if section not in answer] == []


@pytest.mark.parametrize(
    ("question", "said", "elsewhere"),
    [
        ("换届请示怎么写", "请示要写清六项内容", "计票看三条线"),
        ("党课怎么备课", "第一步，读原文", "四条红线"),
    ],
)
def test_only_the_section_that_a_word_of_the_question_is_about(
    office: Assistant, question: str, said: str, elsewhere: str
) -> None:
    answer = office.ask(question).answer
    assert said in answer
    assert elsewhere not in answer


def test_a_section_is_told_by_the_sentence_that_says_how_many_there_are(office: Assistant) -> None:
    assert "写清楚“五定”" in office.ask("如何开展主题党日活动").answer


def test_behind_a_long_outline_no_other_document_is_outlined(office: Assistant) -> None:
    answer = office.ask("怎样发展党员")
    assert {citation.document.title for citation in answer.citations} == {
        "发展党员总览：五个阶段与二十五步流程怎么走"
    }


def test_a_chinese_question_is_answered_in_chinese_first(office: Assistant) -> None:
    assert office.ask("党龄怎么算").citations[0].document.title == "预备党员的接收、审批、教育考察和转正"


def test_what_is_told_as_a_mistake_comes_behind_the_rule(office: Assistant) -> None:
    first = office.ask("政审的结论写什么").citations[0]
    assert first.passage.section[-1] == "（三）怎么下结论"
