"""Puts every reference question to the assistant and keeps what came back, failures included."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from eval.answers import Score, score
from eval.known import KnownLibrary, Volume
from eval.questions import ReferenceQuestion
from eval.record import AnswerRecord, record_from_json
from rag.datatypes import Answer, Document, Hit, Mode, Passage, Turn
from rag.errors import DangwuError
from rag.wire import answer_to_json

POISON_FILE = "eval-poison-passage.txt"

Progress = Callable[[int, int], None]

log = logging.getLogger(__name__)


class Subject(Protocol):
    """What is needed of the assistant under test."""

    def index(self, paths: Sequence[str | Path]) -> object:
        """Adds files to the knowledge base."""
        ...

    def remove(self, id_or_source: str) -> object:
        """Takes a document or source out of it."""
        ...

    def documents(self) -> Sequence[Document]:
        """Every document."""
        ...

    def passages(self, document_id: str) -> Sequence[Passage]:
        """The passages of a document in reading order."""
        ...

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer | Mapping[str, Any]:
        """The answer, as a value or as the JSON of the contract."""
        ...

    def search(self, query: str, k: int = 10, mode: Mode = "hybrid") -> Sequence[Hit]:
        """The best hits."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question came to. ``record`` is ``None`` when asking raised, and ``error`` then says what.

    ``values`` are the measures of ``eval.answers`` that apply, with ``carry_over``, ``same_again`` and
    ``failed`` beside them; ``milliseconds`` holds ``retrieve`` and ``answer``.
    """

    question: ReferenceQuestion
    record: AnswerRecord | None
    score: Score
    values: Mapping[str, float]
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    error: str | None = None


def library_of(assistant: Subject) -> KnownLibrary:
    """Everything the assistant has indexed."""
    return KnownLibrary(
        Volume.of(document, assistant.passages(document.id)) for document in assistant.documents()
    )


def ask_all(
    assistant: Subject,
    questions: Sequence[ReferenceQuestion],
    library: KnownLibrary,
    *,
    twice: bool = True,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """One outcome per question, in order. ``twice`` asks again to see whether the answer is the same.

    ``progress(asked, of all)`` is called after each question.
    """
    outcomes = []
    for number, question in enumerate(questions, start=1):
        outcomes.append(_outcome(assistant, question, library, twice))
        log.info("已问 %d/%d：%s / asked", number, len(questions), question.id)
        if progress is not None:
            progress(number, len(questions))
    return tuple(outcomes)


def _outcome(assistant: Subject, question: ReferenceQuestion, library: KnownLibrary, twice: bool) -> Outcome:
    try:
        if question.poison_passage is None:
            return _asked(assistant, question, library, twice)
        with _poisoned(assistant, question.poison_passage):
            return _asked(assistant, question, library_of(assistant), twice)
    except DangwuError as error:
        log.warning("问题 %s 出错：%s", question.id, error)
        return Outcome(question, None, Score({}), {"failed": 1.0, **_worst(question)}, error=str(error))


def _worst(question: ReferenceQuestion) -> Mapping[str, float]:
    """A failure answers nothing and refuses nothing."""
    return {"coverage": 0.0, "full_answer": 0.0} if question.answerable else {"refusal_recall": 0.0}


def _asked(assistant: Subject, question: ReferenceQuestion, library: KnownLibrary, twice: bool) -> Outcome:
    record, elapsed_ms = _timed(assistant, question.question, question.history)
    scored = score(question, record, library)
    values = {**scored.values, "failed": 0.0}
    if question.standalone and question.history and "coverage" in values:
        alone, _ = _timed(assistant, question.standalone, ())
        values["carry_over"] = values["coverage"] - score(question, alone, library).values["coverage"]
    if twice:
        again, _ = _timed(assistant, question.question, question.history)
        values["same_again"] = float(_same(record, again))
    milliseconds = {"answer": elapsed_ms}
    if "retrieve" in record.milliseconds:
        milliseconds["retrieve"] = record.milliseconds["retrieve"]
    return Outcome(question, record, scored, values, milliseconds)


def _timed(assistant: Subject, question: str, history: Sequence[Turn]) -> tuple[AnswerRecord, float]:
    began = time.perf_counter()
    answer = assistant.ask(question, history=tuple(history))
    elapsed_ms = (time.perf_counter() - began) * 1000
    return record_from_json(answer_to_json(answer) if isinstance(answer, Answer) else answer), elapsed_ms


def _same(one: AnswerRecord, other: AnswerRecord) -> bool:
    return (one.answer, one.citations, one.refused) == (other.answer, other.citations, other.refused)


@contextmanager
def _poisoned(assistant: Subject, passage: str) -> Iterator[None]:
    """The knowledge base with the passage in it as a document of its own, taken out again afterwards."""
    before = {document.id for document in assistant.documents()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / POISON_FILE
        path.write_text(passage + "\n", "utf-8")
        try:
            assistant.index([path])
            yield
        finally:
            for document in assistant.documents():
                if document.id not in before:
                    assistant.remove(document.id)
