"""The web application: API, viewer, downloads, and the page in both languages."""

from __future__ import annotations

from functools import partial

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from page.api import api_routes
from page.blocks import build_page
from page.files import MAX_MB
from page.guard import Guard
from page.login import Login
from page.routes import reading_routes
from page.shell import ASSETS, Shell, asset
from page.site import Site
from page.theme import make_theme
from page.words import Words
from page.words_en import EN
from page.words_zh import ZH
from rag.config import LOOPBACK
from rag.errors import DangwuError, RequestError, UnknownDocument
from rag.text import whole
from rag.wire import error_to_json

PAGES: dict[str, Words] = {"/en": EN, "/": ZH}  # the one at the root takes every path that is left: last
MOST_TOLD = 5  # of what is wrong with a request
IN_CHINESE = {  # of what the web framework says itself
    "Not Found": "没有这个地址。",
    "Method Not Allowed": "这个地址不能这样请求。",
    "There was an error parsing the body": "请求的内容读不懂：应是 UTF-8 的 JSON。",
}
ADDRESSES = {"/": ZH, "/en": EN, "/en/": EN}


def make_app(site: Site, hosts: frozenset[str] | None = LOOPBACK) -> FastAPI:
    """The whole application. ``hosts`` are the names it answers to; ``None`` for all."""
    app = FastAPI(title="dangwu", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.add_exception_handler(DangwuError, _error_as_json)
    app.add_exception_handler(RequestValidationError, _wrong_request)
    app.add_exception_handler(HTTPException, _refused)
    app.include_router(api_routes(site))
    app.mount("/page", StaticFiles(directory=ASSETS), name="page")
    for path, target in {"/en": "/en/", "/favicon.ico": asset("mark.svg")}.items():
        app.add_route(path, partial(_elsewhere, target))
    app.include_router(reading_routes(site))
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
            max_file_size=f"{MAX_MB}mb",
            pwa=False,
        )
    app.add_middleware(Shell, addresses=ADDRESSES)
    if site.users is not None:
        app.add_middleware(Login, users=site.users)
    app.add_middleware(Guard, hosts=hosts)
    return app


async def _elsewhere(target: str, _: Request) -> RedirectResponse:
    return RedirectResponse(target)


async def _wrong_request(_: Request, error: Exception) -> JSONResponse:
    """What is wrong with a request, without the request itself."""
    assert isinstance(error, RequestValidationError)
    wrong = [(".".join(map(str, found["loc"])), whole(found["msg"])) for found in error.errors()[:MOST_TOLD]]
    told = "; ".join(f"{place}: {message}" for place, message in wrong)
    return JSONResponse(
        error_to_json(RequestError(f"请求写得不对：{told}", f"The request is wrong: {told}")), 422
    )


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    zh = IN_CHINESE.get(error.detail, error.detail)
    return JSONResponse(error_to_json(RequestError(zh, error.detail)), error.status_code, error.headers)


async def _error_as_json(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DangwuError)
    status = 404 if isinstance(error, UnknownDocument) else 400
    return JSONResponse(error_to_json(error), status)
