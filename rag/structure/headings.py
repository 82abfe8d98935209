"""Which paragraphs are headings, which begin with one, and under which headings each paragraph stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.structure.imprint import date_line
from rag.structure.lines import ends_sentence
from rag.structure.numbering import Mark, hash_level, mark_of
from rag.structure.paragraphs import Block

UNNUMBERED_OUTER, UNNUMBERED, QUESTION, RUN_IN = 0.9, 9.4, 9.5, 9.7
_STOP = re.compile(r"[。！？!?]")
_ENDINGS = "。；;，,、…—"
_SENTENCE_MARK = re.compile(r"[。；！]")
_QUESTION = re.compile(r"(?:问|問|Q)\s?\d{0,2}\s?[:：]\s?")
_ANSWER = re.compile(r"(?:答|A)\s?[:：]")
_SHORT_RUN_IN = 16
_NARRATIVE = re.compile(r"[了吧呢吗啊我你您他她它]|这|那|很|就是|曾|没有")
_CLOSING = re.compile(
    r"(?:^|。)(?:同志们|各位|朋友们|总之|综上|总的来说|最后，|下一步|今后，|今后一段|接下来|面向未来|展望未来|让我们|站在新|新征程上|新时代新征程|征程万里|以上|衷心|谢谢)"
)
_CLOSING_HEADING = re.compile(r"下一步|今后|打算|计划|展望|安排|结语|思路|目标")
_APART = re.compile(r"(?:结语|结束语|后记|附件|附录|附则|附|备注|参考文献)\s?\d?[:：]?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block with its place in the outline.

    ``heading`` is the span of heading words in ``block.text``; ``own`` says that the whole line is the heading. ``rank``
    orders headings, outermost lowest; ``lasting`` headings also stand above the paragraphs after their own.
    """

    block: Block
    heading: tuple[int, int] | None = None
    own: bool = False
    rank: float = 0.0
    lasting: bool = True

    @property
    def words(self) -> str:
        """The heading as it stands; empty for a plain paragraph."""
        return self.block.text[slice(*self.heading)] if self.heading else ""


def outline(blocks: Sequence[Block]) -> tuple[Piece, ...]:
    """Headings and paragraphs of one article, glued paragraphs parted."""
    pieces = [_numbered(block) for block in part_by_number(blocks)]
    pieces = _without_list_items(pieces)
    pieces = _with_unnumbered(pieces)
    return tuple(piece for leaf in _leaves(pieces) for piece in _with_run_ins(leaf, _has_sections(pieces)))


def _has_sections(pieces: Sequence[Piece]) -> bool:
    return any(piece.heading and piece.lasting for piece in pieces)


def sections(pieces: Sequence[Piece]) -> Iterator[tuple[tuple[str, ...], int]]:
    """For each piece the path of headings it stands under, its own run-in heading included, and its depth from 1."""
    closing = _closing_from(pieces)
    path: list[Piece] = []
    for at, piece in enumerate(pieces):
        if at >= closing:
            path = []
        if piece.heading is None:
            while path and not path[-1].lasting:
                path.pop()
            yield tuple(p.words for p in path), len(path)
            continue
        while path and path[-1].rank >= piece.rank:
            path.pop()
        path.append(piece)
        yield tuple(p.words for p in path), len(path)


# --- numbered headings


def _numbered(block: Block) -> Piece:
    level, end = hash_level(block.text)
    if level:
        text = block.text[end:].rstrip("# ")
        return Piece(replace(block, text=text), (0, len(text)), True, level / 10)
    question = _QUESTION.match(block.text)
    if question:
        return _question(block)
    mark = mark_of(block.text)
    if mark is None or mark.scheme == "clause":
        return Piece(block)
    if _is_heading_line(block, mark):
        return Piece(block, (0, len(block.text)), True, mark.rank, True)
    end = _run_in_end(block.text, mark)
    if end and mark.scheme != "point":
        return Piece(block, (0, end), False, mark.rank)
    return Piece(block)


def _question(block: Block) -> Piece:
    """问：… on its own line heads the answer after it; 问：…？答：… in one line is a paragraph with its question."""
    answer = re.search(r"\s?答\s?[:：]", block.text)
    if answer:
        return Piece(block, (0, answer.start()), False, QUESTION, False)
    if len(block.text) <= 80:
        return Piece(block, (0, len(block.text)), True, QUESTION)
    return Piece(block)


