"""The lines of a file with clean characters, and what the page looked like around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.structure.clean import UNSEEN, clean_characters

_BREAK = re.compile("[\n\x0b\x0c\x85\u2028\u2029]")
# A page that lost its line ends keeps the indent of each paragraph: two wide blanks after a full stop.
_LOST_BREAK = re.compile("(?<=[。！？；：”）])(?:\u3000{2}|[ \xa0]{4})[\u3000\xa0 ]*(?=\\S)")
_WIDE_BREAK = re.compile("(?<=\\S)\u3000{2}[\u3000\xa0 ]*(?=\\S)")
_TABLE_GAP = re.compile(r"\S(?: {2,}|\t+ *)(?=\S)")
_WIDE = re.compile(
    "[\u1100-\u115f\u2014\u2018-\u201d\u2026\u2460-\u24ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]"
)
_PROSE = 48  # columns: 24 Chinese characters
BULLET = re.compile("(?:[•·●○■□◆◇▪▫▶►➤➢✦✧✓✔★☆※\uf06c\uf06e\uf0b7\uf0d8\uf0fc\uf0a7]\\s*|[-*–]\\s+)(?=\\S)")
CUT_OFF = ("...", "…")
TERMINAL = "。！？!?…."
CLOSERS = "”’」』）)】〕》\"'"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds something. ``number`` counts from 1, ``offset`` is where its words begin in the
    raw text.

    ``gap`` is the number of empty lines before it, ``indent`` its leading blanks and ``width`` its whole
    length in columns, ``cells`` the number of cells that wide gaps part it into. ``cut`` is 1 after a page
    end, 2 after a line of === or ---, else 0.
    """

    text: str
    number: int
    offset: int
    gap: int = 0
    indent: int = 0
    width: int = 0
    cells: int = 1
    cut: int = 0


def split_lines(text: str) -> tuple[Line, ...]:
    """The lines of ``text`` that hold visible characters."""
    found: list[Line] = []
    number, gap, cut, start = 1, 0, 0, 0
    for end, mark in _ends(text):
        line = _line(text[start:end], number, start, gap, cut)
        if line is not None:
            found.append(line)
            gap = cut = 0
        else:
            gap += mark == "\n"  # a form feed on a line of its own leaves no empty line
        cut = max(cut, int(mark == "\x0c"))
        number += mark == "\n"
        start = end + len(mark)
    return tuple(found)


def _ends(text: str) -> Iterator[tuple[int, str]]:
    """``(offset, mark)`` of each line end; the mark is empty where the line end was lost."""
    start = 0
    for match in [*_BREAK.finditer(text), None]:
        end = match.start() if match else len(text)
        lost = list(_LOST_BREAK.finditer(text, start, end))
        if len(lost) >= 2:  # then headings, which end without a full stop, lost their line ends as well
            lost = list(_WIDE_BREAK.finditer(text, start, end)) or lost
        yield from ((gap.end(), "") for gap in lost)
        yield end, match.group() if match else ""
        start = end + 1


def _line(raw: str, number: int, start: int, gap: int, cut: int) -> Line | None:
    cleaned = clean_characters(raw)
    words = cleaned.strip()
    if not words:
        return None
    lead = len(raw) - len(raw.lstrip(UNSEEN))
    indent = _columns(raw[:lead])
    cells = len(_TABLE_GAP.findall(words)) + 1 if "  " in words else 1
    if "\t" in raw:
        cells = max(cells, len(re.findall(r"\S\t+(?=[ \u3000]*\S)", raw.strip())) + 1)
    return Line(words, number, start + lead, gap, indent, indent + width_of(words), cells, cut)


def _columns(blanks: str) -> int:
    """How many columns leading blanks take: four for a tab, two for a wide blank."""
    return sum({"\t": 4, "\u3000": 2}.get(blank, int(blank.isspace())) for blank in blanks)


def width_of(text: str) -> int:
    """Columns that ``text`` takes on paper: two for a wide character."""
    return len(text) + len(_WIDE.findall(text))


def ends_sentence(text: str) -> bool:
    """Whether ``text`` ends as a sentence does, closing quotation marks and brackets aside."""
    bare = text.rstrip(CLOSERS)
    return not bare or bare[-1] in TERMINAL


def is_prose(line: Line) -> bool:
    """Whether a line is a paragraph, or the greater part of one, rather than a title, link or label."""
    finished = "。" in line.text or ends_sentence(line.text)
    return line.width >= _PROSE and finished and not line.text.endswith(CUT_OFF)


def ends_open(text: str) -> bool:
    """Whether ``text`` stops where no sentence can: after a word, a comma, an opening bracket."""
    return not ends_sentence(text) and text[-1] not in "：:；;"


def joined(parts: Sequence[str]) -> str:
    """Pieces of a sentence put together: a blank between Latin words, none in Chinese or in numbers."""
    pieces: list[str] = []
    for part in parts:
        before = pieces[-1] if pieces else "-"
        latin = before[-1:].isascii() and part[:1].isascii() and not before.endswith("-")
        number = latin and before[-1].isdigit() and part[0].isdigit() and width_of(before) > len(before)
        pieces.extend([" ", part] if latin and not number else [part])
    return "".join(pieces)
