"""教案: 课题, 教学目标, 重点难点, 教学过程（导入、讲授、讨论、小结）. Filled from the cited answers only.

Key points are the answers' own headings, difficult points the sentences that set times, numbers and limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.export.lecture import listed, quoted
from rag.export.manuscript import Block, Inline, Mark, Words
from rag.export.parts import (
    Content,
    Point,
    Reading,
    as_written,
    body,
    heading,
    outline,
    repeated,
    topic,
    unanswered,
)
from rag.export.reading import BULLET, Line
from rag.export.wording import Wording

MAX_HARD, MAX_DISCUSSED = 5, 4

# what a rule limits: duties, bounds, amounts with a unit
_LIMIT = re.compile(
    r"不得|不能|不准|严禁|禁止|必须|应当|至少|至多|不少于|不低于|不超过|不高于|以上|以下|以内|之内|之前|除外|例外"
    r"|(?<![上下这那某第])[0-9０-９一二三四五六七八九十百千两半]+(?:年|个?月|周|日|天|小时|学时|课时|分钟|次|人|名|个工作日|元|%|％)"
    r"|百分之|\b(?:must|shall|at least|at most|no more than|no fewer than|within|every)\b"
    r"|\d+(?: days?| months?| years?|%)",
    re.IGNORECASE,
)


def plan(content: Content, words: Wording) -> tuple[Block, ...]:
    """The lesson plan's blocks."""
    return (
        Block("subject", (Words(words.topic.format(subject(content.asked, words)), strong=True),)),
        Block("fill_in", (Words(words.plan_facts),)),
        heading(1, words.aims, words.number(1, 1)),
        *_aims(content, words),
        heading(1, words.key_and_hard, words.number(1, 2)),
        *_key_and_hard(content, words),
        heading(1, words.process, words.number(1, 3)),
        *_process(content, words),
    )


def subject(readings: Sequence[Reading], words: Wording) -> str:
    """What a lesson on these questions is about."""
    first = topic(readings[0].question)
    return first if len(readings) == 1 else words.several.format(first, len(readings))


def _aims(content: Content, words: Wording) -> Iterator[Block]:
    answered = [reading for reading in content.told if reading.marks]
    aims: list[tuple[Inline, ...]] = [
        (Words(words.aim_know.format(quoted([reading]))), *reading.marks, Words(words.stop.rstrip()))
        for reading in answered
    ]
    if "aims" in content.written:
        aims = [line.opened(line.heading) for line in content.written["aims"].lines]
    aims += [(Words(words.aim_source),)] if answered else []
    aims.append((Words(words.aim_apply),))
    for count, aim in enumerate(aims, 1):
        yield Block("paragraph", aim, 0, words.number(3, count))


def _key_and_hard(content: Content, words: Wording) -> Iterator[Block]:
    points = outline(content.told, words)
    yield heading(2, words.key, words.number(2, 1))
    if "key" in content.written:
        yield from as_written(content.written["key"])
    elif points:
        yield Block("paragraph", tuple(listed(points, words)))
    else:
        yield Block("paragraph", (Words(words.no_key),))
    yield heading(2, words.hard, words.number(2, 2))
    if "hard" in content.written:
        yield from as_written(content.written["hard"])
        return
    hard = _hard(content.told)
    if not hard:
        yield Block("paragraph", (Words(words.no_hard),))
    for inlines in hard:  # no numbers: a quoted sentence may begin with one
        yield Block("paragraph", inlines, 0, BULLET)


def _hard(readings: Sequence[Reading]) -> tuple[tuple[Inline, ...], ...]:
    """The supported sentences that limit most, in their order, at most ``MAX_HARD``."""
    sentences = [
        (s, len(_LIMIT.findall(s[0].text))) for r in readings for line in r.lines for s in _sentences(line)
    ]
    strict = sorted((pair for pair in sentences if pair[1]), key=lambda pair: -pair[1])[:MAX_HARD]
    return tuple((s[0], *repeated(s[1])) for s, _ in sentences if any(s is kept for kept, _ in strict))


def _sentences(line: Line) -> Iterator[tuple[Words, tuple[Mark, ...]]]:
    """Each sentence of a line with the marks behind it; those without marks are left out."""
    words: list[Words] = []
    marks: list[Mark] = []
    for inline in (*line.inlines, Words("")):
        if isinstance(inline, Mark):
            marks.append(inline)
            continue
        if marks:
            yield Words("".join(w.text for w in words).strip()), tuple(marks)
            words, marks = [], []
        if not inline.doubtful:
            words.append(inline)


def _process(content: Content, words: Wording) -> Iterator[Block]:
    yield heading(2, words.lead_in, words.number(2, 1))
    for reading in content.asked:
        yield Block("paragraph", (Words(words.ask.format(reading.question)),))
    yield Block("paragraph", (Words(words.lead_in_task),))
    yield heading(2, words.teaching, words.number(2, 2))
    yield from body(content.told, words, 3)
    yield from unanswered(content, words)
    points = outline(content.told, words)
    yield heading(2, words.discussion, words.number(2, 3))
    yield from _discussion(points, words)
    yield heading(2, words.summary, words.number(2, 4))
    if "summary" in content.written:
        yield from as_written(content.written["summary"])
    elif points:
        yield Block("paragraph", (Words(words.recap), *listed(points, words)))
    yield Block("paragraph", (Words(words.summary_task),))


def _discussion(points: Sequence[Point], words: Wording) -> Iterator[Block]:
    tasks: list[tuple[Inline, ...]] = [
        (Words(words.discuss.format(topic(point.name))), *point.marks, Words(words.stop.rstrip()))
        for point in points[:MAX_DISCUSSED]
    ]
    for count, task in enumerate((*tasks, (Words(words.discuss_all),)), 1):
        yield Block("paragraph", task, 0, words.number(3, count))
