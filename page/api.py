"""The HTTP API: the JSON contract of the command line, over HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import APIRouter, HTTPException, Query, Request, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from page.site import Site
from rag.assistant import Done, Event, Stage
from rag.catalogue import Catalogue
from rag.datatypes import Mode, Turn
from rag.deadline import Stop, Stopped
from rag.errors import DangwuError
from rag.wire import (
    answer_to_json,
    document_in_full,
    document_to_json,
    error_to_json,
    file_to_json,
    hits_to_json,
)

MAX_QUESTION, MAX_ANSWER, MAX_TURNS = 4_000, 40_000, 100
MAX_K = 200
LEFT = 499  # no standard status: nobody is there to read it

Result = TypeVar("Result")


class Exchanged(BaseModel):
    """An earlier turn."""

    question: str = Field(max_length=MAX_QUESTION)
    answer: str = Field("", max_length=MAX_ANSWER)


class Question(BaseModel):
    """What ``POST /api/ask`` takes; ``documents`` (ids) and ``collections`` (names) limit where the answer is looked for."""

    question: str = Field(pattern=r"\S", max_length=MAX_QUESTION)
    history: list[Exchanged] = Field([], max_length=MAX_TURNS)
    documents: list[str] | None = None
    collections: list[str] = []

    def arguments(self, catalogue: Catalogue) -> tuple[str, list[Turn], frozenset[str] | None]:
        """What ``Assistant.ask`` takes. Raises ``StoreError`` for a collection that is not there."""
        history = [Turn(turn.question, turn.answer) for turn in self.history]
        within = catalogue.within(self.collections)
        if self.documents is not None:
            within = (within or frozenset()) | frozenset(self.documents)
        return self.question, history, within


def api_routes(site: Site) -> APIRouter:
    """The routes below ``/api``. Errors of the project become JSON in ``page.web``."""
    routes = APIRouter(prefix="/api")

    @routes.post("/ask")
    async def ask(asked: Question, request: Request) -> dict[str, Any]:
        def answer() -> dict[str, Any]:
            return answer_to_json(site.assistant.ask(*asked.arguments(site.assistant.store.catalogue)))

        return await _while_waited_for(request, answer)

    @routes.post("/ask/stream")
    def ask_stream(asked: Question) -> StreamingResponse:
        events = site.assistant.stream(*asked.arguments(site.assistant.store.catalogue))
        return StreamingResponse(_as_they_come(events), media_type="text/event-stream")

    @routes.get("/search")
    def search(
        q: Annotated[str, Query(min_length=1, max_length=MAX_QUESTION)],
        k: Annotated[int, Query(ge=1, le=MAX_K)] = 10,
        mode: Mode = "hybrid",
        collection: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    ) -> dict[str, Any]:
        began = time.perf_counter()
        hits = site.assistant.search(q, k, mode, site.assistant.store.catalogue.within(collection))
        return hits_to_json(q, hits, (time.perf_counter() - began) * 1000)

    @routes.get("/collections")
    def collections() -> list[dict[str, Any]]:
        found = site.assistant.store.catalogue.collections()
        return [{"name": c.name, "documents": sorted(c.documents)} for c in found]

    @routes.get("/docs")
    def docs() -> list[dict[str, Any]]:
        counts = site.assistant.store.passage_counts()
        return [document_to_json(d, counts.get(d.id, 0)) for d in site.assistant.documents()]

    @routes.get("/docs/{document_id}")
    def show(document_id: str) -> dict[str, Any]:
        return document_in_full(site.assistant.document(document_id), site.assistant.passages(document_id))

    @routes.post("/docs")
    def add(request: Request, files: list[UploadFile]) -> dict[str, Any]:
        _administrators_only(site, request)
        reports = [report for file in files for report in site.add(file.file, file.filename or "file")]
        return {"files": [file_to_json(report) for report in reports]}

    @routes.delete("/docs/{document_id}")
    def remove(request: Request, document_id: str) -> dict[str, Any]:
        _administrators_only(site, request)
        site.remove(document_id)
        return {"removed": 1}

    return routes


def _administrators_only(site: Site, request: Request) -> None:
    if not site.may_change(request):
        raise HTTPException(403, "只有管理员可以这样做。 Only an administrator can do this.")


async def _while_waited_for(request: Request, work: Callable[[], Result]) -> Result:
    """What ``work`` returns. A client that leaves ends it, and the request to a language model with it."""
    stop = Stop()
    watching = asyncio.create_task(_stopped_when_left(request, stop))
    try:
        return await to_thread.run_sync(stop.call, work)
    except Stopped:
        raise HTTPException(LEFT) from None
    finally:
        watching.cancel()


async def _stopped_when_left(request: Request, stop: Stop) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    stop.say()


async def _as_they_come(events: Iterator[Event]) -> AsyncIterator[str]:
    """The events for a client. One that leaves ends the work at once, and the request to a language model with it."""
    stop = Stop()
    coming = stop.over(events)
    try:
        while event := await to_thread.run_sync(next, coming, None, abandon_on_cancel=True):
            yield _server_sent(event)
    except DangwuError as error:  # the status is on its way already
        yield _message("error", error_to_json(error))
    finally:
        stop.say()


def _server_sent(event: Event) -> str:
    """An event of the assistant for a browser's ``EventSource``: ``stage``, ``delta``, and last ``done`` with the answer."""
    if isinstance(event, Done):
        return _message("done", answer_to_json(event.answer))
    if isinstance(event, Stage):
        return _message("stage", {"name": event.name})
    return _message("delta", {"text": event.text})


def _message(name: str, value: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"
