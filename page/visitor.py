"""Who is looking: the user who logged in, else the browser, known by a random cookie."""

from __future__ import annotations

from typing import Any

from rag.users import User

COOKIE = "dangwu_visitor"
COOKIE_DAYS = 365


def user_of(request: Any) -> User | None:
    """The user who logged in; ``None`` on a page without a login."""
    user = getattr(getattr(request, "state", None), "user", None)
    return user if isinstance(user, User) else None


def visitor_of(request: Any) -> str:
    """The owner of what this request asks and keeps; a client without a cookie is one of its own."""
    user = user_of(request)
    if user is not None:
        return f"user:{user.name}"
    cookie = (getattr(request, "cookies", None) or {}).get(COOKIE)
    return f"browser:{cookie}" if cookie else f"session:{getattr(request, 'session_hash', '')}"
