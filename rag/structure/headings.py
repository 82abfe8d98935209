"""Which lines are headings: numbered ones, Markdown ones, questions, and short lines without a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.structure import vocabulary as words
from rag.structure.imprint import date_line
from rag.structure.lines import ends_sentence, width_of
from rag.structure.numbering import Mark, hash_level, mark_of, neighbour
from rag.structure.paragraphs import Block
from rag.structure.vocabulary import one_of

# Ranks among those of ``Mark``: above 第一部分 (1), between ① (9) and 一是 (10).
OUTERMOST, UNNUMBERED, QUESTION, RUN_IN = 0.9, 9.4, 9.5, 9.7
_STOP = re.compile(r"[。！？!?]")
_ENDINGS = "。；;，,、…—"
_SENTENCE_MARK = re.compile(r"[。；！]")
_QUESTION = re.compile(r"(?:问|問|Q)\s?\d{0,2}\s?[:：]\s?")
_ANSWER = re.compile(r"\s?(?:答|A)\s?[:：]")
_COLON = re.compile(r"[^，。；：:]{2,14}(?=[：:].)")
_BLANK = re.compile(r"[^。；：:\s]{4,30}(?=\s)")
_APART = re.compile(r"(?:结语|结束语|后记|附件|附录|附则|附|备注|参考文献)\s?\d?")
FORM_LABEL = re.compile(rf"(?:会议|活动|学习)?{one_of(words.FORM_LABELS)}(?:人员?|情况)?\s?[:：]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block with its place in the outline.

    ``heading`` is the span of heading words in ``block.text``; ``own`` says that the whole line is the
    heading. ``rank`` orders headings, outermost lowest; ``lasting`` headings also stand above the
    paragraphs after their own.
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

    @property
    def mark(self) -> Mark | None:
        """The number the block begins with."""
        return mark_of(self.block.text)


def headed(blocks: Sequence[Block]) -> list[Piece]:
    """Each block as a heading, a paragraph that begins with a numbered heading, or a plain paragraph."""
    pieces = [_numbered(block) for block in blocks]
    pieces = _without_list_items(_with_sentence_headings(pieces))
    return _with_unnumbered(pieces)


# --- numbered headings


def _numbered(block: Block) -> Piece:
    level, end = hash_level(block.text)
    if level:
        text = block.text[end:].rstrip("# ") or block.text
        return Piece(replace(block, text=text), (0, len(text)), True, level / 10)
    if _QUESTION.match(block.text):
        return _question(block)
    mark = mark_of(block.text)
    if mark is None or mark.scheme == "clause":
        return Piece(block)
    if _is_heading_line(block, mark):
        return Piece(block, (0, len(block.text)), True, mark.rank)
    end = 0 if mark.scheme == "point" else _run_in_end(block.text, mark)
    return Piece(block, (0, end), False, mark.rank) if end else Piece(block)


def _question(block: Block) -> Piece:
    """问：… on its own line heads the answer below; 问：…？答：… in one line is one paragraph."""
    answer = _ANSWER.search(block.text, 2)
    if answer:
        return Piece(block, (0, answer.start()), False, QUESTION, False)
    return Piece(block, (0, len(block.text)), True, QUESTION) if len(block.text) <= 80 else Piece(block)


def _is_heading_line(block: Block, mark: Mark) -> bool:
    """Whether a numbered line is short, stands alone and ends as no sentence does (a question may)."""
    words = block.text[mark.end :]
    if not words:
        return mark.rank <= 3
    if block.cells >= 3 or width_of(words) > 104 or words[-1] in _ENDINGS:
        return False
    if words[-1] in "：:":
        return len(words) <= 16
    if _SENTENCE_MARK.search(words) or (mark.rank > 5 and re.search(r"[:：].", words)):
        return False
    return words[-1] in "？?" or not ends_sentence(words)


def _run_in_end(text: str, mark: Mark) -> int:
    """Where the heading ends that a numbered paragraph begins with; 0 when it begins with none."""
    if _counts_on(text, mark):
        return 0
    longest = 40 if mark.rank <= 6 else 26
    stop = _STOP.search(text, mark.end, mark.end + longest + 1)
    if stop and stop.end() < len(text) and stop.start() > mark.end:
        return stop.start() if stop.group() in "。！!" else stop.end()
    colon = _COLON.match(text, mark.end)
    if colon and len(text) > 40:
        return colon.end()
    blank = _BLANK.match(text, mark.end)
    if blank and mark.rank in (5, 6) and len(text) - blank.end() > 40 and text[blank.end() - 1] not in "，、":
        return blank.end()
    return 0


def _counts_on(text: str, mark: Mark) -> bool:
    """Whether a paragraph goes on from 1. to 2. inside: it is a list, and its first item no heading."""
    following = neighbour(text, mark, 1)
    return (
        mark.ordinal == 1
        and bool(following)
        and re.search(rf"[。；]\s?{re.escape(following)}", text) is not None
    )


def _with_sentence_headings(pieces: Sequence[Piece]) -> list[Piece]:
    """A short numbered sentence alone on its line (（三）按次序办四个动作。) stands above what follows."""
    found = list(pieces)
    for at, (piece, after) in enumerate(pairwise(pieces)):
        mark = piece.mark
        if piece.heading or mark is None or mark.rank not in (5, 6):
            continue
        words = piece.block.text[mark.end :]
        alone = 3 <= len(words) <= 30 and words.find("。") == len(words) - 1 and "，" not in words
        below = after.mark is None or after.mark.rank > mark.rank
        if alone and below:
            found[at] = replace(piece, heading=(0, len(piece.block.text) - 1), rank=mark.rank)
    return found


def _without_list_items(pieces: Sequence[Piece]) -> list[Piece]:
    """Numbered lines that head nothing are items of a list: judged per series, by most of its lines."""
    found = list(pieces)
    series: dict[float, list[int]] = {}
    for at, piece in enumerate(pieces):
        if not (piece.heading and piece.own):
            continue
        for rank in [rank for rank in series if rank > piece.rank]:
            _judge(found, series.pop(rank))
        if piece.rank >= 4 and piece.mark is not None:
            series.setdefault(piece.rank, []).append(at)
    for items in series.values():
        _judge(found, items)
    return found


def _judge(pieces: list[Piece], series: Sequence[int]) -> None:
    """Turns a series of numbered lines into paragraphs when no more than half of them have text below."""
    heads = sum(at + 1 < len(pieces) and not _is_no_deeper(pieces[at + 1], pieces[at]) for at in series)
    if 2 * heads <= len(series) and not (heads == 1 and len(series) == 2 and pieces[series[0]].rank <= 5):
        for at in series:
            pieces[at] = Piece(pieces[at].block)


def _is_no_deeper(after: Piece, piece: Piece) -> bool:
    mark = after.mark
    return (after.own and after.rank <= piece.rank) or (mark is not None and mark.rank == piece.rank)


# --- unnumbered headings on their own line


def _with_unnumbered(pieces: Sequence[Piece]) -> list[Piece]:
    candidates = [at for at in range(len(pieces)) if _heads_text(pieces, at)]
    if not candidates:
        return list(pieces)
    rank = _unnumbered_rank(pieces, candidates)
    found = list(pieces)
    for at in candidates:
        block = pieces[at].block
        own = OUTERMOST if _APART.fullmatch(block.text.strip("：:")) else rank
        found[at] = Piece(block, (0, len(block.text)), True, own)
    return found


def _heads_text(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a short line without full stop stands between finished text and text or a number."""
    piece = pieces[at]
    if piece.heading or at + 1 >= len(pieces) or not is_label(piece.block):
        return False
    after, before = pieces[at + 1], pieces[at - 1] if at else None
    if before is not None and not before.heading and not _is_finished(before.block.text):
        return False
    if after.heading is not None:
        return after.rank > 1
    text = after.block.text
    return len(text) >= 24 and _is_finished(text)


