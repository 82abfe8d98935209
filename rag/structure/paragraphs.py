"""The author's paragraphs: lines that a page end, a wrapped line or a web page tore apart are put together again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.structure.clean import digits_stand_apart, tidy_blanks, tidy_title
from rag.structure.furniture import BULLET
from rag.structure.imprint import date_line
from rag.structure.lines import Line, ends_open, ends_sentence, joined, width_of
from rag.structure.numbering import hash_level, mark_of

_CONTINUED = "，、,（(“《‘「『—"
_CLOSES = "，。、；：！？）”’》」』)…,;"
_INNER = re.compile(r"[。；！？]|，.+，|,.+,")
_DIALOGUE = re.compile(r"(?:问|問|答|Q|A)\d{0,2}\s?[:：]")
# A paragraph that stops at one of these without a full stop was cut off.
_NEVER_LAST = re.compile(r"[的在和与及对把被从向将为是以于或并而等这那每各]$|(?:以及|并且|而且|通过|围绕|按照|根据)$")
# Words that cannot begin a Chinese paragraph: what follows them belongs to the sentence before.
_NEVER_FIRST = re.compile(r"[的了着过地得们]|等(?:[^于]|$)|以及|并且|而且")
_UNIT = re.compile(r"[A-Za-z0-9][^\s\u2e80-\u9fff，。、；：]*|.[，。、；：！？）”’》]*")
_BODY = 50
_NARROWEST, _WIDEST = 30, 140


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading or title line; ``lines`` is how many lines of the file it was made of."""

    text: str
    number: int
    offset: int
    gap: int = 0
    indent: int = 0
    cut: int = 0
    lines: int = 1
    columns: int = 1


def blocks_of(lines: Sequence[Line]) -> tuple[Block, ...]:
    """The paragraphs and headings that ``lines`` make up, with stray blanks removed."""
    limits = _wrap_limits(lines)
    indented = _indents_paragraphs(lines)
    apart = _parts_by_blank_lines(lines)
    groups: list[list[Line]] = []
    length = 0
    for at, line in enumerate(lines):
        if groups and _continues(groups[-1], length, line, limits[at - 1], indented, apart):
            groups[-1].append(line)
            length += len(line.text)
        else:
            groups.append([line])
            length = len(line.text)
    keep_digits = digits_stand_apart("\n".join(line.text for line in lines))
    return tuple(_block(group, keep_digits) for group in groups)


def _block(group: Sequence[Line], keep_digits: bool) -> Block:
    first = group[0]
    text = joined([line.text for line in group])
    bullet = BULLET.match(text)
    text = text[bullet.end() :] if bullet else text
    columns = first.columns if len(group) == 1 else 1
    return Block(tidied(text, keep_digits), first.number, first.offset, first.gap, first.indent, first.cut, len(group), columns)


def tidied(text: str, keep_digits: bool = False) -> str:
    """A paragraph, or a title or heading, without stray blanks; 第一条 and 第一章 keep the blank after them."""
    mark = mark_of(text)
    head = ""
    if mark is not None and mark.rank <= 4:
        head, text = text[: mark.end].strip() + " " * text[: mark.end].endswith(" "), text[mark.end :]
    sentence = ends_sentence(text) or _INNER.search(text) is not None or len(text) >= _BODY
    return (head + (tidy_blanks(text, keep_digits) if sentence else tidy_title(text))).strip()


def _continues(
    group: Sequence[Line], length: int, line: Line, limit: int | None, indented: bool, apart: bool
) -> bool:
    """Whether ``line`` goes on with the paragraph that ``group`` began."""
    last = group[-1]
    if line.cut == 2 or line.gap > 3 or begins_item(line) or max(last.columns, line.columns) >= 3:
        return False
    if line.text[0] in _CLOSES and not ends_sentence(last.text):
        return True
    starts_indented = indented and line.indent >= 2 and line.indent > (last.indent if len(group) > 1 else 0)
    if limit is not None and (line.gap == 0 or line.cut == 1) and not (indented and line.indent >= 2):
        if _was_forced(last, line, limit) and hash_level(group[0].text)[0] == 0:
            return True
    if not ends_open(last.text) or starts_indented:
        return False
    if last.text[-1] in _CONTINUED:
        return length >= 16 and not (line.gap and last.text[-1].isascii())
    if not _is_body(group, length) or date_line(line.text):
        return False
    return _runs_on(last, line, apart)


