"""The documents tab: adding files, looking through what is there, removing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import gradio as gr

from page.chat import ChatTab
from page.documents import SHOWN, Listing, Upload, chosen, documents_html, scope_html, uploads_html
from page.markup import Html, tag
from page.metadata import write_metadata
from page.parts import QUIET, Updates, acting, choice, field, fixed
from page.site import Site
from page.words import Words
from rag.datatypes import Document, FileReport, Metadata
from rag.errors import DangwuError
from rag.load import SUPPORTED

ANY = ""


class LibraryTab:
    """Made inside the tab it fills. What is chosen here limits the questions of ``chat``."""

    def __init__(self, site: Site, words: Words, chat: ChatTab, tabs: gr.Tabs) -> None:
        self._site = site
        self._words = words
        self._chat = chat
        self._tabs = tabs
        self._shown = gr.State(SHOWN)
        fixed(tag("p", words.documents_intro, class_="intro"))
        kinds = "、".join(sorted(SUPPORTED))
        self._drop = gr.File(
            label=words.upload_hint.format(kinds), file_count="multiple", elem_id="drop", height=132
        )
        self._uploads = acting("uploads")
        with gr.Row(elem_id="filters"):
            self._filter = field(words.documents_search, scale=3)
            self._status = choice(self._statuses(), words.column_status, value=ANY, scale=1, min_width=120)
            self._reread = gr.Button(words.reread, scale=0, min_width=110)
        self._told = fixed("", "documents-told")
        self._list = acting("documents")

    def wire(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Connects the tab with the page and the chat."""
        filters = [self._filter, self._status, self._shown]
        listed = [self._list, self._status, self._shown]
        scoped = [self._chat.scope, self._chat.scope_view, self._tabs]
        page.load(self._arrive, None, [self._drop, self._chat.attach, self._reread], **QUIET)
        for entry, shown in ((self._drop, self._uploads), (self._chat.attach, self._chat.added)):
            added = entry.upload(self._add, entry, shown, **QUIET)
            added.then(lambda: None, None, entry, **QUIET)
            added.then(self._draw, filters, listed, **QUIET)
            shown.act(self._ask_about, None, scoped, **QUIET)
        tab.select(self._draw, filters, listed, **QUIET)
        gr.on([self._filter.change, self._status.change], self._filtered, filters[:2], listed, **QUIET)
        self._list.act(self._act, filters, [*listed, *scoped, self._told], **QUIET)
        reread = self._reread.click(self._check, None, self._told, **QUIET)
        reread.then(self._draw, filters, listed, **QUIET)

    def _arrive(self, request: gr.Request) -> Updates:
        """Readers look and ask; they do not add."""
        may = self._site.may_change(request)
        return dict.fromkeys((self._drop, self._chat.attach, self._reread), gr.update(visible=may))

    # adding

    def _add(self, paths: Sequence[str] | None, request: gr.Request) -> Iterator[str]:
        """Each file on its own, so that every one has its result as soon as it is there."""
        uploads = [Upload(Path(path).name) for path in paths or ()]
        may = self._site.may_change(request)
        for i, path in enumerate(paths or ()):
            yield uploads_html(uploads, self._words)
            uploads[i] = Upload(uploads[i].name, self._added(Path(path)) if may else self._forbidden(path))
        yield uploads_html(uploads, self._words)

    def _added(self, path: Path) -> FileReport:
        with path.open("rb") as content:
            return self._site.add(content, path.name)

    def _forbidden(self, name: str) -> FileReport:
        return FileReport(name, "failed", error=self._words.admin_only)

    # looking and removing

    def _draw(
        self, words: str, status: str, shown: int, request: gr.Request, editing: str | None = None
    ) -> Updates:
        everything = self._site.documents()
        may = self._site.may_change(request)
        listing = Listing(
            chosen(everything, words, status or None),
            self._site.assistant.store.passage_counts(),
            len(everything),
            shown,
            may,
            self._editable(everything) if may else frozenset(),
            editing,
        )
        drawn = documents_html(listing, self._words)
        return {self._list: drawn, self._status: gr.update(choices=self._statuses()), self._shown: shown}

    def _editable(self, documents: Sequence[Document]) -> frozenset[str]:
        """Uploaded files that are one document: what is said of a file then holds for the document."""
        times = Counter(d.source for d in documents)
        return frozenset(d.id for d in documents if times[d.source] == 1 and self._site.shelf.holds(d.source))

    def _filtered(self, words: str, status: str, request: gr.Request) -> Updates:
        return self._draw(words, status, SHOWN, request)

    def _act(self, words: str, status: str, shown: int, event: gr.EventData, request: gr.Request) -> Updates:
        """What the buttons in the list do."""
        act, document_id = str(event._data.get("act")), str(event._data.get("id"))
        if act == "ask-about":
            return self._ask_about(event)
        if not self._site.may_change(request):
            return self._draw(words, status, shown, request)
        told = ""
        try:
            if act == "remove":
                self._site.remove(document_id)
            elif act == "save":
                self._describe(document_id, event._data.get("fields") or {})
        except DangwuError as error:
            told = tag("p", error.message(self._words.language), class_="notice warning", role="status")
        more = SHOWN if act == "more" else 0
        editing = document_id if act == "edit" else None
        return {**self._draw(words, status, shown + more, request, editing), self._told: told}

    def _describe(self, document_id: str, fields: Mapping[str, object]) -> None:
        """Keeps what a person says about a document, and reads its file again with that. Raises ``DangwuError``."""
        document = self._site.assistant.document(document_id)
        if document_id not in self._editable(self._site.documents()):
            return
        names = ("title", "url", "author", "date", "status")
        given = Metadata(**{name: " ".join(str(fields.get(name) or "").split()) or None for name in names})
        write_metadata(Path(document.source), given)
        self._site.assistant.index([document.source])

    def _check(self, request: gr.Request) -> Iterator[Html]:
        """Reads every known file again that has changed."""
        if not self._site.may_change(request):
            return
        sources = sorted({d.source for d in self._site.documents()})
        statuses: list[str] = []
        for number, source in enumerate(sources, 1):
            if number % SHOWN == 1:
                yield tag(
                    "p",
                    self._words.file_reading,
                    f" {number} / {len(sources)}",
                    class_="notice",
                    role="status",
                )
            statuses.append(self._site.assistant.index([source]).files[0].status)
        changed = statuses.count("updated")
        lost = len(statuses) - statuses.count("unchanged") - changed
        told = self._words.reread_done if changed or lost else self._words.reread_none
        yield tag("p", told.format(len(sources), changed, lost), class_="notice", role="status")

    def _ask_about(self, event: gr.EventData) -> Updates:
        """Limits the next questions to some documents and goes to the chat."""
        there = {d.id: d for d in self._site.documents()}
        documents = [there[i] for i in str(event._data.get("id", "")).split() if i in there]
        return {
            self._chat.scope: frozenset(d.id for d in documents) or None,
            self._chat.scope_view: scope_html(documents, self._words),
            self._tabs: gr.update(selected="ask"),
        }

    def _statuses(self) -> list[tuple[str, str]]:
        known = sorted({d.status for d in self._site.documents() if d.status})
        names = {"有效": self._words.in_force, "废止": self._words.repealed}
        return [(self._words.status_any, ANY), *((names.get(s, s), s) for s in known)]
