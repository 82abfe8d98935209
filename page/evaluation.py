"""One evaluation under way: asked in the background, followed from any tab, stopped from any tab."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from page.feedback import feedback_lines
from rag.assistant import Assistant
from rag.deadline import Stop, Stopped
from rag.history import History
from rag.users import write_private

FOLDER = "evaluation"
OWN, FEEDBACK = "own", "feedback"
Asked = tuple[int, int]


class Evaluation:
    """Runs from the moment it is made. ``ended`` is called when it has come to an end, whichever."""

    def __init__(self, assistant: Assistant, history: History, which: str, ended: Callable[[], None]) -> None:
        self.which = which
        self._stop = Stop()
        self._changed = threading.Condition()
        self._asked: Asked = (0, 0)
        self._over = False
        self._trouble: BaseException | None = None
        work = (assistant, history, ended)
        threading.Thread(target=self._run, args=work, name="evaluation", daemon=True).start()

    def stop(self) -> None:
        """Gives it up: nothing of it is kept."""
        self._stop.say()
        self._tell(over=True, trouble=Stopped())

    def follow(self) -> Iterator[Asked]:
        """How many of how many questions were asked, until the report is written. Raises what ended it, ``Stopped`` also."""
        seen: Asked | None = None
        while not self._over:
            with self._changed:
                if not self._over and self._asked == seen:
                    self._changed.wait()
                seen = self._asked
            yield seen
        if self._trouble is not None:
            raise self._trouble

    def _run(self, assistant: Assistant, history: History, ended: Callable[[], None]) -> None:
        trouble: BaseException | None = None
        try:
            self._stop.call(write_evaluation, assistant, history, self.which, self._progress)
        except BaseException as error:
            trouble = error
        ended()
        self._tell(over=True, trouble=trouble)

    def _progress(self, asked: int, total: int) -> None:
        self._stop.check()
        self._tell(asked=(asked, total))

    def _tell(
        self, asked: Asked | None = None, over: bool = False, trouble: BaseException | None = None
    ) -> None:
        with self._changed:
            self._asked = asked or self._asked
            self._over = self._over or over
            self._trouble = self._trouble or trouble
            self._changed.notify_all()


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
