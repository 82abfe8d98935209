"""What a page or a web site put around the author's text: page numbers, running heads, menus, counters, teasers.

Rules go by form (a line of nothing but labels and counters, a list cut off with dots, a line that returns on every page)
and by place; a word alone never condemns a paragraph. Everything found here is reported as ``Dropped``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.datatypes import Dropped, Metadata
from rag.structure.imprint import label_line, mail_line
from rag.structure.lines import Line, ends_open, ends_sentence
from rag.structure.numbering import mark_of
from rag.text import tight

PAGE_NUMBER = "页码"
RUNNING_HEAD = "页眉页脚"
CONTENTS = "目录"
NAVIGATION = "网页导航"
TEASER = "推荐内容"
NOTICE = "版权与转载声明"
IMPRINT = "来源与日期"
RULE = "分隔线"

_CUTS = {RULE: 2, PAGE_NUMBER: 1, RUNNING_HEAD: 1}

BULLET = re.compile(r"(?:[•·●○■□◆◇▪▫▶►➤➢✦✧✓✔★☆※\uf06c\uf06e\uf0b7\uf0d8\uf0fc\uf0a7]\s*|[-*–]\s+)(?=\S)")
_NUMBERED_PAGE = re.compile(
    r"[-—–－·~]+\s?\d{1,4}\s?[-—–－·~]+|第\s?(?:\d{1,4}|[一二三四五六七八九十百]{1,4})\s?[页頁]\s?(?:[,，/]?\s?共\s?(?:\d{1,4}|[一二三四五六七八九十百]{1,4})\s?[页頁])?"
    r"|\d{1,4}\s?/\s?\d{1,4}|[Pp](?:age|\.)\s?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?|共\s?\d{1,4}\s?[页頁]\s?第\s?\d{1,4}\s?[页頁]"
)
_BARE_NUMBER = re.compile(r"\d{1,3}")
_WORD_OR_STOP = re.compile(r"[^\W_]|[，。、；：！？”’》）]")
_CUT_OFF = ("...", "…")
_COUNTER = re.compile(
    r"(?:阅读|浏览|评论|点赞|赞|喜欢|收藏|转发|分享|在看|点击|播放|次|人气|回复|views?|likes?|comments?|reads?)[:：\s(（]{0,3}[\d,.]+[万kKwW+]?",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:[.．。·…‥⋯]\s?){2,}\s?[-—(（]?\s?\d{1,4}\s?[-—)）]?$|[-—_─]{3,}\s?\d{1,4}$")
_TRAILING_PAGE = re.compile(r"\s+[(（]?\d{1,4}[)）]?$")
_CONTENTS = re.compile(r"[【\[]?\s?(?:目\s*[录錄次]|contents|table of contents)\s?[】\]]?[:：]?", re.IGNORECASE)
_CRUMBS = re.compile(r"\s?(?:>{1,2}|＞{1,2}|»|›|->)\s?")
_PLACE = re.compile(r"(?:您|你)?(?:现在|当前|目前|所在)?(?:的|所在)?(?:位置|位於)(?:是|为)?\s?[:：]")
_MENU_PART = re.compile(r"\s?[|｜│]\s?|\s{2,}|\s·\s")
_MENU_WORD = re.compile(r"首页|主页|网站地图|联系我们|关于我们|无障碍|长者模式|简体|繁体|English|登录|注册|版权声明|隐私|帮助|友情链接|站内搜索|RSS")
_STRONG = re.compile(
    r"点击|长按|扫码|扫一扫|扫描|识别|二维码|公众号|蓝字|蓝色字|阅读原文|阅读全文|展开全文|在看|点赞|朋友圈|QQ空间|微博|字体|字号|打印|关闭|"
    r"设为首页|加入收藏|返回顶部|返回首页|查看更多|客户端|订阅|星标|置顶|小程序|视频号"
)
_WEAK = re.compile(r"上方|下方|左下角|右下角|图片|关注|分享|收藏|转发|微信|我们|更多|大\s?中\s?小|窗口|本页|下载|加载|保存|复制链接|点亮|传递|正能量|支持|一下|再走|吧|点个|举报|投诉|纠错|返回|到")
_SINGLE = re.compile(r"[【\[]?(?:分享|收藏|打印|关闭|举报|点赞|转发|评论|广告|赞|在看|阅读原文|阅读全文|展开全文|返回顶部|原创|END|The End|全文完|完|正文|图片|发表评论|我要评论)[】\]]?|https?://\S+", re.IGNORECASE)
_READING_TIME = re.compile(r"[（(【]?(?:本文|全文)?(?:共|约)?\s?\d+\s?字?[，,、\s]*(?:预计|大约|阅读|约)*(?:需要?|时间)?[:：]?\s?(?:约|大约)?\s?\d+\s?分钟\S{0,4}[）)】]?")
_BUTTONS = re.compile(
    r"网站首页|首页|主页|发现|等你来答|登录|注册|加入\S{2}|关注问题|关注|已关注|写回答|邀请回答|添加评论|查看全部|展开|收起|回复|举报|评论|"
    r"赞同|喜欢|点赞|赞|收藏|分享|转发|在看|打赏|默认|最新|最热|正序|倒序|楼主|只看|更多回答|更多|上一页|下一页|尾页|末页|上页|下页|"
    r"打印|关闭|返回|微信|微博|QQ空间|QQ好友|QQ|朋友圈|复制链接|下载|播放|弹幕|投币|字体|字号|大|中|小|A[-+]|繁体|简体|English|搜索|"
    r"阅读|浏览|人|次|条|个|了|该|回答|到"
)
_LONG_BUTTON = 2
_END = re.compile(r"[-—=*~·▲△\s]*(?:END|The End|全文完|正文完)[-—=*~·▲△\s]*", re.IGNORECASE)
_MORE = re.compile(
    r"[【\[▼▽◀◁▶►\s]*(?:(?:相关|相關|推荐|推薦|更多|往期|延伸|热门|熱門|精彩|最新|猜你|其他人还|大家都在|喜欢此内容的人还|编辑|为你|精选)(?:的)?){1,3}"
    r"(?:阅读|閱讀|文章|新闻|新聞|链接|連結|内容|推荐|推薦|回顾|精彩|资讯|稿件|报道|喜欢|看|热点|专题|精选|更多){1,3}(?:更多)?(?:精彩)?(?:内容)?[】\]:：>▼▽…\s]*"
)
_DATED_LINK = re.compile(
    r"(?:[·•●◆■\-]\s?)?(?:.{6,60}[\[(（\s](?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?[\])）]?|[\[(（]?\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[\])）]?\s?.{6,60})"
)
_COMMENTS = re.compile(r"[【\[]?(?:全部|最新|热门|网友|精彩|精选)?(?:评论|留言|跟帖)(?:区|列表)?\s?[（(]?\d*[）)]?\s?条?[】\]:：]?|\d+\s?条(?:评论|留言|回复)")
_NOTICE_HEAD = re.compile(r"[【\[（(]?\s?(?:©|\(c\)|copyright|版权|版權|著作权|著作權|免责|免責|声明|聲明|转载|轉載|特别声明|温馨提示|本文(?:系|由|来自|转载|版权|著作权)|未经|凡本网|如有侵权|侵权|图片来源|文图来源)", re.IGNORECASE)
_NOTICE_WORD = re.compile(r"版权|版權|著作权|著作權|转载|轉載|侵权|侵權|授权|授權|许可|出处|联系作者|联系我们|删除|删侵|侵删|all rights reserved|免责|网络|copyright|©", re.IGNORECASE)
_REGISTERED = re.compile(r"ICP[备備证]\s?(?:案)?\s?\d|公网安备|网站标识码|All Rights Reserved", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Furnished:
    """The author's lines, what was around them, and what that said about the text (line number, metadata)."""

    lines: tuple[Line, ...]
    dropped: tuple[Dropped, ...]
    imprints: tuple[tuple[int, Metadata], ...]
    contents: frozenset[str]


