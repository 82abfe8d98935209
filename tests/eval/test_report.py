"""What an evaluation leaves behind: JSON, Markdown, a page, and the comparison with an earlier run."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.asking import ask_all, library_of
from eval.errors import EvalError
from eval.estimate import Estimate
from eval.page import html
from eval.questions import Gold, ReferenceQuestion
from eval.report import Report, compare, markdown, read_earlier, report_to_json
from eval.retrieval import measure_questions
from eval.summary import answers_report
from tests.eval.fake import FakeAssistant

FILES = {"<b>.txt": "印章由<b>综合科</b>专人保管 & 登记。\n外借印章须经主任批准。"}
SEALS = ReferenceQuestion(
    id="S1",
    type="factual",
    language="zh",
    question="印章由哪个科保管 & 登记<script>？",
    expect="answer",
    gold=(Gold("<b>.txt", "专人保管"), Gold("<b>.txt", "没有这一句")),
    key_points=(("综合科",), ("双人双锁",)),
    reference_answer="综合科专人保管，双人双锁。",
)
LOST = ReferenceQuestion("U1", "unanswerable", "zh", "食堂几点开饭？", "refuse")


@pytest.fixture(scope="module")
def report() -> Report:
    assistant = FakeAssistant(FILES)
    library = library_of(assistant)
    outcomes = ask_all(assistant, [SEALS, LOST], library)
    return Report(
        created="2026-11-20T08:00:00+00:00",
        subject={"embedder": "fake"},
        answers=answers_report(outcomes, library.documents),
        retrieval=(measure_questions(assistant, [SEALS], library),),
    )


def test_the_json_holds_every_number_and_every_question(report: Report) -> None:
    found = json.loads(json.dumps(report_to_json(report)))
    assert found["subject"] == {"embedder": "fake"}
    assert found["answers"]["questions"] == 2
    assert found["answers"]["overall"]["coverage"] == {"value": 0.5, "low": 0.5, "high": 0.5, "n": 1}
    assert found["answers"]["by_type"]["unanswerable"]["refusal_recall"]["value"] == 1
    assert found["answers"]["unlocated"] == ["S1: 没有这一句"]
    row = found["answers"]["rows"][0]
    assert (row["id"], row["missing"], row["refused"]) == ("S1", ["双人双锁"], False)
    assert row["citations"][0]["quote"] == "印章由<b>综合科</b>专人保管 & 登记。"
    assert found["retrieval"][0]["modes"]["hybrid"]["RR@10"]["value"] == 1


def test_markdown_has_one_row_for_each_measure_with_interval_and_n(report: Report) -> None:
    lines = markdown(report).splitlines()
    assert "| 要点覆盖 key-point coverage | 0.500 | 0.500 – 0.500 | 1 |" in lines
    assert any(line.startswith("| questions | hybrid | ") for line in lines)
    widths = {line.count("|") for line in lines[: lines.index("")]}
    assert widths == {5}


def test_a_report_compared_with_itself_has_not_changed(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report_to_json(report)), "utf-8")
    changes = compare(report, read_earlier(path))
    assert changes
    assert all(change.difference == 0 and change.noise for change in changes)
    assert "没有变化" in html(report, changes)


def test_a_change_says_how_much_and_whether_it_may_be_chance(report: Report) -> None:
    assert report.answers is not None
    changes = []
    for low, high in ((0.3, 0.6), (0.0, 0.2)):
        earlier = report_to_json(report)
        earlier["answers"]["overall"]["coverage"] = {"value": 0.1, "low": low, "high": high, "n": 40}
        (change,) = (c for c in compare(report, earlier) if c.name == "answers/coverage")
        changes.append(change)
    assert [change.noise for change in changes] == [True, False]
    assert changes[0].difference == pytest.approx(0.4)
    assert "+0.400" in markdown(report, changes)
    assert "区间不重叠" in html(report, changes)


def test_numbers_that_only_one_report_has_are_not_compared(report: Report) -> None:
    assert compare(report, report_to_json(replace(report, answers=None, retrieval=()))) == ()


@pytest.mark.parametrize("text", ["", "[]", '{"answers": {"overall": {"coverage": 1}}}'])
def test_what_is_no_report_cannot_be_compared_with(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, "utf-8")
    with pytest.raises(EvalError, match=r"report\.json"):
        read_earlier(path)


class Tags(HTMLParser):
    """Collects tags with their attributes, and checks that they nest."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_asks_for_nothing_from_outside_and_runs_nothing(report: Report) -> None:
    tags = Tags()
    tags.feed(html(report))
    assert tags.open == []
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in tags.seen}
    names = {name for _, attributes in tags.seen for name in attributes}
    assert not {"src", "href", "srcset"} & names
    assert not {name for name in names if name.startswith("on")}
    assert "url(" not in html(report)


def test_words_of_documents_and_questions_are_escaped(report: Report) -> None:
    page = html(report)
    assert "印章由&lt;b&gt;综合科&lt;/b&gt;专人保管 &amp; 登记。" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_page_shows_each_question_with_its_verdict_and_what_it_lacks(report: Report) -> None:
    page = html(report)
    assert page.count("<details>") == 2
    assert "△ 1/2" in page
    assert "缺的要点：双人双锁" in page
    assert "✓ 已拒" in page
    assert "找不到的应引段落" in page


def test_bars_stay_inside_their_track(report: Report) -> None:
    assert report.answers is not None
    wild = replace(report.answers, overall={"coverage": Estimate(-0.4, -0.8, 1.7, 3)})
    tags = Tags()
    tags.feed(html(replace(report, answers=wild, retrieval=())))
    (bar,) = (attributes for tag, attributes in tags.seen if attributes.get("class") == "bar")
    (whisker,) = (attributes for tag, attributes in tags.seen if attributes.get("class") == "whisker")
    assert (bar["width"], whisker["x1"], whisker["x2"]) == ("0.0", "0.0", "220.0")
