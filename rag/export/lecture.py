"""党课讲稿: 题目, 引言, 一、（一）1.（1）, 结语. Its content is the cited answers and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.export.manuscript import Block, Inline, Words
from rag.export.parts import Content, Point, Reading, as_written, body, heading, outline, topic, unanswered
from rag.export.wording import Wording


def lecture(content: Content, words: Wording) -> tuple[Block, ...]:
    """The lecture's blocks."""
    main = tuple(body(content.told, words, 1))
    return (
        Block("fill_in", (Words(words.lecturer),)),
        Block("salutation", (Words(words.salutation),)),
        heading(1, words.introduction),
        *_opening(content, main, words),
        *main,
        *unanswered(content, words),
        heading(1, words.conclusion),
        *_conclusion(content, words),
    )


def _opening(content: Content, main: Sequence[Block], words: Wording) -> Iterator[Block]:
    yield Block("paragraph", (Words(_introduction(content, main, words)),))
    if "introduction" in content.written:
        yield from as_written(content.written["introduction"])


def _introduction(content: Content, main: Sequence[Block], words: Wording) -> str:
    documents = {citation.document.id for reading in content.told for citation in reading.answer.citations}
    top = sum(block.kind == "heading" and block.level == 1 for block in main)
    sentences = [words.opening.format(quoted(content.asked))]
    if top > 1:
        sentences.append(words.parts.format(top))
    if documents:
        sentences.append(words.opening_sources.format(len(documents)))
    return (" " if words.language == "en" else "").join(sentences)


def _conclusion(content: Content, words: Wording) -> Iterator[Block]:
    points = outline(content.told, words)
    if "conclusion" in content.written:
        yield from as_written(content.written["conclusion"])
    elif points:
        yield Block("paragraph", (Words(words.recap), *listed(points, words)))
    yield Block("paragraph", (Words(words.closing),))


def quoted(readings: Sequence[Reading]) -> str:
    """The questions in quotation marks, one behind the other."""
    return "".join(f"“{topic(reading.question)}”" for reading in readings)


def listed(points: Sequence[Point], words: Wording) -> Iterator[Inline]:
    """The points as one sentence, each with its marks."""
    for count, point in enumerate(points, 1):
        yield Words(topic(point.name))
        yield from point.marks
        yield Words(words.stop.rstrip() if count == len(points) else words.recap_joiner)
