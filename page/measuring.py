"""The evaluation tab: reference questions asked one by one, the report, what changed since the last one."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from page.evaluation import FEEDBACK, OWN, report_of
from page.markup import Html, tag
from page.parts import QUIET, Updates, choice, fixed, notice_html, progress_html
from page.site import Site
from page.task import Task
from page.words import Words
from rag.deadline import Stopped
from rag.errors import DangwuError


class EvaluationTab:
    """Made inside the tab it fills. One evaluation at a time, for all visitors together; each may follow it."""

    def __init__(self, site: Site, words: Words) -> None:
        self._site = site
        self._words = words
        fixed(tag("p", words.evaluation_intro, class_="intro"))
        with gr.Row(elem_id="evaluation"):
            sets = [(words.evaluation_own, OWN), (words.evaluation_feedback, FEEDBACK)]
            self._which = choice(sets, words.evaluation_questions, value=OWN, scale=3)
            self._start = gr.Button(words.evaluation_start, variant="primary", scale=0, min_width=120)
            self._stop = gr.Button(
                words.stop, elem_id="evaluation-stop", visible=False, scale=0, min_width=120
            )
        self._told = fixed("", "evaluation-told")
        self._report = fixed("", "evaluation-report")
        self._download = fixed("", "feedback")

    def wire(self, tab: gr.Tab) -> None:
        """Connects the tab: whoever opens it sees the evaluation under way, else the last report."""
        shown = [self._which, self._start, self._stop, self._told, self._report]
        self._start.click(self._run, self._which, shown, **QUIET)
        self._stop.click(self._stopped, None, None, queue=False, **QUIET)
        tab.select(self._offered, None, self._download, **QUIET)
        tab.select(self._look, self._which, shown, **QUIET)
        self._which.input(self._look, self._which, shown, **QUIET)

    def _run(self, which: str, request: gr.Request) -> Iterator[Updates]:
        if not self._site.may_change(request):
            yield {self._told: notice_html(self._words.admin_only)}
            return
        yield from self._followed(self._site.evaluate(which))

    def _look(self, which: str, request: gr.Request) -> Iterator[Updates]:
        """What there is to see: the evaluation under way, or the last report on these questions."""
        if not self._site.may_change(request):
            yield {self._start: gr.update(visible=False), self._told: notice_html(self._words.admin_only)}
        elif self._site.evaluation is not None:
            yield from self._followed(self._site.evaluation)
        else:
            yield {self._report: self._last(which)}

    def _offered(self, request: gr.Request) -> Html:
        """The ratings as a file, for administrators, once there are some."""
        if not self._site.may_change(request) or not self._site.history.ratings():
            return Html("")
        link = tag("a", self._words.evaluation_download, href="/feedback.jsonl")
        return tag("p", link, class_="intro")

    def _followed(self, evaluation: Task) -> Iterator[Updates]:
        begun = {  # with every step: of several that come at once the browser may draw the last alone
            self._start: gr.update(visible=False),
            self._stop: gr.update(visible=True),
            self._which: evaluation.about,
            self._report: "",
        }
        try:
            for asked, total in evaluation.follow():
                yield {**begun, self._told: self._progress(asked, total)}
            told: Html | str = ""
        except Stopped:
            told = tag("p", self._words.evaluation_stopped, class_="notice", role="status")
        except DangwuError as error:
            told = notice_html(error.message(self._words.language))
        yield {
            self._start: gr.update(visible=True),
            self._stop: gr.update(visible=False),
            self._told: told,
            self._report: self._last(evaluation.about),
        }

    def _progress(self, asked: int, total: int) -> Html:
        words = self._words
        said = words.evaluation_progress.format(asked, total) if total else words.evaluation_preparing
        return progress_html(asked, total, said)

    def _stopped(self, request: gr.Request) -> None:
        if self._site.may_change(request) and self._site.evaluation is not None:
            self._site.evaluation.stop()

    def _last(self, which: str) -> Html:
        """The report is a page of its own; its time keeps the browser from showing an older one."""
        report = report_of(self._site.assistant.settings.home, which)
        if not report.is_file():
            return tag("p", self._words.evaluation_none, class_="empty-note")
        address = f"/evaluation/{which}?at={report.stat().st_mtime_ns}"
        return tag(
            "iframe", src=address, title=self._words.tab_evaluation, sandbox="allow-scripts", class_="report"
        )
