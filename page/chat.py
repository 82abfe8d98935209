"""The question-and-answer tab: what a visitor does there, and what is shown for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from page import suggest
from page.markup import Html, tag
from page.parts import QUIET, Updates, acting, asking, field, fixed, unchanged
from page.past import history_html
from page.scope import Scope, scope_html, scope_named
from page.site import Site
from page.talk import conversation_html, followups_html, welcome_html, working_html
from page.visitor import visitor_of
from page.words import Words
from rag.assistant import Delta, Done, Stage
from rag.datatypes import Answer
from rag.deadline import Stop, Stopped
from rag.errors import DangwuError
from rag.history import Conversation, Exchange, new_id

log = logging.getLogger(__name__)

REDRAWN_S = 0.08  # a streaming draft is drawn at most this often
STAGES = {"condense": 0, "retrieve": 0, "generate": 1, "cite": 2}


class ChatTab:
    """Made inside the tab it fills."""

    def __init__(self, site: Site, words: Words) -> None:
        self._site = site
        self._words = words
        self.scope = gr.State(Scope())
        self.conversation = gr.State(Conversation(""))
        self._editing = gr.State(None)
        self._stops: dict[str, Stop] = {}  # by the id of the exchange that is being answered
        self._pages: dict[str, Stop] = {}  # the same, by the page that waits for the answer
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="history", scale=0, min_width=0):
                self._new = gr.Button(words.new_conversation, elem_id="new-conversation")
                self._searched = field(words.history_search, elem_id="history-search")
                self._past = acting("history-list")
            with gr.Column(elem_id="chat", scale=1, min_width=0):
                self._talk = asking(self._welcome(), "talk")
                self._live = acting("live")
                self._after = asking("", "after")
                with gr.Column(elem_id="composer", scale=0, min_width=0):
                    self._compose()

    def _compose(self) -> None:
        """The foot of the tab, where questions are written and files added."""
        words = self._words
        slim: dict[str, Any] = {"scale": 0, "min_width": 0}
        self.added = acting("added")
        self.scope_view = acting("scope")
        self._banner = acting("editing")
        with gr.Row(elem_id="composer-row"):
            self.attach = gr.UploadButton(words.attach, file_count="multiple", elem_id="attach", **slim)
            self.composer = field(
                words.ask_label,
                placeholder=words.ask_placeholder,
                lines=1,
                max_lines=8,
                autofocus=True,
                elem_id="question",
                scale=1,
            )
            self._send = gr.Button(words.send, variant="primary", elem_id="send", **slim)
            self._stop = gr.Button(words.stop, elem_id="stop", visible=False, **slim)
        self.footing = fixed(self.footing_html(), "footing")

    def wire(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Connects what a visitor does with what happens."""
        shown = [
            self._talk,
            self._live,
            self._after,
            self.footing,
            self.conversation,
            self.composer,
            self._send,
            self._stop,
            self._past,
            self._banner,
            self._editing,
        ]
        session = [self.conversation, self._editing, self.scope]
        answering = gr.on(  # one event, so that one stop ends it wherever it began
            [self._send.click, self.composer.submit, self._talk.submit, self._after.submit],
            self._ask,
            [self.composer, *session],
            shown,
            trigger_mode="multiple",  # "once" swallows a click right after a stop; page.js lets one through
            **QUIET,
        )
        answering.then(self._settle, [self.conversation, self._searched, self.scope], shown, **QUIET)
        self._talk.act(self._act, self.conversation, shown, **QUIET)
        self._stop.click(self._stopped, [self.conversation, self._searched], shown, queue=False, **QUIET)
        self.scope_view.act(self._choose_scope, None, [self.scope, self.scope_view], **QUIET)
        page.load(self._arrive_limited, None, [self.scope, self.scope_view], **QUIET)
        tab.select(self.draw_scope, self.scope, self.scope_view, **QUIET)
        self._banner.act(self._leave_editing, None, shown, **QUIET)
        self._new.click(self._begin, self._searched, shown, **QUIET)
        self._searched.change(self._list, [self.conversation, self._searched], shown, **QUIET)
        self._past.act(self._from_past, [self.conversation, self._searched], shown, **QUIET)
        page.load(self._arrive, None, shown, **QUIET)
        page.unload(self._left)

    # asking

    def _act(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> Updates:
        """What the buttons on an exchange do that need no new answer."""
        act, exchange = str(event._data.get("act")), conversation.exchange(str(event._data.get("id")))
        if exchange is None:
            return unchanged(self._banner)
        if act == "edit":
            cancel = tag("button", self._words.cancel, type="button", class_="act", data_act="cancel")
            banner = tag("p", tag("span", self._words.editing), cancel, class_="scope")
            return {self._editing: exchange.id, self.composer: exchange.question, self._banner: banner}
        return self._rated(conversation, exchange, act == "useful", request)

    def _ask(
        self,
        typed: str,
        conversation: Conversation,
        editing: str | None,
        scope: Scope,
        event: gr.EventData,
        request: gr.Request,
    ) -> Iterator[Updates]:
        """Stages, draft words, then the checked answer to what was typed, suggested or asked before."""
        pressed = event._data or {}
        if pressed.get("act") == "put":
            question, replaced = str(pressed.get("text", "")), None
        elif pressed.get("act") == "again":
            exchange = conversation.exchange(str(pressed.get("id")))
            question, replaced = (exchange.question, exchange.id) if exchange else ("", None)
        else:
            question, replaced = typed, editing
        if question.strip():
            yield from self._answer(question.strip(), _until(conversation, replaced), scope, request)
        else:
            yield unchanged(self.composer)

    def _answer(
        self, question: str, before: Conversation, scope: Scope, request: gr.Request
    ) -> Iterator[Updates]:
        """The question joins what was said before; it stands there as stopped until there is an answer."""
        pending = Exchange(new_id(), question, trouble=self._words.stopped)
        now = replace(before, id=before.id or new_id(), exchanges=(*before.exchanges, pending))
        stop = self._stops[pending.id] = Stop()
        self._pages[str(request.session_hash)] = stop
        self._site.history.save(visitor_of(request), now)  # a page that is left keeps its question
        finished = pending
        try:
            yield {
                self.conversation: now,
                self.composer: "",
                self._editing: None,
                self._banner: "",
                self._talk: conversation_html(replace(before, id=now.id), self._words),
                self._live: working_html(question, 0, "", self._words),
                self._after: "",
                self.footing: self.footing_html(),
                **self._buttons(answering=True),
            }
            for found in stop.over(self._work(question, before, self._within(scope))):
                if isinstance(found, Answer):
                    finished = replace(pending, answer=found, trouble=None)
                else:
                    yield found
        except Stopped:  # the page was given back when stop was pressed
            return
        except DangwuError as error:
            finished = replace(pending, trouble=error.message(self._words.language))
        except Exception:  # the page must not wait for ever, whatever a library raised
            log.exception("no answer to a question")
            finished = replace(pending, trouble=self._words.failed)
        finally:
            self._stops.pop(pending.id, None)
            if self._pages.get(str(request.session_hash)) is stop:
                del self._pages[str(request.session_hash)]
        now = replace(now, exchanges=(*before.exchanges, finished))
        self._site.history.save(visitor_of(request), now)
        yield self._resting(now)

    def _work(
        self, question: str, before: Conversation, documents: frozenset[str] | None
    ) -> Iterator[Updates | Answer]:
        """What to draw while the assistant works, and last the answer."""
        draft, stage, drawn = "", 0, 0.0
        for event in self._site.stream(question, before.turns(), documents):
            if isinstance(event, Done):
                yield event.answer
                return
            if isinstance(event, Stage):
                stage = STAGES[event.name]
            if isinstance(event, Delta):
                draft += event.text
                if time.monotonic() - drawn < REDRAWN_S:
                    continue
                drawn = time.monotonic()
            working = working_html(question, stage, draft, self._words)
            yield {self._live: working, **self._buttons(answering=True)}

    def _settle(
        self, conversation: Conversation, searched: str, scope: Scope, request: gr.Request
    ) -> Updates:
        """After an answer: questions to go on with, and the list of conversations with this one in it."""
        last = conversation.exchanges[-1] if conversation.exchanges else None
        updates = self._list(conversation, searched, request)
        if last is None or last.answer is None:
            return updates
        asked = [e.question for e in conversation.exchanges]
        questions = suggest.followups(self._site.assistant, last.answer, asked, self._within(scope))
        return {**updates, self._after: followups_html(questions, self._words)}

    def _stopped(self, conversation: Conversation, searched: str, request: gr.Request) -> Updates:
        """The page is given back at once, whatever the answer was waiting for."""
        if conversation.exchanges:
            stop = self._stops.get(conversation.exchanges[-1].id)
            if stop is None:  # the answer came first
                return unchanged(self._banner)
            stop.say()
            self._site.history.save(visitor_of(request), conversation)
        return {**self._resting(conversation), **self._list(conversation, searched, request)}

    def _left(self, request: gr.Request) -> None:
        """Nobody waits any more."""
        if stop := self._pages.get(str(request.session_hash)):
            stop.say()

    def _rated(
        self, conversation: Conversation, exchange: Exchange, useful: bool, request: gr.Request
    ) -> Updates:
        """The reader's word on an answer; the same word again takes it back."""
        rated = replace(exchange, useful=None if exchange.useful is useful else useful)
        now = replace(
            conversation, exchanges=tuple(rated if e.id == rated.id else e for e in conversation.exchanges)
        )
        self._site.history.save(visitor_of(request), now)
        return {self.conversation: now, self._talk: conversation_html(now, self._words)}

    def _leave_editing(self) -> Updates:
        return {self._editing: None, self._banner: "", self.composer: ""}

    # where to look

    def draw_scope(self, scope: Scope) -> Html:
        """What the questions are limited to, and the collections there are now."""
        collections = self._site.assistant.store.catalogue.collections()
        return scope_html(scope, collections, self._site.documents(), self._words)

    def limited(self, scope: Scope) -> Updates:
        """Limits the next questions."""
        return {self.scope: scope, self.scope_view: self.draw_scope(scope)}

    def _arrive_limited(self, request: gr.Request) -> Updates:
        """A page that was loaded looks in the collections or documents its address names."""
        collections, documents = self._site.assistant.store.catalogue.collections(), self._site.documents()
        within, about = (str(request.query_params.get(name, "")) for name in ("in", "about"))
        return self.limited(scope_named(within, about, collections, documents))

    def _choose_scope(self, event: gr.EventData) -> Updates:
        """Collections that were ticked, or no limit any more."""
        ticked = event._data.get("chosen") or [] if event._data.get("act") == "scope" else []
        return self.limited(Scope(collections=frozenset(map(int, ticked))))

    def _within(self, scope: Scope) -> frozenset[str] | None:
        return scope.within(self._site.assistant.store.catalogue.collections(), self._site.documents())

    # conversations

    def _begin(self, searched: str, request: gr.Request) -> Updates:
        return {**self._resting(Conversation("")), **self._list(Conversation(""), searched, request)}

    def _arrive(self, request: gr.Request) -> Updates:
        """A page that was loaded shows the conversation its address names."""
        asked_for = str(request.query_params.get("c", ""))
        found = self._site.history.open(visitor_of(request), asked_for) if asked_for else None
        conversation = found or Conversation("")
        return {**self._resting(conversation), **self._list(conversation, "", request)}

    def _from_past(
        self, conversation: Conversation, searched: str, event: gr.EventData, request: gr.Request
    ) -> Updates:
        """Opens, renames or deletes a conversation of this visitor."""
        act, text, chosen = (str(event._data.get(key, "")) for key in ("act", "text", "id"))
        history, owner = self._site.history, visitor_of(request)
        if act == "open":
            opened = history.open(owner, chosen) or Conversation("")
            return {**self._resting(opened), **self._list(opened, searched, request)}
        if act == "rename":
            return self._list(conversation, searched, request, renaming=chosen)
        if act == "rename-to":
            history.rename(owner, chosen, text)
        if act == "delete":
            history.delete(owner, chosen)
            if chosen == conversation.id:
                return self._begin(searched, request)
        return self._list(conversation, searched, request)

    def _list(
        self, conversation: Conversation, searched: str, request: gr.Request, renaming: str | None = None
    ) -> Updates:
        entries = self._site.history.list(visitor_of(request), searched)
        return {self._past: history_html(entries, conversation.id, renaming, bool(searched), self._words)}

    # what is drawn

    def _resting(self, conversation: Conversation) -> Updates:
        """Nothing is being worked on."""
        talk = conversation_html(conversation, self._words) if conversation.exchanges else self._welcome()
        return {
            self.conversation: conversation,
            self._talk: talk,
            self._live: "",
            self._after: "",
            self.footing: self.footing_html(),
            **self._buttons(answering=False),
        }

    def _buttons(self, answering: bool) -> Updates:
        """One or the other. Told with every step: of several that come at once the browser may draw the last alone."""
        return {self._send: gr.update(visible=not answering), self._stop: gr.update(visible=answering)}

    def _welcome(self) -> str:
        documents, passages = self._site.assistant.store.counts()
        return welcome_html(self._site.examples(self._words.language), documents, passages, self._words)

    def footing_html(self) -> str:
        """Under the question field: how to send, or that text leaves this machine."""
        remote = self._site.remote_model()
        if remote:
            return tag("p", self._words.text_leaves.format(remote), class_="leaves", role="note")
        return tag("p", self._words.ask_hint, class_="hint")


def _until(conversation: Conversation, exchange_id: str | None) -> Conversation:
    """The conversation as it was before an exchange; all of it when none is named."""
    ids = [e.id for e in conversation.exchanges]
    if exchange_id not in ids:
        return conversation
    return replace(conversation, exchanges=conversation.exchanges[: ids.index(exchange_id)])
