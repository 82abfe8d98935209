"""Finds what an author counts off: 一是…二是…, sibling headings, 、-separated terms.

An ``Enumeration`` is complete or it is not one: markers must start at the first and follow one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.datatypes import Document, Heading, Passage
from rag.question import chinese_number
from rag.text import HAN, sentence_spans

_CN = "一二三四五六七八九十"
_EDGE = r"(?:^|(?<=[。；;：:，,！？!?\n]))\s*"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("一是", re.compile(_EDGE + rf"(?P<n>[{_CN}]{{1,2}})(?P<unit>[{HAN}])")),
    ("其一", re.compile(_EDGE + rf"其(?P<n>[{_CN}])(?=[，,、：:是])")),
    (
        "第一",
        re.compile(_EDGE + rf"第(?P<n>[{_CN}]{{1,2}})(?:步|类|种|点|个|项|方面|关|招|周|阶段)?[，,、：:是]"),
    ),
    ("（一）", re.compile(rf"[（(](?P<n>[{_CN}]{{1,2}}|\d{{1,2}})[)）]")),
    ("①", re.compile(r"(?P<n>[①-⑳])")),
    ("1.", re.compile(_EDGE + r"(?P<n>\d{1,2})[.．、](?!\d)")),
    ("一、", re.compile(_EDGE + rf"(?P<n>[{_CN}]{{1,2}})、(?![{_CN}]、)")),
)
_EN_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_EN_ORDINAL = re.compile(
    rf"(?:^|(?<=[.;:!?\n] ))(?:The )?(?P<n>{'|'.join(_EN_ORDINALS)})(?:ly)?(?: \w+)?(?:,| is | are | was )",
    re.IGNORECASE,
)
_ADVERBS = (r"首先", r"其次|再有", r"再次|再者|此外|第三", r"最后|还要|还须|还应")
_ADVERB = re.compile(
    rf"{_EDGE}(?:[^，。；]{{0,6}}[，,])?(?:{'|'.join(f'(?P<a{i}>{a})' for i, a in enumerate(_ADVERBS))})"
)
_ANNOUNCES = re.compile(
    rf"(?P<n>[{_CN}两]{{1,2}}|\d{{1,2}})(?:个|种|类|项|条|样|点|步|大|方面|环节|情形|要素|件|句|道|关|层|笔|本|招)[^。：:，,；;]{{0,10}}[：:]"
)
_OPENS = re.compile(r"(?:有|包括|包含|分为|如下|下列[^，。：:]{0,8}|以下[^，。：:]{0,8})[：:]")
_PARALLEL = re.compile(r"[；;]")


@dataclass(frozen=True, slots=True)
class Item:
    """One item: offsets of the whole item, inside ``passage``. ``heading`` is set for items announced by a heading."""

    start: int
    end: int
    passage: Passage
    heading: Heading | None = None


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Items in the author's order. ``intro`` is the text that announces them; ``form`` is series, headings, announced or inline."""

    document: Document
    form: str
    items: tuple[Item, ...]
    intro: str
    section: tuple[str, ...]
    scope: tuple[Passage, ...]  # the paragraphs that announce it and those its items begin in

    @property
    def size(self) -> int:
        """How many items there are."""
        return len(self.items)


def enumerations(document: Document, passages: Sequence[Passage]) -> tuple[Enumeration, ...]:
    """Every enumeration of one document; the same words may stand in several (a series and a heading group)."""
    return (
        *_heading_groups(document, passages),
        *_series_across(document, passages),
        *(e for p in passages for e in _series_within(document, p)),
        *(e for p in passages for e in _inline(document, p)),
    )


def _markers(text: str) -> Iterator[tuple[str, int, int]]:
    """``(style, number, offset)`` of every counting word in ``text``."""
    for style, pattern in _STYLES:
        for match in pattern.finditer(text):
            token = match.group("n")
            number = ord(token) - 0x245F if style == "①" else chinese_number(token)
            if number:
                # 一是 … 二是, 一审 … 二审: what follows the number must stay the same
                style = style if "unit" not in pattern.groupindex else f"一{match.group('unit')}"
                yield style, number, match.start("n") - (1 if style in ("其一", "第一", "（一）") else 0)
    for match in _EN_ORDINAL.finditer(text):
        yield "First", _EN_ORDINALS.index(match.group("n").lower()) + 1, match.start()
    for match in _ADVERB.finditer(text):
        kind = next(i for i in range(len(_ADVERBS)) if match.group(f"a{i}"))
        yield "首先", kind + 1, match.start() + len(match.group()) - len(match.group().lstrip())


def _chains(markers: Sequence[tuple[int, int]], gaps_allowed: bool) -> Iterator[list[int]]:
    """Offsets of runs 1, 2, 3, … in ``(number, offset)`` pairs; 首先…还要 may skip a number."""
    run: list[int] = []
    last = 0
    for number, offset in markers:
        if number == last + 1 or (gaps_allowed and run and number > last):
            run.append(offset)
            last = number
            continue
        if len(run) > 1:
            yield run
        run, last = ([offset], 1) if number == 1 else ([], 0)
    if len(run) > 1:
        yield run


def _by_style(text: str) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for style, number, offset in _markers(text):
        found.setdefault(style, []).append((number, offset))
    return {style: sorted(pairs, key=lambda pair: pair[1]) for style, pairs in found.items()}


def _series_within(document: Document, passage: Passage) -> Iterator[Enumeration]:
    for style, pairs in _by_style(passage.text).items():
        for run in _chains(pairs, style == "首先"):
            ends = [*run[1:], len(passage.text)]
            items = tuple(
                Item(passage.start + a, passage.start + _rstrip(passage.text, a, b), passage)
                for a, b in zip(run, ends, strict=True)
            )
            yield Enumeration(document, "series", items, passage.text[: run[0]], passage.section, (passage,))


