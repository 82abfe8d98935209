"""What a printed page adds to a text: page numbers, running heads, a table of contents."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from rag.structure.lines import Line, ends_open, ends_sentence, is_prose
from rag.structure.numbering import mark_of
from rag.text import tight

PAGE_NUMBER = "页码"
RUNNING_HEAD = "页眉页脚"
CONTENTS = "目录"

_NUMBER = r"(?:\d{1,4}|[一二三四五六七八九十百]{1,4})"
_NUMBERED_PAGE = re.compile(
    r"[-—–－·~]+\s?\d{1,4}\s?[-—–－·~]+"
    rf"|第\s?{_NUMBER}\s?[页頁]\s?(?:[,，/]?\s?共\s?{_NUMBER}\s?[页頁])?"
    rf"|共\s?{_NUMBER}\s?[页頁]\s?[,，/]?\s?第\s?{_NUMBER}\s?[页頁]"
    r"|\d{1,4}\s?/\s?\d{1,4}"
    r"|[Pp](?:age|\.)\s?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?"
)
_BARE_NUMBER = re.compile(r"\d{1,3}")
_LEADER = re.compile(r"(?:[.．。·…‥⋯]\s?){2,}\s?[-—(（]?\s?\d{1,4}\s?[-—)）]?$|[-—_─]{3,}\s?\d{1,4}$")
_TRAILING_PAGE = re.compile(r"\s+[(（]?\d{1,4}[)）]?$")
_CONTENTS = re.compile(
    r"[【\[]?\s?(?:目\s*[录錄次]|contents|table of contents)\s?[】\]]?[:：]?", re.IGNORECASE
)
_LONGEST_HEAD = 48
_LONGEST_ENTRY = 90


def is_page_number(text: str) -> bool:
    """Whether a line is a page number in a form of its own: - 3 -, 第3页 共10页, 3/10."""
    return len(text) <= 24 and _NUMBERED_PAGE.fullmatch(text) is not None


def bare_page_numbers(lines: Sequence[Line]) -> Iterator[int]:
    """Indexes of bare numbers on lines of their own that count up, or that stand inside a broken sentence."""
    bare = [at for at, line in enumerate(lines) if _BARE_NUMBER.fullmatch(line.text)]
    values = [int(lines[at].text) for at in bare]
    counting = len(bare) >= 2 and all(0 < b - a <= 2 for a, b in pairwise(values))
    for at in bare:
        if counting or (0 < at < len(lines) - 1 and _runs_past(lines, at) and ends_open(lines[at - 1].text)):
            yield at


def running_heads(
    lines: Sequence[Line], reasons: Mapping[int, str], page_starts: Sequence[int]
) -> Iterator[int]:
    """Indexes of short lines that return, digits aside, at page edges or inside broken sentences."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if len(line.text) <= _LONGEST_HEAD and at not in reasons and _may_be_head(line.text):
            places[re.sub(r"\d+", "#", line.text)].append(at)
    edges = _page_edges(lines, page_starts)
    for returned in places.values():
        at_edge = sum(at == 0 or at in edges or _beside_page_number(lines, at, reasons) for at in returned)
        inside = sum(0 < at < len(lines) - 1 and _splits_sentence(lines, at) for at in returned)
        if at_edge == len(returned) == 2 or (
            len(returned) >= 3 and (at_edge >= 0.6 * len(returned) or inside >= 0.4 * len(returned))
        ):
            yield from returned


def contents(lines: Sequence[Line]) -> Iterator[int]:
    """Indexes of a table of contents: a line 目录 and its entries, or lines with dot leaders."""
    last = {entry_words(line.text): at for at, line in enumerate(lines) if _may_be_entry(line)}
    at = 0
    while at < len(lines):
        end = at + 1
        if _CONTENTS.fullmatch(lines[at].text[:30]):
            while end < len(lines) and _has_page(lines[end]):
                end += 1
            if end == at + 1:  # entries without page numbers return further down as titles or headings
                while end < len(lines) and last.get(entry_words(lines[end].text), 0) > end:
                    end += 1
            if end - at >= 3:
                yield from range(at, end)
        elif _may_be_entry(lines[at]) and _LEADER.search(lines[at].text):
            yield at
        at = end


def entry_words(text: str) -> str:
    """The words of an entry without leader and page number, to be compared with titles and headings."""
    return tight(_TRAILING_PAGE.sub("", _LEADER.sub("", text[:_LONGEST_ENTRY])))


def page_of(offset: int, page_starts: Sequence[int]) -> int | None:
    """The page, from 1, on which a character of the raw text stands; ``None`` where there are no pages."""
    return bisect_right(page_starts, offset) or None


def _may_be_head(text: str) -> bool:
    return not ends_sentence(text) and text[-1] not in "：:" and mark_of(text) is None


def _splits_sentence(lines: Sequence[Line], at: int) -> bool:
    return ends_open(lines[at - 1].text) and _runs_past(lines, at)


def _runs_past(lines: Sequence[Line], at: int) -> bool:
    """Whether there is body text on both sides of a line."""
    return lines[at - 1].width >= 48 and lines[at + 1].width >= 16


def _beside_page_number(lines: Sequence[Line], at: int, reasons: Mapping[int, str]) -> bool:
    return PAGE_NUMBER in (reasons.get(at - 1), reasons.get(at + 1)) or lines[at].cut == 1


def _page_edges(lines: Sequence[Line], page_starts: Sequence[int]) -> frozenset[int]:
    """Indexes of the first two and last two lines of each page."""
    if len(page_starts) < 2:
        return frozenset()
    pages: defaultdict[int | None, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        pages[page_of(line.offset, page_starts)].append(at)
    return frozenset(at for held in pages.values() for at in (*held[:2], *held[-2:]))


def _may_be_entry(line: Line) -> bool:
    return len(line.text) <= _LONGEST_ENTRY and not is_prose(line)


def _has_page(line: Line) -> bool:
    return _may_be_entry(line) and bool(_LEADER.search(line.text) or _TRAILING_PAGE.search(line.text))
