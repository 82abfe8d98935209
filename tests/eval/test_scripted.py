"""A model that lies on purpose: what it quotes is shown, what it cites wrongly is moved, what it alters is not shown as true."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from eval.checker_edits import Source
from eval.scripted import Line, altered, lines_of, main, miscited, supported
from rag import open_assistant
from rag.datatypes import Answer, CitedSentence
from rag.text import tight

FERRY = """渡口怎样守得平安

一、开航之前

船工在开航前要逐件检查救生衣，少一件不得开航。乘客超过十二人的，分两次运送。

二、遇到大雾

能见度不足五十米时一律停航，由值班船工挂出红旗。红旗落下之前，任何人不得解缆。
"""
QUESTION = "开航之前船工要检查什么？"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ferry")
    (folder / "ferry.txt").write_text(FERRY, "utf-8")
    return folder


def test_the_model_quotes_the_beginnings_of_the_best_passages(documents: Path, tmp_path: Path) -> None:
    with open_assistant(tmp_path) as assistant:
        assistant.index([documents])
        hits = assistant.search(QUESTION)
    lines = lines_of(hits, FERRY)
    assert {line.text for line in lines} <= {s + "。" for s in FERRY.replace("\n", "。").split("。")}
    assert all(line.text in hits[line.number - 1].passage.text for line in lines)


def test_every_line_is_altered_or_cited_elsewhere() -> None:
    sentence = "船工在开航前要逐件检查救生衣，少一件不得开航。"
    line = Line(1, Source(sentence, "", sentence, "渡口", sentence), sentence)
    [false] = altered([line], random.Random(1))
    assert tight(false.text) != tight(sentence)
    assert false.kind
    assert [moved.number for moved in miscited([line, Line(3, line.original, sentence)], 3)] == [2, 1]
    assert miscited([line], 1) == ()


def test_a_line_is_known_again_behind_the_sign_of_a_list() -> None:
    line = Line(1, Source("", "", "", "", ""), "（一）船工先上船。")
    shown = CitedSentence("船工先上船。", (1,), True, 1.0, "（一）")
    answer = Answer("问", "问", "zh", "llm", "", (shown,))
    assert supported(answer, line)
    assert not supported(Answer("问", "问", "zh", "extractive", "", (shown,)), line)


def test_the_walk_shows_what_is_true_and_nothing_else(
    documents: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "questions.jsonl"
    asked = {
        "id": "F1",
        "type": "factual",
        "question": QUESTION,
        "expect": "answer",
        "reference_answer": "救生衣。",
    }
    asked["key_points"] = [["救生衣"]]
    asked["gold"] = [{"file": "ferry.txt", "quote": "逐件检查救生衣"}]
    questions.write_text(json.dumps(asked, ensure_ascii=False) + "\n", "utf-8")
    assert main(["--documents", str(documents), "--questions", str(questions)]) == 0
    counts = [line.split(": ")[1].split(" / ") for line in capsys.readouterr().out.splitlines()]
    assert len(counts) == 3
    assert all(right == total != "0" for right, total in counts)
