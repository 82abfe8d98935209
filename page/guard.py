"""What stands before every request: who may call this server, and what a browser may load on its behalf."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException

from rag.config import LOOPBACK

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

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
# Of a question with its history: a hundred turns of 6,000 Chinese characters.
MOST_ASKED_BYTES = 2_000_000


class Guard:
    """Refuses requests that another site makes through a visitor's browser, questions that are too large, and adds the
    security headers.

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
            await _refuse(send)
            return
        if scope["path"].startswith("/api/ask"):
            receive = _limited(receive)

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


def _limited(receive: Receive) -> Receive:
    """Raises ``HTTPException`` once a body has become too large, whatever length it was announced with."""
    read = 0

    async def receive_some() -> MutableMapping[str, Any]:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_ASKED_BYTES:
            raise HTTPException(413, "问题和历史太长，已拒绝。 The question with its history is too large.")
        return message

    return receive_some


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    body = "请求来自其他网站，已拒绝。 Requests from other sites are refused.".encode()
    await send({"type": "http.response.body", "body": body})