def _is_heading_line(block: Block, mark: Mark) -> bool:
    """Whether a numbered line is short, stands alone and ends as no sentence does (a question may)."""
    words = block.text[mark.end :]
    if block.columns >= 3 or not 1 <= len(words) <= 50 or words[-1] in _ENDINGS:
        return mark.rank <= 3 and not words
    if words[-1] in "：:":
        return len(words) <= 16
    if _SENTENCE_MARK.search(words) or (mark.rank > 5 and re.search(r"[:：].", words)):
        return False
    return words[-1] in "？?" or not ends_sentence(words) or words[-1] in "”’》）)】"


def _run_in_end(text: str, mark: Mark) -> int:
    """Where the heading that a numbered paragraph begins with ends; 0 when its first sentence is no heading."""
    longest = 40 if mark.rank <= 6 else 26
    stop = _STOP.search(text, mark.end, mark.end + longest + 1)
    if stop and stop.end() < len(text.rstrip()) and stop.start() - mark.end >= 2:
        return stop.start() if stop.group() in "。！!" else stop.end()
    colon = re.compile(r"[^，。；：:]{2,14}(?=[：:].)").match(text, mark.end)
    if colon and len(text) > 40:
        return colon.end()
    blank = re.compile(r"[^。；：:\s]{4,30}(?=\s)").match(text, mark.end)
    if blank and mark.rank in (5, 6) and len(text) - blank.end() > 40 and text[blank.end() - 1] not in "，、":
        return blank.end()
    return 0


def _without_list_items(pieces: Sequence[Piece]) -> list[Piece]:
    """Numbered lines that head nothing are items of a list: judged per series, for its last item may look like a heading."""
    found = list(pieces)
    open_series: dict[float, list[int]] = {}
    for at in range(len(pieces) + 1):
        piece = pieces[at] if at < len(pieces) else None
        own = piece is not None and piece.own and piece.rank >= 4
        if piece is None or (piece.heading and piece.own):
            rank = piece.rank if piece else 0.0
            for closed in [r for r in open_series if r > rank]:
                _judge(found, pieces, open_series.pop(closed))
        if own and piece is not None:
            open_series.setdefault(piece.rank, []).append(at)
    return found


def _judge(found: list[Piece], pieces: Sequence[Piece], series: Sequence[int]) -> None:
    heads = 0
    for at in series:
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        heads += after is not None and not (after.own and after.rank <= pieces[at].rank)
    if 2 * heads <= len(series) and not (heads == 1 and len(series) == 2 and pieces[series[0]].rank <= 5):
        for at in series:
            found[at] = Piece(pieces[at].block)


# --- unnumbered headings on their own line


def _with_unnumbered(pieces: Sequence[Piece]) -> list[Piece]:
    candidates = [at for at in range(len(pieces)) if _heads_text(pieces, at)]
    if not candidates:
        return list(pieces)
    outer = _numbering_restarts(pieces, candidates)
    found = list(pieces)
    for at in candidates:
        apart = _APART.fullmatch(pieces[at].block.text) is not None
        rank = UNNUMBERED_OUTER if outer or apart else UNNUMBERED
        found[at] = Piece(pieces[at].block, (0, len(pieces[at].block.text)), True, rank)
    return found