def without_furniture(lines: Sequence[Line], page_starts: Sequence[int] = ()) -> Furnished:
    """Parts the author's lines from everything a page or web site added."""
    reasons: dict[int, str] = {}
    imprints: dict[int, Metadata] = {}
    for at, line in enumerate(lines):
        reason = _reason_alone(line)
        if reason is not None:
            reasons[at] = reason
        elif (metadata := label_line(line.text)) is not None:
            reasons[at], imprints[at] = IMPRINT, metadata
    imprints |= _mail_head(lines)
    reasons |= dict.fromkeys(imprints, IMPRINT)
    reasons |= dict(_teasers(lines, reasons))
    reasons |= _page_numbers(lines, reasons)
    reasons |= _running_heads(lines, reasons, page_starts)
    entries = dict(_contents(lines))
    reasons |= entries
    reasons |= _head_menus(lines, reasons)
    reasons |= dict(_tails(lines, reasons))
    kept = _kept(_with_pages(lines, page_starts), reasons)
    dropped = tuple(Dropped(lines[at].text, reasons[at], lines[at].number) for at in sorted(reasons))
    noted = tuple((lines[at].number, metadata) for at, metadata in sorted(imprints.items()))
    return Furnished(kept, dropped, noted, frozenset(_entry_words(lines[at].text) for at in entries))


