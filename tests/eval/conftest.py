"""A small library, a question about it and the answer of a well-behaved system, for tests to vary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from eval.known import KnownLibrary, Volume
from eval.questions import Gold, ReferenceQuestion
from eval.record import AnswerRecord, record_from_json

HEADING = "二、值班怎么排"
FIRST = "办公室每周一上午召开碰头会，时长不超过 30 分钟，由综合科记录。"
SECOND = "值班表由综合科在每月25日前排定，经主任签字后公布；遇有调班，须提前两天报备。"
THIRD = "《值班日志》随交接班移交，保存三年。"
TEXT = "\n".join((FIRST, HEADING, SECOND, THIRD))


def spans(*paragraphs: str) -> tuple[tuple[int, int], ...]:
    """Where the paragraphs stand in ``TEXT``."""
    return tuple((TEXT.index(p), TEXT.index(p) + len(p)) for p in paragraphs)


@pytest.fixture
def library() -> KnownLibrary:
    """One document of three passages and a heading, and a second document that shares a paragraph with it."""
    shared = Volume("doc-b", "/files/other.txt", THIRD, ((0, len(THIRD)),))
    return KnownLibrary([Volume("doc-a", "/files/duty.txt", TEXT, spans(FIRST, SECOND, THIRD)), shared])


@pytest.fixture
def question() -> ReferenceQuestion:
    """Answered by the second paragraph."""
    return ReferenceQuestion(
        id="Q1",
        type="factual",
        language="zh",
        question="值班表由谁排定？什么时候排定？",
        expect="answer",
        gold=(Gold("duty.txt", "每月25日前排定"),),
        key_points=(("综合科",), ("每月25日前", "25日之前")),
        reference_answer="由综合科在每月25日前排定。",
    )


def citation(quote: str, passage: str, number: int = 1, document: str = "doc-a") -> dict[str, Any]:
    """One entry of ``citations`` for a quote of ``TEXT``."""
    start = TEXT.index(quote)
    return {
        "number": number,
        "document": document,
        "source": "/files/duty.txt",
        "title": "值班安排",
        "section": [HEADING],
        "page": None,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "passage": passage,
        "url": None,
        "link": "/view",
    }


@pytest.fixture
def answer_json() -> dict[str, Any]:
    """The JSON of a right answer with one citation."""
    quote = SECOND[: SECOND.index("；") + 1]
    return {
        "question": "值班表由谁排定？什么时候排定？",
        "standalone_question": "值班表由谁排定？什么时候排定？",
        "language": "zh",
        "mode": "extractive",
        "model": None,
        "refused": False,
        "reason": None,
        "answer": f"{quote}[1]",
        "sentences": [{"text": quote, "citations": [1], "supported": True, "support": 1.0}],
        "citations": [citation(quote, SECOND)],
        "unsupported": [],
        "hits": [{"document": "doc-a", "start": 0, "end": len(FIRST), "text": FIRST}],
        "milliseconds": {"retrieve": 2.0, "total": 5.0},
    }


@pytest.fixture
def record(answer_json: dict[str, Any]) -> AnswerRecord:
    """The record of ``answer_json``."""
    return record_from_json(answer_json)


@pytest.fixture
def refusal(record: AnswerRecord) -> AnswerRecord:
    """A refusal that names the nearest passage, key points and all."""
    return replace(
        record,
        refused=True,
        reason="没有依据",
        answer=f"没有找到依据。最接近的是：{SECOND}",
        sentences=(),
        citations=(),
    )


@pytest.fixture
def citing(answer_json: dict[str, Any]) -> Callable[..., AnswerRecord]:
    """Makes a record of one sentence with some citations: ``citing(sentence, (quote, passage), …)``."""

    def made(sentence: str, *cited: tuple[str, str]) -> AnswerRecord:
        citations = [
            citation(quote, passage, number) for number, (quote, passage) in enumerate(cited, start=1)
        ]
        numbers = [entry["number"] for entry in citations]
        sentences = [{"text": sentence, "citations": numbers}]
        return record_from_json(
            {**answer_json, "sentences": sentences, "citations": citations, "answer": sentence}
        )

    return made
