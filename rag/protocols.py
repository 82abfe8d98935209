"""The seams: what each step needs from the next, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from rag.datatypes import Answer, Document, Doubt, Hit, Lesson, Mode, Passage, RawText, Turn

Step = Callable[[str], None]
Settle = Callable[[Doubt], bool]
"""Tells whether a question in doubt is of the last topic."""


def no_step(told: str) -> None:
    """Tells nobody how far a slow file is."""


class Loader(Protocol):
    """Reads one kind of file."""

    suffixes: frozenset[str]

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The file's text, unrepaired; ``step`` is told how far a slow file is.

        Raises ``LoadError`` with what to do when it cannot be read.
        """
        ...


class Library(Protocol):
    """Looks documents and passages up by id."""

    def document(self, document_id: str) -> Document:
        """The document. Raises ``UnknownDocument``."""
        ...

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """Its passages in reading order. Raises ``UnknownDocument``."""
        ...


class Retriever(Protocol):
    """Finds passages for a query."""

    def retrieve(
        self, query: str, k: int = 10, mode: Mode = "hybrid", documents: frozenset[str] | None = None
    ) -> tuple[Hit, ...]:
        """At most ``k`` hits, best first; only within ``documents`` (ids) when given."""
        ...


class LessonAuthor(Protocol):
    """Makes lesson material of answers."""

    def write(self, answers: Sequence[Answer], form: str) -> Lesson | None:
        """The checked material, or a notice why there is none; ``None`` when the answers hold nothing to write from."""
        ...


class Condenser(Protocol):
    """Makes a follow-up question stand alone."""

    def condense(self, question: str, history: Sequence[Turn], settle: Settle = ...) -> str:
        """The question as it would be asked without the history; unchanged when it already stands alone.

        ``settle`` tells whether a question is of the last topic where its words do not.
        """
        ...


class Statistics(Protocol):
    """How common words and character pairs are in the knowledge base."""

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages there are."""
        ...

    def frequencies(self, query_terms: Iterable[str]) -> Mapping[str, int]:
        """Term -> the number of passages that hold the folded term; 0 for one never seen."""
        ...
