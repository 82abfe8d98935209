"""What stands before every request: who may call this server, and what a browser may load on its behalf."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# Gradio needs inline scripts and styles and evaluates templates; nothing may come from or go to another host.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; "
    "connect-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # with none at all, a form's Origin would be "null",
)


MOST_ASKED_BYTES = 2_000_000  # of a question with its history, before it is read


class Guard:
    """Refuses requests that another site makes through a visitor's browser or that are too large, and adds the security
    headers.

    ``hosts`` are the names this server answers to: a page elsewhere could otherwise point a name of its own at
    the loopback address (DNS rebinding). ``None`` answers to every name.
    """

    def __init__(self, app: App, hosts: frozenset[str] | None = LOOPBACK) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if not self._welcome(scope, headers):
            await _refuse(send, 403, "请求来自其他网站，已拒绝。 Requests from other sites are refused.")
            return
        if scope["path"].startswith("/api/ask") and _length(headers) > MOST_ASKED_BYTES:
            await _refuse(send, 413, "问题和历史太长，已拒绝。 The question with its history is too large.")
            return

        async def send_guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message.get("headers", [])}
                message["headers"] = [*message.get("headers", []), *(h for h in HEADERS if h[0] not in there)]
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _welcome(self, scope: Scope, headers: Mapping[bytes, str]) -> bool:
        try:
            host, origin = urlsplit(f"//{headers.get(b'host', '')}"), urlsplit(headers.get(b"origin", ""))
        except ValueError:  # brackets that nobody closes
            return False
        if self._hosts is not None and host.hostname not in self._hosts:
            return False
        if b"origin" not in headers or scope["method"] in ("GET", "HEAD"):
            return True
        return bool(origin.netloc == host.netloc)


def _length(headers: Mapping[bytes, str]) -> int:
    said = headers.get(b"content-length", "")
    return int(said) if said.isdecimal() else 0


async def _refuse(send: Send, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})
