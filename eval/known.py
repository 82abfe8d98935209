"""The documents that an assistant answers from, and where in them a quote or a citation stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from eval.wording import Searchable
from rag.datatypes import Document, Passage

Place = tuple[str, int]
"""Document id and the number of the passage in it, in reading order from 0."""


@dataclass(frozen=True)
class Volume:
    """One document with the ``(start, end)`` of each passage, in reading order."""

    id: str
    source: str
    text: str
    spans: tuple[tuple[int, int], ...]

    @cached_property
    def searchable(self) -> Searchable:
        """The text as quotes are looked up in it."""
        return Searchable.of(self.text)

    @classmethod
    def of(cls, document: Document, passages: Sequence[Passage]) -> Volume:
        """The volume of an indexed document."""
        return cls(document.id, document.source, document.text, tuple((p.start, p.end) for p in passages))

    def passage_at(self, start: int, end: int) -> int | None:
        """The passage that shares most with the stretch; for a heading between two, the one below it."""
        shared = [min(end, e) - max(start, s) for s, e in self.spans]
        most = max(shared, default=0)
        if most > 0:
            return shared.index(most)
        return next((number for number, (s, _) in enumerate(self.spans) if s >= end), None)

    def passages_with(self, quote: str) -> frozenset[int]:
        """The passages in which the quote stands (blanks, width and quotation marks aside)."""
        places = (self.passage_at(start, end) for start, end in self.searchable.occurrences(quote))
        return frozenset(place for place in places if place is not None)


class KnownLibrary:
    """Every document of the knowledge base that is measured."""

    def __init__(self, volumes: Iterable[Volume]) -> None:
        self._volumes = {volume.id: volume for volume in volumes}

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return len(self._volumes)

    @property
    def passages(self) -> int:
        """How many passages there are in all documents together."""
        return sum(len(volume.spans) for volume in self._volumes.values())

    def text_of(self, document_id: str) -> str | None:
        """The clean text; ``None`` for a document that is not there."""
        volume = self._volumes.get(document_id)
        return None if volume is None else volume.text

    def locate(self, quote: str, file: str) -> frozenset[Place]:
        """The passages in which the quote stands, in documents from ``file`` (its name, not its path).

        When no document of that file holds it, any document will do: a file may have been renamed or
        converted.
        """
        same_file = [v for v in self._volumes.values() if PurePath(v.source).name == PurePath(file).name]
        return _found(same_file, quote) or _found(self._volumes.values(), quote)

    def place_of(self, document_id: str, passage: str, start: int, end: int) -> Place | None:
        """The passage that a citation names: the one with these words, else the one at these offsets."""
        volume = self._volumes.get(document_id)
        if volume is None:
            return None
        same = [n for n, (s, e) in enumerate(volume.spans) if volume.text[s:e] == passage]
        number = (
            min(same, key=lambda n: abs(volume.spans[n][0] - start))
            if same
            else volume.passage_at(start, end)
        )
        return None if number is None else (document_id, number)


def _found(volumes: Iterable[Volume], quote: str) -> frozenset[Place]:
    return frozenset((volume.id, number) for volume in volumes for number in volume.passages_with(quote))
