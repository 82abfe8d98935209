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
    from eval.questions import read_questions
    from eval.report import compare, read_earlier
    from eval.run import evaluate, evaluate_own, write_report

    folder = report_of(assistant.settings.home, which).parent
    if which == FEEDBACK:
        questions = folder / "questions.jsonl"
        write_private(questions, feedback_lines(history.ratings()))
        report = evaluate(assistant, read_questions([questions]), progress=progress)
    else:
        report = evaluate_own(assistant.settings, progress=progress)
    earlier = folder / "report.json"
    changes = compare(report, read_earlier(earlier)) if earlier.is_file() else ()
    write_report(report, changes, folder)
