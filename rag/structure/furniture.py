"""Parts the author's lines from what a page or a web site put around them.

Rules go by form (a line of nothing but labels and counters, a list cut off with dots, a line that returns
on every page) and by place; a word alone never condemns a paragraph. Everything found is reported as
``Dropped``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.datatypes import Dropped, Metadata
from rag.structure.imprint import label_line, mail_line
from rag.structure.lines import Line
from rag.structure.page import (
    CONTENTS,
    PAGE_NUMBER,
    RUNNING_HEAD,
    bare_page_numbers,
    contents,
    entry_words,
    is_page_number,
    page_of,
    running_heads,
)
from rag.structure.web import NAVIGATION, TEASER, menus, tails, teasers, web_line

IMPRINT = "来源、署名与日期"
RULE = "分隔线"
_CUTS = {RULE: 2, PAGE_NUMBER: 1, RUNNING_HEAD: 1}
_WORD_OR_STOP = re.compile(r"[^\W_]|[，。、；：！？”’》）]")


@dataclass(frozen=True, slots=True)
class Furnished:
    """The author's lines, what was around them, and what that said about the text.

    ``imprints`` are pairs of a line number and the metadata found there; ``contents`` the folded entries of
    a table of contents.
    """

    lines: tuple[Line, ...]
    dropped: tuple[Dropped, ...]
    imprints: tuple[tuple[int, Metadata], ...]
    contents: frozenset[str]


def without_furniture(lines: Sequence[Line], page_starts: Sequence[int] = ()) -> Furnished:
    """Parts the author's lines from everything a page or web site added."""
    lines = tuple(_with_pages(lines, page_starts))
    imprints = _mail_head(lines)
    reasons = dict.fromkeys(imprints, IMPRINT)
    for at, line in enumerate(lines):
        if at not in reasons and (reason := _reason_alone(line.text)) is not None:
            reasons[at] = reason
        elif at not in reasons and (metadata := label_line(line.text)) is not None:
            reasons[at], imprints[at] = IMPRINT, metadata
    entries = [at for at in contents(lines) if at not in reasons]
    _note(reasons, TEASER, teasers(lines, reasons))
    _note(reasons, PAGE_NUMBER, bare_page_numbers(lines))
    _note(reasons, RUNNING_HEAD, running_heads(lines, reasons, page_starts))
    _note(reasons, CONTENTS, entries)
    _note(reasons, NAVIGATION, menus(lines, reasons))
    _note(reasons, TEASER, tails(lines, reasons))
    return Furnished(
        tuple(_kept(lines, reasons)),
        tuple(Dropped(lines[at].text, reasons[at], lines[at].number) for at in sorted(reasons)),
        tuple((lines[at].number, metadata) for at, metadata in sorted(imprints.items())),
        frozenset(entry_words(lines[at].text) for at in entries),
    )


def _note(reasons: dict[int, str], reason: str, found: Iterable[int]) -> None:
    for at in tuple(found):
        reasons.setdefault(at, reason)


def _with_pages(lines: Sequence[Line], page_starts: Sequence[int]) -> Iterator[Line]:
    """The lines, those that begin a page marked as if a form feed stood before them."""
    page = None
    for line in lines:
        before, page = page, page_of(line.offset, page_starts)
        yield replace(line, cut=max(line.cut, 1)) if before and before != page else line


def _kept(lines: Sequence[Line], reasons: dict[int, str]) -> Iterator[Line]:
    """The lines without reason to go; gaps and cuts around dropped lines stay where they were."""
    gap = cut = 0
    for at, line in enumerate(lines):
        gap, cut = gap + line.gap, max(cut, line.cut)
        if at not in reasons:
            yield replace(line, gap=gap, cut=cut) if (gap, cut) != (line.gap, line.cut) else line
            gap = cut = 0
        elif reasons[at] != RULE or len(line.text) >= 3:
            cut = max(cut, _CUTS.get(reasons[at], 0))


def _reason_alone(text: str) -> str | None:
    """Why a line is no text of the author, when the line itself is proof enough."""
    if not _WORD_OR_STOP.search(text):
        return RULE
    return PAGE_NUMBER if is_page_number(text) else web_line(text)


def _mail_head(lines: Sequence[Line]) -> dict[int, Metadata]:
    """The header lines of a mail, when a file begins with at least three of them."""
    found: dict[int, Metadata] = {}
    for at, line in enumerate(lines[:10]):
        metadata = mail_line(line.text)
        if metadata is None:
            break
        found[at] = metadata
    return found if len(found) >= 3 else {}
