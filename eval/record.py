"""The JSON that ``dangwu ask --json`` prints, as frozen values: any system that speaks it can be measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eval.errors import EvalError


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """One entry of ``citations``: ``quote`` is said to be ``text[start:end]`` of the document."""

    number: int
    document: str
    source: str
    title: str
    section: tuple[str, ...]
    start: int
    end: int
    quote: str
    passage: str

    @property
    def evidence(self) -> str:
        """What the citation shows: the whole paragraph, after the quote when that is a heading above it."""
        return self.passage if self.quote in self.passage else f"{self.quote}\n{self.passage}"


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One entry of ``sentences``; ``citations`` are numbers of ``AnswerRecord.citations``."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """One entry of ``hits``, best first."""

    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One answer as the system under test gave it."""

    question: str
    standalone_question: str
    mode: str
    refused: bool
    reason: str | None
    answer: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[CitedQuote, ...] = ()
    hits: tuple[FoundPassage, ...] = ()
    milliseconds: Mapping[str, float] = field(default_factory=dict)

    def cited(self, numbers: tuple[int, ...]) -> tuple[CitedQuote, ...]:
        """The citations with these numbers; a number that does not exist is left out."""
        return tuple(citation for citation in self.citations if citation.number in numbers)


def record_from_json(answer: Mapping[str, Any]) -> AnswerRecord:
    """The record of one answer. Raises ``EvalError`` when it breaks the contract."""
    try:
        return AnswerRecord(
            question=str(answer["question"]),
            standalone_question=str(answer.get("standalone_question") or answer["question"]),
            mode=str(answer.get("mode") or "extractive"),
            refused=bool(answer["refused"]),
            reason=answer.get("reason"),
            answer=str(answer["answer"]),
            sentences=tuple(AnswerSentence(s["text"], tuple(s["citations"])) for s in answer["sentences"]),
            citations=tuple(_citation(c) for c in answer["citations"]),
            hits=tuple(FoundPassage(h["document"], h["start"], h["end"], h["text"]) for h in answer["hits"]),
            milliseconds=dict(answer.get("milliseconds") or {}),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise EvalError(
            f"这条回答不合 JSON 约定：{error!r}。"
            "需要 question、refused、answer、sentences、citations、hits。",
            f"This answer breaks the JSON contract: {error!r}. "
            "Needed: question, refused, answer, sentences, citations, hits.",
        ) from error


def _citation(entry: Mapping[str, Any]) -> CitedQuote:
    return CitedQuote(
        number=int(entry["number"]),
        document=str(entry["document"]),
        source=str(entry.get("source") or ""),
        title=str(entry.get("title") or ""),
        section=tuple(entry.get("section") or ()),
        start=int(entry["start"]),
        end=int(entry["end"]),
        quote=str(entry["quote"]),
        passage=str(entry.get("passage") or entry["quote"]),
    )
