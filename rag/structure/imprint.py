"""Who wrote a text and when, from lines that stand around it: 来源：… 发布时间：…, a byline, a dateline."""

from __future__ import annotations

import re

from rag.datatypes import Metadata
from rag.structure import vocabulary as words
from rag.structure.numbering import ordinal_of
from rag.structure.vocabulary import one_of
from rag.text import HAN

_LABEL = re.compile(
    rf"(?:^|(?<=[\s|｜\[【（(/;；，,]))({one_of(words.LABELS)})\s?[:：|｜丨]\s?", re.IGNORECASE
)
_COMMON = frozenset(words.COMMON_LABELS.split())
_WHO = frozenset(words.WHO_LABELS.split())
_WRITERS = ("作者", "文章作者", "撰稿", "撰稿人", "Author")
_MAIL = re.compile(rf"({one_of(words.MAIL_LABELS)})\s?[:：]\s?", re.IGNORECASE)
_TAKEN_FROM = re.compile(
    r"(?:以下文章|本文|文章)?(?:转载自|转自|来源于|选自|摘自)\s?(\S{2,20}?)\s?(?:[,，]\s?作者\s?(\S{1,20}))?"
)
_NOTE = re.compile(
    r"[（(]\s?(?:本文)?(?:(?:作者|执笔人?|供稿|撰稿|来源|摘自|原载|记者|通讯员)(?:系|为|是|单位)?\s?[:：]?\s?(?P<who>.{1,60}?)"
    r"|(?:责任编辑|责编|编辑|校对|审核|图)\s?[:：].{1,40}?)\s?[)）]"
)
_CREDIT = re.compile(
    r"(?:文|图|图文|文图)\s?(?:[/／|｜][文图])?\s?[/／|｜]\s?(?P<who>\S{2,12}(?:\s\S{2,8})?)"
)
_YMD = r"(\d{4})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})\s?日?"
_HAN_YMD = r"([一二三四五六七八九〇零○Ｏ]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
_CLOCK = r"(?:[\sT]*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
_DATE = re.compile(rf"(?<!\d){_YMD}(?!\d)")
_HAN_DATE = re.compile(_HAN_YMD)
_DATE_LINE = re.compile(
    rf"[（(〔\[]?\s?(?:{_YMD}{_CLOCK}|{_HAN_YMD})(?:\s?(?:星期|周)[一二三四五六日天])?\s?[)）〕\]]?"
)
_STAMP = re.compile(
    rf"(?:原创\s*)?(?:发布于|编辑于|发表于|更新于|最后编辑于)?\s?(?:[^\s，。；：、]{{1,20}}\s+){{0,3}}{_YMD}{_CLOCK}"
    r"(?:\s*(?:发表于|发布于|来自|来源[:：]?)\s?\S{1,20})?"
)
_OFFICE = re.compile(rf"[{HAN}（）()·]{{2,24}}{one_of(words.OFFICES)}")
_PERSON = re.compile(rf"[{words.SURNAMES}](?:[{HAN}]{{2}}|\s[{HAN}])")
_URL = re.compile(r"https?://[^\s，。；、（）()]+")
_SENTENCE = re.compile(r"[。！？；!?]")
_LONGEST_VALUE = 48


def label_line(text: str) -> Metadata | None:
    """The metadata of a line that is nothing but ``label: value`` pairs around an article; else ``None``."""
    if len(text) > 160 or _SENTENCE.search(_URL.sub("", text)):
        return None
    taken = _TAKEN_FROM.fullmatch(text)
    if taken:
        return Metadata(author=taken[2] or taken[1])
    found = list(_LABEL.finditer(text))
    before = text[: found[0].start()].strip(" |｜[【（(/") if found else ""
    if not found or (before and not _DATE_LINE.fullmatch(before)):
        return None
    ends = [*(match.start() for match in found[1:]), len(text)]
    pairs = [
        (match[1], text[match.end() : end].strip(" |｜[]【】（）()/"))
        for match, end in zip(found, ends, strict=True)
    ]
    common = all(label in _COMMON for label, _ in pairs)
    prose = any(len(value) > _LONGEST_VALUE and not _URL.fullmatch(value) for _, value in pairs)
    comma = len(pairs) == 1 and pairs[0][0] in ("作者", "编辑", "发布者") and "，" in pairs[0][1]
    return None if (common and len(pairs) < 3) or prose or comma else _metadata(pairs, text)


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


def stamp_line(text: str) -> Metadata | None:
    """The metadata of a line such as ``原创 某某党建 2023-05-01 08:00 发表于湖北`` on a copied page."""
    if len(text) > 70 or not _STAMP.fullmatch(text):
        return None
    match = _DATE.search(text)
    who = text[: match.start()].replace("原创", "").split() if match else []
    return Metadata(author=who[0] if who else None, date=date_in(text))


def author_note(text: str) -> Metadata | None:
    """What a remark in brackets says: （作者系某某镇党委书记）, （来源：某某报）; editors are not authors."""
    match = _NOTE.fullmatch(text) or _CREDIT.fullmatch(text)
    return Metadata(author=match["who"], date=date_in(text)) if match and "。" not in text else None


def is_byline(text: str) -> bool:
    """Whether a line names an office, a person or both: 某某县委组织部 张三丰."""
    if len(text) > 36:
        return False
    office = _OFFICE.match(text)
    rest = text[office.end() :].strip() if office else text
    return (office is not None and not rest) or _PERSON.fullmatch(rest) is not None


def date_line(text: str) -> str | None:
    """The date (``2023-05-01``) of a line that holds a date and nothing else."""
    return date_in(text) if len(text) <= 40 and _DATE_LINE.fullmatch(text) else None


def date_in(text: str) -> str | None:
    """The first full date in ``text`` as ``2023-05-01``."""
    match = _DATE.search(text)
    if match is not None:
        return _iso(int(match[1]), int(match[2]), int(match[3]))
    match = _HAN_DATE.search(text)
    if match is None:
        return None
    year = int("".join("0" if digit in "〇零○Ｏ" else str(ordinal_of(digit)) for digit in match[1]))
    return _iso(year, ordinal_of(match[2]), ordinal_of(match[3]))


def _iso(year: int, month: int, day: int) -> str | None:
    valid = 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31
    return f"{year:04}-{month:02}-{day:02}" if valid else None


def _metadata(pairs: list[tuple[str, str]], text: str) -> Metadata:
    writer = next((value for label, value in pairs if label in _WRITERS and value), None)
    source = next(
        (value for label, value in pairs if label in _WHO and value and not _DATE.fullmatch(value)), None
    )
    link = _URL.search(text)
    return Metadata(url=link.group() if link else None, author=writer or source, date=date_in(text))
