"""What all visitors share: the assistant, the kept conversations, the shelf of files. Nothing of one visitor is here."""

from __future__ import annotations

import threading
from pathlib import Path

from page import suggest
from page.files import Shelf
from rag.assistant import Assistant
from rag.history import History

HISTORY_FILE, FILES_FOLDER = "conversations.sqlite", "files"


class Site:
    """One assistant and what the page keeps beside it, below the assistant's home."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        home: Path = assistant.settings.home
        self.history = History(home / HISTORY_FILE, assistant.store)
        self.shelf = Shelf(home / FILES_FOLDER)
        self._lock = threading.Lock()
        self._examples: tuple[int, tuple[str, ...]] = (-1, ())

    def examples(self) -> tuple[str, ...]:
        """Questions that the documents answer; made again when the documents have changed."""
        generation = self.assistant.store.generation
        with self._lock:
            if self._examples[0] != generation:
                self._examples = generation, suggest.examples(self.assistant)
            return self._examples[1]

    def remote_model(self) -> str | None:
        """Where text goes when a language model outside this machine writes the answers; ``None`` when it stays."""
        settings = self.assistant.settings
        if settings.llm == "none" or _is_local(settings.llm, settings.llm_base_url):
            return None
        return settings.llm_base_url or settings.llm


def _is_local(llm: str, base_url: str | None) -> bool:
    from urllib.parse import urlsplit

    if base_url is None:
        return llm.startswith("ollama:")
    return urlsplit(base_url).hostname in ("localhost", "127.0.0.1", "::1")
