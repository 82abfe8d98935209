"""Reads files: one loader per kind of file, found by suffix.

A new format is a class with ``suffixes`` and ``load`` and one more entry in ``LOADERS``. A loader that
knows headings (Word styles, HTML ``h1``) writes them as ``# `` lines; structure recognition reads those in
any file.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path

from rag.errors import LoadError
from rag.load.decode import decode
from rag.load.front_matter import SOURCES, merged, read_sources
from rag.load.plain import TextLoader
from rag.protocols import Loader

__all__ = ["LOADERS", "SOURCES", "SUPPORTED", "TextLoader", "decode", "loader_for", "merged", "read_sources"]

LOADERS: tuple[Loader, ...] = (TextLoader(),)
SUPPORTED = frozenset(suffix for loader in LOADERS for suffix in loader.suffixes)
_SNIFFED = 64 * 1024


def loader_for(path: Path) -> Loader | None:
    """The loader for a file, found by suffix, else by looking into it; ``None`` when none reads it."""
    suffix = path.suffix.lower()
    for loader in LOADERS:
        if suffix in loader.suffixes:
            return loader
    if suffix and mimetypes.guess_type(path.name)[0] is not None:
        return None
    return LOADERS[0] if _looks_like_text(path) else None


def _looks_like_text(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_SNIFFED)
        if len(head) == _SNIFFED:  # do not judge by a character or line cut in two
            head = head[: head.rfind(b"\n") + 1] or head
        return bool(head) and bool(decode(head)[0].strip())
    except (OSError, LoadError):
        return False