def is_prose(line: Line) -> bool:
    """Whether a line is a paragraph, or the greater part of one, rather than a title, link or label."""
    return line.width >= 48 and ("。" in line.text or ends_sentence(line.text)) and not line.text.endswith(_CUT_OFF)


def _kept(lines: Iterable[Line], reasons: dict[int, str]) -> tuple[Line, ...]:
    kept: list[Line] = []
    gap = cut = 0
    for at, line in enumerate(lines):
        if at in reasons:
            gap += line.gap
            cut = max(cut, line.cut, _CUTS.get(reasons[at], 0) if len(line.text) >= 3 or reasons[at] != RULE else 0)
            continue
        kept.append(replace(line, gap=line.gap + gap, cut=max(cut, line.cut)))
        gap = cut = 0
    return tuple(kept)


def _with_pages(lines: Sequence[Line], page_starts: Sequence[int]) -> Iterator[Line]:
    page = 0
    for line in lines:
        before, page = page, bisect_right(page_starts, line.offset)
        yield replace(line, cut=max(line.cut, 1)) if 0 < before < page else line


def _reason_alone(line: Line) -> str | None:
    """Why a line is no text of the author, when the line itself is proof enough."""
    text = line.text
    if not _WORD_OR_STOP.search(text):
        return RULE
    if len(text) <= 24 and _NUMBERED_PAGE.fullmatch(text):
        return PAGE_NUMBER
    if len(text) > 200 or mark_of(text) is not None:
        return None
    if _REGISTERED.search(text) or _is_notice(text):
        return NOTICE
    if _END.fullmatch(text) or _READING_TIME.fullmatch(text) or _is_interface(text) or _is_place(text):
        return NAVIGATION
    return None


def _mail_head(lines: Sequence[Line]) -> dict[int, Metadata]:
    """The header lines of a mail, when a file begins with at least three of them."""
    found: dict[int, Metadata] = {}
    for at, line in enumerate(lines[:10]):
        metadata = mail_line(line.text)
        if metadata is None:
            break
        found[at] = metadata
    return found if len(found) >= 3 else {}


def _is_notice(text: str) -> bool:
    head = _NOTICE_HEAD.match(text)
    if head is None:
        return False
    return text.lstrip("【[（( ").startswith(("©", "(c)")) or len(set(_NOTICE_WORD.findall(text))) >= 2


def _is_interface(text: str) -> bool:
    """Whether a short line is made of button words: 点击上方蓝字关注我们, 【字体：大 中 小】打印 关闭."""
    if len(text) > 60 or "。" in text:
        return False
    if _is_button_row(text):
        return True
    if len(text) > 44 or not _STRONG.search(text):
        return False
    strong = sum(len(word) for word in _STRONG.findall(text))
    weak = sum(len(word) for word in _WEAK.findall(text))
    words = len(set(_STRONG.findall(text))) + len(set(_WEAK.findall(text)))
    return words >= 2 and strong + weak >= 0.5 * len(tight(text))


def _is_button_row(text: str) -> bool:
    """Whether nothing but button words and counts stands in a line: 赞同 326 24 条评论 分享 收藏."""
    words = [word for word in _BUTTONS.findall(text) if len(word) >= _LONG_BUTTON]
    counted = any(character.isdigit() for character in text)
    return len(words) >= (1 if counted else 2) and not any(c.isalpha() for c in _BUTTONS.sub("", text))


def _is_place(text: str) -> bool:
    return len(text) <= 80 and (_PLACE.match(text) is not None or (text.startswith(("首页", "主页", "网站首页")) and _is_menu(text)))


