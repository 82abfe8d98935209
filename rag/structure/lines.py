"""The lines of a file with clean characters, and what the page looked like around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag.structure.clean import clean_characters

_BREAK = re.compile("[\n\x0b\x0c\x85\u2028\u2029]")
TERMINAL = "。！？!?…"
CLOSERS = "”’」』）)】〕》\"'"
_TABLE_GAP = re.compile(r"\S(?: {2,}|\t+ *)(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds something. ``number`` counts from 1, ``offset`` is where its words begin in the raw text.

    ``gap`` is the number of empty lines before it, ``indent`` its leading blanks in columns, ``columns`` the number of
    cells that wide gaps part it into. ``cut`` is 1 after a form feed, 2 after a line of === or ---, else 0.
    """

    text: str
    number: int
    offset: int
    gap: int = 0
    indent: int = 0
    cut: int = 0
    columns: int = 1

    @property
    def width(self) -> int:
        """Its width on paper, indent included: a Han character takes two columns."""
        return self.indent + width_of(self.text)


def split_lines(text: str) -> tuple[Line, ...]:
    """The lines of ``text`` that hold visible characters."""
    found: list[Line] = []
    number, gap, cut, start = 1, 0, 0, 0
    for end, mark in [*((m.start(), m.group()) for m in _BREAK.finditer(text)), (len(text), "")]:
        cleaned = clean_characters(raw := text[start:end])
        if words := cleaned.strip():
            lead = len(cleaned) - len(cleaned.lstrip())
            columns = len(_TABLE_GAP.findall(words)) + 1 if "  " in words or "\t" in raw.strip() else 1
            found.append(Line(words, number, start + _lead(raw), gap, _indent(raw) if lead else 0, cut, columns))
            gap, cut = 0, 0
        else:
            gap += mark == "\n"  # a form feed on a line of its own leaves no empty line
        cut = max(cut, int(mark == "\x0c"))
        number += mark == "\n"
        start = end + len(mark)
    return tuple(found)


def _lead(raw: str) -> int:
    """How many characters of a raw line come before its first visible one."""
    for at, character in enumerate(raw):
        if clean_characters(character).strip():
            return at
    return 0


def _indent(raw: str) -> int:
    columns = 0
    for character in raw:
        if character == "\t":
            columns += 4
        elif character == "\u3000":
            columns += 2
        elif clean_characters(character) == " ":
            columns += 1
        elif clean_characters(character):
            break
    return columns


def width_of(text: str) -> int:
    """Columns that ``text`` takes: two for a wide character."""
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text if character > "\u02ff")


def ends_sentence(text: str) -> bool:
    """Whether ``text`` ends as a sentence does, closing quotation marks and brackets aside."""
    bare = text.rstrip(CLOSERS)
    if not bare:
        return True
    return bare[-1] in TERMINAL or (bare[-1] == "." and bare[-2:-1].isascii() and bare[-2:-1].isalnum())


def ends_open(text: str) -> bool:
    """Whether ``text`` stops where no sentence can: after a word, a comma, an opening bracket."""
    return not ends_sentence(text) and text[-1] not in "：:；;"


def joined(parts: Sequence[str]) -> str:
    """Pieces of a sentence put together: a blank between Latin words, none between Chinese characters."""
    pieces: list[str] = []
    for part in parts:
        before = pieces[-1] if pieces else "-"
        latin = before[-1:].isascii() and part[:1].isascii() and not before.endswith("-")
        pieces.extend([" ", part] if latin else [part])
    return "".join(pieces)
