"""The official numbering of Chinese documents: 第一章, 一、, （一）, 1., （1）, 一是."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_HAN_NUMBER = "一二三四五六七八九十百零〇两"
_N = rf"[{_HAN_NUMBER}]{{1,5}}"
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_COUNTING = "一二三四五六七八九十"
_PAREN = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_PAREN_DIGITS = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_STOP_DIGITS = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_ROMAN = {
    sign: value
    for value, sign in enumerate(
        ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"], 1
    )
}
_ROMAN |= {sign: value for value, sign in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", 1)}

# scheme, rank in the official order (a lower rank stands above), pattern with the number as group 1
_SCHEMES: tuple[tuple[str, float, re.Pattern[str]], ...] = (
    (
        "part",
        1,
        re.compile(rf"第\s?({_N}|\d{{1,3}})\s?(?:编|編|部分)(?=[\s：:、]|$|[^\s的里中，。、])[\s：:、]*"),
    ),
    ("chapter", 2, re.compile(rf"第\s?({_N}|\d{{1,3}})\s?章(?!程)[\s：:、]*")),
    ("section", 3, re.compile(rf"第\s?({_N}|\d{{1,3}})\s?(?:节(?![日目])|節(?![日目]))[\s：:、]*")),
    (
        "clause",
        4,
        re.compile(rf"第\s?({_N}|\d{{1,3}})\s?(?:条|條)(?:之[{_HAN_NUMBER}])?(?:[\s：:、]+|(?=[^的，。、]))"),
    ),
    ("chapter", 2, re.compile(r"(?:Chapter|Part)\s(\d{1,2}|[IVX]{1,4})\b[.:\s]*", re.IGNORECASE)),
    ("section", 3, re.compile(r"Section\s(\d{1,2}|[IVX]{1,4})\b[.:\s]*", re.IGNORECASE)),
    ("clause", 4, re.compile(r"Article\s(\d{1,3})\b[.:\s]*")),
    ("roman", 4.5, re.compile(r"([IVX]{1,4}|[Ⅰ-Ⅻ])\s?(?:[.．]\s+|、\s*)")),
    ("han", 5, re.compile(rf"({_N})\s?(?:、(?![{_HAN_NUMBER}]、)|[．.](?!\d))\s*")),
    ("han_paren", 6, re.compile(rf"[（(]\s?({_N})\s?[）)][\s、．.]*|([{_PAREN}])[\s、．.]*")),
    (
        "decimal",
        7,
        re.compile(
            r"(\d{1,2}(?:[.．]\d{1,2}){1,3})(?:[、\s]\s*|(?=[^\d.．%％\s万亿千百个元倍米公吨亩小分年月日人次名至到-]))"
        ),
    ),
    ("arabic", 7, re.compile(rf"(\d{{1,2}})\s?[、．.](?!\d)\s*|([{_STOP_DIGITS}])\s*")),
    (
        "arabic_paren",
        8,
        re.compile(rf"[（(]\s?(\d{{1,2}})\s?[）)][\s、．.]*|(\d{{1,2}})[）)]\s*|([{_PAREN_DIGITS}])\s*"),
    ),
    ("circled", 9, re.compile(rf"([{_CIRCLED}])\s*")),
    (
        "point",
        10,
        re.compile(
            rf"({_N})(?:是|要(?!求|素|点|事|件|闻))[，,：:]?\s*|其({_N})(?:[，,：:、是]|(?=\s))\s*|第({_N})[，,、：:是]\s*"
        ),
    ),
)
_FIRST = frozenset(
    f"第其（({_HAN_NUMBER}{_PAREN}{_CIRCLED}{_PAREN_DIGITS}{_STOP_DIGITS}0123456789０１２３４５６７８９IVXCPSAcpsⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
)
_HASH = re.compile(r"(#{1,6})\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A number at the head of a paragraph: outer schemes have a lower ``rank``; words begin at ``end``."""

    scheme: str
    rank: float
    ordinal: int
    end: int


def mark_of(text: str) -> Mark | None:
    """The number a paragraph begins with; ``None`` when it begins with words."""
    return _mark_of(text[:24]) if text and text[0] in _FIRST else None


@lru_cache(maxsize=4096)
def _mark_of(head: str) -> Mark | None:
    for scheme, rank, pattern in _SCHEMES:
        match = pattern.match(head)
        if match is not None:
            token = next(group for group in match.groups() if group)
            return Mark(scheme, rank, ordinal_of(token), match.end())
    return None


def neighbour(text: str, mark: Mark, step: int) -> str:
    """The sign ``step`` after the one ``text`` begins with: 其二 after 其一; empty when unknown."""
    sign = text[: mark.end].strip(" ，,：:")
    ordinal = mark.ordinal + step
    if not 1 <= ordinal <= 10 or not 1 <= mark.ordinal <= 10:
        return ""
    for numbers in (_COUNTING, _CIRCLED, tuple(map(str, range(1, 11)))):
        if numbers[mark.ordinal - 1] in sign:
            return sign.replace(numbers[mark.ordinal - 1], numbers[ordinal - 1], 1)
    return ""


def hash_level(text: str) -> tuple[int, int]:
    """``(level, end)`` of a Markdown heading mark; ``(0, 0)`` when there is none."""
    match = _HASH.match(text)
    return (len(match[1]), match.end()) if match else (0, 0)


def ordinal_of(token: str) -> int:
    """The value of 三, 十二, 一百零三, 12, ③ or ㈢; of ``2.3`` its last number; 0 when it is none."""
    for signs in (_PAREN, _CIRCLED, _PAREN_DIGITS, _STOP_DIGITS):
        if token in signs:
            return signs.index(token) + 1
    if token.upper() in _ROMAN:
        return _ROMAN[token.upper()]
    last = re.split(r"[.．]", token)[-1]
    if last.isdecimal():
        return int(last)
    total = current = 0
    for character in token:
        if character in _DIGITS:
            current = _DIGITS[character]
        else:
            total += (current or 1) * {"十": 10, "百": 100}.get(character, 0)
            current = 0
    return total + current
