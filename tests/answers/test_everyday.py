"""Small talk and questions about other things are not answered from whatever sentence shares a word with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.build import open_assistant
from rag.orders import says_nothing
from rag.refuse import nearest_of


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Iterator[Assistant]:
    """An assistant over the project's own starter documents."""
    with open_assistant(tmp_path_factory.mktemp("home")) as opened:
        opened.index([repo_root / "seeds"])
        yield opened


@pytest.mark.parametrize(
    "text", ["你好", "您好，在吗？", "谢谢！", "早上好啊", "你是谁？", "你能做什么", "Hello!", "Who are you?"]
)
def test_courtesy_is_met_with_what_to_ask(office: Assistant, text: str) -> None:
    answer = office.ask(text)
    assert answer.refused
    assert not answer.citations
    assert ("请写出想问的事" in answer.answer) or ("write what you would like to know" in answer.answer)


def test_an_empty_knowledge_base_says_that_it_is_empty(tmp_path: Path) -> None:
    with open_assistant(tmp_path) as empty:
        answer = empty.ask("党费怎么交？")
    assert answer.refused
    assert answer.reason is not None
    assert "资料库还是空的" in answer.reason


def test_a_refusal_names_neighbouring_words_as_one_and_each_passage_once(tmp_path: Path) -> None:
    for name in ("甲", "乙", "丙"):
        (tmp_path / f"{name}.txt").write_text(f"{name}站食堂公告\n\n食堂早餐七点开始供应。\n", "utf-8")
    with open_assistant(tmp_path / "home") as canteen:
        canteen.index([tmp_path])
        answer = canteen.ask("三会一课多久开一次？")
    assert answer.reason == "资料中没有找到关于“三会一课”的依据。"
    assert [hit.passage.text for hit in nearest_of(answer.hits)] == ["食堂早餐七点开始供应。"]


@pytest.mark.parametrize(
    "text",
    [
        "你好，党费怎么交？",
        "谢谢，那党小组会呢？",
        "好干部标准是什么？",
        "早上八点签到吗？",
        "在职党员怎么报到？",
        "你会怎么处理请假？",
    ],
)
def test_courtesy_before_a_question_is_no_obstacle(text: str) -> None:
    assert not says_nothing(text)


@pytest.mark.parametrize(
    "question",
    [
        "今天天气怎么样？",
        "今天是几号？",
        "怎么做红烧肉？",
        "如何治疗感冒？",
        "晚上吃什么好？",
        "路由器怎么设置？",
    ],
)
def test_a_shared_word_is_no_answer(office: Assistant, question: str) -> None:
    answer = office.ask(question)
    assert answer.refused, answer.answer


def test_most_everyday_questions_are_refused(office: Assistant, repo_root: Path) -> None:
    files = sorted((repo_root / "eval" / "everyday").glob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    answered = [row["question"] for row in rows if not office.ask(row["question"]).refused]
    assert len(rows) == 90
    assert len(answered) <= 18, answered


@pytest.mark.parametrize(
    "question", ["党费怎么交？", "入党要多久？", "支委会多久开一次？", "谁能当监票人？", "票数一样怎么办？"]
)
def test_short_questions_on_the_matter_are_answered(office: Assistant, question: str) -> None:
    assert not office.ask(question).refused


def test_an_official_term_that_no_document_uses_is_not_answered_from_one_like_it(tmp_path: Path) -> None:
    (tmp_path / "lesson.txt").write_text(
        "党课安排\n\n党课每季度讲一次，由书记主讲。\n\n听课的党员要签到，笔记交组长。\n", "utf-8"
    )
    with open_assistant(tmp_path / "home") as school:
        school.index([tmp_path])
        assert school.ask("党费怎么交？").refused
        assert not school.ask("党课多久讲一次？").refused
