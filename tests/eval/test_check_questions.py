"""The project's own questions fit its own documents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.check_questions import findings, main, narrow_points, paragraphs_of
from eval.questions import Gold, ReferenceQuestion
from rag.datatypes import Turn

DOCUMENTS = {"rules.md": ("一、借阅", "图书借阅期为三十天。", "逾期每天提醒一次。", "每天闭馆前清点。")}
GOOD = ReferenceQuestion(
    id="G",
    type="factual",
    language="zh",
    question="能借多久？",
    expect="answer",
    gold=(Gold("rules.md", "借阅期为三十天"),),
    key_points=(("三十天", "30天"),),
    reference_answer="三十天。",
)


def test_a_good_question_has_no_findings() -> None:
    assert list(findings([GOOD], DOCUMENTS)) == []


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (replace(GOOD, gold=(Gold("rules.md", "每天"),)), "2 个段落"),
        (replace(GOOD, gold=(Gold("rules.md", "借阅期为十天"),)), "0 个段落"),
        (replace(GOOD, gold=(Gold("other.md", "借阅期"),)), "other.md"),
        (replace(GOOD, gold=()), "gold"),
        (replace(GOOD, gold=(replace(GOOD.gold[0], rel=1),)), "应引"),
        (replace(GOOD, key_points=(("二十天",),)), "二十天"),
        (replace(GOOD, key_points=()), "key_points"),
        (replace(GOOD, expect="refuse"), "应拒答"),
        (replace(GOOD, history=(Turn("有图书室吗？"),)), "standalone"),
    ],
)
def test_what_is_wrong_is_said_with_the_id(bad: ReferenceQuestion, says: str) -> None:
    found = list(findings([bad], DOCUMENTS))
    assert found
    assert all(line.startswith("G: ") for line in found)
    assert any(says in line for line in found)


def test_a_key_point_that_the_reference_answer_misses_is_only_remarked_on() -> None:
    narrow = replace(GOOD, reference_answer="一个月。")
    assert list(findings([narrow], DOCUMENTS)) == []
    assert [line.partition(":")[0] for line in narrow_points([narrow])] == ["G"]


def test_front_matter_and_blank_lines_are_no_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: 借阅\n---\n\n第一段。\n\n第二段。\n", "utf-8")
    assert paragraphs_of(path) == ("第一段。", "第二段。")
    path.write_text("第一段。\n---\n第二段。\n", "utf-8")
    assert paragraphs_of(path) == ("第一段。", "---", "第二段。")


def test_the_projects_own_questions_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().out
