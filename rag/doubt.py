"""Settles with the documents whether a question in a conversation leaves its topic out: 多久之内去法院, 自学能算吗.

Asked of the topic, a question that leans on it is answered where the topic is, better than by itself, and from what its own
words lead to. One that stands alone is answered better by itself; one about something else has nothing there to be found.
The thresholds come from 37 follow-ups and 280 questions behind conversations about other things: see docs/answers.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag.datatypes import Doubt, Hit
from rag.protocols import Statistics
from rag.question import read_question
from rag.reading import Reader, Reading
from rag.store import Store
from rag.text import tight

SPOKEN_HITS = 3  # of the last question: the documents that the conversation is about
SHARED_HITS = 5  # within which both readings should find a passage
HELD = 0.5  # share of a question's own words that must stand there; more of it where it is not answered alone
BETTER, NO_WORSE = 0.1, -0.15  # by how much the probability of an answer must rise or may fall
SETTLED = 1024  # doubts whose decision is kept


class Doubts:
    """Settles doubts, each once while the knowledge base stays as it is. Safe to use from several threads."""

    def __init__(self, reader: Reader, store: Store) -> None:
        self._reader = reader
        self._store = store
        self._settled = lru_cache(maxsize=SETTLED)(self._settle)

    def leans(self, doubt: Doubt, documents: frozenset[str] | None = None) -> bool:
        """Whether the documents (of ``documents`` only, when given) answer a question better as one of the last topic."""
        return self._settled(doubt, documents, self._store.generation)

    def _settle(self, doubt: Doubt, documents: frozenset[str] | None, generation: int) -> bool:
        asked = (doubt.asked, doubt.of_topic, doubt.before)
        alone, of_topic, last = (self._reader.read(question, documents) for question in asked)
        return leans(alone, of_topic, last, self._store, doubt.names)


def leans(alone: Reading, of_topic: Reading, last: Reading, statistics: Statistics, named: bool) -> bool:
    """Whether a question is better read as one of the last topic, that of the question ``last``.

    ``named``: the question names a thing by itself, so that being of the topic has to be the better reading outright. What
    a search tells is asked before any verdict: most questions about something else are told by it.
    """
    spoken = {hit.document.id for hit in last.hits[:SPOKEN_HITS]}
    there = [hit for hit in of_topic.hits[:SHARED_HITS] if hit.document.id in spoken]
    if not there or of_topic.hits[0] is not there[0] or not of_topic.verdict.answerable:
        return False
    rise = of_topic.verdict.probability - alone.verdict.probability
    if alone.verdict.answerable and (rise < NO_WORSE or (named and rise < BETTER)):
        return False
    if alone.verdict.answerable and not named and rise >= BETTER:
        return True
    return _leads_there(alone, there, statistics)


def _leads_there(alone: Reading, there: Sequence[Hit], statistics: Statistics) -> bool:
    """Whether a question's own words lead to what was found of the topic: they stand there, or find it by themselves.

    A question that is not answered and has a word that no document knows is about something else.
    """
    terms = read_question(alone.question).terms()
    own = [term for term in terms if len(term) > 1] or list(terms)
    said = tight("".join(hit.passage.text for hit in there))
    held = sum(tight(term) in said for term in own)
    if held > HELD * len(own) or (held == HELD * len(own) > 0 and alone.verdict.answerable):
        return True
    if not alone.verdict.answerable and not all(statistics.frequencies(set(own)).values()):
        return False
    found = {(hit.document.id, hit.passage.start) for hit in alone.hits[:SHARED_HITS]}
    return any((hit.document.id, hit.passage.start) in found for hit in there)
