"""What an article is called, who wrote it and when: the lines before its first paragraph and after its last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import PurePath

from rag.datatypes import Metadata
from rag.structure.headings import FORM_LABEL
from rag.structure.imprint import author_note, date_in, date_line, label_line, stamp_line
from rag.structure.lines import ends_sentence, width_of
from rag.structure.numbering import hash_level, mark_of
from rag.structure.paragraphs import Block
from rag.text import HAN, tight

_HEAD = 12
_WIDEST, _WIDEST_OFFICIAL = 92, 140
_LABEL = re.compile(r"(?:标题|题目|文章标题|主标题|標題|題目)\s?[:：]\s?(?=\S{4})")
_KIND = re.compile(
    r"(?:制度|办法|规定|条例|细则|规则|准则|通知|通报|公告|通告|意见|方案|报告|讲话|讲稿|发言|总结|要点|纪要|记录|守则|职责|"
    r"流程|倡议书|决定|决议|公约|清单|提纲|党课|材料|体会|随笔|辞|信|制度|辦法|規定|條例|細則|總結|報告|講話)(?:[（(].{1,20}[）)])?$"
)
PART = re.compile(
    r"[【\[（(]?\s?(?:第\s?[一二三四五六七八九十百\d]{1,3}\s?(?:篇|讲|講|课|課|期|则|則)|"
    r"(?:案例|范文|例文|经验|材料|文章|篇)\s?[一二三四五六七八九十\d]{1,3})\s?(?:[】\]）)：:、.．\s]\s*|$)"
)
_KIND_ALONE = re.compile(
    r"的?(?:讲话|講話|通知|通报|公告|意见|报告|决定|函|发言|致辞|纪要|总结|实施方案|工作方案|实施细则)(?:[（(].{1,12}[）)])?"
)
_COLLECTION = re.compile(r"(?:汇编|选编|文集|集锦|选集|文选|材料集|合集|专辑|案例集|彙編|選編)(?:[（(].{1,20}[）)])?$")
_GREETING = re.compile(r"(?:围绕|圍繞|以|题为|題為|题目是|主题是|主题为)\s?[“《「『\"]([^“”《》「」『』\"\n]{4,40})[”》」』\"]")
_ANNOUNCED = re.compile(r"为题|為題|为主题|题为|題為|题目|主题")
_SALUTATION = re.compile(r".{0,40}(?:同志们|同志們|同事们|朋友们|代表们|同学们|领导|来宾|委员|书记|党委|支部|单位|部门)[：:]")
_DOCUMENT_NUMBER = re.compile(r".{0,16}[〔\[（(【]\s?\d{4}\s?[〕\]）)】]\s?(?:第\s?)?\d{1,4}\s?号.{0,20}")
_LETTERHEAD = re.compile(r".{2,30}(?:文件|简报|内部资料|学习资料|参阅件)")
_DISTRIBUTION = re.compile(r"(?:抄送|抄报|主送|分送)\s?[:：]|.{0,40}\d日\s?印发$|[（(]?共印\d+份[）)]?$|[（(]此[页件].{0,8}[）)]$")
_SUBTITLE = re.compile(r"(?:——|--|—|－－)\s?\S")
_IN_BRACKETS = re.compile(r"[（(].{2,60}[）)]")
_OFFICE = re.compile(
    rf"[{HAN}（）()·]{{2,24}}(?:支部|党委|委员会|党组|党总支|办公室|[部局办厅处科镇乡村站所组院校社]|街道|社区|公司|集团|学校|学院|"
    rf"大学|医院|中心|编写组|课题组|记者|通讯员|书记)"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付白邹孟熊"
    "秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤張劉陳楊黃趙吳孫馬羅鄭許馮鄧蕭蔣葉蘇呂盧鍾譚陸賈韋鄒"
)
_PERSON = re.compile(rf"[{_SURNAMES}](?:[{HAN}]{{2}}|\s[{HAN}])")
_GENERIC = re.compile(
    r"新建.*|未命名.*|无标题.*|文档\d*|文本\d*|下载.*|副本.*|untitled.*|document\d*|new ?text.*|readme|text\d*|file\d*|copy.*|temp.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Framed:
    """The blocks of one article parted into its title lines, its text and what stood around the text."""

    title: str | None
    title_blocks: tuple[Block, ...]
    blocks: tuple[Block, ...]
    around: tuple[Block, ...]
    metadata: Metadata


def _labels(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The label 标题： of title lines that have one: it is part of no title."""
    return tuple(replace(b, text=match.group().strip()) for b in blocks if (match := _LABEL.match(b.text)))


def framed(blocks: Sequence[Block]) -> Framed:
    """One article with its title found; ``title`` is ``None`` when no line before the first paragraph is one."""
    head = _head_length(blocks)
    title, used = _title(blocks[:head])
    noted = _noted(blocks[:head], used)
    found = _head_metadata([blocks[at] for at in noted])
    tail, ending = _end_matter(blocks, head)
    body = [at for at in range(tail) if at not in used and at not in noted]
    return Framed(
        title,
        tuple(blocks[at] for at in used),
        tuple(blocks[at] for at in body),
        (*(blocks[at] for at in noted), *blocks[tail:], *_labels([blocks[at] for at in used])),
        Metadata(author=found.author or ending.author, date=found.date or ending.date),
    )


