"""Numbers in Chinese and English text, as values with what they count: 三十二学时, 32 学时 and 32 hours are one number.

Only counted, dated, ordinal or Arabic numbers are read; the numerals inside set phrases (三会一课, 一定, 统一) are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from embeddings.fold import fold

_NAMES = "零一二三四五六七八九"
_DIGIT = {c: n for n, c in enumerate(_NAMES)} | {"〇": 0, "两": 2}
_SCALE = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10_000, "亿": 100_000_000}
_CN = "零〇一二三四五六七八九十百千万亿两"

# longest first; the value names the class: units of one class may stand for one another
UNITS = {
    "个工作日": "工作日", "工作日": "工作日", "个百分点": "百分点", "百分点": "百分点", "个自然日": "天", "个小时": "小时", "个星期": "周",
    "个季度": "季度", "个课时": "课时", "个学时": "学时", "学时": "学时", "课时": "课时", "小时": "小时", "分钟": "分钟", "季度": "季度",
    "个月": "个月", "周岁": "岁", "周年": "年", "年级": "年级", "人次": "人次", "万元": "万元", "星期": "周", "公里": "公里", "平方米": "平方米",
    "个人": "人", "个": "个", "项": "个", "条": "个", "种": "个", "类": "个", "件": "个", "点": "个", "款": "个", "步": "个", "处": "个", "批": "个",
    "方面": "个", "道": "个", "则": "个", "环节": "个", "阶段": "个", "面": "个", "句": "个", "样": "个", "张": "个", "页": "个", "本": "个", "册": "个",
    "名": "人", "人": "人", "位": "人", "年": "年", "载": "年", "月": "月", "日": "日", "号": "日", "天": "天", "周": "周",
    "次": "次", "场": "次", "回": "次", "期": "次", "轮": "次", "遍": "次", "届": "届", "岁": "岁", "倍": "倍", "成": "成", "元": "元", "分": "分",
    "家": "家", "户": "家", "支": "支", "篇": "篇", "部": "部", "级": "级", "亩": "亩", "章": "章", "讲": "讲", "课": "课", "%": "%",
}  # fmt: skip
_UNIT = "|".join(sorted((re.escape(u) for u in UNITS), key=len, reverse=True))
_APPROX = r"(?:[余多来几]|以上)?"
_PERCENT = rf"百分之(?P<percent>[{_CN}点]+|\d+(?:\.\d+)?)"
_SHARE = rf"(?P<below>[{_CN}]{{1,3}}|\d{{1,3}})分之(?P<above>[{_CN}]{{1,3}}|\d{{1,3}})"
_FRACTION = r"(?<![\d/])(?P<part>\d{1,2})/(?P<of>\d{1,2})(?![\d/])"
_ARABIC = r"(?P<arabic>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_CHINESE = rf"(?<![{_CN}几数统唯单之逐专同合])(?P<chinese>[{_CN}]+)(?={_APPROX}(?:{_UNIT})|(?:至|到|—|-|~)第?[{_CN}]+(?:{_UNIT}))"
_ORDINAL = rf"第\s*(?P<ordinal>[{_CN}]+|\d+)\s*(?P<ranked>{_UNIT})?"
_PATTERN = re.compile(
    rf"{_PERCENT}|{_SHARE}|{_FRACTION}|{_ORDINAL}|(?:{_ARABIC}|{_CHINESE})\s*(?P<approx>{_APPROX})\s*(?P<scale>[百千万亿]*)\s*[余多]?\s*(?P<unit>{_UNIT}|％)?"
)
SHARE = "份额"
_HALF = re.compile(r"半(?=(?:年|个?月|天|日|小时|数|个))|(?<=[年月天])半")
_EVERY = re.compile(
    r"(?:每|逐)(?:(?:半|[两三四五六七八九十\d]+)?(?:个)?(?:季度|月|学年|年|学期|周|天|日|星期|届|季|旬|班次|工作日|小时))|按(?:月|季度?|年|周|日)"
)
_RELATIVE = re.compile(r"[上下本当次今去明前后](?:半年|季度|个?月(?![份底初末])|年度?(?!级|龄|轻))")
_TO = re.compile(r"\s*(?:至|到|-|–|—|~|、|或者?)\s*第?")
_CLASSIFIERS = frozenset(
    "个 项 条 种 类 件 点 名 位 面 支 处 批 步 级 部 本 张 道 样 句 份 家 户 方面 成 号 期 分 课 讲 款 轮 回 页 册 场 章 篇 日 则".split()
)
_NOT_A_COUNT = re.compile(
    r"一(?:成不变|部分|级(?:抓|党组织)|面(?:旗|镜|之)|分为二|期工程|线|些|样|点(?!\d)|道(?!道)|起|致|体|旦|贯|味|切|律|定|般|直|度|把手|岗|方面|时|经|并|同|举|流)|(?<![二三四五六七八九])十(?:分(?!钟)|足)|[千百]家|万(?:一|分)|四个(?:意识|自信)|三会一课"
    r"|两(?:个维护|面人|个确立|新组织)|三(?:个代表|严三实)|八(?:项规定)"
)

_ENGLISH = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    w: 10 * (n + 2) for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
}
_ENGLISH_SCALE = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
ENGLISH_WORDS = tuple(sorted((*_ENGLISH, *_TENS, *_ENGLISH_SCALE), key=len, reverse=True))
_WORD = "|".join(ENGLISH_WORDS)
_ENGLISH_RUN = re.compile(
    rf"\b(?:\d[\d,]*(?:\.\d+)?|(?:{_WORD})\b)(?:(?:[\s-]+(?:and\s+)?)(?:{_WORD})\b)*",
    re.IGNORECASE,
)
_ENGLISH_ORDINAL = {
    w: n + 1 for n, w in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split())
}
# behind a number that only announces a list: the four roles
ANNOUNCED = r"\s+(?:\w+\s+)?(?:roles?|things|points|aspects|ways|parts|kinds|types|goals|items|steps|areas|respects|requirements|measures|principles)"


@dataclass(frozen=True, slots=True)
class Number:
    """``text[start:end]`` read as ``value`` (a decimal or a fraction, as text) of ``unit`` (a class of ``UNITS`` or "").

    ``article`` marks 一 before a plain classifier (一个, 一名), which mostly means "a" and counts nothing.
    """

    start: int
    end: int
    value: str
    unit: str
    article: bool = False

    def agrees(self, other: Number) -> bool:
        """Whether the two may be the same number: equal values, and units of one class where both have one."""
        if self.value != other.value:
            return False
        shorter, longer = sorted((self.unit, other.unit), key=len)
        return shorter in ("", longer) or (shorter == "第" and longer.startswith("第"))


def numbers(text: str) -> tuple[Number, ...]:
    """The numbers of Chinese text (Arabic digits of any text) in order; frequencies (每月, 按季度) too, with unit ``每``."""
    folded = fold(text)
    blocked = [m.span() for m in _NOT_A_COUNT.finditer(folded)]
    found = [Number(m.start(), m.end(), _frequency(m.group()), "每") for m in _EVERY.finditer(folded)]
    found += [Number(m.start(), m.end(), "1", "次") for m in re.finditer("[每逐]次", folded)]
    taken = [(n.start, n.end) for n in found] + blocked
    for number in _plain_numbers(folded):
        if not any(a < number.end and number.start < b for a, b in taken):
            found.append(number)
    found.extend(
        Number(m.start(), m.end(), "1/2", SHARE if folded[m.end() : m.end() + 1] == "数" else "")
        for m in _HALF.finditer(folded)
        if not any(a <= m.start() < b for a, b in taken)
    )
    found.extend(
        Number(m.start(), m.end(), m.group().replace("个", ""), "相对")
        for m in _RELATIVE.finditer(folded)
        if not any(a <= m.start() < b for a, b in taken)
    )
    return tuple(_with_units(folded, sorted(found, key=lambda n: n.start)))


def _with_units(folded: str, found: list[Number]) -> Iterator[Number]:
    """Both ends of a range count the same: 3至5人."""
    for index, number in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        if following is not None and not number.unit and _TO.fullmatch(folded, number.end, following.start):
            number = replace(number, unit=following.unit)
        yield number


def _plain_numbers(folded: str) -> Iterator[Number]:
    for match in _PATTERN.finditer(folded):
        got = match.groupdict()
        if got["percent"]:
            value, unit, article = (
                _share(Fraction(_value(got["percent"].replace("点", "."))) / 100),
                SHARE,
                False,
            )
        elif got["below"]:
            value, unit, article = _share(_fraction(_value(got["above"]), _value(got["below"]))), SHARE, False
        elif got["part"]:
            value, unit, article = _share(_fraction(got["part"], got["of"])), SHARE, False
        elif got["ordinal"]:
            value, unit, article = _value(got["ordinal"]), "第" + UNITS.get(got["ranked"] or "", ""), False
        else:
            digits = got["arabic"] or got["chinese"]
            value = _scaled(_value(digits.replace(",", "")), got["scale"])
            unit = "%" if got["unit"] == "％" else UNITS.get(got["unit"] or "", "")
            if unit in ("%", "成"):
                value, unit = _share(Fraction(value) / (100 if unit == "%" else 10)), SHARE
            if unit == "万元":
                value, unit = _scaled(value, "万"), "元"
            article = digits == "一" and not got["approx"] and got["unit"] in _CLASSIFIERS
        yield Number(match.start(), match.end(), value, unit, article)


def _fraction(above: str, below: str) -> Fraction:
    return Fraction(int(above), max(int(below), 1))


def _share(value: Fraction) -> str:
    """A share of a whole, however it is written: 六成, 60%, 五分之三."""
    return str(value)


def _frequency(text: str) -> str:
    plain = re.sub(r"^[每逐按]|个", "", text)
    plain = {"季": "季度", "星期": "周", "日": "天"}.get(plain, plain)
    return re.sub(r"[二两]", "2", plain)


def _value(text: str) -> str:
    """The value of Arabic or Chinese digits, as a plain decimal."""
    if re.fullmatch(r"[\d.]+", text):
        return _decimal(text)
    if "." in text:
        whole, _, part = text.partition(".")
        return _decimal(f"{_value(whole)}.{''.join(str(_DIGIT.get(c, 0)) for c in part)}")
    if not re.search(r"[十百千万亿]", text):
        return _decimal("".join(str(_DIGIT[c]) for c in text))
    total = section = digit = 0
    for character in text:
        if character in _DIGIT:
            digit = _DIGIT[character]
        elif character in _SCALE:
            section += (digit or 1) * _SCALE[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * _BIG[character]
            section = digit = 0
    return str(total + section + digit)


def _scaled(value: str, scale: str) -> str:
    factor = 1
    for character in scale:
        factor *= (_SCALE | _BIG)[character]
    return value if factor == 1 else _decimal(str(Fraction(value) * factor))


def _decimal(text: str) -> str:
    if "/" in text:
        return text
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (
        text.lstrip("0") or "0"
        if "." not in text
        else (text.lstrip("0") if not text.startswith("0.") else text)
    )


def numeral(number: int) -> str:
    """1 to 999 as Chinese numerals: 十二, 一百零三; Arabic digits beyond."""
    if not 0 < number < 1000:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_NAMES[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _NAMES[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_NAMES[ones] if ones else "")


def english_numbers(text: str) -> frozenset[str]:
    """The values of the numbers in English text, digits and words: ``more than 1,200 in twenty-three`` gives 1200 and 23.

    ``one`` is left out: it mostly is a pronoun. Ordinals up to tenth count.
    """
    found = {
        _english_value(m.group())
        for m in _ENGLISH_RUN.finditer(text)
        if m.group().lower() not in ("one", "zero")
    }
    found |= {
        str(n)
        for word, n in _ENGLISH_ORDINAL.items()
        if n > 1 and re.search(rf"\b{word}\b", text, re.IGNORECASE)
    }
    return frozenset(found)


def _english_value(run: str) -> str:
    total = Fraction(0)
    section = Fraction(0)
    for word in re.split(r"[\s-]+", run.lower()):
        if word[:1].isdigit():
            section += Fraction(word.rstrip(",").replace(",", ""))
        elif word in _ENGLISH:
            section += _ENGLISH[word]
        elif word in _TENS:
            section += _TENS[word]
        elif word == "hundred":
            section = (section or Fraction(1)) * 100
        elif word in _ENGLISH_SCALE:
            total += (section or Fraction(1)) * _ENGLISH_SCALE[word]
            section = Fraction(0)
    value = total + section
    return str(value.numerator) if value.denominator == 1 else _decimal(f"{float(value):.6f}")
