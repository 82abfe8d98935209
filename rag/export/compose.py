"""From answers to a manuscript: one numbering, one of three forms, the documents cited, what to check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rag.datatypes import Answer, Lesson
from rag.export import citations
from rag.export.lecture import lecture
from rag.export.manuscript import Block, Inline, Manuscript, Mark, Words, plain
from rag.export.parts import Content, Reading, heading, preface, refusal
from rag.export.plan import plan, subject
from rag.export.reading import Line, read
from rag.export.wording import Wording, wording
from rag.lesson import BODY, common_language

Form = Callable[[Content, Wording], tuple[Block, ...]]

VIEWER = "http://127.0.0.1:7860"  # where `dangwu ui` listens unless told otherwise


def compose(
    answers: Sequence[Answer],
    form: str = "answer",
    *,
    title: str | None = None,
    viewer: str = VIEWER,
    lesson: Lesson | None = None,
) -> Manuscript:
    """The manuscript of one or more answers. ``form`` is a key of ``FORMS``; ``viewer`` and ``lesson`` as for ``export``."""
    words = wording(common_language(answers))
    written = lesson.parts if lesson is not None and lesson.form == form else {}
    told = (*written.values(), *(a for a in answers if a.refused)) if written else tuple(answers)
    numbered = citations.number(told)
    readings = tuple(Reading(a, read(a, numbers)) for a, numbers in zip(told, numbered.maps, strict=True))
    content = _content(answers, written, readings)
    named, subtitle = _titles(content.asked, form, words)
    given = plain(title or "").strip()
    if written and lesson is not None and lesson.title and form == "lecture":
        named = plain(lesson.title)
    notice = (
        (Block("remark", (Words(plain(lesson.notice)),)),) if lesson is not None and lesson.notice else ()
    )
    return Manuscript(
        title=given or named,
        subtitle=subtitle,
        subject=subject(content.asked, words) if form == "plan" and not given else "",
        language=words.language,
        blocks=tuple(_with_notes((*notice, *FORMS[form](content, words)))),
        notes=tuple(citations.note(n, c, viewer) for n, c in enumerate(numbered.citations, 1)),
        sources=citations.sources(numbered.citations, viewer),
        remarks=tuple(_remarks(told, words)),
    )


def _content(
    answers: Sequence[Answer], written: Mapping[str, Answer], readings: tuple[Reading, ...]
) -> Content:
    if not written:
        return Content(readings, readings)
    parts = dict(zip(written, readings, strict=False))
    return Content(tuple(Reading(answer, ()) for answer in answers), (parts[BODY],), parts)


def answer_form(content: Content, words: Wording) -> tuple[Block, ...]:
    """The answers as they were shown; several get their questions as numbered headings."""
    readings = content.told
    several = len(readings) > 1
    blocks: list[Block] = []
    for count, reading in enumerate(readings, 1):
        if several:
            blocks.append(heading(1, reading.question, words.number(1, count)))
        blocks.extend(preface(reading, words))
        if reading.answer.refused:
            blocks.extend(refusal(reading, words))
        else:
            blocks.extend(_as_shown(line, 2 if several else 1) for line in reading.lines)
    return tuple(blocks)


FORMS: Mapping[str, Form] = {"answer": answer_form, "lecture": lecture, "plan": plan}


def _as_shown(line: Line, level: int) -> Block:
    if line.kind == "group":
        unemphasised = tuple(replace(i, strong=False) if isinstance(i, Words) else i for i in line.inlines)
        return Block("heading", unemphasised, level)
    return Block("paragraph", line.opened(line.heading), line.depth, line.label)


def _titles(readings: Sequence[Reading], form: str, words: Wording) -> tuple[str, str]:
    if form == "plan":
        return words.plan, ""
    one = form == "answer" and len(readings) == 1
    named = readings[0].question if one else subject(readings, words)
    return named, f"（{words.lecture}）" if form == "lecture" else ""


def _with_notes(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with ``again`` set on every mark whose note stands at an earlier one."""
    placed: set[int] = set()
    for block in blocks:
        inlines: list[Inline] = []
        for inline in block.inlines:
            if isinstance(inline, Mark) and not inline.again:
                inlines.append(Mark(inline.number, again=inline.number in placed))
                placed.add(inline.number)
            else:
                inlines.append(inline)
        yield replace(block, inlines=tuple(inlines))


def _remarks(answers: Sequence[Answer], words: Wording) -> Iterator[str]:
    answered = [answer for answer in answers if answer.citations]
    models = dict.fromkeys(plain(answer.model or "") for answer in answered if answer.mode == "llm")
    if any(answer.mode == "extractive" for answer in answered):
        yield words.about_extractive
    if models:
        yield words.about_llm.format("、".join(models) if words.language != "en" else ", ".join(models))
    if any(not sentence.supported for answer in answers for sentence in answer.sentences):
        yield words.about_doubtful
    if any(answer.refused for answer in answers):
        yield words.about_refused
    if any(not citation.document.url for answer in answers for citation in answer.citations):
        yield words.viewer
