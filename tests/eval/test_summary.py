"""From outcomes to the numbers of a report."""

from __future__ import annotations

import pytest

from eval.answers import Score
from eval.asking import Outcome
from eval.questions import ReferenceQuestion
from eval.summary import answers_report, retrieval_report


def outcome(kind: str, language: str = "zh", milliseconds: float = 10.0, **values: float) -> Outcome:
    question = ReferenceQuestion(f"{kind}-{milliseconds}", kind, language, "问？", "answer")
    return Outcome(question, None, Score({}), values, {"answer": milliseconds})


def test_each_measure_is_the_mean_over_the_questions_that_have_it() -> None:
    report = answers_report(
        [
            outcome("factual", coverage=1.0),
            outcome("list", coverage=0.5),
            outcome("unanswerable", refusal_recall=1.0),
        ],
        documents=3,
    )
    assert report.documents == 3
    assert report.overall["coverage"].value == 0.75
    assert report.overall["coverage"].n == 2
    assert report.overall["refusal_recall"].n == 1
    assert report.by_type["list"]["coverage"].value == 0.5
    assert "coverage" not in report.by_type["unanswerable"]


def test_a_gap_compares_a_variant_with_plain_simplified_questions() -> None:
    report = answers_report(
        [
            outcome("factual", coverage=0.75),
            outcome("traditional", "zh-Hant", coverage=0.25),
            outcome("english", "en", coverage=0.5),
            outcome("injection", coverage=0.0),
        ],
        documents=1,
    )
    assert report.overall["gap_traditional"].value == -0.5
    assert report.overall["gap_english"].value == -0.25
    assert "gap_typo" not in report.overall


def test_times_become_percentiles() -> None:
    report = answers_report([outcome("factual", milliseconds=float(ms)) for ms in range(1, 102)], documents=1)
    assert report.overall["answer_p50_ms"].value == 51
    assert report.overall["answer_p95_ms"].value == 96
    assert "retrieve_p50_ms" not in report.overall


def test_retrieval_is_reported_by_mode_and_by_type() -> None:
    qrels = {"q1": {"a": 2, "b": 1}, "q2": {"c": 2}}
    runs = {
        "lexical": {"q1": {"b": 1.0, "a": 0.5}, "q2": {"x": 1.0}},
        "dense": {"q1": {"a": 1.0}, "q2": {"c": 1.0}},
    }
    types = {"q1": "factual", "q2": "typo"}
    report = retrieval_report("mine", runs, qrels, 9, types, {"lexical": [1.0, 3.0]})
    assert (report.name, report.queries, report.passages) == ("mine", 2, 9)
    assert report.modes["lexical"]["RR@10"].value == 0.5
    assert report.modes["dense"]["R@5"].value == pytest.approx(0.75)
    assert report.type_measure == "R(rel=2)@5"
    assert report.by_type["lexical"]["factual"].value == 1
    assert report.by_type["lexical"]["typo"].value == 0
    assert report.milliseconds["lexical"]["p50"].value == 2


def test_without_graded_judgements_types_are_reported_by_plain_recall() -> None:
    report = retrieval_report("mine", {"dense": {}}, {"q": {"a": 1}}, 1, {"q": None}, {})
    assert report.type_measure == "R@5"
    assert report.by_type == {"dense": {}}
