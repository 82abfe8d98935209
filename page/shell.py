"""Gradio's index page made this site's own: language, title, styles before the first paint, no foreign address."""

from __future__ import annotations

import re
import secrets
from collections.abc import MutableMapping
from hashlib import sha256
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from page.guard import App, Receive, Scope, Send
from page.markup import Html, join, tag
from page.visitor import COOKIE, COOKIE_DAYS
from page.words import Words

ASSETS = Path(__file__).with_name("assets")
STYLES = ("tokens.css", "common.css", "chat.css", "source.css", "library.css", "gradio.css")
READER_STYLES = ("tokens.css", "common.css", "source.css", "reader.css")
_GRADIO_META = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>\s*")
_VIEWPORT = re.compile(rb"<meta\s+name=\"viewport\"[^>]*>")
_LANGUAGE = re.compile(rb"<html\s+lang=\"en\"")
_BODY = re.compile(rb"<gradio-app")


def asset(name: str) -> str:
    """The address of a stylesheet or script; it changes with the content, so browsers may keep it."""
    return f"/page/{name}?v={sha256((ASSETS / name).read_bytes()).hexdigest()[:10]}"


def head_html(styles: tuple[str, ...], scripts: tuple[str, ...]) -> Html:
    """What every page loads first. The theme script runs at once, so that a dark page never flashes white."""
    return join(
        (
            tag("meta", name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("link", rel="icon", href=asset("mark.svg"), type="image/svg+xml"),
            [tag("link", rel="stylesheet", href=asset(name)) for name in styles],
            [tag("script", src=asset(name)) for name in scripts],
        )
    )


class Shell:
    """Rewrites the index page at each of ``addresses`` and gives every browser its cookie."""

    def __init__(self, app: App, addresses: dict[str, Words]) -> None:
        self._app = app
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        words = (
            self._addresses.get(scope.get("path", ""))
            if scope["type"] == "http" and scope["method"] == "GET"
            else None
        )
        if words is None:
            await self._app(scope, receive, send)
            return
        start: MutableMapping[str, Any] = {}
        body = bytearray()

        async def collect(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await _send_index(scope, start, bytes(body), words, send)

        await self._app(scope, receive, collect)


async def _send_index(
    scope: Scope, start: MutableMapping[str, Any], body: bytes, words: Words, send: Send
) -> None:
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    if any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers):
        body = index_page(body, words)
        headers += [*_cookie(scope), (b"cache-control", b"no-cache")]
    start["headers"] = [*headers, (b"content-length", str(len(body)).encode())]
    await send(start)
    await send({"type": "http.response.body", "body": body})


def index_page(page: bytes, words: Words) -> bytes:
    """Gradio's index page with our head and a first paint that looks like the page to come."""
    page = _GRADIO_META.sub(b"", page)
    page = _LANGUAGE.sub(f'<html lang="{words.html_language}"'.encode(), page, count=1)
    head = join((tag("title", words.name), head_html(STYLES, ("theme.js", "page.js", "source.js"))))
    page = _VIEWPORT.sub(lambda _: head.encode(), page, count=1)
    curtain = tag(
        "div", tag("span", class_="mark large", aria_hidden="true"), tag("p", words.name), id="curtain"
    )
    return _BODY.sub(lambda found: curtain.encode() + found.group(), page, count=1)


def _cookie(scope: Scope) -> list[tuple[bytes, bytes]]:
    """A cookie for a browser that has none yet."""
    for name, value in scope["headers"]:
        if name == b"cookie" and COOKIE in SimpleCookie(value.decode("latin-1")):
            return []
    lasting = f"Path=/; Max-Age={COOKIE_DAYS * 86_400}; HttpOnly; SameSite=Lax"
    cookie = f"{COOKIE}={secrets.token_urlsafe(18)}; {lasting}"
    return [(b"set-cookie", cookie.encode())]
