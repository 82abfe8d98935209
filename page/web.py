"""The web application: API, viewer, downloads, and the page in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import gradio as gr
from fastapi import FastAPI, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

from page.api import api_routes
from page.blocks import build_page
from page.guard import LOOPBACK, Guard
from page.reader import name_of_file, not_found_html, panel_html, viewer_html, words_for
from page.shell import ASSETS, READER_STYLES, Shell, head_html
from page.site import Site
from page.theme import make_theme
from page.words import EN, ZH, Words
from rag.errors import DangwuError, UnknownDocument

PAGES: dict[str, Words] = {"/en": EN, "/": ZH}  # the one at the root takes every path that is left: last
ADDRESSES = {"/": ZH, "/en": EN, "/en/": EN}


def make_app(site: Site, hosts: frozenset[str] | None = LOOPBACK) -> FastAPI:
    """The whole application. ``hosts`` are the names it answers to; ``None`` for all."""
    app = FastAPI(title="dangwu", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.add_exception_handler(DangwuError, _error_as_json)
    app.include_router(api_routes(site))
    app.mount("/page", StaticFiles(directory=ASSETS), name="page")
    _add_reader(app, site)
    for path, words in PAGES.items():
        app = gr.mount_gradio_app(
            app,
            build_page(site, words),
            path,
            theme=make_theme(),
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            show_error=False,
            max_file_size="50mb",
            pwa=False,
        )
    app.add_middleware(Shell, addresses=ADDRESSES)
    app.add_middleware(Guard, hosts=hosts)
    return app


def _add_reader(app: FastAPI, site: Site) -> None:
    head = head_html(READER_STYLES, ("theme.js", "reader.js"))

    @app.get("/view/{document_id}", response_class=HTMLResponse)
    def view(document_id: str, start: int = 0, end: int = 0, lang: str | None = None) -> HTMLResponse:
        words = words_for(lang)
        try:
            document = site.assistant.document(document_id)
            passages = site.assistant.passages(document_id)
        except UnknownDocument:
            return HTMLResponse(not_found_html(words, head), 404)
        return HTMLResponse(
            viewer_html(document, passages, start, end, name_of_file(document.source), words, head)
        )

    @app.get("/source/{document_id}", response_class=HTMLResponse)
    def source(
        document_id: str,
        start: int,
        end: int,
        lang: str | None = None,
        whole: Annotated[bool, Query()] = False,
    ) -> HTMLResponse:
        document = site.assistant.document(document_id)
        passages = site.assistant.passages(document_id)
        name = name_of_file(document.source)
        return HTMLResponse(panel_html(document, passages, start, end, name, words_for(lang), whole))

    @app.get("/files/{document_id}")
    def download(document_id: str) -> Response:
        path = Path(site.assistant.document(document_id).source)
        if not path.is_file():
            raise UnknownDocument(
                f"原文件已不在原处：{path.name}", f"The file is no longer where it was: {path.name}"
            )
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")


async def _error_as_json(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DangwuError)
    status = 404 if isinstance(error, UnknownDocument) else 400
    return JSONResponse({"error": {"kind": type(error).__name__, "zh": error.zh, "en": error.en}}, status)