def _series_across(document: Document, passages: Sequence[Passage]) -> Iterator[Enumeration]:
    """Paragraphs that open with 一是, 二是, …; a paragraph between two of them belongs to the item before it."""
    openings: dict[str, list[tuple[int, int]]] = {}
    for index, passage in enumerate(passages):
        for style, pairs in _by_style(passage.text[:24]).items():
            number, offset = pairs[0]
            if offset <= (12 if style == "首先" else 2):
                openings.setdefault(style, []).append((number, index))
    for style, pairs in openings.items():
        for run in _chains(pairs, style == "首先"):
            if run[-1] - run[0] > 3 * len(run) or not _same_parent(document, passages, run):
                continue
            items = tuple(Item(passages[i].start, passages[i].end, passages[i]) for i in run)
            above = _parent_of(document, passages[run[0]])
            begin = run[0] - 1 if run[0] and _parent_of(document, passages[run[0] - 1]) == above else run[0]
            intro = passages[begin].text if begin < run[0] else ""
            yield Enumeration(document, "series", items, intro, above, tuple(passages[begin : run[-1] + 1]))


def _same_parent(document: Document, passages: Sequence[Passage], run: Sequence[int]) -> bool:
    return len({_parent_of(document, passages[i]) for i in run}) == 1


def _parent_of(document: Document, passage: Passage) -> tuple[str, ...]:
    """The section above a paragraph; a heading that is the paragraph's own first words is not above it."""
    own = {h.text for h in document.headings if h.run_in and passage.start <= h.start < passage.end}
    return tuple(s for s in passage.section if s not in own)


def _heading_groups(document: Document, passages: Sequence[Passage]) -> Iterator[Enumeration]:
    groups: dict[tuple[int, int], list[Heading]] = {}
    path: list[Heading] = []
    for heading in document.headings:
        while path and path[-1].level >= heading.level:
            path.pop()
        parent = path[-1].start if path else -1
        groups.setdefault((parent, heading.level), []).append(heading)
        path.append(heading)
    by_start = {h.start: h for h in document.headings}
    for (parent, _), headings in groups.items():
        items = tuple(item for h in headings if (item := _heading_item(document, passages, h)))
        if len(items) < 2:
            continue
        above = by_start.get(parent)
        first = headings[0].start
        before = [p for p in passages if (above.end if above else 0) <= p.start and p.end <= first]
        scope = (*before, *dict.fromkeys(item.passage for item in items))
        intro = " ".join(p.text for p in before)
        yield Enumeration(document, "headings", items, intro, (above.text,) if above else (), scope)


def _heading_item(document: Document, passages: Sequence[Passage], heading: Heading) -> Item | None:
    following = next((p for p in passages if p.end > heading.end), None)
    if following is None:
        return None
    nxt = next(
        (h.start for h in document.headings if h.start > heading.start and h.level <= heading.level),
        len(document.text),
    )
    return Item(heading.start, max(following.end, nxt), following, heading) if following.start < nxt else None


def _inline(document: Document, passage: Passage) -> Iterator[Enumeration]:
    """Sentences that list: terms between 、, clauses between ；, clauses that open or close alike; three at least."""
    for a, b in sentence_spans(passage.text):
        sentence = passage.text[a:b]
        announced = _announced(sentence)
        size = announced or max(
            _longest_list(sentence),
            len(_PARALLEL.findall(sentence)) + 1,
            _parallel_clauses(sentence),
            _behind_colon(sentence),
        )
        if size >= (2 if announced else 3):
            item = Item(passage.start + a, passage.start + b, passage)
            form = "announced" if announced else "inline"
            yield Enumeration(document, form, (item,) * size, passage.text[:a], passage.section, (passage,))


def _announced(sentence: str) -> int:
    """The number of items a sentence announces before a colon and then gives: 有六种情形：…，…，… ; 0 when it does not."""
    match = _ANNOUNCES.search(sentence)
    if match is None:
        return 0
    number = chinese_number(match.group("n")) or 0
    given = re.split(r"[，,、；;]", sentence[match.end() :])
    return number if 2 <= number <= len(given) + 1 else 0


def _behind_colon(sentence: str) -> int:
    """The number of clauses behind 有：, 包括：, 如下：; 0 where nothing says that a list follows."""
    opened = _OPENS.search(sentence)
    return len(re.split(r"[，,、；;]", sentence[opened.end() :])) if opened else 0


def _longest_list(sentence: str) -> int:
    """The number of terms of the longest 、 list."""
    best = 0
    for clause in re.split(r"[，,。；;：:！？!?]", sentence):
        best = max(best, clause.count("、") + 1 if "、" in clause else 0)
    return best


def _parallel_clauses(sentence: str) -> int:
    """The number of clauses that open or close alike (体现在…，体现在…；…必谈、…必谈)."""
    clauses = [c.strip("“”‘’ ") for c in re.split(r"[，,、；;。：:]", sentence)]
    clauses = [c for c in clauses if len(c) > 3]
    alike = max(
        (sum(c[cut] == d[cut] for d in clauses) for c in clauses for cut in (slice(0, 2), slice(-2, None))),
        default=0,
    )
    opening = max((sum(c[:3] == d[:3] for d in clauses) for c in clauses), default=0)
    return max(
        alike, opening + 1 if opening > 1 else 0
    )  # the first clause often has words before the shared ones


def _rstrip(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())