def _is_finished(text: str) -> bool:
    return ends_sentence(text) or text[-1] in "：:；;"


def is_label(block: Block) -> bool:
    """Whether a block is short and ends as no sentence does, as titles and headings are."""
    text = block.text
    if len(text) < 2 or width_of(text) > 60 or block.cells >= 2 or block.lines > 1:
        return False
    if re.fullmatch(r"[（(【\[].*[）)】\]]", text):
        return text[0] in "【["
    if (
        (ends_sentence(text) and text[-1] not in "？?")
        or text[-1] in _ENDINGS + "：:"
        or _SENTENCE_MARK.search(text)
    ):
        return False
    colon = re.search(r"[:：]", text)
    if colon and (colon.start() > 8 or FORM_LABEL.match(text) or re.search(r"\d", text[colon.end() :])):
        return False
    return mark_of(text) is None and not date_line(text) and any(character.isalpha() for character in text)


def _unnumbered_rank(pieces: Sequence[Piece], candidates: Sequence[int]) -> float:
    """Above the numbering that stands right below such headings or begins anew there; else below all."""
    ranks = [UNNUMBERED]
    for at, high in zip(candidates, [*candidates[1:], len(pieces)], strict=True):
        for below in range(at + 1, high):
            piece = pieces[below]
            if piece.heading and 1 < piece.rank < 9:
                mark = piece.mark
                if below == at + 1 or (mark is not None and mark.ordinal == 1):
                    ranks.append(piece.rank - 0.25)
                break
    return min(ranks)