def _runs_on(last: Line, line: Line, apart: bool) -> bool:
    """Whether a paragraph that stops without a full stop goes on in ``line``, whose look says nothing against it."""
    if _NEVER_LAST.search(last.text) or _NEVER_FIRST.match(line.text) or _splits_word(last.text, line.text):
        return True
    looks_like_title = not ends_sentence(line.text) and len(line.text) <= 40
    return not looks_like_title and (line.gap == 0 or line.cut == 1 or not apart)


def _is_body(group: Sequence[Line], length: int) -> bool:
    return length >= _BODY or (length >= 20 and any(_INNER.search(line.text) for line in group[-2:]))


def begins_item(line: Line) -> bool:
    """Whether a line begins with a number, bullet, heading mark or speaker, so that no paragraph runs into it."""
    text = line.text
    return mark_of(text) is not None or hash_level(text)[0] > 0 or bool(BULLET.match(text) or _DIALOGUE.match(text))


def _splits_word(before: str, after: str) -> bool:
    """Whether a word of the dictionary stands across the break."""
    import rjieba

    tail, head = before[-8:], after[:8]
    end = 0
    for word in rjieba.cut(tail + head):
        end += len(word)
        if end >= len(tail):
            return end > len(tail) and word.isalpha()
    return False


def _parts_by_blank_lines(lines: Sequence[Line]) -> bool:
    """Whether empty lines part paragraphs; where they usually do not, one inside a sentence is a page end."""
    ended = [b.gap for a, b in pairwise(lines) if ends_sentence(a.text)]
    return 2 * sum(gap > 0 for gap in ended) >= max(1, len(ended))


def _indents_paragraphs(lines: Sequence[Line]) -> bool:
    """Whether first lines of paragraphs are indented and other lines are not."""
    indented = sum(line.indent >= 2 for line in lines)
    return 2 <= indented < len(lines)


def _wrap_limits(lines: Sequence[Line]) -> list[int | None]:
    """For each line the width at which its part of the file was wrapped; ``None`` where lines are whole paragraphs."""
    limits: list[int | None] = [None] * len(lines)
    start = 0
    for at in range(len(lines) + 1):
        if at == len(lines) or lines[at].width > _WIDEST:
            limit = _wrap_limit(lines[start:at])
            limits[start:at] = [limit] * (at - start)
            start = at + 1
    return limits


def _wrap_limit(lines: Sequence[Line]) -> int | None:
    """The width of wrapped text: most lines end where the next word would not have fitted, many of them inside a clause."""
    pairs = [(a, b) for a, b in pairwise(lines) if b.gap == 0 and not begins_item(b)]
    if len(pairs) < 4:
        return None
    widths = sorted(a.width for a, _ in pairs)
    limit = widths[int(0.98 * (len(widths) - 1))]
    if limit < _NARROWEST:
        return None
    forced = [a for a, b in pairs if _was_forced(a, b, limit)]
    inside = [a for a in forced if a.text[-1].isalnum()]
    others = [a for a, b in pairs if not _was_forced(a, b, limit) and not ends_sentence(a.text)]
    return limit if len(forced) >= max(3, len(others)) and 5 * len(inside) >= 2 * len(forced) else None


def _was_forced(line: Line, following: Line, limit: int) -> bool:
    """Whether the next word would not have fitted on ``line``: it was broken by a width, not by the author."""
    unit = _UNIT.match(following.text)
    needed = width_of(unit.group()) if unit else 1
    return line.width + needed + following.text[0].isascii() > limit - 2