def _heads_text(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a short line without full stop stands between finished text and a paragraph or numbered heading."""
    piece = pieces[at]
    if piece.heading or at + 1 >= len(pieces) or not is_label(piece.block):
        return False
    after, before = pieces[at + 1], pieces[at - 1] if at else None
    if before is not None and not before.heading and not ends_sentence(before.block.text) and before.block.text[-1] not in "：:；;":
        return False
    if after.heading is not None:
        return after.own and after.rank > 1
    text = after.block.text
    return len(text) >= 24 and (ends_sentence(text) or text[-1] in "：:；;")


def is_label(block: Block) -> bool:
    """Whether a block is short and ends as no sentence does, as titles and headings are."""
    text = block.text
    if not 2 <= len(text) <= 30 or block.columns >= 2 or block.lines > 1:
        return False
    if ends_sentence(text) and text[-1] not in "？?" or text[-1] in _ENDINGS + "：:" or _SENTENCE_MARK.search(text):
        return False
    return mark_of(text) is None and not date_line(text) and not re.search(r"[:：]", text) and any(c.isalpha() for c in text)


def _numbering_restarts(pieces: Sequence[Piece], candidates: Sequence[int]) -> bool:
    """Whether the outermost numbering begins anew below the unnumbered headings, so that those stand above it."""
    numbered = [(at, piece) for at, piece in enumerate(pieces) if piece.heading and 1 < piece.rank < 9]
    if not numbered:
        return False
    top = min(piece.rank for _, piece in numbered)
    firsts = [at for at, piece in numbered if piece.rank == top and (m := mark_of(piece.block.text)) and m.ordinal == 1]
    return len(firsts) >= 2 and any(firsts[0] < at < firsts[-1] for at in candidates)


# --- run-in headings without number, and 一是 … as heading of its own paragraph


def _leaves(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Runs of pieces between headings that stand on their own line or carry a number."""
    leaf: list[Piece] = []
    for piece in pieces:
        if piece.heading and leaf:
            yield leaf
            leaf = []
        leaf.append(piece)
    if leaf:
        yield leaf


def _with_run_ins(leaf: Sequence[Piece], numbered: bool) -> list[Piece]:
    """A leaf with the short first sentences of its paragraphs as headings, when all of a group have one."""
    points = [at for at, piece in enumerate(leaf) if not piece.heading and _is_point(piece)]
    if len(points) >= 2:
        ends = [_point_end(leaf[at].block.text) for at in points]
        return _marked(leaf, points, ends) if all(ends) else list(leaf)
    if leaf and leaf[0].heading and not leaf[0].own:
        return list(leaf)
    plain = [at for at, piece in enumerate(leaf) if not piece.heading]
    ends = [_short_sentence_end(leaf[at].block.text) for at in plain]
    return _grouped(list(leaf), plain, ends, 2 if numbered else 3)


def _grouped(leaf: list[Piece], plain: Sequence[int], ends: Sequence[int], least: int) -> list[Piece]:
    headed = [i for i, end in enumerate(ends) if end]
    if len(headed) < least or headed[-1] - headed[0] + 1 != len(headed) or len(plain) - 1 - headed[-1] > 1:
        return leaf
    leaf = _marked(leaf, [plain[i] for i in headed], [ends[i] for i in headed])
    return _part_by_form(leaf)


def _marked(leaf: Sequence[Piece], at: Sequence[int], ends: Sequence[int]) -> list[Piece]:
    spans = dict(zip(at, ends, strict=True))
    return [
        Piece(piece.block, (0, spans[i]), False, RUN_IN, False) if i in spans else piece for i, piece in enumerate(leaf)
    ]


def _is_point(piece: Piece) -> bool:
    mark = mark_of(piece.block.text)
    return mark is not None and mark.scheme == "point"


def _point_end(text: str) -> int:
    """Where 一是抓好关键少数 ends; 0 when the sentence is long, has a comma or is an exhortation (一是要…)."""
    mark = mark_of(text)
    begin = mark.end if mark else 0
    stop = _STOP.search(text, begin, begin + _SHORT_RUN_IN + 1)
    if stop is None or stop.end() >= len(text) or text[begin] == "要" or text[begin - 1] == "要":
        return 0
    return stop.start() if not re.search(r"[，,；;]", text[begin : stop.start()]) else 0


def _short_sentence_end(text: str) -> int:
    """Where a first sentence ends that is short enough to be a heading: no narrative, no comma but between equal halves."""
    stop = re.compile("[。]").search(text, 4, _SHORT_RUN_IN + 1)
    if stop is None or len(text) - stop.end() < 20:
        return 0
    words = text[: stop.start()]
    halves = re.split(r"[，,]", words)
    even = len(halves) == 1 or (len(halves) == 2 and len(halves[0]) == len(halves[1]))
    if not even or _NARRATIVE.search(words) or re.search(r"[；;：:！？]", words) or re.match(r"[“‘《]", words):
        return 0
    return stop.start()


# --- glued paragraphs


def part_by_number(blocks: Sequence[Block]) -> list[Block]:
    """Parts a paragraph where the number missing between its neighbours stands right after a full stop inside it."""
    openings = {(m.scheme, m.ordinal) for block in blocks if (m := mark_of(block.text))}
    found: list[Block] = []
    for block in blocks:
        found.extend(_parted(block, openings))
    return found


def _parted(block: Block, openings: set[tuple[str, int]]) -> list[Block]:
    for stop in re.compile(r"[。！？]”?\s?(?=[一二三四五六七八九十（(\d])").finditer(block.text, 1):
        mark = mark_of(block.text[stop.end() : stop.end() + 24])
        if mark is None or mark.scheme in ("clause", "point", "circled", "arabic_paren"):
            continue
        before, after = (mark.scheme, mark.ordinal - 1), (mark.scheme, mark.ordinal + 1)
        alone = (mark.scheme, mark.ordinal) not in openings
        inline = re.search(rf"[。！？；：]{re.escape(block.text[stop.end() : stop.end() + mark.end])}", block.text[stop.end() + 1 :])
        if alone and before in openings and after in openings and not inline:
            head = replace(block, text=block.text[: stop.end()].rstrip())
            rest = replace(block, text=block.text[stop.end() :], gap=0, cut=0)
            return [head, *_parted(rest, openings)]
    return [block]


_LAST_QUOTED = re.compile(r"(“[^“”]{1,8}”)$")


def _part_by_form(leaf: list[Piece]) -> list[Piece]:
    """Parts paragraphs at sentences of the very form their siblings begin with: … “促学”。 among … “深学”。 and … “自学”。"""
    headings = [piece.words for piece in leaf if piece.heading and not piece.own]
    form = _common_form(headings)
    if form is None:
        return leaf
    found: list[Piece] = []
    for piece in leaf:
        found.extend([piece] if piece.heading else _parted_by(piece, form))
    return found


def _common_form(headings: Sequence[str]) -> re.Pattern[str] | None:
    """The end that all headings share, when each ends in a quoted word of one length and with the same character."""
    quoted = [match[1] for words in headings if (match := _LAST_QUOTED.search(words))]
    if len(quoted) < 2 or len(quoted) < len(headings) or len({(len(q), q[-2]) for q in quoted}) != 1:
        return None
    return re.compile(rf"(?:^|(?<=[。！？]))([^，。；：“”！？]{{2,14}}“[^“”]{{{len(quoted[0]) - 3}}}{re.escape(quoted[0][-2])}”)(。?)")


def _parted_by(piece: Piece, form: re.Pattern[str]) -> list[Piece]:
    block = piece.block
    found = [match for match in form.finditer(block.text) if match.start() == 0 or match[2]]
    if not found:
        return [piece]
    starts = sorted({0, *(match.start() for match in found)})
    spans = {match.start(): match.end(1) - match.start() for match in found}
    return [
        Piece(replace(block, text=block.text[a:b]), (0, spans[a]) if a in spans else None, False, RUN_IN, False)
        for a, b in zip(starts, [*starts[1:], len(block.text)], strict=True)
    ]


# --- the end of an article


def _closing_from(pieces: Sequence[Piece]) -> int:
    """The index from which paragraphs close the whole article rather than its last section."""
    last = len(pieces)
    top = min((p.rank for p in pieces if p.heading and p.lasting), default=None)
    low = max((at for at, p in enumerate(pieces) if p.heading and p.lasting and p.rank == top), default=-1)
    if top is None or _CLOSING_HEADING.search(pieces[low].words):
        return last
    first = low + (2 if pieces[low].own else 1)
    tail = last
    while tail > max(first, last - 3) and not pieces[tail - 1].heading and mark_of(pieces[tail - 1].block.text) is None:
        tail -= 1
    cued = next((at for at in range(tail, last) if _closes(pieces[at].block.text)), last)
    if cued == last and tail == last - 1 and _after_points(pieces[first:tail]):
        return tail
    return cued


def _closes(text: str) -> bool:
    match = _CLOSING.search(text[:80])
    return match is not None


def _after_points(pieces: Sequence[Piece]) -> bool:
    """Whether a section ends with counted paragraphs (一是 … 六是 …), so that one without a number stands outside it."""
    return len(pieces) >= 2 and all(_is_point(piece) for piece in pieces[-2:])
