"""The models that find passages and check answers, in the settings tab: shown, and exchanged after a clear word about what that takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import gradio as gr

from page.markup import Html, tag
from page.parts import QUIET, Updates, fixed, notice_html, progress_html, unchanged
from page.site import MODELS, Site
from page.task import Task
from page.words import Words
from rag.config import Settings
from rag.deadline import Stopped
from rag.errors import DangwuError, SettingError


class ModelsSection:
    """Made inside the tab it is a part of."""

    def __init__(self, site: Site, words: Words) -> None:
        self._site = site
        self._words = words
        fixed(tag("h2", words.retrieval_title))
        fixed(tag("p", words.retrieval_intro, class_="intro"))
        with gr.Column(elem_id="models"):
            self._embedder = gr.Textbox(label=words.about_embedder, placeholder="bundled")
            self._reranker = gr.Textbox(label=words.about_reranker, placeholder="none")
            self._nli = gr.Textbox(label=words.about_nli, placeholder="none")
            self._told = fixed("", "models-told")
            with gr.Row(elem_id="models-buttons"):
                slim = {"scale": 0, "min_width": 120}
                self._apply = gr.Button(words.models_apply, **slim)
                self._begin = gr.Button(words.models_begin, variant="primary", visible=False, **slim)
                self._leave = gr.Button(words.cancel, visible=False, **slim)
                self._stop = gr.Button(words.stop, elem_id="models-stop", visible=False, **slim)

    def wire(self, tab: gr.Tab) -> None:
        """Connects the section; whoever opens the tab sees what is in force, and an exchange under way."""
        filled = [self._embedder, self._reranker, self._nli]
        shown = [*filled, self._told, self._apply, self._begin, self._leave, self._stop]
        self._apply.click(self._tried, filled, shown, **QUIET)
        self._begin.click(self._begun, filled, shown, **QUIET)
        self._stop.click(self._stopped, None, None, queue=False, **QUIET)
        self._leave.click(self._look, None, shown, **QUIET)
        opened = tab.select(self._look, None, shown, **QUIET)
        opened.then(self._under_way, None, shown, **QUIET)

    def _look(self, request: gr.Request) -> Updates:
        may = gr.update(visible=self._site.may_change(request))
        return {**self._resting(""), self._apply: may}

    def _under_way(self, request: gr.Request) -> Iterator[Updates]:
        yield unchanged(self._told)
        if self._site.encoding is not None and self._site.may_change(request):
            yield from self._followed(self._site.encoding)

    def _tried(self, embedder: str, reranker: str, nli: str, request: gr.Request) -> Iterator[Updates]:
        """Whether there are such models, and what using them takes."""
        yield {self._told: progress_html(0, 0, self._words.models_loading)}
        try:
            wanted = self._wanted(embedder, reranker, nli, request)
            passages = self._site.passages_to_encode(wanted)
            if not passages:
                self._site.reconfigure(wanted, MODELS)
        except DangwuError as error:
            yield {self._told: notice_html(error.message(self._words.language))}
            return
        if not passages:
            yield self._resting(notice_html(self._words.settings_saved, good=True))
            return
        asked = tag(
            "p", self._words.models_ask.format(wanted.embedder, passages), class_="notice", role="alert"
        )
        yield {self._told: asked, **self._buttons(self._begin, self._leave)}

    def _begun(self, embedder: str, reranker: str, nli: str, request: gr.Request) -> Iterator[Updates]:
        try:
            wanted = self._wanted(embedder, reranker, nli, request)
        except DangwuError as error:
            yield self._resting(notice_html(error.message(self._words.language)))
            return
        yield from self._followed(self._site.exchange_models(wanted))

    def _followed(self, exchange: Task) -> Iterator[Updates]:
        begun = {self._embedder: exchange.about, **self._buttons(self._stop)}
        try:
            for done, total in exchange.follow():
                said = (
                    self._words.models_progress.format(done, total) if total else self._words.models_loading
                )
                yield {**begun, self._told: progress_html(done, total, said)}
            told = notice_html(self._words.models_done, good=True)
        except Stopped:
            told = tag("p", self._words.models_stopped, class_="notice", role="status")
        except DangwuError as error:
            told = notice_html(error.message(self._words.language))
        yield self._resting(told)

    def _stopped(self, request: gr.Request) -> None:
        if self._site.may_change(request) and self._site.encoding is not None:
            self._site.encoding.stop()

    def _wanted(self, embedder: str, reranker: str, nli: str, request: gr.Request) -> Settings:
        """The settings as filled in. Raises ``SettingError`` when they are not this visitor's, or not the page's, to change."""
        if not self._site.may_change(request):
            raise SettingError("只有管理员可以这样做。", "Only an administrator can do this.")
        now = self._site.assistant.settings
        wanted = replace(
            now,
            embedder=embedder.strip() or "bundled",
            reranker=reranker.strip() or "none",
            nli=nli.strip() or "none",
        )
        for name in MODELS:
            given = now.given(name)
            if given is not None and getattr(wanted, name) != getattr(now, name):
                raise SettingError(
                    f"这次启动时由 {given} 指定了这个模型，请在那里更改后重新启动。",
                    f"{given} named this model when the program was started; change it there and start again.",
                )
        return wanted

    def _resting(self, told: Html | str) -> Updates:
        now = self._site.assistant.settings
        fields = {self._embedder: now.embedder, self._reranker: now.reranker, self._nli: now.nli}
        return {**fields, self._told: told, **self._buttons(self._apply)}

    def _buttons(self, *shown: gr.Button) -> Updates:
        every = (self._apply, self._begin, self._leave, self._stop)
        return {button: gr.update(visible=button in shown) for button in every}