def is_title_line(block: Block) -> bool:
    """Whether a line has the form of a title: unnumbered, short, without a full stop."""
    text = block.text
    official = re.match(r"关于|關於|.{0,30}《", text) is not None and _KIND.search(text) is not None
    if len(text) < 4 or width_of(text) > (_WIDEST_OFFICIAL if official else _WIDEST):
        return False
    if block.cells >= 3 or block.lines > 2 or text[-1] in "。；;，,、：:…" or re.search(r"[。；;]", text):
        return False
    if (ends_sentence(text) and text[-1] not in "？?！!”’》）)") or mark_of(text) is not None or FORM_LABEL.match(text):
        return False
    if _is_cut_sentence(text) or date_line(text) or author_note(text) or stamp_line(text) or _DOCUMENT_NUMBER.fullmatch(text):
        return False
    return sum(character.isalpha() for character in text) >= 3


def _is_cut_sentence(text: str) -> bool:
    """Whether a line is the torn first line of a paragraph: an open quotation, or clauses of unlike length."""
    if text.count("“") != text.count("”") or text.count("（") != text.count("）") or text.count("《") != text.count("》"):
        return True
    clauses = [len(clause) for clause in re.split(r"[，,]", text)]
    return len(clauses) >= 3 and max(clauses) - min(clauses) > 4


def is_head_matter(block: Block) -> bool:
    """Whether a line is a byline, date, document number or remark: what may stand between title and text."""
    text = block.text
    if len(text) > 80:
        return False
    dated = date_line(text) or author_note(text) or stamp_line(text) or label_line(text)
    form = _DOCUMENT_NUMBER.fullmatch(text) or _SUBTITLE.match(text) or _IN_BRACKETS.fullmatch(text)
    return bool(dated or form) or is_byline(text)


def is_byline(text: str) -> bool:
    """Whether a line names an office, a person or both: 某某县委组织部 张三."""
    if len(text) > 36:
        return False
    office = _OFFICE.match(text)
    rest = text[office.end() :].strip() if office else text
    return (bool(office) and not rest) or _PERSON.fullmatch(rest) is not None


def opens_text(block: Block) -> bool:
    """Whether a block is what the text of an article begins with: a paragraph, a first number, a salutation."""
    text = block.text
    mark = mark_of(text)
    return width_of(text) >= 80 or (mark is not None and mark.ordinal == 1) or bool(_SALUTATION.fullmatch(text[:60]))


def title_weight(text: str) -> int:
    """How much the words look like a title: two halves, a book title, the name of a kind of document."""
    return (2 if " " in text.strip() and HAN_ONLY.search(text) else 0) + ("《" in text or _KIND.search(text) is not None)


HAN_ONLY = re.compile(rf"[{HAN}]\s[{HAN}“《]")


def same_title(one: str, other: str) -> bool:
    """Whether two titles name the same article, small differences aside."""
    a, b = tight(one), tight(other)
    return a in b or b in a or SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.6


def shortened(text: str, longest: int = 40) -> str:
    """The first words of a text as a title of at most ``longest`` characters, cut at a comma where there is one."""
    line = text.strip()[: longest + 1]
    stop = re.compile(r"[，。；：！？,;:!?]").search(line, 8)
    words = line[: stop.start()] if stop else line
    return words if len(words) <= longest else words[: longest - 1] + "…"


def title_from_name(source: str) -> str | None:
    """The stem of a file name when it means something: not a hash, a number or 新建文本文档."""
    stem = PurePath(source.replace("\\", "/")).stem
    stem = re.sub(r"[_\s]+", " ", re.sub(r"^[\d\s._\-—、（()）]+(?=\D)", "", stem)).strip(" -")
    han = len(re.findall(rf"[{HAN}]", stem))
    words = re.findall(r"(?<![A-Za-z0-9])[A-Za-z]{4,}(?![A-Za-z0-9])", stem)
    if _GENERIC.fullmatch(stem) or re.fullmatch(r"[0-9a-fA-F \-]+", stem) or (han < 2 and not words):
        return None
    return stem[:60]


def title_in_greeting(blocks: Sequence[Block]) -> str | None:
    """The title a speaker announces in the first words: 围绕“…”为题."""
    for block in blocks[:2]:
        match = _GREETING.search(block.text[:200])
        if match and _ANNOUNCED.search(block.text[:240]):
            return match[1].strip()
    return None


def _head_length(blocks: Sequence[Block]) -> int:
    """How many blocks come before the first paragraph, numbered heading or salutation."""
    for at, block in enumerate(blocks[:_HEAD]):
        if is_title_line(block) or is_head_matter(block) or PART.match(block.text):
            continue
        if (hash_level(block.text)[0] == 1 and not at) or _KIND_ALONE.fullmatch(block.text):
            continue
        return at
    return min(_HEAD, max(0, len(blocks) - 1))


