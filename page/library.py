"""The documents tab: adding files, looking through what is there, removing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from page.chat import ACT, QUIET, ChatTab, Updates
from page.documents import SHOWN, Upload, chosen, documents_html, scope_html, uploads_html
from page.markup import tag
from page.site import Site
from page.words import Words
from rag.datatypes import FileReport
from rag.errors import DangwuError, UnknownDocument
from rag.load import SUPPORTED

ANY = ""


class LibraryTab:
    """Made inside the tab it fills."""

    def __init__(self, site: Site, words: Words) -> None:
        self._site = site
        self._words = words
        self._shown = gr.State(SHOWN)
        kinds = "、".join(sorted(SUPPORTED))
        gr.HTML(tag("p", words.documents_intro, class_="intro"), js_on_load=None, apply_default_css=False)
        self._drop = gr.File(
            label=words.upload_hint.format(kinds),
            file_count="multiple",
            type="filepath",
            elem_id="drop",
            height=132,
        )
        self._uploads = gr.HTML("", elem_id="uploads", js_on_load=ACT, apply_default_css=False)
        with gr.Row(elem_id="filters"):
            self._filter = gr.Textbox(
                label=words.documents_search,
                placeholder=words.documents_search,
                show_label=False,
                container=False,
                scale=3,
            )
            self._status = gr.Dropdown(
                self._statuses(),
                value=ANY,
                label=words.column_status,
                show_label=False,
                container=False,
                scale=1,
                min_width=120,
            )
        self._list = gr.HTML("", elem_id="documents", js_on_load=ACT, apply_default_css=False)

    def wire(
        self, page: gr.Blocks, tab: gr.Tab, tabs: gr.Tabs, chat: ChatTab, scope: gr.State, scope_view: gr.HTML
    ) -> None:
        """Connects the tab with the page and the chat."""
        filters = [self._filter, self._status, self._shown]
        listed = [self._list, self._status, self._shown]
        scoped = [scope, scope_view, tabs, chat.composer]
        self._drop.upload(self._add_here, self._drop, [self._uploads, self._drop], **QUIET).then(
            self._draw, filters, listed, **QUIET
        )
        chat.attach.upload(self._add_in_chat(chat), chat.attach, [chat.added], **QUIET).then(
            self._draw, filters, listed, **QUIET
        )
        tab.select(self._draw, filters, listed, **QUIET)
        gr.on([self._filter.change, self._status.change], self._filtered, filters[:2], listed, **QUIET)
        self._list.act(self._act(scope, scope_view, tabs), filters, [*listed, *scoped], **QUIET)
        for report in (self._uploads, chat.added):
            report.act(self._ask_about(scope, scope_view, tabs), None, scoped, **QUIET)
        scope_view.act(lambda: (None, ""), None, [scope, scope_view], **QUIET)

    # adding

    def _add_here(self, paths: Sequence[str] | None) -> Iterator[Updates]:
        yield {self._drop: None, self._uploads: ""}
        for uploads in self._add(paths or ()):
            yield {self._uploads: uploads_html(uploads, self._words)}

    def _add_in_chat(self, chat: ChatTab) -> Any:
        def add(paths: Sequence[str] | None) -> Iterator[str]:
            for uploads in self._add(paths or ()):
                yield uploads_html(uploads, self._words)

        return add

    def _add(self, paths: Sequence[str]) -> Iterator[list[Upload]]:
        """Each file on its own, so that every one has its result as soon as it is there."""
        uploads = [Upload(Path(path).name) for path in paths]
        yield uploads
        for i, path in enumerate(paths):
            uploads[i] = Upload(uploads[i].name, self._added(Path(path), uploads[i].name))
            yield uploads

    def _added(self, path: Path, name: str) -> FileReport:
        try:
            kept = self._site.shelf.keep(path, name)
            report = self._site.assistant.index([kept]).files[0]
            if report.status in ("failed", "empty", "needs_ocr"):
                self._site.shelf.forget(str(kept))
            return report
        except DangwuError as error:
            return FileReport(name, "failed", error=str(error))
        except OSError as error:
            return FileReport(name, "failed", error=f"无法保存：{error}\nCannot be kept: {error}")

    # looking and removing

    def _draw(self, words: str, status: str, shown: int) -> Updates:
        everything = self._site.assistant.documents()
        found = chosen(everything, words, status or None)
        counts = self._site.assistant.store.passage_counts()
        drawn = documents_html(found, counts, len(everything), shown, self._words)
        return {self._list: drawn, self._status: gr.update(choices=self._statuses()), self._shown: shown}

    def _filtered(self, words: str, status: str) -> Updates:
        return self._draw(words, status, SHOWN)

    def _act(self, scope: gr.State, scope_view: gr.HTML, tabs: gr.Tabs) -> Any:
        ask_about = self._ask_about(scope, scope_view, tabs)

        def act(words: str, status: str, shown: int, event: gr.EventData) -> Updates:
            name, document_id = (str(event._data.get(key, "")) for key in ("act", "id"))
            if name == "ask-about":
                found: Updates = ask_about(event)
                return found
            if name == "remove":
                self._remove(document_id)
            return self._draw(words, status, shown + SHOWN if name == "more" else shown)

        return act

    def _remove(self, document_id: str) -> None:
        """Takes a document out; the last one of an uploaded file takes the file along."""
        try:
            source = self._site.assistant.document(document_id).source
            self._site.assistant.remove(document_id)
        except UnknownDocument:
            return
        if not self._site.assistant.store.documents(source):
            self._site.shelf.forget(source)

    def _ask_about(self, scope: gr.State, scope_view: gr.HTML, tabs: gr.Tabs) -> Any:
        def limit(event: gr.EventData) -> Updates:
            there = {d.id: d for d in self._site.assistant.documents()}
            ids = [i for i in str(event._data.get("id", "")).split() if i in there]
            documents = [there[i] for i in ids]
            return {
                scope: frozenset(ids) or None,
                scope_view: scope_html(documents, self._words),
                tabs: gr.update(selected="ask"),
            }

        return limit

    def _statuses(self) -> list[tuple[str, str]]:
        known = sorted({d.status for d in self._site.assistant.documents() if d.status})
        names = {"有效": self._words.in_force, "废止": self._words.repealed}
        return [(self._words.status_any, ANY), *((names.get(s, s), s) for s in known)]