def _is_menu(text: str) -> bool:
    """Whether a line is a path or row of links: 首页 > 党建 > 动态, 网站地图 | 联系我们."""
    if len(text) > 120 or ends_sentence(text):
        return False
    crumbs = _CRUMBS.split(text)
    if len(crumbs) >= 3 or (len(crumbs) == 2 and _MENU_WORD.search(crumbs[0])):
        return all(len(part) <= 20 for part in crumbs)
    parts = _MENU_PART.split(text)
    return len(parts) >= 3 and all(len(part) <= 12 for part in parts) and _MENU_WORD.search(text) is not None


def _head_menus(lines: Sequence[Line], reasons: dict[int, str]) -> dict[int, str]:
    """Menus before the first and after the last paragraph; between paragraphs the same form is the author's own."""
    prose = [at for at, line in enumerate(lines) if is_prose(line)]
    first, last = (prose[0], prose[-1]) if prose else (0, len(lines))
    outside = [at for at in range(len(lines)) if (at < first or at > last) and at not in reasons]
    return {at: NAVIGATION for at in outside if _is_menu(lines[at].text) or _is_button(lines[at].text)}


def _is_button(text: str) -> bool:
    """Whether a line is one button word; only trusted outside the text, for a heading may be one word as well."""
    return len(text) <= 200 and (_SINGLE.fullmatch(text) is not None or _BUTTONS.fullmatch(text) is not None)


def _page_numbers(lines: Sequence[Line], reasons: dict[int, str]) -> dict[int, str]:
    """Bare numbers alone on their lines that count up, or that stand inside a broken sentence."""
    bare = [at for at, line in enumerate(lines) if _BARE_NUMBER.fullmatch(line.text)]
    values = [int(lines[at].text) for at in bare]
    counting = len(bare) >= 2 and all(0 < b - a <= 2 for a, b in zip(values, values[1:], strict=False))
    found = {}
    for at in bare:
        inside = 0 < at < len(lines) - 1 and ends_open(lines[at - 1].text) and lines[at - 1].width >= 48
        if counting or inside:
            found[at] = PAGE_NUMBER
    return found


