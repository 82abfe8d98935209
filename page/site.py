"""What all visitors share: the assistant, the kept conversations, the shelf of files; nothing of one visitor."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from page import suggest
from page.evaluation import write_evaluation
from page.files import Shelf
from page.task import Task
from page.visitor import user_of
from rag.assistant import Assistant, Event
from rag.build import build
from rag.config import LOOPBACK, Settings
from rag.datatypes import Document, FileReport, Turn
from rag.errors import DangwuError
from rag.history import History
from rag.ingest import reencode
from rag.settings_file import save_settings
from rag.users import Users

MODELS = ("embedder", "reranker", "nli")
HISTORY_FILE, FILES_FOLDER = "conversations.sqlite", "files"


class Site:
    """One assistant and what the page keeps beside it, below the assistant's home.

    With ``users`` everybody has to log in; without, the page is for whoever sits at this machine.
    """

    def __init__(self, assistant: Assistant, users: Users | None = None) -> None:
        self.assistant = assistant
        self.users = users
        home: Path = assistant.settings.home
        self.history = History(home / HISTORY_FILE, assistant.store)
        self.shelf = Shelf(home / FILES_FOLDER)
        self.evaluation: Task | None = None
        self.encoding: Task | None = None
        self._lock = threading.Lock()
        self._documents: tuple[int, tuple[Document, ...]] = (-1, ())
        self._examples: dict[str, tuple[int, tuple[str, ...]]] = {}

    def documents(self) -> tuple[Document, ...]:
        """All documents; read again only when they have changed, for lists are drawn at every key."""
        generation = self.assistant.store.generation
        with self._lock:
            if self._documents[0] != generation:
                self._documents = generation, self.assistant.documents()
            return self._documents[1]

    def add(self, content: BinaryIO, name: str) -> tuple[FileReport, ...]:
        """Puts a file on the shelf and reads it; what came of it or, an archive, of each of its members."""
        try:
            kept = self.shelf.keep(content, name)
            reports = self.assistant.index([kept]).files
            self._tidy(str(kept))
            return reports
        except DangwuError as error:
            return (FileReport(name, "failed", error=str(error)),)
        except OSError as error:
            return (FileReport(name, "failed", error=f"无法保存：{error}\nCannot be kept: {error}"),)

    def remove(self, document_id: str) -> None:
        """Takes a document out; the last one of an uploaded file takes the file along. Raises ``UnknownDocument``."""
        source = self.assistant.document(document_id).source
        self.assistant.remove(document_id)
        self._tidy(source)

    def _tidy(self, source: str) -> None:
        """Deletes the file on the shelf that holds a source, unless a document was read from it or from a member of it."""
        file = self.shelf.file_of(source)
        if file and not any(f"{d.source}/".startswith(f"{file}/") for d in self.documents()):
            self.shelf.forget(source)

    def stream(
        self, question: str, history: Sequence[Turn], documents: frozenset[str] | None
    ) -> Iterator[Event]:
        """What the assistant says. When its models are exchanged under its feet, the new one begins again."""
        assistant = self.assistant
        try:
            yield from assistant.stream(question, history, documents)
        except Exception:
            if assistant is self.assistant:
                raise
            yield from self.assistant.stream(question, history, documents)

    def examples(self, language: str) -> tuple[str, ...]:
        """Questions that the documents answer; made again when the documents have changed."""
        generation = self.assistant.store.generation
        with self._lock:
            made_for, questions = self._examples.get(language, (-1, ()))
            if made_for != generation:
                questions = suggest.examples(self.assistant, language)
                self._examples[language] = generation, questions
            return questions

    def evaluate(self, which: str) -> Task:
        """The evaluation under way; begins one when there is none."""
        with self._lock:
            if self.evaluation is None:
                work = partial(write_evaluation, self.assistant, self.history, which)
                self.evaluation = Task(which, work, partial(setattr, self, "evaluation", None))
            return self.evaluation

    def may_change(self, request: Any) -> bool:
        """Whether documents and settings are this visitor's to change."""
        user = user_of(request)
        return self.users is None or (user is not None and user.role == "admin")

    def reconfigure(self, settings: Settings, fields: tuple[str, ...]) -> None:
        """Answers with other settings from now on, and keeps ``fields`` of them for the next start.

        Answers under way end with the settings they began with. Raises ``SettingError``.
        """
        assistant = build(settings)
        save_settings(settings.home, {name: getattr(settings, name) for name in fields})
        self.assistant = assistant

    def passages_to_encode(self, settings: Settings) -> int:
        """How many passages other models would have to encode anew. Raises ``SettingError`` when there are no such models."""
        with build(settings) as wanted:
            same = wanted.store.encoder_identity == wanted.encoder.identity
            return 0 if same else wanted.store.counts()[1]

    def exchange_models(self, settings: Settings) -> Task:
        """Encodes everything with other models and answers with them once that is done; the exchange under way, if any.

        Until then the index that is there stays in use.
        """
        with self._lock:
            if self.encoding is None:
                work = partial(self._exchange, settings)
                self.encoding = Task(settings.embedder, work, partial(setattr, self, "encoding", None))
            return self.encoding

    def _exchange(self, settings: Settings, progress: Callable[[int, int], None]) -> None:
        assistant = build(settings)
        reencode(assistant.store, assistant.encoder, progress)
        self.assistant = assistant  # at once: the stored vectors are those of the new encoder now
        save_settings(settings.home, {name: getattr(settings, name) for name in MODELS})

    def remote_model(self) -> str | None:
        """Where text goes when a model outside this machine writes the answers; ``None`` when it stays."""
        settings = self.assistant.settings
        if settings.llm == "none" or (settings.llm_base_url is None and settings.llm.startswith("ollama:")):
            return None
        if settings.llm_base_url and self.is_local(settings.llm_base_url):
            return None
        return settings.llm_base_url or settings.llm

    @staticmethod
    def is_local(address: str) -> bool:
        """Whether an address is on this machine."""
        try:
            return urlsplit(address).hostname in LOOPBACK
        except ValueError:
            return False
