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


@pytest.mark.parametrize(
    ("question", "section", "said"),
    [
        ("网格员每天做什么", "（二）网格员每天做哪几件事", "采集信息、排查隐患、代办服务、宣讲政策"),
        ("流动党员自己要做到什么", "五、流动党员自己要做到什么", "外出前报告"),
        ("民主评议党员分几个等次", "三、等次与比例怎么把握", "优秀、合格、基本合格、不合格四个等次"),
    ],
)
def test_the_section_whose_heading_says_what_is_asked(
    office: Assistant, question: str, section: str, said: str
) -> None:
    answer = office.ask(question)
    assert {citation.passage.section[-1] for citation in answer.citations} == {section}
    assert said in answer.answer


def test_steps_of_which_two_are_chosen_are_all_told(office: Assistant) -> None:
    answer = office.ask("会议材料怎么归档").answer
    assert [
        step for step in ("第一步，平时归", "第二步，年底理", "第三步，到期交") if step not in answer
    ] == []


def test_what_went_wrong_is_told_with_what_to_do(office: Assistant) -> None:
    told, remedy, *_ = office.ask("入党材料出生日期不一致怎么办").sentences
    assert "前后矛盾" in told.text
    assert remedy.text.startswith("改法是")


def test_a_mere_mention_does_not_say_what_to_do(office: Assistant) -> None:
    answer = office.ask("公众号发错信息怎么办")
    assert "立即下线，保留证据" in answer.answer
    assert "账号被盗" not in answer.sentences[0].text


def test_any_occasion_says_when(office: Assistant) -> None:
    answer = office.ask("廉洁提醒什么时候做")
    assert "可以抓住六个节点" in answer.sentences[0].text
    assert "原文日期" not in answer.answer  # 节日前 names no day


def test_the_bound_asked_for_need_not_be_in_the_words_of_the_document(office: Assistant) -> None:
    assert "不超过六个月" in office.ask("停职检查最长多久").answer


def test_a_heading_that_counts_is_told_with_all_that_it_counts(office: Assistant) -> None:
    answer = office.ask("如何做一名合格的基层党务工作者")
    roles = ("（一）政策的转译员", "（二）组织生活的操盘手", "（三）党员的娘家人", "（四）书记的参谋助手")
    limits = ("1. 不代替支部作决定", "2. 不代替党员本人表态", "3. 不代替纪检机关办案")
    assert [said for said in (*roles, *limits) if said not in answer.answer] == []
    assert all(sentence.citations for sentence in answer.sentences)


def test_a_quote_does_not_end_with_the_number_of_what_it_leaves_out(office: Assistant) -> None:
    assert not any(s.text.endswith("第2步") for s in office.ask("怎么发展党员").sentences)
