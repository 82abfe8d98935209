"""Questions and earlier turns from files that people write: ``dangwu ask --batch`` and ``--history``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.datatypes import Turn
from rag.errors import LoadError, SettingError
from rag.load import decode
from rag.wire import answer_to_json

if TYPE_CHECKING:
    from rag.assistant import Assistant

# JSON that is none, of another shape, or nested without end
_MALFORMED = (ValueError, TypeError, RecursionError)


def answer_lines(assistant: Assistant, path: Path, documents: frozenset[str] | None) -> int:
    """Prints the answer to the question of every line, as a line of JSON. 1 when a line could not be read, else 0.

    Raises ``SettingError`` when the file cannot be read.
    """
    failed = 0
    for number, line in enumerate(_read(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict) or not isinstance(row.get("question"), str):
                raise TypeError('not an object with a "question"')
            history = _turns(row.get("history") or [])
        except _MALFORMED as error:
            failed += 1
            print(f"{path} 第 {number} 行读不懂（{error}），已跳过。 Line {number} skipped.", file=sys.stderr)
            continue
        answer = assistant.ask(row["question"], history, documents)
        print(json.dumps({"id": row.get("id"), **answer_to_json(answer)}, ensure_ascii=False), flush=True)
    return int(failed > 0)


def read_history(path: Path) -> tuple[Turn, ...]:
    """The earlier turns in a JSON file. Raises ``SettingError`` when it is not a list of question and answer."""
    try:
        return _turns(json.loads(_read(path)))
    except _MALFORMED as error:
        raise SettingError(
            f'{path} 应是 [{{"question": …, "answer": …}}] 这样的 JSON 列表：{error}',
            f'{path} must be a JSON list like [{{"question": …, "answer": …}}]: {error}',
        ) from error


def _turns(rows: Any) -> tuple[Turn, ...]:
    """Turns from JSON values; ``q`` and ``a`` are understood too. Raises ``TypeError`` for anything else."""
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise TypeError("history is not a list of objects")
    turns = [Turn(r.get("question", r.get("q")), r.get("answer", r.get("a")) or "") for r in rows]
    if not all(isinstance(text, str) for turn in turns for text in (turn.question, turn.answer)):
        raise TypeError("question and answer must be text")
    return tuple(turns)


def _read(path: Path) -> str:
    """A text file in any encoding that Windows programs write. Raises ``SettingError``."""
    try:
        return decode(path.read_bytes())[0]
    except LoadError as error:
        raise SettingError(f"读不了 {path}：{error.zh}", f"Cannot read {path}: {error.en}") from error
    except OSError as error:
        raise SettingError(f"读不了 {path}：{error}", f"Cannot read {path}: {error}") from error
