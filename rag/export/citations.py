"""Citations as readers get them: one numbering over all answers, notes, the list of documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.datatypes import Answer, Citation, Document
from rag.export.manuscript import Note, Source, Work, plain
from rag.export.wording import Wording
from rag.wire import link_to

_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numbered:
    """The citations of all answers under one numbering.

    ``citations[i]`` has the number ``i + 1``; ``maps[k]`` leads from the ``k``-th answer's numbers to these.
    """

    citations: tuple[Citation, ...]
    maps: tuple[Mapping[int, int], ...]


def number(answers: Sequence[Answer]) -> Numbered:
    """One numbering over all answers, in order of appearance in the sentences.

    One answer keeps its numbers; a place that an earlier answer cited keeps the number it has there.
    """
    citations: list[Citation] = []
    known: dict[tuple[str, int, int], int] = {}
    maps: list[Mapping[int, int]] = []
    for answer in answers:
        shown = {citation.number: citation for citation in answer.citations}
        own: dict[int, int] = {}
        for old in dict.fromkeys(n for sentence in answer.sentences for n in sentence.citations):
            place = _key(shown[old])
            if place not in known:
                citations.append(shown[old])
            own[old] = known.get(place, len(citations))
        known.update((_key(shown[old]), new) for old, new in reversed(own.items()))
        maps.append(own)
    return Numbered(tuple(citations), tuple(maps))


def _key(citation: Citation) -> tuple[str, int, int]:
    return citation.document.id, citation.start, citation.end


def note(number: int, citation: Citation, viewer: str) -> Note:
    """The note for a citation. ``viewer`` is the address of the page that shows passages."""
    passage = citation.passage
    return Note(
        number,
        work(citation.document),
        tuple(plain(heading) for heading in passage.section),
        passage.page,
        passage.line,
        _address(citation, viewer),
        plain(citation.quote),
    )


def sources(citations: Sequence[Citation], viewer: str) -> tuple[Source, ...]:
    """The cited documents, each once, in order of their first citation."""
    found: dict[str, list[int]] = {}
    for count, citation in enumerate(citations, 1):
        found.setdefault(citation.document.id, []).append(count)
    first = {key: citations[numbers[0] - 1] for key, numbers in found.items()}
    return tuple(
        Source(work(first[key].document), _address(first[key], viewer), tuple(numbers))
        for key, numbers in found.items()
    )


def work(document: Document) -> Work:
    """A document as notes name it."""
    return Work(
        id=plain(document.id),
        title=plain(document.title),
        author=plain(document.author or ""),
        date=plain(document.date or ""),
        status=plain(document.status or ""),
        file=plain(file_name(document.source)),
        url=plain(document.url or "").strip(),
    )


def place(note: Note, words: Wording) -> str:
    """Title, section path, date, validity, page and line of a quote; unknown ones are left out."""
    parts = (
        words.title_of.format(note.work.title),
        " › ".join(note.section),
        note.work.date,
        note.work.status,
        words.page.format(note.page) if note.page is not None else "",
        words.line.format(note.line) if note.line is not None else "",
    )
    return words.joiner.join(part for part in parts if part)


def listing(source: Source, words: Wording) -> str:
    """Title, author, date and validity of a document; unknown ones are left out."""
    parts = (
        words.title_of.format(source.work.title),
        source.work.author,
        source.work.date,
        source.work.status,
    )
    return words.joiner.join(part for part in parts if part)


def seen_at(source: Source, words: Wording) -> str:
    """In brackets, the notes that refer to a document."""
    return words.see_notes.format(words.note_joiner.join(map(str, source.numbers)))


def origin(work: Work, words: Wording) -> str:
    """The web address of a document, or the name of its file."""
    return words.link.format(work.url) if work.url else words.file.format(work.file)


def file_name(source: str) -> str:
    """The last part of a path, whichever system wrote it."""
    return re.split(r"[/\\]", source.rstrip("/\\"))[-1] or source


def web_address(text: str) -> str | None:
    """``text`` when it may be linked: http or https, and nothing in it that could leave the link."""
    return text if _WEB.fullmatch(text) else None


def _address(citation: Citation, viewer: str) -> str | None:
    document = citation.document
    if document.url:
        return web_address(plain(document.url).strip())
    return web_address(viewer.rstrip("/") + link_to(document, citation.start, citation.end))
