"""The field's file formats."""

from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.errors import EvalError
from eval.trec import Entry, Query, read_set, write_qrels, write_run

CORPUS = [
    {"_id": "d1", "title": "考勤", "text": "上下班均须签到。"},
    {"_id": "d2", "title": "", "section": "二、请假", "text": "请假须提前一天。"},
]
QUERIES = [
    {"_id": "q1", "text": "要签到吗？", "answers": ["须签到"]},
    {"_id": "q2", "text": "那请假呢？", "type": "multiturn", "standalone": "请假要提前多久？"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "small"
    made.mkdir()
    for name, rows in (("corpus.jsonl", CORPUS), ("queries.jsonl", QUERIES)):
        (made / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    (made / "qrels.tsv").write_text(QRELS, "utf-8")
    return made


def test_a_set_is_read_with_everything_it_says(folder: Path) -> None:
    found = read_set(folder)
    assert found.name == "small"
    assert found.corpus == (
        Entry("d1", "考勤", "上下班均须签到。"),
        Entry("d2", "", "请假须提前一天。", "二、请假"),
    )
    assert found.queries == (
        Query("q1", "要签到吗？"),
        Query("q2", "那请假呢？", "multiturn", "请假要提前多久？"),
    )
    assert found.qrels == {"q1": {"d1": 1}, "q2": {"d2": 2}}


def test_a_missing_file_is_named_with_what_a_set_holds(folder: Path) -> None:
    (folder / "queries.jsonl").unlink()
    with pytest.raises(EvalError, match=r"queries\.jsonl"):
        read_set(folder)


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("corpus.jsonl", '{"_id": "d1", "title": "考勤"}\n', r"corpus\.jsonl:1"),
        ("corpus.jsonl", '{"_id": "d1", "text": null}\n', r"corpus\.jsonl:1"),
        ("queries.jsonl", "\n[1, 2]\n", r"queries\.jsonl:2"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\n", r"qrels\.tsv:2"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\thigh\n", r"qrels\.tsv:2"),
    ],
)
def test_a_broken_line_is_named(folder: Path, name: str, text: str, place: str) -> None:
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(EvalError, match=place):
        read_set(folder)


def test_an_article_without_text_is_known_by_its_title(folder: Path) -> None:
    rows = [*CORPUS, {"_id": "d3", "title": "值班须知", "text": " "}, {"_id": "d4", "text": ""}]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert read_set(folder).corpus[2:] == (Entry("d3", "", "值班须知"), Entry("d4", "", ""))


def test_judgements_without_a_header_all_count(folder: Path) -> None:
    (folder / "qrels.tsv").write_text(QRELS.partition("\n")[2], "utf-8")
    assert read_set(folder).qrels == {"q1": {"d1": 1}, "q2": {"d2": 2}}


@pytest.mark.parametrize("row", ["q9\td1\t1", "q1\td9\t1"])
def test_judgements_of_what_is_not_there_are_refused(folder: Path, row: str) -> None:
    (folder / "qrels.tsv").write_text(QRELS + row + "\n", "utf-8")
    with pytest.raises(EvalError, match=r"[qd]9"):
        read_set(folder)


names = st.text(st.characters(categories=["L", "Nd"], include_characters="-_.:"), min_size=1, max_size=8)


@given(
    st.dictionaries(names, st.dictionaries(names, st.integers(1, 20).map(lambda rank: 1 / rank), min_size=1))
)
def test_a_run_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, run: dict[str, dict[str, float]]
) -> None:
    path = tmp_path_factory.mktemp("runs") / "deep" / "some.run"
    write_run(path, run, "tag")
    read = ir_measures.read_trec_run(str(path))
    assert {(query, passage): score for query, passage, score in read} == {
        (query, passage): pytest.approx(score, abs=1e-6)
        for query, scores in run.items()
        for passage, score in scores.items()
    }


def test_other_tools_read_what_is_written(tmp_path: Path) -> None:
    write_run(tmp_path / "a.run", {"q1": {"d2": 0.5, "d1": 1.0}}, "tag")
    write_qrels(tmp_path / "a.qrels", {"q1": {"d2": 1}})
    assert (tmp_path / "a.run").read_text("utf-8").splitlines()[0] == "q1 Q0 d1 1 1.000000 tag"
    run = ir_measures.read_trec_run(str(tmp_path / "a.run"))
    qrels = ir_measures.read_trec_qrels(str(tmp_path / "a.qrels"))
    assert ir_measures.calc_aggregate([ir_measures.RR @ 10], qrels, run) == {ir_measures.RR @ 10: 0.5}


def test_the_shared_sets_can_be_read(shared_dir: Path) -> None:
    for folder in sorted((shared_dir / "eval" / "sets").iterdir()):
        found = read_set(folder)
        assert found.qrels.keys() <= {query.id for query in found.queries}
        assert all(entry.text for entry in found.corpus)
