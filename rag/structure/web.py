"""What a web page adds to a text: menus, buttons, appeals, counters, notices, teasers of other pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.structure import vocabulary as words
from rag.structure.lines import BULLET, CUT_OFF, Line, ends_sentence, is_prose
from rag.structure.numbering import mark_of
from rag.structure.vocabulary import one_of
from rag.text import tight

NAVIGATION = "网页导航"
TEASER = "推荐内容"
NOTICE = "版权与转载声明"

_I = re.IGNORECASE
_COUNTER = re.compile(rf"{one_of(words.COUNTED)}[:：\s(（]{{0,3}}[\d,.]+[万kKwW+]?", _I)
_CRUMBS = re.compile(r"\s?(?:>{1,2}|＞{1,2}|»|›|->)\s?")
_PLACE = re.compile(r"(?:您|你)?(?:现在|当前|目前|所在)?(?:的|所在)?(?:位置|位於)(?:是|为)?\s?[:：]")
_MENU_PART = re.compile(r"\s?[|｜│]\s?|\s{2,}|\s·\s")
_MENU_WORD = re.compile(one_of(words.MENU_WORDS))
_APPEAL = re.compile(one_of(words.APPEALS))
_APPEAL_WORD = re.compile(one_of(words.APPEAL_WORDS))
_BUTTON = re.compile(one_of(words.BUTTONS))
_LONE_BUTTON = re.compile(rf"[【\[]?{one_of(words.LONE_BUTTONS)}[】\]]?|https?://\S+", _I)
_READING_TIME = re.compile(
    r"[（(【]?(?:本文|全文)?(?:共|约)?\s?\d+\s?字?[，,、\s]*(?:预计|大约|阅读|约){0,3}(?:需要?|时间)?[:：]?\s?"
    r"(?:约|大约)?\s?\d+\s?分钟\S{0,4}[）)】]?"
)
_END = re.compile(r"[-—=*~·▲△\s]*(?:END|The End|全文完|正文完|[（(【]完[）)】])[-—=*~·▲△\s]*", _I)
_MORE = re.compile(
    rf"[【\[▼▽◀◁▶►\s]*(?:{one_of(words.MORE)}的?){{1,3}}{one_of(words.MORE_OF)}{{1,3}}(?:精彩)?(?:内容)?[】\]:：>▼▽…\s]*"
)
_COMMENTS = re.compile(
    r"[【\[]?(?:全部|最新|热门|网友|精彩|精选)?(?:评论|留言|跟帖)(?:区|列表)?\s?[（(]?\d*[）)]?\s?条?[】\]:：]?"
    r"|\d+\s?条(?:评论|留言|回复)"
)
_DAY = r"(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?"
_DATED_LINK = re.compile(
    rf"(?:[·•●◆■\-]\s?)?(?:.{{6,60}}[\[(（\s]{_DAY}[\])）]?|[\[(（]?\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}[\])）]?\s?.{{6,60}})"
)
_NOTICE_HEAD = re.compile(rf"[【\[（(]?\s?{one_of(words.NOTICE_HEADS)}", _I)
_NOTICE_WORD = re.compile(one_of(words.NOTICE_WORDS), _I)
_REGISTERED = re.compile(r"ICP[备備证]\s?案?\s?\d|公网安备|网站标识码|All Rights Reserved", _I)
_LONGEST_HEADLINE = 20


def web_line(text: str) -> str | None:
    """Why a line can only come from a web page; ``None`` when it may be the author's."""
    if len(text) > 200 or mark_of(text) is not None:
        return None
    if _REGISTERED.search(text) or _is_notice(text):
        return NOTICE
    if _END.fullmatch(text) or _READING_TIME.fullmatch(text) or _is_interface(text) or _is_place(text):
        return NAVIGATION
    return None


def menus(lines: Sequence[Line], reasons: Mapping[int, str]) -> Iterator[int]:
    """Menus and buttons outside the text; between paragraphs the same form is the author's."""
    prose = [at for at, line in enumerate(lines) if is_prose(line)]
    first, last = (prose[0], prose[-1]) if prose else (0, len(lines))
    for at, line in enumerate(lines):
        if (at < first or at > last) and at not in reasons and (_is_menu(line.text) or _is_button(line.text)):
            yield at


def teasers(lines: Sequence[Line], reasons: Mapping[int, str]) -> Iterator[int]:
    """Lines that count readers, and texts cut off with dots that stand in a list and look alike."""
    run: list[int] = []
    for at, line in enumerate(lines):
        if line.text.endswith(CUT_OFF) or _is_counter(line.text) or at in reasons:
            run.append(at)
        else:
            yield from _teasers_of(lines, [i for i in run if i not in reasons])
            run = []
    yield from _teasers_of(lines, [i for i in run if i not in reasons])


