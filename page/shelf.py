"""The documents tab: adding files, grouping them, looking through what is there, saying what they are, removing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from page.chat import ChatTab
from page.documents import SHOWN, Listing, Upload, chosen, documents_html, uploads_html
from page.groups import Groups, groups_html
from page.markup import Html, tag
from page.parts import QUIET, Updates, acting, choice, field, fixed
from page.scope import Scope
from page.site import Site
from page.words import Words
from rag.catalogue import DETAILS, Catalogue
from rag.datatypes import FileReport, Metadata
from rag.errors import DangwuError
from rag.load import SUPPORTED

ANY = ""


@dataclass(frozen=True, slots=True)
class View:
    """What one visitor's tab shows: how many documents, of which collection."""

    shown: int = SHOWN
    collection: int | None = None


# Events that draw the list take turns: what an older one answers late would draw over what a newer one has shown.
IN_TURN: dict[str, Any] = {**QUIET, "concurrency_id": "library", "concurrency_limit": 1}


class LibraryTab:
    """Made inside the tab it fills. What is chosen here limits the questions of ``chat``."""

    def __init__(self, site: Site, words: Words, chat: ChatTab, tabs: gr.Tabs) -> None:
        self._site = site
        self._words = words
        self._chat = chat
        self._tabs = tabs
        self._view = gr.State(View())
        fixed(tag("p", words.documents_intro, class_="intro"))
        join = "、" if words.language == "zh" else ", "
        kinds = join.join(name for suffix, name in words.kinds.items() if suffix in SUPPORTED)
        self._drop = gr.File(
            label=words.upload_hint.format(kinds), file_count="multiple", elem_id="drop", height=132
        )
        self._uploads = acting("uploads")
        self._groups = acting("groups")
        with gr.Row(elem_id="filters"):
            self._filter = field(words.documents_search, scale=3)
            self._status = choice(self._statuses(), words.column_status, value=ANY, scale=1, min_width=120)
            self._year = choice(self._years(), words.year, value=ANY, scale=1, min_width=120)
            self._reread = gr.Button(words.reread, scale=0, min_width=110)
        self._told = fixed("", "documents-told")
        self._list = acting("documents")

    def wire(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Connects the tab with the page and the chat."""
        filters = [self._filter, self._status, self._year, self._view]
        listed = [self._groups, self._list, self._status, self._year, self._view, self._told]
        scoped = [self._chat.scope, self._chat.scope_view, self._tabs]
        page.load(self._arrive, None, [self._drop, self._chat.attach, self._reread], **QUIET)
        for entry, shown in ((self._drop, self._uploads), (self._chat.attach, self._chat.added)):
            here = self._add_here if entry is self._drop else self._add_to_chat
            added = entry.upload(here, [entry, self._view, self._chat.scope], shown, **QUIET)
            added.then(lambda: None, None, entry, **QUIET)
            added.then(self._draw, filters, listed, **IN_TURN)
            added.then(self._chat.draw_scope, self._chat.scope, self._chat.scope_view, **QUIET)
            shown.act(self._ask_about, None, scoped, **QUIET)
        tab.select(self._draw, filters, listed, **IN_TURN)
        chosen_by = [
            self._filter.change,
            self._status.input,
            self._year.input,
        ]  # a redrawn choice is a change
        gr.on(chosen_by, self._filtered, filters, listed, **IN_TURN)
        for part in (self._groups, self._list):
            part.act(self._act, filters, [*listed, *scoped], **IN_TURN)
        reread = self._reread.click(self._check, None, self._told, **QUIET)
        reread.then(self._redraw, filters, listed[:-1], **IN_TURN)

    def _arrive(self, request: gr.Request) -> Updates:
        """Readers look and ask; they do not add."""
        may = self._site.may_change(request)
        return dict.fromkeys((self._drop, self._chat.attach, self._reread), gr.update(visible=may))

    # adding

    def _add_here(
        self, paths: Sequence[str] | None, view: View, _: Scope, request: gr.Request
    ) -> Iterator[str]:
        yield from self._add(paths, view.collection, request)

    def _add_to_chat(
        self, paths: Sequence[str] | None, _: View, scope: Scope, request: gr.Request
    ) -> Iterator[str]:
        """A file added while one collection is asked belongs to it: the next question is about it."""
        chosen = scope.collections if len(scope.collections) == 1 else ()
        yield from self._add(paths, next(iter(chosen), None), request)

    def _add(self, paths: Sequence[str] | None, collection: int | None, request: gr.Request) -> Iterator[str]:
        """Each file on its own, so that every one has its result as soon as it is there; an archive has one a member."""
        waiting, done = [Upload(Path(path).name) for path in paths or ()], list[Upload]()
        may = self._site.may_change(request)
        for path in paths or ():
            yield uploads_html([*done, *waiting], self._words)
            name = waiting.pop(0).name
            for report in self._added(Path(path)) if may else (self._forbidden(name),):
                if collection is not None and report.documents:
                    self._catalogue.put(collection, report.documents)
                member = self._site.shelf.member(report.source)
                done.append(Upload(f"{name} › {member}" if member else name, report))
        yield uploads_html(done, self._words)

    def _added(self, path: Path) -> tuple[FileReport, ...]:
        with path.open("rb") as content:
            return self._site.add(content, path.name)

    def _forbidden(self, name: str) -> FileReport:
        return FileReport(name, "failed", error=self._words.admin_only)

    # looking

    def _draw(self, words: str, status: str, year: str, view: View, request: gr.Request) -> Updates:
        return {**self._redraw(words, status, year, view, request), self._told: ""}

    def _filtered(self, words: str, status: str, year: str, view: View, request: gr.Request) -> Updates:
        return self._draw(words, status, year, replace(view, shown=SHOWN), request)

    def _redraw(
        self,
        words: str,
        status: str,
        year: str,
        view: View,
        request: gr.Request,
        editing: str | None = None,
        naming: Literal["new", "rename"] | None = None,
    ) -> Updates:
        collections, everything = self._catalogue.collections(), self._site.documents()
        current = next((c for c in collections if c.id == view.collection), None)
        may = self._site.may_change(request)
        groups = Groups(collections, len(everything), current, naming, may)
        inside = [d for d in everything if current is None or d.id in current.documents]
        found = chosen(inside, words, status, year)
        counts = self._site.assistant.store.passage_counts()
        return {
            self._groups: groups_html(groups, self._words),
            self._list: documents_html(Listing(found, counts, groups, view.shown, editing), self._words),
            self._status: gr.update(choices=self._statuses()),
            self._year: gr.update(choices=self._years()),
            self._view: replace(view, collection=current.id if current else None),
        }

    def _statuses(self) -> list[tuple[str, str]]:
        known = sorted({d.status for d in self._site.documents() if d.status})
        names = {"有效": self._words.in_force, "废止": self._words.repealed}
        return [(self._words.status_any, ANY), *((names.get(s, s), s) for s in known)]

    def _years(self) -> list[tuple[str, str]]:
        known = sorted(
            {d.date[:4] for d in self._site.documents() if d.date and d.date[:4].isdigit()}, reverse=True
        )
        return [(self._words.year_any, ANY), *((year, year) for year in known)]

    # what the buttons do

    def _act(
        self, words: str, status: str, year: str, view: View, event: gr.EventData, request: gr.Request
    ) -> Updates:
        """A button in the list or above it. Readers may look and ask; the rest is for administrators."""
        done = event._data
        act, ident = str(done.get("act")), str(done.get("id"))
        if act == "ask-about":
            return self._ask_about(event)
        if act == "ask-in":
            return self._asking(Scope(collections=frozenset({int(ident)})))
        told: Html | str = ""
        try:
            if act == "show":
                view = View(collection=int(ident) if ident else None)
            elif act == "more":
                view = replace(view, shown=view.shown + SHOWN)
            elif self._site.may_change(request):
                view = self._change(act, ident, done, view)
        except DangwuError as error:
            told = tag("p", error.message(self._words.language), class_="notice warning", role="status")
        naming: Any = act if act in ("new", "rename") else None
        editing = ident if act == "edit" else None
        return {**self._redraw(words, status, year, view, request, editing, naming), self._told: told}

    def _change(self, act: str, ident: str, done: Mapping[str, Any], view: View) -> View:
        """Changes documents or collections; what is shown afterwards. Raises ``DangwuError``."""
        catalogue, text = self._catalogue, str(done.get("text", ""))
        if act == "remove":
            self._site.remove(ident)
        elif act == "save":
            self._describe(ident, done.get("fields") or {})
        elif act == "create":
            return View(collection=catalogue.create(text))
        elif act == "rename-to" and view.collection is not None:
            catalogue.rename(view.collection, text)
        elif act == "dissolve":
            catalogue.remove(int(ident))
        elif act == "put-into":
            catalogue.put(int(text), ident.split())
        elif act == "take" and view.collection is not None:
            catalogue.take(view.collection, ident.split())
        return view

    def _describe(self, document_id: str, fields: Mapping[str, object]) -> None:
        """Keeps what a person changed in a document's details. Raises ``DangwuError``."""
        document = self._site.assistant.document(document_id)
        filled = {name: " ".join(str(fields[name]).split()) for name in DETAILS if name in fields}
        changed = {name: said for name, said in filled.items() if said != (getattr(document, name) or "")}
        if changed:
            self._site.assistant.describe(document_id, Metadata(**changed))

    def _check(self, request: gr.Request) -> Iterator[Html]:
        """Reads every known file again that has changed."""
        if not self._site.may_change(request):
            return
        sources = sorted({d.source for d in self._site.documents()})
        statuses: list[str] = []
        for start in range(0, len(sources), SHOWN):  # together: an archive is unpacked once for its members
            counted = f" {start + 1} / {len(sources)}"
            yield tag("p", self._words.file_reading, counted, class_="notice", role="status")
            some = sources[start : start + SHOWN]
            found = [report.status for report in self._site.assistant.index(some).files]
            statuses += found + ["failed"] * (len(some) - len(found))  # members that have gone
        changed = statuses.count("updated")
        lost = len(statuses) - statuses.count("unchanged") - changed
        told = self._words.reread_done if changed or lost else self._words.reread_none
        yield tag("p", told.format(len(sources), changed, lost), class_="notice", role="status")

    def _ask_about(self, event: gr.EventData) -> Updates:
        return self._asking(Scope(documents=frozenset(str(event._data.get("id", "")).split())))

    def _asking(self, scope: Scope) -> Updates:
        """Limits the next questions and goes to the chat."""
        return {**self._chat.limited(scope), self._tabs: gr.update(selected="ask")}

    @property
    def _catalogue(self) -> Catalogue:
        return self._site.assistant.store.catalogue
