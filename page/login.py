"""The door of a page that listens wider than this machine: a form, sessions, Basic authentication for scripts."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import anyio

from page.guard import App, Receive, Scope, Send
from page.markup import Html, tag
from page.reader import page_html, words_for
from page.shell import READER_STYLES, head_html
from page.words import Words
from rag.users import User, Users

COOKIE = "dangwu_session"
SESSION_S = 12 * 3600
OPEN = ("/page/", "/login")
MAX_FORM = 4_000
FREE_TRIES, PAUSE_S, LONGEST_PAUSE_S, REMEMBERED_S = 5, 2.0, 60.0, 3600.0


class Sessions:
    """Who is logged in, by a random token; forgotten when the program ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, tuple[User, float]] = {}
        self._failures: dict[str, tuple[int, float]] = {}

    def begin(self, user: User) -> str:
        """A token for a new session."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._open = {t: kept for t, kept in self._open.items() if kept[1] > time.monotonic()}
            self._open[token] = user, time.monotonic() + SESSION_S
        return token

    def user(self, token: str) -> User | None:
        """Whose session this is, while it lasts."""
        user, until = self._open.get(token, (None, 0.0))
        return user if until > time.monotonic() else None

    def end(self, token: str) -> None:
        """Forgets a session."""
        with self._lock:
            self._open.pop(token, None)

    def wait_s(self, caller: str) -> float:
        """How long this caller has to wait before the next try, after too many wrong ones."""
        failures, last = self._failures.get(caller, (0, 0.0))
        pause = (
            min(LONGEST_PAUSE_S, PAUSE_S * 2 ** (failures - FREE_TRIES)) if failures >= FREE_TRIES else 0.0
        )
        return max(0.0, last + pause - time.monotonic())

    def tried(self, caller: str, good: bool) -> None:
        """Notes how a try ended; forgets failures of long ago."""
        with self._lock:
            since = time.monotonic() - REMEMBERED_S
            self._failures = {c: kept for c, kept in self._failures.items() if kept[1] > since}
            failures, _ = self._failures.get(caller, (0, 0.0))
            if good:
                self._failures.pop(caller, None)
            else:
                self._failures[caller] = failures + 1, time.monotonic()


class Login:
    """Lets nobody past without a session or a password. ``scope["state"]["user"]`` is who it is."""

    def __init__(self, app: App, users: Users) -> None:
        self._app = app
        self._users = users
        self._sessions = Sessions()
        self._tries: dict[str, anyio.Lock] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path, headers = str(scope["path"]), _headers(scope)
        token = _cookie(headers)
        if path == "/login" and scope["type"] == "http":
            await self._form(scope, receive, send, headers)
        elif path == "/logout" and scope["type"] == "http":
            self._sessions.end(token)
            await _redirect(send, "/login", f"{COOKIE}=; Path=/; Max-Age=0")
        elif path.startswith(OPEN):
            await self._app(scope, receive, send)
        elif (user := self._known(token) or await self._basic(scope, headers)) is not None:
            scope.setdefault("state", {})["user"] = user
            await self._app(scope, receive, send)
        elif "text/html" in headers.get("accept", ""):
            await _redirect(send, f"/login?next={quote(path)}")
        else:
            await _answer(send, 401, b"", [(b"www-authenticate", b'Basic realm="dangwu", charset="UTF-8"')])

    def _known(self, token: str) -> User | None:
        """Whose session this is: nobody's, once the user was removed or has another role."""
        user = self._sessions.user(token)
        return user if user in self._users.all() else None

    async def _form(self, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str]) -> None:
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        target = _inside(asked.get("next", ["/"])[0])
        words = words_for("en" if target.startswith("/en") else None)
        if scope["method"] != "POST":
            await _page(send, login_html(words, target))
            return
        form = parse_qs((await _body(receive)).decode("utf-8", "replace"))
        name, password = (form.get(key, [""])[0] for key in ("name", "password"))
        user = await self._checked(scope, name, password)
        if user is None:
            await _page(send, login_html(words, target, words.login_wrong), 401)
            return
        secure = (
            "; Secure"
            if headers.get("x-forwarded-proto") == "https" or scope.get("scheme") == "https"
            else ""
        )
        token = self._sessions.begin(user)
        cookie = f"{COOKIE}={token}; Path=/; Max-Age={SESSION_S}; HttpOnly; SameSite=Lax{secure}"
        await _redirect(send, target, cookie)

    async def _basic(self, scope: Scope, headers: Mapping[str, str]) -> User | None:
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return await self._checked(scope, name, password)

    async def _checked(self, scope: Scope, name: str, password: str) -> User | None:
        """The user, after the pause that earlier wrong tries from there have earned; tries sent at once go one by one."""
        caller = f"{(scope.get('client') or ('',))[0]} {name}"
        turn = self._tries.setdefault(caller, anyio.Lock())
        async with turn:
            await anyio.sleep(self._sessions.wait_s(caller))
            user = await anyio.to_thread.run_sync(self._users.check, name, password)
            self._sessions.tried(caller, user is not None)
        if not turn.locked():  # nobody is next
            self._tries.pop(caller, None)
        return user


def login_html(words: Words, target: str, trouble: str | None = None) -> Html:
    """The login page; after the login it leads to ``target``."""
    fields = [
        tag(
            "label",
            words.login_name,
            tag("input", name="name", autocomplete="username", required=True, autofocus=True),
        ),
        tag(
            "label",
            words.login_password,
            tag("input", name="password", type="password", autocomplete="current-password", required=True),
        ),
    ]
    form = tag(
        "form",
        fields,
        tag("p", trouble, class_="notice warning", role="alert") if trouble else None,
        tag("button", words.login, type="submit", class_="button primary"),
        method="post",
        action=f"/login?next={quote(target)}",
    )
    main = tag("main", tag("h1", words.login), form, id="content", class_="login")
    return page_html(words, head_html(READER_STYLES, ("theme.js",)), words.login, main)


def _inside(address: str) -> str:
    """A path of this server; the front page for everything else."""
    parts = urlsplit(address)
    good = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if good else "/"


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _cookie(headers: Mapping[str, str]) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while len(body) <= MAX_FORM:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)
    return b""


async def _page(send: Send, page: Html, status: int = 200) -> None:
    await _answer(send, status, page.encode(), [(b"content-type", b"text/html; charset=utf-8")])


async def _redirect(send: Send, address: str, cookie: str | None = None) -> None:
    headers = [(b"location", address.encode()), *([(b"set-cookie", cookie.encode())] if cookie else [])]
    await _answer(send, 303, b"", headers)


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": [*headers, length]}
    await send(start)
    await send({"type": "http.response.body", "body": body})