def tails(lines: Sequence[Line], reasons: Mapping[int, str]) -> Iterator[int]:
    """Links and labels after 推荐阅读, a notice or the end of a text, up to the next title or text."""
    at = 0
    while at < len(lines):
        more = _announces_more(lines[at].text)
        ended = at in reasons and _END.fullmatch(lines[at].text) is not None
        closes = more or ended or reasons.get(at) in (NOTICE, TEASER)
        at += 1
        if not closes:
            continue
        if more:
            yield at - 1
        end = at
        while end < len(lines) and not is_prose(lines[end]) and mark_of(lines[end].text) is None:
            end += 1
        if end < len(lines):
            end = _title_before(lines, end, at, at + more)
        yield from range(at, end)
        at = max(at, end)
    yield from _dated_links(lines)


def _is_notice(text: str) -> bool:
    head = _NOTICE_HEAD.match(text)
    if head is None:
        return False
    signed = text.lstrip("【[（( ").startswith(("©", "(c)"))
    return signed or len({word.lower() for word in _NOTICE_WORD.findall(text)}) >= 2


def _is_interface(text: str) -> bool:
    """Whether a short line is made of button words: 点击上方蓝字关注我们, 赞同 326 24 条评论 分享."""
    if len(text) > 60 or "。" in text:
        return False
    if _is_button_row(text):
        return True
    appeals, others = _APPEAL.findall(text), _APPEAL_WORD.findall(text)
    covered = sum(map(len, appeals)) + sum(map(len, others))
    return bool(appeals) and len({*appeals, *others}) >= 2 and covered >= 0.5 * len(tight(text))


def _is_button_row(text: str) -> bool:
    """Whether nothing but button words and counts stands in a line."""
    buttons = [word for word in _BUTTON.findall(text) if len(word) >= 2]
    counted = any(character.isdigit() for character in text)
    rest = _BUTTON.sub("", text)
    return len(buttons) >= (1 if counted else 2) and not any(character.isalpha() for character in rest)


def _is_button(text: str) -> bool:
    return len(text) <= 200 and bool(_LONE_BUTTON.fullmatch(text) or _BUTTON.fullmatch(text))


def _is_place(text: str) -> bool:
    home = text.startswith(("首页", "主页", "网站首页"))
    return len(text) <= 80 and (_PLACE.match(text) is not None or (home and _is_menu(text)))


def _is_menu(text: str) -> bool:
    """Whether a line is a path or row of links: 首页 > 党建 > 动态, 网站地图 | 联系我们."""
    if len(text) > 120 or ends_sentence(text):
        return False
    crumbs = _CRUMBS.split(text)
    if len(crumbs) >= 3 or (len(crumbs) == 2 and _MENU_WORD.search(crumbs[0])):
        return all(len(part) <= 20 for part in crumbs)
    parts = _MENU_PART.split(text)
    return len(parts) >= 3 and all(len(part) <= 12 for part in parts) and _MENU_WORD.search(text) is not None


def _is_counter(text: str) -> bool:
    """Whether a short line counts readers: 某某 阅读 1,234 评论 5 赞 67."""
    return len(text) <= 48 and not ends_sentence(text) and len(_COUNTER.findall(text)) >= 2


def _teasers_of(lines: Sequence[Line], run: Sequence[int]) -> Sequence[int]:
    """The teasers of a run: at least three texts cut off, with counters, bullets or of one length."""
    cut = [at for at in run if lines[at].text.endswith(CUT_OFF)]
    counters = [at for at in run if not lines[at].text.endswith(CUT_OFF)]
    bullets = sum(BULLET.match(lines[at].text) is not None for at in cut)
    sizes = [len(lines[at].text) for at in cut] or [0]
    alike = min(sizes) >= 16 and max(sizes) - min(sizes) <= 0.35 * max(sizes)
    listed = len(cut) >= 3 and (2 * len(counters) >= len(cut) or 2 * bullets >= len(cut) or alike)
    return run if listed else counters


def _announces_more(text: str) -> bool:
    short = len(text) <= _LONGEST_HEADLINE
    return short and (_MORE.fullmatch(text) is not None or _COMMENTS.fullmatch(text) is not None)


def _title_before(lines: Sequence[Line], prose: int, low: int, first: int) -> int:
    """Where the next article begins: the lines from the last gap, at ``first`` or later, to ``prose``.

    A paragraph that a gap parts from a list of links has no title there; without any gap the last line is it.
    """
    for at in range(prose - 1, max(first, prose - 4) - 1, -1):
        if lines[at].gap:
            return at
    return prose if lines[prose].gap else max(low, prose - 1)


def _dated_links(lines: Sequence[Line]) -> Iterator[int]:
    """Three or more headlines with dates after the last paragraph: what else the site has published."""
    last = max((at for at, line in enumerate(lines) if is_prose(line)), default=len(lines))
    dated = [at for at in range(last + 1, len(lines)) if _DATED_LINK.fullmatch(lines[at].text[:100])]
    if len(dated) >= 3 and dated[-1] - dated[0] < 1.5 * len(dated):
        yield from dated
