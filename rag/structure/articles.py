"""Where one article ends and the next begins, and what each is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rag.datatypes import Metadata
from rag.structure.headings import is_label
from rag.structure.imprint import author_note, date_line, stamp_line
from rag.structure.lines import ends_sentence
from rag.structure.numbering import hash_level, mark_of
from rag.structure.paragraphs import Block
from rag.text import tight

_LONGEST = 46
_KIND = re.compile(r"(?:制度|办法|规定|条例|细则|规则|准则|通知|通报|公告|通告|意见|方案|报告|讲话|讲稿|发言|总结|要点|纪要|守则|职责|流程|倡议书|决定|决议|公约|清单|提纲|简报|党课|材料|体会|随笔|辞|信)(?:[（(].{1,20}[）)])?$")
_PART = re.compile(r"[【\[（(]?\s?(?:第\s?[一二三四五六七八九十百\d]{1,3}\s?(?:篇|讲|課|课|期|则)|(?:案例|范文|例文|经验|材料|文章|篇)\s?[一二三四五六七八九十\d]{1,3})\s?[】\]）)]?[\s：:、.．]*")
_GREETING_TITLE = re.compile(r"(?:围绕|以|題為|题为|题目是|主题是|主题为)\s?[“《「『\"]([^“”《》「」『』\"\n]{4,40})[”》」』\"]")
_SALUTATION = re.compile(r".{0,40}(?:同志们|同事们|朋友们|代表们|同学们|领导|来宾|委员|书记|党委|支部|单位|部门)[：:]$")
_DOCUMENT_NUMBER = re.compile(r".{0,16}[〔\[（(【]\s?\d{4}\s?[〕\]）)】]\s?(?:第\s?)?\d{1,4}\s?号.{0,20}")
_LETTERHEAD = re.compile(r".{2,30}(?:文件|简报|内部资料|学习资料|参阅件)")
_SUBTITLE = re.compile(r"(?:——|--|—|－－)\s?\S")
_GENERIC = re.compile(r"新建.*|未命名.*|无标题.*|文档\d*|文本\d*|下载.*|副本.*|untitled.*|document\d*|new ?text.*|readme|text\d*|file\d*|copy.*|temp.*|test.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """The blocks of one article with what their head and end said about it; ``title`` is ``None`` when no line is one."""

    title: str | None
    blocks: tuple[Block, ...]
    metadata: Metadata
    first_line: int
    unused: tuple[Block, ...]


def split_articles(blocks: Sequence[Block], contents: frozenset[str] = frozenset()) -> tuple[Section, ...]:
    """The articles of a file in order; a file without evidence of several is one."""
    starts = _starts(blocks, contents)
    ends = [*starts[1:], len(blocks)]
    return tuple(_article(blocks[a:b]) for a, b in zip(starts, ends, strict=True))


def shortened(text: str, longest: int = 40) -> str:
    """The first words of a text as a title of at most ``longest`` characters, cut at a comma where there is one."""
    line = text.strip().split("\n")[0][: longest + 1]
    stop = re.compile(r"[，。；：！？,;:!?]").search(line, 8)
    words = line[: stop.start()] if stop else line
    return words if len(words) <= longest and (stop or len(line) <= longest) else words[: longest - 1] + "…"


def title_from_name(source: str) -> str | None:
    """The stem of a file name when it means something: not a hash, a number or 新建文本文档."""
    stem = re.sub(r"^[\d\s._\-—、（()）]+(?=\D)", "", PurePath(source.replace("\\", "/")).stem).strip(" _-")
    stem = re.sub(r"[_\s]+", " ", stem)
    han = len(re.findall(r"[\u4e00-\u9fff]", stem))
    if _GENERIC.fullmatch(stem) or re.fullmatch(r"[0-9a-fA-F\s\-]+", stem) or (han < 2 and not re.search(r"[A-Za-z]{4,}", stem)):
        return None
    if not han and re.search(r"\d", stem) and not re.search(r"[A-Za-z]{4,}(?![A-Za-z0-9])", stem):
        return None
    return stem[:60]


def title_in_greeting(blocks: Sequence[Block]) -> str | None:
    """The title a speaker announces in the first words: 围绕“…”为题."""
    for block in blocks[:2]:
        match = _GREETING_TITLE.search(block.text[:200])
        if match and re.search(r"为题|為題|为主题|题为|題為|题目|主题", block.text[:240]):
            return match[1].strip()
    return None


# --- boundaries


def _starts(blocks: Sequence[Block], contents: frozenset[str]) -> list[int]:
    """Indexes at which articles begin; 0 is always one."""
    likely = [at for at in range(1, len(blocks)) if _may_be_title(blocks, at)]
    bounds = [0, *likely, len(blocks)]
    usual = _usual_gap(blocks, set(likely))
    starts = [0]
    for i, at in enumerate(likely, 1):
        before = blocks[bounds[i - 1] : at] if starts[-1] == bounds[i - 1] else blocks[starts[-1] : at]
        score = _evidence(blocks, at, usual, contents) + _contrast(before, blocks[at : bounds[i + 1]])
        if score >= 4:
            starts.append(at)
    return starts


def _may_be_title(blocks: Sequence[Block], at: int) -> bool:
    """Whether a block can be the title of a further article: a title line after finished text, with text to come."""
    block, before = blocks[at], blocks[at - 1]
    part = _PART.match(block.text)
    level, _ = hash_level(block.text)
    if level > 1 or not (part or level == 1 or is_title_line(block)):
        return False
    if not (part or level or block.gap or block.cut):
        return False
    if is_title_line(before) and before.gap and not part:
        return False
    following = [b for b in blocks[at + 1 : at + 5] if not _is_head_matter(b)]
    return bool(following) and (len(following[0].text) >= 40 or mark_of(following[0].text) is not None or _SALUTATION.match(following[0].text) is not None)


def is_title_line(block: Block) -> bool:
    """Whether a line has the form of a title: unnumbered, short, without a full stop."""
    text = block.text
    if not 4 <= len(text) <= _LONGEST or block.columns >= 3 or block.lines > 2 or text[-1] in "。；;，,、：:…":
        return False
    if ends_sentence(text) and text[-1] not in "？?！!" or mark_of(text) is not None or date_line(text) or author_note(text):
        return False
    if "。" in text or re.search(r"[；;]", text) or stamp_line(text) or _DOCUMENT_NUMBER.fullmatch(text):
        return False
    return sum(c.isalpha() for c in text) >= 3


def _usual_gap(blocks: Sequence[Block], titles: set[int]) -> int:
    """The number of empty lines that usually stands between two paragraphs."""
    gaps = sorted(block.gap for at, block in enumerate(blocks) if at and at not in titles and at - 1 not in titles)
    return gaps[len(gaps) // 2] if gaps else 0


def _evidence(blocks: Sequence[Block], at: int, usual: int, contents: frozenset[str]) -> int:
    """How much the line itself and its surroundings speak for a new article."""
    block = blocks[at]
    score = 2 * (block.gap > usual) + 2 * (block.cut == 2) + (block.cut == 1)
    score += 4 * (_PART.match(block.text) is not None) + 3 * (hash_level(block.text)[0] == 1)
    score += 2 * (tight(block.text) in contents)
    score += len(block.text) >= 8
    score += " " in block.text or "《" in block.text or _KIND.search(block.text) is not None
    score -= 2 * (len(block.text) < 6)
    return score


def _contrast(before: Sequence[Block], after: Sequence[Block]) -> int:
    """How much the texts on both sides look like articles of their own: their size, and numbering that begins anew."""
    score = 0
    sizes = [sum(len(block.text) for block in side) for side in (before, after)]
    score += 1 if min(sizes) >= 600 else -1 if min(sizes) < 200 else 0
    firsts = [_first_ordinal(side) for side in (before, after)]
    return score + 2 * (firsts[0] == 1 and firsts[1] == 1)


def _first_ordinal(blocks: Sequence[Block]) -> int:
    """The first number of the outermost numbering in ``blocks``; 0 when there is none."""
    marks = [mark for block in blocks if (mark := mark_of(block.text)) and mark.rank <= 7 and mark.scheme != "clause"]
    top = min((mark.rank for mark in marks), default=0)
    return next((mark.ordinal for mark in marks if mark.rank == top), 0)


# --- head and end of one article


def _article(blocks: Sequence[Block]) -> Section:
    head = _head_length(blocks)
    title_at = _title_block(blocks[:head])
    title, used = None, set[int]()
    if title_at is not None:
        title, used = _full_title(blocks, title_at, head)
    metadata, noted = _head_metadata(blocks, used, head)
    tail, ending = _end_matter(blocks, head)
    body = tuple(b for at, b in enumerate(blocks[:tail]) if at not in used and at not in noted)
    unused = tuple(blocks[at] for at in sorted(noted)) + tuple(blocks[tail:])
    merged = Metadata(author=metadata.author or ending.author, date=metadata.date or ending.date)
    return Section(title, body, merged, blocks[0].number if blocks else 1, unused)


def _head_length(blocks: Sequence[Block]) -> int:
    """How many blocks come before the first paragraph or numbered heading."""
    for at, block in enumerate(blocks[:12]):
        if hash_level(block.text)[0] > 1 and at or (mark_of(block.text) is not None and not _PART.match(block.text)):
            return at
        if len(block.text) > _LONGEST or ends_sentence(block.text) and not is_title_line(block) and not _is_head_matter(block):
            return at
    return min(len(blocks), 12) if len(blocks) > 12 else max(0, len(blocks) - 1)


def _is_head_matter(block: Block) -> bool:
    """A byline, date, document number or subtitle: what may stand between title and text."""
    text = block.text
    return bool(
        date_line(text)
        or author_note(text)
        or stamp_line(text)
        or _DOCUMENT_NUMBER.fullmatch(text)
        or _SUBTITLE.match(text)
        or re.fullmatch(r"[（(].{2,60}[）)]", text)
        or (len(text) <= 24 and re.fullmatch(r"\S{2,20}(?:\s\S{2,8})?", text) and not ends_sentence(text) and is_byline(text))
    )


def is_byline(text: str) -> bool:
    """Whether a line names an office or person: 某某县委组织部 张三."""
    return re.search(r"(?:委|部|办|局|院|校|社|公司|支部|中心|镇|乡|村|室|厅|处|组|会|记者|通讯员|书记)\s[\u4e00-\u9fff]{1,2}\s?[\u4e00-\u9fff]{1,2}$|^[\u4e00-\u9fff]\s?[\u4e00-\u9fff]{1,2}$", text) is not None


def _title_block(head: Sequence[Block]) -> int | None:
    """The index of the title among the lines before the text: the one that most looks like a title, else the first."""
    best: tuple[int, int] | None = None
    for at, block in enumerate(head):
        level = hash_level(block.text)[0]
        part = _PART.match(block.text)
        if not (level == 1 or part or is_title_line(block)) or _SUBTITLE.match(block.text) or is_byline(block.text):
            continue
        score = 6 * (level == 1) + 3 * (part is not None) + 2 * (_KIND.search(block.text) is not None) + ("《" in block.text or "关于" in block.text)
        score -= 3 * (_LETTERHEAD.fullmatch(block.text) is not None)
        if best is None or score > best[0]:
            best = (score, at)
    return best[1] if best else None


def _full_title(blocks: Sequence[Block], at: int, head: int) -> tuple[str, set[int]]:
    """The title with the line it was wrapped to and its subtitle."""
    level, end = hash_level(blocks[at].text)
    title = blocks[at].text[end:] if level else blocks[at].text
    used = {at}
    if at + 1 < head and not blocks[at + 1].gap and not level and _wraps(title, blocks[at + 1].text):
        title, at = title + blocks[at + 1].text, at + 1
        used.add(at)
    if at + 1 < head and _SUBTITLE.match(blocks[at + 1].text):
        title += "——" + blocks[at + 1].text.lstrip("—-－ ")
        used.add(at + 1)
    return title, used


def _wraps(title: str, following: str) -> bool:
    """Whether a title runs on in the next line: 在……会议上的 / 讲话."""
    return title[-1] in "的和与、，及关于在" or re.fullmatch(r"的?(?:讲话|通知|意见|报告|决定|函|发言|致辞|实施方案|工作方案)(?:[（(].{1,12}[）)])?", following) is not None


def _head_metadata(blocks: Sequence[Block], used: set[int], head: int) -> tuple[Metadata, set[int]]:
    author = date = None
    noted: set[int] = set()
    if not used:
        return Metadata(), noted
    for at in range(min(used), head):
        block = blocks[at]
        if at in used or not _is_head_matter(block):
            continue
        noted.add(at)
        found = author_note(block.text) or stamp_line(block.text) or Metadata(date=date_line(block.text))
        author = author or found.author or (block.text if is_byline(block.text) else None)
        date = date or found.date
    for at in range(min(used)):
        noted.add(at)
        date = date or date_line(blocks[at].text)
    return Metadata(author=author, date=date), noted


def _end_matter(blocks: Sequence[Block], head: int) -> tuple[int, Metadata]:
    """Where signature and date at the end begin, and what they say."""
    tail, author, date = len(blocks), None, None
    while tail > head + 1 and len(blocks) - tail < 3:
        text = blocks[tail - 1].text
        note = author_note(text)
        if note is not None and author is None:
            author = note.author
        elif (dated := date_line(text)) and date is None:
            date = dated
        elif date and author is None and len(text) <= 30 and not ends_sentence(text) and mark_of(text) is None and text[-1] not in "：:":
            author = text
        else:
            break
        tail -= 1
    return tail, Metadata(author=author, date=date)
