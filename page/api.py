"""The HTTP API: the JSON contract of the command line, over HTTP."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from page.site import Site
from rag.datatypes import Mode, Turn
from rag.wire import answer_to_json, document_to_json, hit_to_json, passage_to_json

MAX_QUESTION = 4_000
MAX_K = 200


class Exchanged(BaseModel):
    """An earlier turn."""

    question: str
    answer: str = ""


class Question(BaseModel):
    """What ``POST /api/ask`` takes; ``documents`` limits the answer to some document ids."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION)
    history: list[Exchanged] = []
    documents: list[str] | None = None


def api_routes(site: Site) -> APIRouter:
    """The routes below ``/api``. Errors of the project become JSON in ``page.web``."""
    routes = APIRouter(prefix="/api")

    @routes.post("/ask")
    def ask(asked: Question) -> dict[str, Any]:
        history = [Turn(turn.question, turn.answer) for turn in asked.history]
        documents = None if asked.documents is None else frozenset(asked.documents)
        return answer_to_json(site.assistant.ask(asked.question, history, documents))

    @routes.get("/search")
    def search(
        q: Annotated[str, Query(min_length=1, max_length=MAX_QUESTION)],
        k: Annotated[int, Query(ge=1, le=MAX_K)] = 10,
        mode: Mode = "hybrid",
    ) -> dict[str, Any]:
        began = time.perf_counter()
        hits = site.assistant.search(q, k, mode)
        took = (time.perf_counter() - began) * 1000
        return {"query": q, "hits": [hit_to_json(hit) for hit in hits], "milliseconds": round(took, 2)}

    @routes.get("/docs")
    def docs() -> list[dict[str, Any]]:
        counts = site.assistant.store.passage_counts()
        return [document_to_json(d, counts.get(d.id, 0)) for d in site.assistant.documents()]

    @routes.get("/docs/{document_id}")
    def show(document_id: str) -> dict[str, Any]:
        document, passages = site.assistant.document(document_id), site.assistant.passages(document_id)
        shown = {**document_to_json(document, len(passages)), "text": document.text}
        return {**shown, "passages": [passage_to_json(p) for p in passages]}

    return routes
