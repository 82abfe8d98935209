"""Scores of dense retrieval: checked by hand and against a library."""

from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, nDCG

from embeddings.evaluate import evaluate, main, read_set, score
from embeddings.hashed import HashedEncoder


def test_perfect_ranking_scores_one() -> None:
    vectors = np.eye(12, dtype=np.float32)
    scores = score(vectors, vectors, [{row: 1} for row in range(12)])
    assert (scores.recall_1, scores.recall_5, scores.ndcg_10, scores.queries) == (1, 1, 1, 12)


def test_a_relevant_passage_at_rank_three() -> None:
    passages = np.array([[1.0], [0.9], [0.8], [0.1]], np.float32)
    scores = score(np.ones((1, 1), np.float32), passages, [{2: 1}])
    assert scores.recall_1 == 0
    assert scores.recall_5 == 1
    assert scores.ndcg_10 == pytest.approx(0.5)


def test_ndcg_equals_that_of_ir_measures() -> None:
    rng = np.random.default_rng(8)
    queries, passages = rng.normal(size=(20, 6)), rng.normal(size=(50, 6))
    grades = [{int(p): int(rng.integers(1, 3)) for p in rng.choice(50, 4, replace=False)} for _ in range(20)]
    ours = score(queries.astype(np.float32), passages.astype(np.float32), grades)
    qrels = {f"q{q}": {f"p{p}": g for p, g in row.items()} for q, row in enumerate(grades)}
    run = {f"q{q}": {f"p{p}": float(s) for p, s in enumerate(queries[q] @ passages.T)} for q in range(20)}
    theirs = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10], qrels, run)
    assert ours.ndcg_10 == pytest.approx(theirs[nDCG @ 10], abs=1e-6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A retrieval set in two languages."""
    passages = {"p1": "食堂中午开放", "p2": "图书室周末关闭", "p3": "会议室需要预约"}
    queries = [("q1", "食堂什么时候开放", "zh"), ("q2", "会议室怎么预约", "zh"), ("q3", "图书室", "zh-Hant")]
    lines = [json.dumps({"_id": key, "text": text}, ensure_ascii=False) for key, text in passages.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    lines = [
        json.dumps({"_id": k, "text": text, "lang": lang}, ensure_ascii=False) for k, text, lang in queries
    ]
    (tmp_path / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tp1\t1\nq2\tp3\t2\nq3\tp2\t1\n")
    return tmp_path


def test_a_set_is_scored_by_language(folder: Path) -> None:
    scores = evaluate(HashedEncoder(), read_set(folder))
    assert {language: one.queries for language, one in scores.items()} == {"zh": 2, "zh-Hant": 1}
    assert scores["zh"].recall_1 == 1


def test_the_command_prints_a_line_per_language(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder), "--model", "hashed"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[folder.name, "zh"], [folder.name, "zh-Hant"]]


def test_a_folder_without_sets_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--model", "hashed"]) == 1
    assert "qrels.tsv" in capsys.readouterr().err
