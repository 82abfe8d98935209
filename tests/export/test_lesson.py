"""A language model fills lectures and lesson plans: from the cited passages only, and only what they bear out stands."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pptx
import pytest

from rag import open_assistant
from rag.assistant import Assistant
from rag.cli import main
from rag.datatypes import Answer, Lesson
from rag.export import render
from rag.export.compose import compose
from rag.export.manuscript import Manuscript, Mark
from rag.fake_llm import FakeLlm, Rule
from rag.lesson import LessonWriter, common_language, taken_apart

ARTICLE = """---
date: 2025-03-04
---
# 党员活动室管理办法

一、钥匙和台账

活动室的钥匙由组织委员保管，借用要登记，当天归还。

每季度清点一次桌椅、书籍和音响，清点结果由两人签名。

二、开放时间

活动室每周二、周四下午开放，节假日由值班党员负责。
"""
QUESTION = "党员活动室怎样管理？"
LECTURE = """<think>先列提纲</think>
# 党员活动室管理办法
## 引言
活动室每周二、周四下午开放[{open}]。
## 一、钥匙和台账
- **钥匙**：活动室的钥匙由组织委员保管[{keys}]。活动室的钥匙由书记保管[{keys}]。
### （二）清点
每季度清点一次桌椅、书籍和音响[{count}]。
## 凝心聚力促发展
节假日由值班党员负责[{keys}]。
## 结语
全县已有九成支部达标[{open}]。
"""
PLAN = """# 党员活动室怎样管理
**教学目标**
1. 活动室的钥匙由组织委员保管，借用要登记，当天归还[{keys}]。
## 二、重点难点
- 清点结果由两人签名[{count}]。
### 教学难点
- 每季度清点一次[{count}]。
## 教学过程
### 开放时间
活动室每周二、周四下午开放[{open}]。
小结：
节假日由值班党员负责[{open}]。
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds one article."""
    folder = tmp_path_factory.mktemp("lesson")
    (folder / "room.md").write_text(ARTICLE, "utf-8")
    with open_assistant(folder / "home") as assistant:
        assistant.index([folder / "room.md"])
    return folder / "home"


@pytest.fixture(scope="module")
def asked(home: Path) -> Answer:
    """An extractive answer that cites all three paragraphs."""
    parts = ("活动室的钥匙由谁保管？", "活动室多久清点一次？", "活动室什么时候开放？")
    with open_assistant(home) as assistant:
        answers = [assistant.ask(part) for part in parts]
    return answers_of(answers)


def answers_of(answers: list[Answer]) -> Answer:
    """One answer with the sentences and citations of several."""
    citations, sentences = [], []
    for answer in answers:
        offset = len(citations)
        citations += [replace(c, number=c.number + offset) for c in answer.citations]
        sentences += [
            replace(s, citations=tuple(n + offset for n in s.citations), lead="\n") for s in answer.sentences
        ]
    return replace(
        answers[0],
        question=QUESTION,
        standalone_question=QUESTION,
        answer="\n".join(a.answer for a in answers),
        sentences=tuple(sentences),
        citations=tuple(citations),
    )


@pytest.fixture(scope="module")
def model() -> FakeLlm:
    return FakeLlm()


@pytest.fixture(scope="module")
def with_model(home: Path, model: FakeLlm) -> Iterator[Assistant]:
    """The assistant with the scripted model."""
    with model.running() as address, open_assistant(home, llm="openai:fake", llm_base_url=address) as opened:
        yield opened


@pytest.fixture
def write(with_model: Assistant, model: FakeLlm, asked: Answer) -> Callable[..., Lesson]:
    """The lesson of the answer while the model says something, or follows a whole rule."""

    def written(form: str, says: str | None = None, **rule: object) -> Lesson:
        model.rules = (Rule.of({"answer": says, **rule}),)
        model.requests.clear()
        writer = LessonWriter(with_model.settings, with_model.encoder)
        lesson = writer.write([asked], form)
        assert lesson is not None
        return lesson

    return written


def told(asked: Answer, text: str) -> str:
    """Model text with the numbers that the prompt gives the passages."""
    passages = list(dict.fromkeys(c.passage.text for c in asked.citations))
    number = {
        name: next(n for n, p in enumerate(passages, 1) if words in p)
        for name, words in (("keys", "钥匙"), ("count", "清点"), ("open", "开放"))
    }
    return text.format(**number)


def lines_of(manuscript: Manuscript) -> list[str]:
    """Every block as a reader sees it, marks as [n]."""
    return [
        b.label + "".join(f"[{i.number}]" if isinstance(i, Mark) else i.text for i in b.inlines)
        for b in manuscript.blocks
    ]


def test_a_lecture_is_filled_by_the_model_and_cited(write: Callable[..., Lesson], asked: Answer) -> None:
    manuscript = compose([asked], "lecture", lesson=write("lecture", told(asked, LECTURE)))
    lines = lines_of(manuscript)
    assert manuscript.title == "党员活动室管理办法"
    assert "活动室每周二、周四下午开放。[1]" in lines
    assert [line for line in lines if line.startswith(("一、", "（一）", "（二）"))] == [
        "一、钥匙和台账",
        "（一）钥匙",
        "（二）清点",
    ]
    assert "每季度清点一次桌椅、书籍和音响。[3]" in lines
    quotes = [note.quote for note in manuscript.notes]
    assert quotes[0] == "活动室每周二、周四下午开放，节假日由值班党员负责。"
    assert any("openai:fake" in remark for remark in manuscript.remarks)


def test_what_the_passages_do_not_bear_out_is_marked_or_left_out(
    write: Callable[..., Lesson], asked: Answer
) -> None:
    lesson = write("lecture", told(asked, LECTURE))
    text = "\n".join(lines_of(compose([asked], "lecture", lesson=lesson)))
    assert "活动室的钥匙由书记保管。（未找到依据）" in text
    assert "凝心聚力" not in text
    assert "九成" not in text
    assert "回顾这一讲的要点" in text, "a conclusion of which nothing holds gives way to the arranged one"
    assert lesson.notice is not None
    assert "2 处没有找到依据" in lesson.notice


def test_a_wrong_number_is_mended_when_another_passage_holds_the_words(
    write: Callable[..., Lesson], asked: Answer
) -> None:
    lesson = write("lecture", told(asked, LECTURE))
    moved = next(s for s in lesson.parts["body"].sentences if s.text.startswith("节假日"))
    cited = {c.number: c.quote for c in lesson.parts["body"].citations}
    assert ["节假日" in cited[n] for n in moved.citations] == [True]


def test_every_sentence_of_a_lesson_has_passed_the_checker(
    write: Callable[..., Lesson], asked: Answer
) -> None:
    for form, text in (("lecture", LECTURE), ("plan", PLAN)):
        parts = write(form, told(asked, text)).parts
        assert parts["body"].citations
        for part in parts.values():
            assert all(s.citations or not s.supported for s in part.sentences)
            assert all(c.document.text[c.start : c.end] == c.quote for c in part.citations)


def test_a_lesson_plan_is_filled_by_the_model(write: Callable[..., Lesson], asked: Answer) -> None:
    lesson = write("plan", told(asked, PLAN))
    assert list(lesson.parts) == ["aims", "key", "hard", "body", "summary"]
    lines = lines_of(compose([asked], "plan", lesson=lesson))
    at = {
        name: lines.index(name)
        for name in ("一、教学目标", "（一）教学重点", "（二）讲授", "（三）讨论", "（四）小结")
    }
    assert lines[at["一、教学目标"] + 1].startswith("1.活动室的钥匙由组织委员保管，借用要登记，当天归还。[")
    assert "清点结果由两人签名。[" in lines[at["（一）教学重点"] + 1]
    assert any("活动室每周二、周四下午开放。[" in line for line in lines[at["（二）讲授"] : at["（三）讨论"]])
    assert "节假日由值班党员负责。[" in lines[at["（四）小结"] + 1]


def test_the_model_sees_the_cited_passages_and_nothing_else(
    write: Callable[..., Lesson], model: FakeLlm, asked: Answer
) -> None:
    write("lecture", told(asked, LECTURE))
    (request,) = model.requests
    system, human = (message["content"] for message in request[1]["messages"])
    assert "党课讲稿" in system
    assert QUESTION in human
    passages = {c.passage.text for c in asked.citations}
    assert all(text in human for text in passages)
    assert human.count("\n[") == len(passages)


def test_a_lesson_may_be_longer_than_an_answer(
    write: Callable[..., Lesson], model: FakeLlm, with_model: Assistant, asked: Answer
) -> None:
    write("lecture", told(asked, LECTURE))
    assert model.requests[0][1]["max_tokens"] == 3 * with_model.settings.llm_max_tokens


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"status": 500}, "500"),
        ({"raw": "\x00\xff\xfe<html>"}, ""),
        ({"finish": "content_filter"}, "内容审查"),
        ({"says": "全县已有九成支部达标[1]。"}, "没有一句"),
        ({"says": "资料中没有找到依据。"}, "没有一句"),
        ({"drop_after": 1}, ""),
    ],
)
def test_a_model_that_fails_leaves_the_arranged_answer_and_says_why(
    rule: dict[str, object], reason: str, write: Callable[..., Lesson], asked: Answer
) -> None:
    lesson = write("lecture", **rule)
    assert lesson.parts == {}
    manuscript, plain = compose([asked], "lecture", lesson=lesson), compose([asked], "lecture")
    assert manuscript.blocks[1:] == plain.blocks
    assert manuscript.notes == plain.notes
    first = manuscript.blocks[0]
    assert first.kind == "remark"
    assert reason in first.text
    assert first.text.endswith("以下按已有回答的原句编排。")


def test_a_model_that_is_not_there_is_given_up(home: Path, asked: Answer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with open_assistant(home, llm="openai:fake", llm_base_url=address) as assistant:
        lesson = assistant.lesson([asked], "plan")
    assert lesson is not None
    assert lesson.parts == {}
    assert lesson.notice is not None


def test_orders_in_the_reply_and_its_links_change_nothing(
    write: Callable[..., Lesson], asked: Answer
) -> None:
    text = told(
        asked,
        "## 引言\n![图](http://evil.example/x.png)见[这里](http://evil.example)。\n## 开放时间\n活动室每周二、周四下午开放[{open}]。",
    )
    shown = "\n".join(lines_of(compose([asked], "lecture", lesson=write("lecture", text))))
    assert "evil" not in shown


def test_the_same_answers_are_written_once(with_model: Assistant, model: FakeLlm, asked: Answer) -> None:
    model.rules = (Rule(answer=told(asked, LECTURE)),)
    model.requests.clear()
    assert with_model.lesson([asked], "lecture") is with_model.lesson([asked], "lecture")
    assert len(model.requests) == 1


def test_there_is_nothing_to_write_without_a_model_a_form_or_a_citation(
    home: Path, with_model: Assistant, asked: Answer, refused_answer: Answer
) -> None:
    with open_assistant(home) as plain:
        assert plain.lesson([asked], "lecture") is None
    assert with_model.lesson([asked], "answer") is None
    assert with_model.lesson([refused_answer], "lecture") is None


def test_a_refused_question_stays_marked_beside_what_the_model_wrote(
    write: Callable[..., Lesson], asked: Answer, refused_answer: Answer
) -> None:
    lesson = write("lecture", told(asked, LECTURE))
    lines = lines_of(compose([asked, refused_answer], "lecture", lesson=lesson))
    assert f"【未作答】{refused_answer.question}" in lines


def test_slides_carry_the_citations_of_the_lesson(write: Callable[..., Lesson], asked: Answer) -> None:
    lesson = write("lecture", told(asked, LECTURE))
    shown = pptx.Presentation(io.BytesIO(render([asked], ".pptx", form="lecture", lesson=lesson)))
    notes = "".join(
        slide.notes_slide.notes_text_frame.text for slide in shown.slides if slide.has_notes_slide
    )
    quotes = [c.quote for part in lesson.parts.values() for c in part.citations]
    assert quotes
    assert [quote for quote in quotes if quote not in notes] == []


def test_the_command_line_exports_the_same(
    home: Path, model: FakeLlm, with_model: Assistant, asked: Answer, tmp_path: Path
) -> None:
    model.rules = (Rule(answer="## 开放时间\n活动室每周二、周四下午开放[1][2][3]。"),)
    target = tmp_path / "lecture.md"
    settings = with_model.settings
    (home / "dangwu.toml").write_text(f'llm = "{settings.llm}"\nllm_base_url = "{settings.llm_base_url}"\n')
    try:
        code = main(
            ["ask", "活动室什么时候开放？", "--home", str(home), "--export", str(target), "--form", "lecture"]
        )
    finally:
        (home / "dangwu.toml").unlink()
    assert code == 0
    assert "一、开放时间" in target.read_text("utf-8")


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("## 一、教学目标", "aims"),
        ("**教学重点：**", "key"),
        ("教學難點：", "hard"),
        ("# 三、教学过程", "body"),
        ("#### 课堂小结", "summary"),
        ("## Difficult points", "hard"),
    ],
)
def test_headings_are_known_in_every_dress(heading: str, part: str) -> None:
    assert taken_apart(f"{heading}\n一句话。", "plan") == {part: "一句话。"}


def test_what_stands_under_no_heading_belongs_to_the_main_part() -> None:
    assert taken_apart("一句话。\n\n- 又一句。", "lecture") == {"body": "一句话。\n\n- 又一句。"}


@pytest.mark.parametrize(
    "line", ["题目：活动室的管理", "# 活动室的管理", "**课题：活动室的管理**", "## 题目\n活动室的管理"]
)
def test_a_title_is_known_in_every_dress(line: str) -> None:
    assert taken_apart(f"{line}\n## 引言\n一句话。", "lecture") == {
        "title": "活动室的管理",
        "introduction": "一句话。",
    }


def test_a_title_that_the_documents_do_not_bear_out_is_not_taken(
    write: Callable[..., Lesson], asked: Answer
) -> None:
    text = told(asked, "# 全国先进活动室的百年辉煌\n## 开放时间\n活动室每周二、周四下午开放[{open}]。")
    lesson = write("lecture", text)
    assert lesson.title == ""
    assert compose([asked], "lecture", lesson=lesson).title == "党员活动室怎样管理"


def test_the_framing_is_traditional_for_a_traditional_question(asked: Answer) -> None:
    question = "黨員活動室怎樣管理？"
    answer = replace(asked, question=question, standalone_question=question, language="zh-Hant")
    lines = lines_of(compose([answer], "lecture"))
    assert "同志們：" in lines
    assert "結語" in lines
    assert "課題：黨員活動室怎樣管理" in lines_of(compose([answer], "plan"))


def test_one_language_frames_several_answers(asked: Answer) -> None:
    def spoken(*languages: str) -> str:
        return common_language([replace(asked, language=language) for language in languages])

    assert [spoken("en"), spoken("zh-Hant"), spoken("zh")] == ["en", "zh-Hant", "zh"]
    assert [spoken("en", "zh-Hant"), spoken("zh", "zh-Hant"), spoken("en", "zh")] == ["zh-Hant", "zh", "zh"]
