"""Who wrote a text and when, from lines that stand around it: 来源：… 发布时间：…, a byline, a dateline."""

from __future__ import annotations

import re

from rag.datatypes import Metadata
from rag.structure.numbering import ordinal_of

_LABELS = (
    "文章来源|信息来源|稿件来源|新闻来源|来源于|来源|來源|稿源|出处|文章作者|作者单位|作者|撰稿人|撰稿|供稿单位|供稿|通讯员|本报记者|记者|"
    "责任编辑|責任編輯|本期编辑|编辑|责编|编审|审核人|审核|校对|初审|复审|终审|一审|二审|三审|监制|录入|"
    "发布时间|發佈時間|发布日期|发表时间|更新时间|更新日期|成文日期|发文日期|生成日期|添加时间|时间|日期|发布机构|发布单位|发文机关|发布者|发布人|发布|"
    "索引号|文号|发文字号|主题分类|主题词|公开方式|有效性|"
    "浏览次数|浏览量|浏览|阅读次数|阅读量|阅读|点击次数|点击数|点击量|点击率|点击|访问量|人气|字号|字体大小|字体|字数|"
    "原文链接|原文地址|来源链接|本文链接|链接地址|网址|分享到|分享|关键词|标签|栏目|分类|上一篇|下一篇|上一条|下一条|上篇|下篇|Tags?|Author|Date|Source|Posted|Views"
)
_LABEL = re.compile(rf"(?:^|(?<=[\s|｜\[【（(/;；，,]))({_LABELS})\s?[:：|｜丨]\s?", re.IGNORECASE)
_TAKEN_FROM = re.compile(r"(?:以下文章|本文|文章)?(?:转载自|转自|来源于|选自|摘自)\s?(\S{2,20}?)\s?(?:[,，]\s?作者\s?(\S{1,20}))?")
# These stand in the author's own minutes and lists as well: alone they prove nothing.
_AMBIGUOUS = frozenset("时间 日期 分类 栏目 文号 作者单位 发布 审核 审核人 记者 阅读 浏览 点击 分享 关键词 主题词 字数 通讯员 校对".split())
_WHO = frozenset("作者 文章作者 撰稿人 撰稿 Author author 来源 文章来源 信息来源 稿件来源 新闻来源 稿源 來源 来源于 供稿 供稿单位 发布机构 发布单位 发文机关".split())
_MAIL = re.compile(
    r"(发件人|收件人|抄送|密送|主题|发送时间|发件时间|附件|日期|时间|寄件者|收件者|副本|主題|From|To|Cc|Bcc|Subject|Sent|Date)\s?[:：]\s?",
    re.IGNORECASE,
)
_YMD = r"(\d{4})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})\s?日?"
_DATE = re.compile(rf"(?<!\d){_YMD}(?!\d)")
_HAN_DATE = re.compile(r"([一二三四五六七八九〇零○Ｏ]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
_CLOCK = r"(?:[\sT]*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
_DATE_LINE = re.compile(rf"[（(〔\[]?\s?(?:{_YMD}{_CLOCK}|{_HAN_DATE.pattern})(?:\s?(?:星期|周)[一二三四五六日天])?\s?[)）〕\]]?")
_STAMPED = re.compile(rf"(?:原创\s*)?(?:发布于|编辑于|发表于|更新于|最后编辑于)?\s?(?:[^\s，。；：、]{{1,20}}\s+){{0,3}}{_YMD}{_CLOCK}(?:\s*(?:发表于|发布于|来自|来源[:：]?)\s?\S{{1,20}})?")
_URL = re.compile(r"https?://[^\s，。；、（）()]+")
_CREDIT = re.compile(r"(?:文|图|图文|文图)\s?(?:[/／|｜][文图])?\s?[/／|｜]\s?(?P<who>\S{2,12}(?:\s\S{2,8})?)")
_NOTE = re.compile(
    r"[（(]\s?(?:本文)?(?:(?:作者|执笔人?|供稿|撰稿|来源|摘自|原载|记者|通讯员)(?:系|为|是|单位)?\s?[:：]?\s?(?P<who>.{1,60}?)|"
    r"(?:责任编辑|责编|编辑|校对|审核|图)\s?[:：].{1,40}?)\s?[)）]"
)
_SENTENCE = re.compile(r"[。！？；!?]")


def label_line(text: str) -> Metadata | None:
    """The metadata of a line that is nothing but ``label: value`` pairs around an article; ``None`` for any other line."""
    if len(text) > 160 or _SENTENCE.search(_URL.sub("", text)):
        return None
    taken = _TAKEN_FROM.fullmatch(text)
    if taken:
        return Metadata(author=taken[2] or taken[1])
    found = list(_LABEL.finditer(text))
    if not found or not _is_stamp(text[: found[0].start()]):
        return None
    pairs = [
        (match[1], text[match.end() : following.start() if following else len(text)].strip(" |｜[]【】（）()/"))
        for match, following in zip(found, [*found[1:], None], strict=True)
    ]
    certain = [label for label, _ in pairs if label not in _AMBIGUOUS]
    if not certain and len(pairs) < 3 or any(len(value) > 48 and not _URL.fullmatch(value) for _, value in pairs):
        return None
    if len(pairs) == 1 and pairs[0][0] in ("作者", "编辑", "发布者") and "，" in pairs[0][1]:
        return None
    return _metadata(pairs, text)


def mail_line(text: str) -> Metadata | None:
    """The metadata of a header line of a mail: 发件人, 主题, 发送时间; ``None`` for any other line."""
    match = _MAIL.match(text[:300])
    if match is None:
        return None
    label, value = match[1].lower(), text[match.end() :].strip()
    if label in ("主题", "主題", "subject"):
        return Metadata(title=value or None)
    if label in ("发件人", "寄件者", "from"):
        return Metadata(author=re.sub(r"\s*<[^<>]*>", "", value) or None)
    return Metadata(date=date_in(value))


def date_line(text: str) -> str | None:
    """The date (``2023-05-01``) of a line that holds a date and nothing else."""
    return date_in(text) if _DATE_LINE.fullmatch(text) else None


def stamp_line(text: str) -> Metadata | None:
    """The metadata of a line such as ``原创 某某党建 2023-05-01 08:00 发表于湖北`` at the head of a copied page."""
    if len(text) > 70 or not _STAMPED.fullmatch(text):
        return None
    match = _DATE.search(text)
    who = text[: match.start()].replace("原创", "").split() if match else []
    return Metadata(author=who[0] if who else None, date=date_in(text))


def author_note(text: str) -> Metadata | None:
    """The author named by a line in brackets: （作者系某某镇党委书记）, （来源：某某报）."""
    match = _NOTE.fullmatch(text) or _CREDIT.fullmatch(text)
    if match is None or "。" in text:
        return None
    return Metadata(author=match["who"], date=date_in(text))


def date_in(text: str) -> str | None:
    """The first full date in ``text`` as ``2023-05-01``."""
    match = _DATE.search(text)
    if match is not None:
        return _iso(*(int(group) for group in match.groups()))
    match = _HAN_DATE.search(text)
    if match is None:
        return None
    year = int("".join(str(ordinal_of(digit)) if digit not in "○Ｏ" else "0" for digit in match[1]))
    return _iso(year, ordinal_of(match[2]), ordinal_of(match[3]))


def _iso(year: int, month: int, day: int) -> str | None:
    return f"{year:04}-{month:02}-{day:02}" if 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31 else None


def _is_stamp(text: str) -> bool:
    """Whether nothing, or no more than a date, stands before the first label."""
    rest = text.strip(" |｜[【（(/")
    return not rest or _DATE_LINE.fullmatch(rest) is not None


def _metadata(pairs: list[tuple[str, str]], text: str) -> Metadata:
    who = next((value for label, value in pairs if label in ("作者", "文章作者", "撰稿", "撰稿人", "Author", "author") and value), None)
    who = who or next((value for label, value in pairs if label in _WHO and value and not _DATE.fullmatch(value)), None)
    link = _URL.search(text)
    return Metadata(url=link.group() if link else None, author=who, date=date_in(text))
