"""What is found for a question and whether that answers it, looked up once while the knowledge base stays as it is.

A question that leans on a conversation is weighed against its neighbours before it is answered, and what was found then
answers it; the next question is weighed against this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache, partial

from rag.datatypes import Hit
from rag.protocols import Retriever
from rag.refuse import Verdict
from rag.store import Store

Judge = Callable[[str, Sequence[Hit]], Verdict]

ANSWER_HITS = 20
KEPT = 128  # readings, about 4 MB: those of the last questions of some conversations, and of the questions suggested there


class Reading:
    """A question with what is found for it and the verdict on that, each looked up when it is first asked for."""

    def __init__(self, question: str, find: Callable[[str], Sequence[Hit]], judge: Judge) -> None:
        self.question = question
        self._find = find
        self._judge = judge

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """What is found, best first."""
        return tuple(self._find(self.question))

    @cached_property
    def verdict(self) -> Verdict:
        """Whether that answers the question."""
        return self._judge(self.question, self.hits)

    def with_hits(self, hits: Sequence[Hit]) -> Reading:
        """The question read with other hits."""
        return Reading(self.question, lambda _: hits, self._judge)


class Reader:
    """Reads questions and remembers the last ``KEPT`` readings. Safe to use from several threads."""

    def __init__(self, retriever: Retriever, judge: Judge, store: Store) -> None:
        self._retriever = retriever
        self._judge = judge
        self._store = store
        self._remembered = lru_cache(maxsize=KEPT)(self._reading)

    def read(self, question: str, documents: frozenset[str] | None = None) -> Reading:
        """The reading of a stand-alone question; only of ``documents`` (ids) when given."""
        return self._remembered(question, documents, self._store.generation)

    def _reading(self, question: str, documents: frozenset[str] | None, generation: int) -> Reading:
        find = partial(self._retriever.retrieve, k=ANSWER_HITS, mode="hybrid", documents=documents)
        return Reading(question, find, self._judge)
