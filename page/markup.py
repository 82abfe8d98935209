"""HTML that nobody can forget to escape: words become ``Html`` in one function; only ``Html`` is left alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_SAFE_ADDRESS = re.compile(r"(?:https?://[^\s<>\"]+|/(?!/)[^\s<>\"]*)\Z", re.IGNORECASE)
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

Child = str | None | Iterable["Child"]


class Html(str):
    """Markup ready for the page. Made by ``text`` and ``tag``; any other ``str`` still counts as words."""

    __slots__ = ()


def text(words: str) -> Html:
    """Words as they are to be read: the one place where document text, titles and file names are escaped.

    Control characters and those that turn the reading direction are left out: they hide what a name says.
    """
    return words if isinstance(words, Html) else Html(html.escape(_UNSHOWABLE.sub("", words), quote=True))


def tag(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Html:
    """An element. In attribute names a trailing ``_`` goes and ``_`` is ``-``; ``None`` and ``False`` leave one out."""
    shown = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    return Html(f"<{name}{shown}>" if name in VOID else f"<{name}{shown}>{join(children)}</{name}>")


def join(children: Child) -> Html:
    """Nested children one after another."""
    if children is None:
        return Html("")
    if isinstance(children, str):
        return text(children)
    return Html("".join(join(child) for child in children))


def safe_address(address: str | None) -> str | None:
    """An address that may stand in a link: http, https or a path of this server; ``None`` for every other."""
    return address if address and _SAFE_ADDRESS.match(address) else None


def _attribute(name: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'
