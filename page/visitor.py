"""Who is looking: the user who logged in, else the browser, known by a random cookie."""

from __future__ import annotations

from typing import Any

COOKIE = "dangwu_visitor"
COOKIE_DAYS = 365


def visitor_of(request: Any) -> str:
    """The owner of what this request asks and keeps; each scripted client without a cookie is one of its own."""
    user = getattr(request, "username", None)
    if user:
        return f"user:{user}"
    cookie = (getattr(request, "cookies", None) or {}).get(COOKIE)
    return f"browser:{cookie}" if cookie else f"session:{getattr(request, 'session_hash', '')}"
