"""Model text that may be shown while it comes: what a page must not render is held back until it can be taken out."""

from __future__ import annotations

import re

from rag.model_text import clean

MOST_HELD = 600  # characters: a bracket that nobody closes must not hold the text for ever
_BOUNDARY = re.compile(r"[\s，。；：、！？]")
_OPEN = re.compile(r"\]\([^)]*$")
_THINKING = re.compile(r"<(think|thinking|thought|reasoning|analysis)>(?!.*</\1>)", re.DOTALL | re.IGNORECASE)


class Showable:
    """Takes pieces as they come and gives them back cleaned, at word boundaries, without a ``secret``."""

    def __init__(self, secret: str | None = None) -> None:
        self._secret = secret
        self._held = ""

    def add(self, piece: str) -> str:
        """What can be shown now."""
        self._held += piece
        if _THINKING.search(self._held):
            return ""
        end = self._safe_end()
        ready, self._held = self._held[:end], self._held[end:]
        return self._cleaned(ready)

    def rest(self) -> str:
        """What was still held when the text ended."""
        ready, self._held = self._held, ""
        return self._cleaned(ready)

    def _safe_end(self) -> int:
        """Behind the last boundary before which nothing is open."""
        for match in reversed(list(_BOUNDARY.finditer(self._held))):
            head = self._held[: match.end()]
            closed = all(head.count(a) <= head.count(b) for a, b in ("[]", "<>")) and not _OPEN.search(head)
            if closed or len(self._held) > MOST_HELD:
                return match.end()
        return 0

    def _cleaned(self, text: str) -> str:
        plain = clean(text)
        return plain.replace(self._secret, "***") if self._secret else plain
