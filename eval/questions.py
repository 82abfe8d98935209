"""Reference questions: what is asked, where the answer stands, and what a right answer must say.

JSON lines in either of two spellings. Gold entries are ``{"file", "quote", "rel"?}``; a gold paragraph is known by
a quote that stands in it, so a question file outlives every change of the splitter. Fields unknown here are ignored.
History is a list of ``{"question", "answer"}`` or ``{"q", "a"}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from eval.errors import EvalError
from rag.datatypes import Turn

ESSENTIAL = 2
QUESTIONS_FOLDER = Path(__file__).with_name("questions")
SEEDS_FOLDER = Path(__file__).resolve().parents[1] / "seeds"

_FIELDS = (
    '每行要有文字 "id"、"type"、"question"；可以有 "expect"（answer 或 refuse）、"gold"（[{"file", "quote"}]）、"key_points"、"history"。',
    'Each line needs the texts "id", "type" and "question"; "expect" (answer or refuse), "gold" ([{"file", "quote"}]), '
    '"key_points" and "history" may be there.',
)


@dataclass(frozen=True, slots=True)
class Gold:
    """A paragraph that answers the question: ``quote`` stands in it. ``rel`` 2 is essential, 1 is helpful."""

    file: str
    quote: str
    rel: int = ESSENTIAL


@dataclass(frozen=True, slots=True)
class ReferenceQuestion:
    """One question with what a right answer is. Each key point is a tuple of wordings, any of which will do.

    ``gold_mode`` says whether all essential paragraphs belong in the citations or any one of them.
    ``standalone`` is a follow-up question as it would be asked without its ``history``. ``poison_passage`` is
    hostile text that is put into the knowledge base before the question is asked.
    """

    id: str
    type: str
    language: str
    question: str
    expect: Literal["answer", "refuse"]
    gold: tuple[Gold, ...] = ()
    gold_mode: Literal["all", "any"] = "all"
    key_points: tuple[tuple[str, ...], ...] = ()
    reference_answer: str = ""
    history: tuple[Turn, ...] = ()
    standalone: str | None = None
    must_not_contain: tuple[str, ...] = ()
    poison_passage: str | None = None

    @property
    def answerable(self) -> bool:
        """Whether the documents hold the answer."""
        return self.expect == "answer"

    @property
    def hostile(self) -> bool:
        """Whether the question tries to make the assistant misbehave."""
        return self.type == "injection" or self.poison_passage is not None


def read_questions(paths: Iterable[Path]) -> tuple[ReferenceQuestion, ...]:
    """All questions of the files, in order. Raises ``EvalError`` naming the line, also for a repeated id."""
    found: dict[str, ReferenceQuestion] = {}
    for path in paths:
        for number, line in enumerate(_lines(path), start=1):
            if not line.strip():
                continue
            question = _parsed(line, f"{path}:{number}")
            if question.id in found:
                raise EvalError(
                    f"{path}:{number}：题号“{question.id}”重复，请改成没有用过的题号。",
                    f"{path}:{number}: the id {question.id!r} is used twice; choose another.",
                )
            found[question.id] = question
    return tuple(found.values())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(
            f"读不了问题文件 {path}：{error}。请检查路径，文件须为 UTF-8 编码的 JSON 行。",
            f"Cannot read the question file {path}: {error}. Check the path; it must be UTF-8 JSON lines.",
        ) from error


def _parsed(line: str, place: str) -> ReferenceQuestion:
    try:
        return question_from_json(json.loads(line))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise EvalError(
            f"{place}：这一行不是合格的参考问题（{error}）。{_FIELDS[0]}",
            f"{place}: not a valid reference question ({error}). {_FIELDS[1]}",
        ) from error


def question_from_json(entry: Mapping[str, Any]) -> ReferenceQuestion:
    """The question of one JSON object. Raises ``ValueError``, ``TypeError`` or ``AttributeError`` on a bad field."""
    return ReferenceQuestion(
        id=_text(entry, "id"),
        type=_text(entry, "type"),
        language=entry.get("lang") or "zh",
        question=_text(entry, "question"),
        expect=_one_of(entry.get("expect", "answer"), "answer", "refuse"),
        gold=tuple(_gold(gold) for gold in entry.get("gold") or ()),
        gold_mode=_one_of(entry.get("gold_mode") or "all", "all", "any"),
        key_points=tuple(_wordings(point) for point in entry.get("key_points") or ()),
        reference_answer=entry.get("reference_answer") or "",
        history=tuple(_turn(turn) for turn in entry.get("history") or ()),
        standalone=entry.get("standalone") or None,
        must_not_contain=tuple(entry.get("must_not_contain") or ()),
        poison_passage=entry.get("poison_passage") or None,
    )


def _gold(entry: Mapping[str, Any]) -> Gold:
    return Gold(_text(entry, "file"), _text(entry, "quote"), int(entry.get("rel") or ESSENTIAL))


def _turn(entry: Mapping[str, Any]) -> Turn:
    if "question" in entry:
        return Turn(_text(entry, "question"), entry.get("answer") or "")
    return Turn(_text(entry, "q"), entry.get("a") or "")


def _wordings(point: Any) -> tuple[str, ...]:
    wordings = (point,) if isinstance(point, str) else tuple(point)
    if not wordings or not all(isinstance(wording, str) and wording.strip() for wording in wordings):
        raise ValueError(f"key point {point!r}")
    return wordings


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    return value


def _one_of(value: Any, *allowed: Any) -> Any:
    if value not in allowed:
        raise ValueError(f"{value!r}, not one of {allowed}")
    return value
