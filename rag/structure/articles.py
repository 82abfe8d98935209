"""Where one article ends and the next begins, in a file that holds several."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from rag.structure import vocabulary as words
from rag.structure.imprint import is_byline
from rag.structure.lines import ends_sentence, width_of
from rag.structure.numbering import hash_level, mark_of
from rag.structure.paragraphs import Block
from rag.structure.titles import PART, is_head_matter, is_title_line, opens_text, title_weight
from rag.structure.vocabulary import one_of
from rag.text import tight

_ENOUGH = 4  # points: two strong signs, or a strong one and all the weak ones
_ANEW = 3  # of them for numbering that begins anew, which no title of a section brings about
_LONG, _SHORT = 600, 200  # characters
_GENERIC = re.compile(one_of(words.PARTS_OF_REPORTS) + "+")


def split_articles(
    blocks: Sequence[Block], contents: frozenset[str] = frozenset()
) -> tuple[tuple[Block, ...], ...]:
    """The blocks of each article, in order. ``contents`` are the entries of a table of contents, folded.

    A line begins an article when enough speaks for it: it stands apart more than paragraphs do, a rule or
    page break comes before it, the contents name it, numbering begins anew below it, there is an article's
    worth of text on both sides, and its words look like a title. A heading between paragraphs has one or
    two of these.
    """
    likely = [at for at in range(1, len(blocks)) if _may_be_title(blocks, at)]
    usual = _usual_gap(blocks, frozenset(likely))
    counts_parts = _begins_with_part(blocks)
    sizes = [0, *accumulate(len(block.text) for block in blocks)]
    numbers = [(at, ordinal) for at, block in enumerate(blocks) if (ordinal := _outer_ordinal(block))]
    starts = [0]
    for i, at in enumerate(likely):
        end = likely[i + 1] if i + 1 < len(likely) else len(blocks)
        score = _evidence(blocks[at], usual, contents, counts_parts)
        anew = _by_numbers(numbers, starts[-1], at, end)
        score += anew
        if anew < _ANEW:
            after = next((later for later in likely[i + 1 :] if _stands_apart(blocks[later])), len(blocks))
            score += _by_size(min(sizes[at] - sizes[starts[-1]], sizes[after] - sizes[at]))
        if score >= _ENOUGH:
            starts.append(at)
    if len(starts) > 1 and not any(opens_text(block) for block in blocks[: starts[1]]):
        del starts[1]  # what stands before the first title is the cover
    return tuple(tuple(blocks[a:b]) for a, b in zip(starts, [*starts[1:], len(blocks)], strict=True))


def _may_be_title(blocks: Sequence[Block], at: int) -> bool:
    """Whether a block can be the title of a further article: a title line between finished texts."""
    block, before = blocks[at], blocks[at - 1]
    level, end = hash_level(block.text)
    part = PART.match(block.text) is not None
    if level > 1 or (level == 1 and mark_of(block.text[end:])) or not (part or level or is_title_line(block)):
        return False
    if not (_stands_apart(block) or ends_sentence(before.text)):
        return False
    signed = block.gap and is_byline(before.text)
    if not part and not signed and block.cut < 2 and (is_title_line(before) or PART.match(before.text)):
        return False
    following = next((b for b in blocks[at + 1 : at + 5] if not is_head_matter(b)), None)
    return following is not None and opens_text(following)


def _stands_apart(block: Block) -> bool:
    """Whether space, a rule, a part number or a heading mark sets a line off from the text before it."""
    return bool(block.gap or block.cut or PART.match(block.text) or hash_level(block.text)[0])


def _usual_gap(blocks: Sequence[Block], titles: frozenset[int]) -> int:
    """The number of empty lines that usually stands between two paragraphs."""
    gaps = sorted(b.gap for at, b in enumerate(blocks) if at and at not in titles and at - 1 not in titles)
    return gaps[len(gaps) // 2] if gaps else 0


def _begins_with_part(blocks: Sequence[Block]) -> bool:
    """Whether 第一篇 or 案例一 comes before any paragraph: else such lines part an article, not the file."""
    first = next((at for at, block in enumerate(blocks) if PART.match(block.text)), None)
    return first is not None and all(width_of(block.text) < 80 for block in blocks[:first])


def _evidence(block: Block, usual: int, contents: frozenset[str], counts_parts: bool) -> int:
    """How much a line and the space before it speak for a new article."""
    level, end = hash_level(block.text)
    text = block.text[end:]
    score = 2 * (block.gap > usual) + 2 * (block.cut == 2) + (block.cut == 1) + 2 * (level == 1)
    score += (_part_weight(text) if counts_parts else 0) + 2 * (tight(text) in contents)
    if _GENERIC.fullmatch(text):
        return score - 2
    return score + (len(text) >= 6) + title_weight(text) - 2 * (len(text) < 5)


def _part_weight(text: str) -> int:
    """第一篇 is an article for sure; 案例一 may be a paragraph of one."""
    return (4 if re.match(r"\S{0,3}篇", text) else 3) if PART.match(text) else 0


def _by_size(smaller: int) -> int:
    """An article has hundreds of characters; a section between two headings may have a few dozen."""
    return 1 if smaller >= _LONG else -1 if smaller < _SHORT else 0


def _outer_ordinal(block: Block) -> int:
    """The number of a block in an outer numbering (一、 or 第一章); 0 when it has none."""
    mark = mark_of(block.text)
    return mark.ordinal if mark is not None and mark.rank <= 5 and mark.scheme != "clause" else 0


def _by_numbers(numbers: Sequence[tuple[int, int]], start: int, at: int, end: int) -> int:
    """Numbering that begins anew below a line speaks for an article; numbering that ended above it, less."""
    before = [
        ordinal
        for _, ordinal in numbers[bisect_left(numbers, (start, 0)) : bisect_left(numbers, (at, 0))][-2:]
    ]
    place, following = next(iter(numbers[bisect_left(numbers, (at, 0)) :]), (len(numbers) + end, 0))
    if not before or following == before[-1] + 1:
        return 0
    if following == 1 and place < end:
        return _ANEW
    return 2 * (len(before) >= 2 and following <= 1)
