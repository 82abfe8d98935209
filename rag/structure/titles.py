"""What a title looks like, and what an article is called that has none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import PurePath

from rag.structure import vocabulary as words
from rag.structure.headings import FORM_LABEL
from rag.structure.imprint import author_note, date_line, is_byline, label_line, stamp_line
from rag.structure.lines import ends_sentence, width_of
from rag.structure.numbering import hash_level, mark_of
from rag.structure.paragraphs import Block
from rag.structure.vocabulary import one_of
from rag.text import HAN, tight

SHORTEST_MADE, LONGEST_MADE = 4, 40
_WIDEST, _WIDEST_OFFICIAL = 92, 140  # columns, two for each Chinese character; official titles run long
_REMARK = r"(?:[（(].{1,20}[）)])?"
_KIND = re.compile(rf"{one_of(words.KINDS)}{_REMARK}$")
_KIND_ALONE = re.compile(rf"的?{one_of(words.KINDS_ON_A_LINE)}{_REMARK}")
_COLLECTION = re.compile(rf"{one_of(words.COLLECTIONS)}{_REMARK}$")
_LETTERHEAD = re.compile(rf".{{2,30}}{one_of(words.LETTERHEADS)}")
_OFFICIAL = re.compile(r"关于|關於|.{0,30}《")
PART = re.compile(
    r"[【\[（(]?\s?(?:第\s?[一二三四五六七八九十百\d]{1,3}\s?(?:篇|讲|講|课|課|期|则|則)"
    r"|(?:案例|范文|例文|经验|材料|文章|篇)\s?[一二三四五六七八九十\d]{1,3})\s?(?:[】\]）)：:、.．\s]\s*|$)"
)
_GREETING = re.compile(
    r"(?:围绕|圍繞|以|题为|題為|题目是|主题是|主题为)\s?[“《「『\"]([^“”《》「」『』\"\n]{4,40})[”》」』\"]"
)
_ANNOUNCED = re.compile(r"为题|為題|为主题|题为|題為|题目|主题")
_SALUTATION = re.compile(rf".{{0,40}}{one_of(words.ADDRESSEES)}[：:]")
_DOCUMENT_NUMBER = re.compile(r".{0,16}[〔\[（(【]\s?\d{4}\s?[〕\]）)】]\s?(?:第\s?)?\d{1,4}\s?号.{0,20}")
_SUBTITLE = re.compile(r"(?:——|--|—|－－)\s?\S")
_IN_BRACKETS = re.compile(r"[（(].{2,60}[）)]")
_LABEL = re.compile(r"(?:标题|题目|文章标题|主标题|標題|題目)\s?[:：]\s?(?=\S{4})")
_HALVES = re.compile(rf"[{HAN}]\s[{HAN}“《]")
_GENERIC = re.compile(one_of(words.GENERIC_NAMES), re.IGNORECASE)
_COUNT = r"(?:\d{1,4}|[〇零○一二三四五六七八九十]{1,4})"
_WHEN = re.compile(
    rf"(?:{_COUNT}\s?(?:年|月份?|[日号號]|周年)|[今去明本当當][年月日天周]|上月|近日|日前|近期|近年[来來]?|连日来|連日來|最近|[目当當]前"
    r"|[上下]半年|第[一二三四]季度|[上中下]旬|年[初底末终]|月[初底末]|上午|中午|下午|晚上?|凌晨|(?:星期|周)[一二三四五六日天]"
    r"|以?[来來]|期间|期間|前后|前後|前夕|截至|截止|自|从|從|到|至|起|[-—–~～、和及\s])+"
)
_WHEN_CLAUSE = re.compile(rf"{_WHEN.pattern}[，,][，, ]*")
_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"))


def is_title_line(block: Block) -> bool:
    """Whether a line has the form of a title: unnumbered, short, without a full stop."""
    text = block.text
    official = _OFFICIAL.match(text) is not None and _KIND.search(text) is not None
    if len(text) < 4 or width_of(text) > (_WIDEST_OFFICIAL if official else _WIDEST):
        return False
    if block.cells >= 3 or block.lines > 2 or text[-1] in "。；;，,、：:…" or re.search(r"[。；;]", text):
        return False
    if (ends_sentence(text) and text[-1] not in "？?！!”’》）)") or mark_of(text) or FORM_LABEL.match(text):
        return False
    if (
        _is_cut_sentence(text)
        or date_line(text)
        or author_note(text)
        or stamp_line(text)
        or only_says_when(text)
    ):
        return False
    return not _DOCUMENT_NUMBER.fullmatch(text) and sum(character.isalpha() for character in text) >= 3


def is_head_matter(block: Block) -> bool:
    """Whether a line is a byline, date, document number or remark: what may stand between title and text."""
    text = block.text
    if len(text) > 80:
        return False
    dated = date_line(text) or author_note(text) or stamp_line(text) or label_line(text)
    formed = _DOCUMENT_NUMBER.fullmatch(text) or _SUBTITLE.match(text) or _IN_BRACKETS.fullmatch(text)
    return bool(dated or formed) or is_byline(text)


def may_stand_in_head(block: Block, first: bool) -> bool:
    """Whether a line can come before the first paragraph: a title, its last word, or what goes with it."""
    title = is_title_line(block) or PART.match(block.text) or (first and hash_level(block.text)[0] == 1)
    return bool(title) or is_head_matter(block) or _KIND_ALONE.fullmatch(block.text) is not None


def opens_text(block: Block) -> bool:
    """Whether a block can begin the text of an article: a paragraph, a first number, a salutation."""
    mark = mark_of(block.text)
    if width_of(block.text) >= 80 or (mark is not None and mark.ordinal == 1):
        return True
    return _SALUTATION.fullmatch(block.text[:60]) is not None


def title_weight(text: str) -> int:
    """How much the words look like a title: two halves, a book title, the name of a kind of document."""
    return 2 * (_HALVES.search(text) is not None) + ("《" in text or _KIND.search(text) is not None)


def title_of(head: Sequence[Block]) -> tuple[str | None, list[int]]:
    """The line that most looks like a title, else the first, with lines it runs on to; and their indexes."""
    best: tuple[int, int] | None = None
    for at, block in enumerate(head):
        titled = hash_level(block.text)[0] == 1 or PART.match(block.text) or is_title_line(block)
        if (titled or _KIND_ALONE.fullmatch(block.text)) and not _SUBTITLE.match(block.text):
            score = _score(block, at, head)
            best = (score, at) if best is None or score > best[0] else best
    if best is None:
        return None, []
    shorter = [at for at in range(len(head)) if _repeats(head[best[1]].text, head[at].text)]
    return _whole_title(head, shorter[0] if shorter else best[1])


def title_label(text: str) -> str:
    """The label of a title line (标题：), which is part of no title; empty when there is none."""
    match = _LABEL.match(text)
    return match.group().strip() if match else ""


def same_title(one: str, other: str) -> bool:
    """Whether two titles name the same article, small differences aside."""
    a, b = tight(one), tight(other)
    return a in b or b in a or SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.6


def only_says_when(text: str) -> bool:
    """Whether a line is a time and nothing else: 8月16日至17日."""
    return _WHEN.fullmatch(text) is not None


def title_in_greeting(blocks: Sequence[Block]) -> str | None:
    """The title a speaker announces in the first words: 围绕“…”为题."""
    for block in blocks[:2]:
        match = _GREETING.search(block.text[:200])
        if match and _ANNOUNCED.search(block.text[:240]):
            return match[1].strip()
    return None


def title_from_name(source: str) -> str | None:
    """The stem of a file name when it means something: not a hash, a number or 新建文本文档."""
    stem = PurePath(source.replace("\\", "/")).stem
    stem = re.sub(r"[_\s]+", " ", re.sub(r"^[\d\s._\-—、（()）]+(?=\D)", "", stem)).strip(" -")
    han = len(re.findall(rf"[{HAN}]", stem))
    latin = re.search(r"(?<![A-Za-z0-9])[A-Za-z]{4,}(?![A-Za-z0-9])", stem)
    if _GENERIC.fullmatch(stem) or re.fullmatch(r"[0-9a-fA-F \-]+", stem) or (han < 2 and not latin):
        return None
    return stem[:60]


def shortened(text: str) -> str:
    """The first words of a text as a title of at most ``LONGEST_MADE`` characters, cut at a comma.

    Clauses that only say when (8月16日至17日，) name nothing and are passed over, unless next to nothing stands behind them.
    """
    line = text.strip()
    while (when := _WHEN_CLAUSE.match(line)) and len(line) - when.end() >= SHORTEST_MADE:
        line = line[when.end() :]
    line = line[: LONGEST_MADE + 1]
    stop = re.compile(r"[，。；：！？,;:!?]").search(line, 8)
    made = line[: stop.start()] if stop else line
    return made if len(made) <= LONGEST_MADE else made[: LONGEST_MADE - 1] + "…"


def _is_cut_sentence(text: str) -> bool:
    """Whether a line is the torn start of a paragraph: an open quotation, or clauses of unlike length."""
    if any(text.count(opening) != text.count(closing) for opening, closing in _PAIRS):
        return True
    clauses = [len(clause) for clause in re.split(r"[，,]", text)]
    return len(clauses) >= 3 and max(clauses) - min(clauses) > 4


def _score(block: Block, at: int, head: Sequence[Block]) -> int:
    text = block.text
    score = (
        6 * (hash_level(text)[0] == 1) + 3 * (PART.match(text) is not None) + 3 * (at > 0 and block.cut == 2)
    )
    score += 2 * (_KIND.search(text) is not None) + ("《" in text or "关于" in text)
    cover = at + 1 < len(head) and is_title_line(head[at + 1]) and not is_byline(head[at + 1].text)
    score -= 3 * (_LETTERHEAD.fullmatch(text) is not None)
    score -= 4 * (_KIND_ALONE.fullmatch(text) is not None or (cover and _COLLECTION.search(text) is not None))
    return score - 2 * (is_byline(text) and _KIND.search(text) is None)


def _repeats(page_title: str, line: str) -> bool:
    """Whether ``page_title`` is ``line`` with the name of a web site after it: 某某支部的一天_某某网."""
    return (
        6 <= len(line) < len(page_title)
        and page_title[len(line) :].lstrip()[:1] in tuple("-_|｜—–")
        and page_title.startswith(line)
    )


def _whole_title(head: Sequence[Block], at: int) -> tuple[str, list[int]]:
    level, end = hash_level(head[at].text)
    title = head[at].text[end:] if level else head[at].text
    label = _LABEL.match(title)
    title = title[label.end() :] if label else title
    used = [at]
    if (
        at + 1 < len(head)
        and not head[at + 1].gap
        and not level
        and (link := _link(title, head[at:])) is not None
    ):
        title, at = title + link + head[at + 1].text, at + 1
        used.append(at)
    if at + 1 < len(head) and _SUBTITLE.match(head[at + 1].text):
        title += "——" + head[at + 1].text.lstrip("—-－ ")
        used.append(at + 1)
    return title, used


def _link(title: str, head: Sequence[Block]) -> str | None:
    """What joins a title to the line after it when it runs on there (在……会议上的 / 讲话); ``None`` when not.

    Two centred lines, or two lines that stand alone above an empty line, are two halves of one title.
    """
    following = head[1]
    if title[-1] in "的和与、，及关于在" or _KIND_ALONE.fullmatch(following.text):
        return ""
    if not is_title_line(following) or is_head_matter(following) or is_byline(title) or _KIND.search(title):
        return None
    if _COLLECTION.search(title) or _LETTERHEAD.fullmatch(title):
        return None
    alone = len(head) > 2 and head[2].gap > 0 and not is_title_line(head[2])
    centred = min(head[0].indent, following.indent) >= 6
    return " " if alone or centred else None
