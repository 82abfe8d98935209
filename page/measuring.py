"""The evaluation tab: reference questions asked one by one, the report, what changed since the last one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import gradio as gr

from page.feedback import feedback_lines
from page.markup import Html, tag
from page.parts import QUIET, Updates, choice, fixed
from page.site import Site
from page.words import Words
from rag.errors import DangwuError
from rag.users import write_private

FOLDER = "evaluation"
OWN, FEEDBACK = "own", "feedback"


class EvaluationTab:
    """Made inside the tab it fills. One evaluation at a time, for all visitors together."""

    _running = threading.Lock()

    def __init__(self, site: Site, words: Words) -> None:
        self._site = site
        self._words = words
        fixed(tag("p", words.evaluation_intro, class_="intro"))
        with gr.Row(elem_id="evaluation"):
            sets = [(words.evaluation_own, OWN), (words.evaluation_feedback, FEEDBACK)]
            which = choice(sets, words.evaluation_questions, value=OWN, scale=3)
            start = gr.Button(words.evaluation_start, variant="primary", scale=0, min_width=120)
        self._told = fixed("", "evaluation-told")
        self._report = fixed("", "evaluation-report")
        fixed(tag("p", tag("a", words.evaluation_download, href="/feedback.jsonl"), class_="intro"))
        start.click(self._run, which, [self._told, self._report], **QUIET)

    def _run(self, which: str, request: gr.Request) -> Iterator[Updates]:
        if not self._site.may_change(request):
            yield {self._told: _notice(self._words.admin_only)}
            return
        if not self._running.acquire(blocking=False):
            yield {self._told: _notice(self._words.evaluation_busy)}
            return
        try:
            yield {self._told: _progress(0, 0, self._words), self._report: ""}
            for done, total in self._progress_of(which):
                yield {self._told: _progress(done, total, self._words)}
            yield {self._told: "", self._report: _report_frame(which, self._words)}
        except DangwuError as error:
            yield {self._told: _notice(error.message(self._words.language))}
        finally:
            self._running.release()

    def _progress_of(self, which: str) -> Iterator[tuple[int, int]]:
        """How many of how many questions were asked, until the report is written. Raises ``DangwuError``."""
        heard: Queue[tuple[int, int] | BaseException | None] = Queue()

        def work() -> None:
            try:
                write_evaluation(self._site, which, lambda asked, total: heard.put((asked, total)))
                heard.put(None)
            except BaseException as error:
                heard.put(error)

        threading.Thread(target=work, name="evaluation", daemon=True).start()
        while (found := heard.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found


def folder_of(site: Site) -> Path:
    """Where the page keeps the last report."""
    return site.assistant.settings.home / FOLDER


def write_evaluation(site: Site, which: str, progress: Callable[[int, int], None]) -> None:
    """Runs an evaluation and writes its report, compared with the one before. Raises ``EvalError``."""
    from eval.questions import read_questions
    from eval.report import compare, read_earlier
    from eval.run import evaluate, evaluate_own, write_report

    folder = folder_of(site) / (FEEDBACK if which == FEEDBACK else OWN)
    if which == FEEDBACK:
        questions = folder / "questions.jsonl"
        write_private(questions, feedback_lines(site.history.ratings()))
        report = evaluate(site.assistant, read_questions([questions]), progress=progress)
    else:
        report = evaluate_own(site.assistant.settings, progress=progress)
    earlier = folder / "report.json"
    changes = compare(report, read_earlier(earlier)) if earlier.is_file() else ()
    write_report(report, changes, folder)


def _progress(asked: int, total: int, words: Words) -> Html:
    shown = words.evaluation_progress.format(asked, total) if total else words.evaluation_preparing
    bar = (
        tag("progress", value=asked, max=total, aria_label=shown)
        if total
        else tag("progress", aria_label=shown)
    )
    return tag("div", bar, tag("p", shown, class_="made-by"), class_="progress", role="status")


def _notice(said: str) -> Html:
    return tag("p", said, class_="notice warning", role="status")


def _report_frame(which: str, words: Words) -> Html:
    """The report is a page of its own; the time keeps the browser from showing the last one again."""
    address = f"/evaluation/{which}?at={time.time_ns()}"
    return tag("iframe", src=address, title=words.tab_evaluation, sandbox="allow-scripts", class_="report")