def _title(head: Sequence[Block]) -> tuple[str | None, list[int]]:
    """The line that most looks like a title, else the first, with the lines it was wrapped to; and their indexes."""
    best: tuple[int, int] | None = None
    for at, block in enumerate(head):
        level = hash_level(block.text)[0]
        titled = level == 1 or PART.match(block.text) or is_title_line(block) or _KIND_ALONE.fullmatch(block.text)
        if not titled or _SUBTITLE.match(block.text):
            continue
        score = _title_score(block, at, head)
        if best is None or score > best[0]:
            best = (score, at)
    if best is None:
        return None, []
    shorter = [at for at in range(len(head)) if _repeats(head[best[1]].text, head[at].text)]
    return _whole_title(head, shorter[0] if shorter else best[1])


def _repeats(page_title: str, line: str) -> bool:
    """Whether ``page_title`` is ``line`` with the name of a web site after it: 某某支部的一天_某某网."""
    return 6 <= len(line) < len(page_title) and re.match(re.escape(line) + r"\s?[-_|｜—–]", page_title) is not None


def _title_score(block: Block, at: int, head: Sequence[Block]) -> int:
    text = block.text
    score = 6 * (hash_level(text)[0] == 1) + 3 * (PART.match(text) is not None) + 3 * (at > 0 and block.cut == 2)
    score += 2 * (_KIND.search(text) is not None) + ("《" in text or "关于" in text)
    before_title = at + 1 < len(head) and is_title_line(head[at + 1]) and not is_byline(head[at + 1].text)
    score -= 3 * (_LETTERHEAD.fullmatch(text) is not None) + 4 * (_COLLECTION.search(text) is not None and before_title)
    score -= 4 * (_KIND_ALONE.fullmatch(text) is not None)
    return score - 2 * (is_byline(text) and _KIND.search(text) is None)


def _whole_title(head: Sequence[Block], at: int) -> tuple[str, list[int]]:
    level, end = hash_level(head[at].text)
    title = head[at].text[end:] if level else head[at].text
    used = [at]
    label = _LABEL.match(title)
    title = title[label.end() :] if label else title
    if at + 1 < len(head) and not head[at + 1].gap and not level and (link := _wrapped(title, head[at:])) is not None:
        title, at = title + link + head[at + 1].text, at + 1
        used.append(at)
    if at + 1 < len(head) and _SUBTITLE.match(head[at + 1].text):
        title += "——" + head[at + 1].text.lstrip("—-－ ")
        used.append(at + 1)
    return title, used


def _wrapped(title: str, head: Sequence[Block]) -> str | None:
    """What joins a title to the line after it when it runs on there (在……会议上的 / 讲话); ``None`` when it does not.

    Two centred lines, or two lines that stand alone above an empty line, are two halves of one title.
    """
    following = head[1]
    if title[-1] in "的和与、，及关于在" or _KIND_ALONE.fullmatch(following.text):
        return ""
    if not is_title_line(following) or is_head_matter(following) or is_byline(title) or _KIND.search(title):
        return None
    alone = len(head) > 2 and head[2].gap > 0 and not is_title_line(head[2])
    centred = min(head[0].indent, following.indent) >= 6
    return " " if (alone or centred) and not _COLLECTION.search(title) and not _LETTERHEAD.fullmatch(title) else None


def _noted(head: Sequence[Block], used: Sequence[int]) -> list[int]:
    """Lines around the title that are no text: letterhead, cover, byline, date. Without a title nothing is."""
    if not used:
        return []
    before = [at for at in range(used[0]) if is_title_line(head[at]) or is_head_matter(head[at])]
    after = []
    for at in range(used[-1] + 1, len(head)):
        if not is_head_matter(head[at]) and head[at].text != head[used[0]].text:
            break
        after.append(at)
    return before + after


def _head_metadata(blocks: Sequence[Block]) -> Metadata:
    author = date = None
    for block in blocks:
        text = block.text
        found = author_note(text) or stamp_line(text) or label_line(text) or Metadata(date=date_in(text))
        author = author or found.author or (text if is_byline(text) else None)
        date = date or found.date
    return Metadata(author=author, date=date)


def _end_matter(blocks: Sequence[Block], head: int) -> tuple[int, Metadata]:
    """Where signature and date at the end begin, and what they say."""
    tail = len(blocks)
    author = date = None
    while tail > head + 1 and len(blocks) - tail < 5:
        text = blocks[tail - 1].text
        note = author_note(text)
        if note is not None and author is None:
            author = note.author
        elif date_line(text) or (stamp_line(text) and not is_title_line(blocks[tail - 1])):
            date = date or date_in(text)
        elif _DISTRIBUTION.match(text) and len(text) <= 120:
            date = date or date_in(text)
        elif author is None and (is_byline(text) or (date and _is_signature(blocks[tail - 1]))):
            author = text
        else:
            break
        tail -= 1
    return tail, Metadata(author=author, date=date)


def _is_signature(block: Block) -> bool:
    text = block.text
    return len(text) <= 30 and not ends_sentence(text) and mark_of(text) is None and text[-1] not in "：:；，、"
