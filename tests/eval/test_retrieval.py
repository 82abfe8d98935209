"""How retrieval of gold paragraphs is measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from eval.asking import library_of
from eval.questions import Gold, ReferenceQuestion
from eval.retrieval import GoldNames, measure_questions, task_of_set
from eval.trec import Entry, Query, RetrievalSet
from tests.eval.fake import FakeAssistant

LINE = "每季度盘点一次库存物资并张榜公布。"
OTHER = "食堂每日留样四十八小时。"
ASKED = ReferenceQuestion(
    "Q",
    "factual",
    "zh",
    "库存物资多久盘点一次？",
    "answer",
    gold=(Gold("stock.txt", "盘点一次库存"),),
    key_points=(("季度",),),
)


def test_gold_is_found_in_every_mode_and_runs_are_written(tmp_path: Path) -> None:
    assistant = FakeAssistant({"stock.txt": f"{OTHER}\n{LINE}"})
    refused = replace(ASKED, id="U", expect="refuse", gold=())
    report = measure_questions(assistant, [ASKED, refused], library_of(assistant), tmp_path)
    assert report.queries == 1
    assert report.passages == 2
    assert list(report.modes) == ["lexical", "dense", "hybrid"]
    assert report.modes["hybrid"]["RR@10"].value == 1
    assert report.by_type["hybrid"]["factual"].value == 1
    assert (tmp_path / "questions.hybrid.run").read_text("utf-8").startswith("Q Q0 stock.txt:1 1 1.0")
    assert (tmp_path / "questions.qrels").read_text("utf-8") == "Q 0 stock.txt:1 2\n"


def test_gold_that_stands_nowhere_counts_as_missed() -> None:
    assistant = FakeAssistant({"stock.txt": LINE})
    lost = replace(ASKED, gold=(*ASKED.gold, Gold("stock.txt", "没有这句话")))
    report = measure_questions(assistant, [lost], library_of(assistant))
    assert report.modes["hybrid"]["R@20"].value == 0.5


def test_a_gold_paragraph_that_stands_twice_is_found_once_and_wholly() -> None:
    assistant = FakeAssistant({"a.txt": LINE, "b.txt": f"{OTHER}\n{LINE}"})
    question = replace(ASKED, gold=(Gold("elsewhere.docx", "盘点一次库存"),))
    report = measure_questions(assistant, [question], library_of(assistant))
    assert report.modes["hybrid"]["R@20"].value == 1
    assert report.modes["hybrid"]["nDCG@10"].value == 1


def test_two_quotes_from_one_paragraph_are_one_gold_paragraph() -> None:
    library = library_of(FakeAssistant({"stock.txt": LINE}))
    question = replace(
        ASKED, gold=(Gold("stock.txt", "每季度盘点", rel=1), Gold("stock.txt", "张榜公布", rel=2))
    )
    assert GoldNames.of(question, library).relevance(question) == {"stock.txt:0": 2}


def test_a_set_is_asked_for_its_judged_queries_in_full_wording() -> None:
    queries = (Query("q1", "那请假呢？", "multiturn", "请假要提前多久？"), Query("q2", "没有标注的问题"))
    task = task_of_set(
        RetrievalSet("mine", (Entry("d1", "", "请假须提前一天。"),), queries, {"q1": {"d1": 1}})
    )
    assert task.queries == {"q1": "请假要提前多久？"}
    assert task.types == {"q1": "multiturn"}
