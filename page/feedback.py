"""What readers thought of answers, as reference questions for ``dangwu eval``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from page.reader import name_of_file
from rag.history import Rating


def feedback_lines(ratings: Iterable[Rating]) -> str:
    """JSON lines, one question each; of several ratings of one question the last counts."""
    latest = {rating.question: rating for rating in ratings}
    rows = (_question(number, rating) for number, rating in enumerate(latest.values(), 1))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _question(number: int, rating: Rating) -> dict[str, Any]:
    """A useful answer says what is right: its citations are gold, its refusal was due.

    Of a useless one only the question is known; somebody has to fill in gold and key points.
    """
    answer = rating.answer
    refused = bool(answer["refused"])
    gold = [{"file": name_of_file(c["source"]), "quote": c["quote"]} for c in answer["citations"]]
    return {
        "id": f"F{number:03d}",
        "type": "feedback-useful" if rating.useful else "feedback-useless",
        "lang": "en" if answer["language"] == "en" else "zh",
        "question": rating.question,
        "expect": "refuse" if rating.useful and refused else "answer",
        "gold": gold if rating.useful else [],
        "gold_mode": "any",
    }
