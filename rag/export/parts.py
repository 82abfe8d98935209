"""Answers laid out in numbered parts: what a lecture and a lesson plan have in common.

The lines keep their order and every sentence keeps its words and marks; only the framing changes: groups and
list items get the numbering of official documents (一、（一）1.（1）).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.datatypes import Answer
from rag.export.manuscript import Block, Mark, Words, plain
from rag.export.reading import BULLET, Line
from rag.export.wording import Wording
from rag.text import sentence_spans

LEVELS = 4  # of numbered headings in official documents; what is deeper gets a bullet
HEADED_LEVELS = 2  # down to here an item's title is a heading of its own, below it opens the paragraph
MAX_OUTLINE = 12

MAX_NAME = 24  # a first sentence up to this long names what follows it

_GROUP = re.compile(r"《(?P<title>.+)》(?: · (?P<section>.+))?")
_COUNT = r"[一二三四五六七八九十百]+"
_NUMBERING = re.compile(
    rf"^(?:第{_COUNT}[章节部]\s*|{_COUNT}、|[（(](?:{_COUNT}|\d+)[)）]|\d{{1,2}}[.．、](?!\d))\s*"
)
_COUNTED = re.compile(
    rf"{_NUMBERING.pattern}|^(?:{_COUNT}(?:是|要)|其{_COUNT}|第(?:{_COUNT}|\d+)|首先|其次|再次|最后)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer and its lines under the numbering of the whole document."""

    answer: Answer
    lines: tuple[Line, ...]

    @property
    def question(self) -> str:
        """The question as it was asked, on one line."""
        return plain(self.answer.question).strip()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every citation of the answer once, as repeated marks."""
        return repeated(mark for line in self.lines for mark in line.marks)


@dataclass(frozen=True, slots=True)
class Part:
    """The lines under one group heading; ``name`` is empty for lines without one.

    ``document`` is the title and date where the heading names a document, ``section`` the section it names.
    """

    name: str
    document: str
    section: str
    lines: tuple[Line, ...]
    doubtful: bool = False

    def heading(self, words: Wording) -> str:
        """What the part is about: its section, else that it gives the content of a document."""
        return words.content_of.format(self.name) if self.document and not self.section else self.name


@dataclass(frozen=True, slots=True)
class Point:
    """An entry of the outline: a heading of the answer and where its content comes from."""

    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What a form is filled from: the answers as ``asked``, what is ``told``, and parts that were ``written`` for the form.

    Without written parts the answers themselves are told; with them, the main part that a language model wrote.
    """

    asked: tuple[Reading, ...]
    told: tuple[Reading, ...]
    written: Mapping[str, Reading] = field(default_factory=dict)


