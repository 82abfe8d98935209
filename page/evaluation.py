"""An evaluation as the page runs it: on the project's own questions, or on those that readers rated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from page.feedback import feedback_lines
from rag.assistant import Assistant
from rag.history import History
from rag.users import write_private

FOLDER = "evaluation"
OWN, FEEDBACK = "own", "feedback"


def report_of(home: Path, which: str) -> Path:
    """Where the report of the last evaluation that came to its end is."""
    return home / FOLDER / (FEEDBACK if which == FEEDBACK else OWN) / "report.html"


def write_evaluation(
    assistant: Assistant, history: History, which: str, progress: Callable[[int, int], None]
) -> None:
    """Runs an evaluation and, when all questions were asked, writes its report, compared with the one before.

    Raises ``EvalError``.
    """
    from eval.errors import EvalError
    from eval.questions import read_questions
    from eval.report import compare, read_earlier
    from eval.run import evaluate, evaluate_own, write_report

    folder = report_of(assistant.settings.home, which).parent
    if which == FEEDBACK:
        ratings = history.ratings()
        if not ratings:
            raise EvalError(
                "还没有读者评过回答。在回答下面点“有用”或“没用”，再来评测。",
                "No reader has rated an answer yet. Rate some as useful or not below the answers, then come back.",
            )
        questions = folder / "questions.jsonl"
        write_private(questions, feedback_lines(ratings))
        report = evaluate(assistant, read_questions([questions]), progress=progress)
    else:
        report = evaluate_own(assistant.settings, progress=progress)
    earlier = folder / "report.json"
    changes = compare(report, read_earlier(earlier)) if earlier.is_file() else ()
    write_report(report, changes, folder)