def _running_heads(lines: Sequence[Line], reasons: dict[int, str], page_starts: Sequence[int]) -> dict[int, str]:
    """Short lines that return, digits aside, and stand at page edges or inside broken sentences."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if len(line.text) <= 48 and at not in reasons and not ends_sentence(line.text) and line.text[-1] not in "：:":
            places[re.sub(r"\d+", "#", line.text)].append(at)
    edges = _page_edges(lines, page_starts)
    found = {}
    for returned in places.values():
        if len(returned) < 2 or mark_of(lines[returned[0]].text) is not None:
            continue
        at_edge = sum(at == 0 or at in edges or _beside_page_number(lines, at, reasons) for at in returned)
        if len(returned) == 2 and at_edge < 2:
            continue
        broken = sum(0 < at < len(lines) - 1 and ends_open(lines[at - 1].text) and is_prose_start(lines, at) for at in returned)
        if at_edge >= 0.6 * len(returned) or broken >= 0.4 * len(returned):
            found.update(dict.fromkeys(returned, RUNNING_HEAD))
    return found


def is_prose_start(lines: Sequence[Line], at: int) -> bool:
    """Whether the line before ``at`` is body text that runs on past it."""
    return lines[at - 1].width >= 48 and lines[at + 1].width >= 16


def _beside_page_number(lines: Sequence[Line], at: int, reasons: dict[int, str]) -> bool:
    return reasons.get(at - 1) == PAGE_NUMBER or reasons.get(at + 1) == PAGE_NUMBER or lines[at].cut == 1


def _page_edges(lines: Sequence[Line], page_starts: Sequence[int]) -> frozenset[int]:
    """Indexes of the first two and last two lines of each page."""
    if len(page_starts) < 2:
        return frozenset()
    pages: defaultdict[int, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        pages[bisect_right(page_starts, line.offset)].append(at)
    return frozenset(at for held in pages.values() for at in (*held[:2], *held[-2:]))


def _contents(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """A table of contents: a line 目录 and its entries, or lines with dot leaders."""
    last = {_entry_words(line.text): at for at, line in enumerate(lines) if _may_be_entry(line)}
    at = 0
    while at < len(lines):
        end = at + 1
        if _CONTENTS.fullmatch(lines[at].text[:30]):
            while end < len(lines) and _has_page(lines[end]):
                end += 1
            if end == at + 1:
                while end < len(lines) and last.get(_entry_words(lines[end].text), 0) > end:
                    end += 1
            if end - at >= 3:
                yield from ((i, CONTENTS) for i in range(at, end))
        elif _may_be_entry(lines[at]) and _LEADER.search(lines[at].text):
            yield at, CONTENTS
        at = end


def _may_be_entry(line: Line) -> bool:
    return len(line.text) <= 90 and not is_prose(line)


def _has_page(line: Line) -> bool:
    return _may_be_entry(line) and bool(_LEADER.search(line.text) or _TRAILING_PAGE.search(line.text))


def _entry_words(text: str) -> str:
    """The words of an entry without leader and page number, to be compared with titles and headings."""
    return tight(_TRAILING_PAGE.sub("", _LEADER.sub("", text[:90])))


def _teasers(lines: Sequence[Line], reasons: dict[int, str]) -> Iterator[tuple[int, str]]:
    """Runs of at least three texts cut off with dots that also look alike: bullets, counters or one length."""
    run: list[int] = []
    for at, line in enumerate([*lines, Line("", 0, 0)]):
        if line.text and (line.text.endswith(_CUT_OFF) or _is_counter(line.text) or at in reasons):
            run.append(at)
            continue
        yield from _judged(lines, [i for i in run if i not in reasons])
        run = []


def _is_counter(text: str) -> bool:
    """Whether a short line counts readers: 某某 阅读 1,234 评论 5 赞 67."""
    return len(text) <= 48 and not ends_sentence(text) and len(_COUNTER.findall(text)) >= 2


def _judged(lines: Sequence[Line], run: Sequence[int]) -> Iterator[tuple[int, str]]:
    cut = [at for at in run if lines[at].text.endswith(_CUT_OFF)]
    counters = [at for at in run if at not in cut]
    bullets = sum(BULLET.match(lines[at].text) is not None for at in cut)
    sizes = [len(lines[at].text) for at in cut]
    alike = bool(cut) and max(sizes) - min(sizes) <= 0.35 * max(sizes) and min(sizes) >= 16
    if len(cut) >= 3 and (2 * len(counters) >= len(cut) or 2 * bullets >= len(cut) or alike):
        yield from ((at, TEASER) for at in run)
    else:
        yield from ((at, TEASER) for at in counters)


def _tails(lines: Sequence[Line], reasons: dict[int, str]) -> Iterator[tuple[int, str]]:
    """Links and labels after 推荐阅读, a notice or the end of the text, up to the next paragraph and its title."""
    at = 0
    while at < len(lines):
        text = lines[at].text[:30]
        more = len(text) <= 20 and (_MORE.fullmatch(text) is not None or _COMMENTS.fullmatch(text) is not None)
        closes = more or reasons.get(at) in (NOTICE, TEASER) or (at in reasons and _END.fullmatch(lines[at].text) is not None)
        at += 1
        if not closes:
            continue
        if more:
            yield at - 1, TEASER
        end = at
        while end < len(lines) and not is_prose(lines[end]) and mark_of(lines[end].text) is None:
            end += 1
        if end < len(lines):
            end = _title_before(lines, end, at)
        yield from ((i, TEASER) for i in range(at, end) if i not in reasons)
        at = max(at, end)
    yield from ((i, TEASER) for i in _dated_links(lines) if i not in reasons)


def _dated_links(lines: Sequence[Line]) -> Iterator[int]:
    """A list of at least three headlines with dates after the last paragraph: what else the site has published."""
    last = max((at for at, line in enumerate(lines) if is_prose(line)), default=len(lines))
    dated = [at for at in range(last + 1, len(lines)) if _DATED_LINK.fullmatch(lines[at].text[:100])]
    if len(dated) >= 3 and dated[-1] - dated[0] < 1.5 * len(dated):
        yield from dated


def _title_before(lines: Sequence[Line], prose: int, low: int) -> int:
    """Where the title lines of the next article begin: the lines before its first paragraph, down to the last gap."""
    at = prose
    while at > low and prose - at < 3:
        at -= 1
        if lines[at].gap:
            break
    return at