def repeated(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks that refer to notes standing elsewhere, each number once."""
    return tuple(Mark(number, again=True) for number in dict.fromkeys(mark.number for mark in marks))


def topic(question: str) -> str:
    """A question as the name of a subject: without the mark at its end."""
    return question.rstrip("？?。.！! ") or question


def parts(lines: Sequence[Line]) -> tuple[Part, ...]:
    """The lines grouped under their headings, in order."""
    found: list[tuple[Line | None, list[Line]]] = []
    for line in lines:
        if line.kind == "group":
            found.append((line, [line] if line.marks else []))
        elif not found:
            found.append((None, [line]))
        else:
            found[-1][1].append(line)
    return tuple(_part(group, tuple(own)) for group, own in found)


def _part(group: Line | None, lines: tuple[Line, ...]) -> Part:
    if group is None:
        return Part("", "", "", lines)
    opening = next((i.text for i in group.inlines if isinstance(i, Words)), "")
    match = _GROUP.fullmatch(opening)
    if match is None:
        return Part(bare(group.text), "", "", lines, group.doubtful)
    title, section = f"《{match['title']}》", bare(match["section"] or "")
    return Part(section or title, title + group.text[len(opening) :], section, lines)


def bare(heading: str) -> str:
    """A heading without the number it had in its own document."""
    return _NUMBERING.sub("", heading.strip()) or heading.strip()


def outline(readings: Sequence[Reading], words: Wording) -> tuple[Point, ...]:
    """What sums the answers up: the titles of their list items, or of the groups where items have none."""
    points: list[Point] = []
    for reading in readings:
        named = tuple(_named_items(_titled(reading.lines)))
        if len(named) > 1 and all(point.name for point in named):
            points.extend(named)
            continue
        groups = [part for part in parts(reading.lines) if part.name and not part.doubtful]
        points.extend(
            Point(part.heading(words), repeated(mark for line in part.lines for mark in line.marks))
            for part in groups
        )
    return tuple(point for point in points if point.marks)[:MAX_OUTLINE]


def _named_items(lines: Sequence[Line]) -> Iterator[Point]:
    """The list items by their names, each with the citations of what is nested in it."""
    item: Line | None = None
    marks: list[Mark] = []
    for line in lines:
        if line.kind == "item" and not line.depth:
            if item is not None:
                yield Point(name_of(item), repeated(marks))
            item, marks = line, list(line.marks)
        elif line.kind == "item" and line.depth:
            marks += line.marks
    if item is not None:
        yield Point(name_of(item), repeated(marks))


def name_of(line: Line) -> str:
    """The title of a list item, or its first sentence where that is as short as a title; else nothing."""
    if line.heading:
        return bare(line.heading)
    return "" if line.doubtful else topic(bare(_short_opening(line)))


def _short_opening(line: Line) -> str:
    """The first sentence where it is as short as a title; else nothing."""
    first = next((line.text[start:end] for start, end in sentence_spans(line.text)), "")
    return first if len(first) <= MAX_NAME else ""


def _titled(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines of one part. Where some items have titles, so have their like: an item that is nothing but bold, and one whose
    first sentence is a numbered heading (四、学习的时间要有保证。按照…).
    """
    if not any(line.heading and not line.depth for line in lines):
        return tuple(lines)
    return tuple(_with_title(line) if line.kind == "item" and not line.depth else line for line in lines)


def _with_title(line: Line) -> Line:
    if line.heading or line.doubtful or not isinstance(line.inlines[0], Words):
        return line
    opening = line.inlines[0]
    if line.inlines == (opening,) and opening.strong:
        return replace(line, heading=opening.text, inlines=())
    title = _short_opening(line)
    rest = opening.text.removeprefix(title)
    if not _NUMBERING.match(title) or not rest or rest == opening.text:
        return line
    named = topic(title)
    behind = (replace(opening, text=rest), *line.inlines[1:])
    return replace(line, heading=named, joint=title.removeprefix(named), inlines=behind)


def body(readings: Sequence[Reading], words: Wording, level: int) -> Iterator[Block]:
    """All answers in order, headings numbered from ``level`` down. Each of several has its question above."""
    if len(readings) == 1:
        yield from _answer(readings[0], words, level)
        return
    for count, reading in enumerate(readings, 1):
        yield heading(level, topic(reading.question), words.number(level, count))
        yield from _answer(reading, words, level + 1)


def heading(level: int, text: str, label: str = "", marks: tuple[Mark, ...] = ()) -> Block:
    """A heading block."""
    return Block("heading", (Words(text), *marks), level, label)


def preface(reading: Reading, words: Wording) -> Iterator[Block]:
    """What the reader of an answer was told before it: the question in full, a notice."""
    full = plain(reading.answer.standalone_question).strip()
    if full and full != reading.question:
        yield Block("remark", (Words(words.standalone.format(full)),))
    if reading.answer.notice:
        yield Block("remark", (Words(plain(reading.answer.notice)),))


def as_written(reading: Reading) -> Iterator[Block]:
    """The lines of a part that was written for the form."""
    yield from (
        Block("paragraph", line.opened(line.heading), line.depth, line.label) for line in reading.lines
    )


def unanswered(content: Content, words: Wording) -> Iterator[Block]:
    """The questions that a written main part leaves out because their answer is a refusal."""
    if content.written:
        refused = (reading.question for reading in content.asked if reading.answer.refused)
        yield from (
            Block("refusal", (Words(words.refused, strong=True), Words(question))) for question in refused
        )


def refusal(reading: Reading, words: Wording) -> Iterator[Block]:
    """A refusal, marked as one."""
    for count, line in enumerate(reading.lines):
        opening = (Words(words.refused, strong=True),) if count == 0 else ()
        yield Block("refusal", (*opening, *line.inlines), line.depth, line.label)


def _answer(reading: Reading, words: Wording, level: int) -> Iterator[Block]:
    yield from preface(reading, words)
    if reading.answer.refused:
        yield from refusal(reading, words)
        return
    found = parts(reading.lines)
    if level == 1 and not any(part.name for part in found):
        own = topic(reading.question) if reading.answer.mode == "llm" else words.original
        yield heading(level, own, words.number(level, 1))
        yield from (block for part in found for block in _points(part.lines, words, level + 1))
        return
    count = 0
    for part in found:
        if part.name:
            count += 1
            yield heading(level, part.heading(words), _number(words, level, count))
            if part.section and part.document and part.lines:
                yield Block("paragraph", (Words(words.attribution.format(part.document)),))
        yield from _points(part.lines, words, level + bool(part.name))


def _points(lines: Sequence[Line], words: Wording, level: int) -> Iterator[Block]:
    """Items numbered anew, other lines as paragraphs. Lone items, or such as count themselves, get none."""
    lines = _titled(lines)
    items = [line for line in lines if line.kind == "item"]
    needed = {
        deep: _need_numbers([line for line in items if bool(line.depth) == deep]) for deep in (False, True)
    }
    count = nested = 0
    for line in lines:
        if line.kind != "item":
            yield Block("paragraph", line.inlines)
        elif line.depth:
            nested += 1
            yield _paragraph(line, _number(words, level + 1, nested) if needed[True] else "")
        else:
            count, nested = count + 1, 0
            yield from _item(line, level, _number(words, level, count) if needed[False] else "")


def _need_numbers(items: Sequence[Line]) -> bool:
    """Whether items have to be numbered: there are several, and their own words do not count them (一是…)."""
    return len(items) > 1 and not any(not line.heading and _COUNTED.match(line.text) for line in items)


def _item(line: Line, level: int, label: str) -> Iterator[Block]:
    if line.heading and level <= HEADED_LEVELS:
        yield heading(level, bare(line.heading), label)
        if line.inlines:
            yield Block("paragraph", line.inlines)
    else:
        yield _paragraph(line, label)


def _paragraph(line: Line, label: str) -> Block:
    """An item as a paragraph, its title first; a new number takes the place of the one the title had."""
    return Block("paragraph", line.opened(bare(line.heading) if label else line.heading), line.depth, label)


def _number(words: Wording, level: int, count: int) -> str:
    return words.number(level, count) if level <= LEVELS else BULLET
