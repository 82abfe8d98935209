"""Amounts in English and in Chinese text that can be compared: fifteen minutes, 十五分钟; every six months, 每半年; half, 过半.

Spans of time are brought to days or months, shares to fractions, so that one amount has one value in both languages; how
often and how long are the same span. ``bound`` says which side of it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rag.numbers import ANNOUNCED, ENGLISH_WORDS, SHARE, english_numbers, numbers
from rag.operators import BOUNDS, operators

_SPANS = {  # unit -> family, how many of the family's own unit
    "天": ("天", 1), "日": ("天", 1), "周": ("天", 7), "旬": ("天", 10), "个月": ("月", 1), "月": ("月", 1), "季度": ("月", 3), "季": ("月", 3),
    "半年": ("月", 6), "年": ("月", 12), "学期": ("学期", 1), "学年": ("月", 12), "小时": ("分钟", 60), "学时": ("分钟", 60), "课时": ("分钟", 60), "分钟": ("分钟", 1), "工作日": ("工作日", 1),
}  # fmt: skip
_NEAR_BEFORE, _NEAR_BEHIND = 14, 3  # characters between a Chinese bound and its number
_COUNTED_TOO = str.maketrans("字份", "个个")  # counted in English texts as anything else
_LISTING = re.compile(r"[.、)）](?!\d)")  # behind the number of a list item
_NUMERAL = re.compile("[二三四五六七八九十百千两]+")  # whatever it counts
_HALF = re.compile(r"半(?:个)?(?P<unit>年|月|天|日|小时)")
_BARE = re.compile(
    r"(?P<unit>[年月]度|年[初底终末]|(?<!\d)(?<=[本当同每按逐])[年月天日]|(?<![一二三四\d上下])季度|次年|天天)"
)
_PLURAL = re.compile(r"(?:过|超)半(?!年|个|月|天)|半数|一半|多数|各半")

_UNITS = {
    "working day": "工作日", "day": "天", "week": "周", "month": "月", "quarter": "季度", "half year": "半年", "half-year": "半年", "year": "年", "minute": "分钟",
    "hour": "小时", "semester": "学期", "yuan": "元",
}  # fmt: skip
_UNIT = rf"(?P<unit>{'|'.join(_UNITS)})s?\b"
_MONTHS = "January February March April May June July August September October November December".split()
_WORD = "|".join(word for word in ENGLISH_WORDS if word != "zero")  # zero tolerance counts nothing
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|(?:{_WORD})(?:[\s-]+(?:and\s+)?(?:{_WORD})\b)*)"
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_FRACTION = re.compile(
    rf"\b(?P<above>one|a|two|three|four)[\s-](?P<below>{'|'.join(_PARTS)})s?\b|\bhalf\b(?![\s-]*(?:an?[\s-]*)?(?:year|month|day|hour|hearted))",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"\b(?P<number>{_NUMBER}|half an?|an?|each|every other|every|per|a single)[\s-]+(?:consecutive |full |whole |calendar |class |training )?{_UNIT}",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"\b(?P<low>{_NUMBER})\s*(?:to|or|and|-|–)\s*{_NUMBER}[\s-]+(?:working |consecutive |full )?{_UNIT}",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"\b(?P<often>daily|weekly|monthly|quarterly|half-yearly|yearly|annually)\b", re.IGNORECASE
)
_OFTEN_UNIT = {
    "daily": "天", "weekly": "周", "monthly": "月", "quarterly": "季度", "half-yearly": "半年", "yearly": "年", "annually": "年",
}  # fmt: skip
_MONTH = re.compile(rf"\b(?P<month>{'|'.join(_MONTHS)})\b")
_PERCENT = re.compile(rf"\b(?P<number>{_NUMBER})\s*(?:%|per\s*cent\b|percent\b)", re.IGNORECASE)
_PLAIN = re.compile(rf"(?<![\w.])(?P<number>{_NUMBER})\b", re.IGNORECASE)
_ORDINAL = re.compile(
    r"\b(?P<number>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b", re.IGNORECASE
)
_ANNOUNCING = re.compile(rf"{ANNOUNCED}\b|\s+(?:\w+\s+)?(?:cases|meetings (?:may|are))\b", re.IGNORECASE)
_LOW = r"at (?:the )?least|(?:no|not) (?:less|fewer|shorter|lower|earlier|smaller) than|not (?:fall|be) below|minimum of|not be fewer than|(?:only )?after(?=\s+(?:an? |\w+ |\d+ )?\0)"
_HIGH = r"at (?:the )?most|(?:no|not) (?:more|longer|later|larger|higher|greater) than|not (?:to )?exceed\w*|maximum of|up to|within|at the latest|not be more than"
_BOUND = re.compile(
    rf"\b(?:(?P<low>{_LOW})|(?P<high>{_HIGH})|(?P<more>more than|(?<!spread )over|exceed\w*|longer than|later than)|(?P<less>less than|fewer than|below|under))\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"^\W?(?:[\w-]+ ){0,2}?(?:(?P<low>or (?:more|above|over|longer)|at the (?:very )?least)|(?P<high>or (?:fewer|less|under|shorter)|at the most))\b",
    re.IGNORECASE,
)
_KINDS = {"low": "no less", "high": "no more", "more": "more than", "less": "less than"}
_UP, _DOWN = frozenset({"no less", "more than"}), frozenset({"no more", "less than"})


@dataclass(frozen=True, slots=True)
class Amount:
    """``text[start:end]`` says ``value`` of ``unit`` ("" where any will do); ``bounds`` are of ``rag.operators.BOUNDS``."""

    start: int
    end: int
    value: str
    unit: str = ""
    bounds: frozenset[str] = frozenset()

    def agrees(self, other: Amount) -> bool:
        """Whether ``other`` may be this amount; what has no unit may be any."""
        return self.value == other.value and self.unit in ("", other.unit)

    def parts(self, other: Amount) -> bool:
        """Whether one is bounded from below and the other from above."""
        up, down = bool(self.bounds & _UP), bool(self.bounds & _DOWN)
        return (up and not down and other.bounds <= _DOWN and bool(other.bounds)) or (
            down and not up and other.bounds <= _UP and bool(other.bounds)
        )


def in_english(text: str) -> tuple[Amount, ...]:
    """The amounts of an English text in order. ``one`` by itself counts nothing, nor does a number that announces a list."""
    found: list[Amount] = []
    for start, end, value, unit in _english(text):
        if not any(a.start < end and start < a.end for a in found):
            found.append(Amount(start, end, value, unit, _bounds(text, start, end)))
    return tuple(sorted(found, key=lambda a: a.start))


def in_chinese(text: str) -> tuple[Amount, ...]:
    """The amounts of a Chinese text; one that can be read in two ways stands twice."""
    limits = [o for o in operators(text) if o.kind in BOUNDS]
    found = []
    for start, end, value, unit in _chinese(text):
        near = frozenset(
            o.kind
            for o in limits
            if (start - _NEAR_BEFORE <= o.start < start or end <= o.end <= end + _NEAR_BEHIND)
            and not re.search("[，。；,;]", text[min(o.end, end) : max(o.start, start)])
        )
        found.append(Amount(start, end, value, unit, near))
    return tuple(found)


def _chinese(text: str) -> Iterator[tuple[int, int, str, str]]:
    for number in numbers(text.translate(_COUNTED_TOO)):
        if not number.unit and _LISTING.match(text, number.end):
            continue
        value, unit = number.value, number.unit
        if unit == "每":
            digits = re.match(r"\d+", value)
            yield (
                number.start,
                number.end,
                *_span(digits.group() if digits else "1", value.lstrip("0123456789")),
            )
        elif unit == SHARE or "/" in value:
            yield number.start, number.end, value, SHARE
        elif unit in ("季度", "第季度"):
            yield number.start, number.end, value, ""
            yield number.start, number.end, *_span(value, "季度")
        elif unit != "相对":
            yield number.start, number.end, *_span(value, unit.lstrip("第"))
    for match in _NUMERAL.finditer(text):
        for number in numbers(f"{match.group()}个")[:1]:
            yield *match.span(), number.value, ""
    for match in _HALF.finditer(text):
        yield *match.span(), *_half(match["unit"])
    for match in _BARE.finditer(text):
        yield *match.span(), *_span("1", re.sub("[度初底终末次]|^天(?=天)", "", match["unit"]))
    for match in _PLURAL.finditer(text):
        yield *match.span(), "1/2", SHARE


def _english(text: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _PERCENT.finditer(text):
        yield *match.span(), str(Fraction(_value(match["number"])) / 100), SHARE
    for match in _SPAN.finditer(text):
        number, unit = match["number"].lower(), _UNITS[match["unit"].lower()]
        yield *match.span(), *(_half(unit) if number.startswith("half") else _span(_counted(number), unit))
    for match in _OFTEN.finditer(text):
        yield *match.span(), *_span("1", _OFTEN_UNIT[match["often"].lower()])
    for match in _MONTH.finditer(text):
        if match["month"] != "May" or re.match(r"\s*\d", text[match.end() :]):
            yield *match.span(), str(_MONTHS.index(match["month"]) + 1), "月"
    for match in _FRACTION.finditer(text):
        above = {"two": 2, "three": 3, "four": 4}.get((match["above"] or "").lower(), 1)
        yield *match.span(), str(Fraction(above, _PARTS[(match["below"] or "half").lower()])), SHARE
    for match in _RANGE.finditer(text):
        yield match.start(), match.end("low"), *_span(_value(match["low"]), _UNITS[match["unit"].lower()])
    for match in _PLAIN.finditer(text):
        if match["number"].lower() != "one" and not (
            _ANNOUNCING.match(text, match.end()) and match["number"][0].isalpha()
        ):
            yield *match.span(), _value(match["number"]), ""
    for match in _ORDINAL.finditer(text):
        yield *match.span(), _value(match["number"]), ""


def _counted(number: str) -> str:
    """How many of a unit: fifteen, every other, or one (a, each, per, a single)."""
    if number == "every other":
        return "2"
    return _value(number) if re.match(r"\d|" + _WORD, number) else "1"


def _half(unit: str) -> tuple[str, str]:
    return _span("1", "半年") if unit == "年" else _span("1/2", unit)


def _value(number: str) -> str:
    if number.lower() == "one":
        return "1"
    return next(iter(english_numbers(number)), "0")


def _span(value: str, unit: str) -> tuple[str, str]:
    """A span of time in its family's own unit; the years of dates, and all else, as they are."""
    family, size = _SPANS.get(unit, ("", 0))
    if not size or "." in value or (unit == "年" and len(value) == 4):
        return value, unit
    return str(Fraction(value) * size), family


def _bounds(text: str, start: int, end: int) -> frozenset[str]:
    """The bound right before an English amount in the same clause, or right behind it."""
    behind = _BEHIND.match(text[end:])
    if behind is not None:
        return frozenset({_KINDS[str(behind.lastgroup)]})
    before = re.split(r"[,;:.]|\band\b", text[:start])[-1] + "\0"
    found = list(_BOUND.finditer(before))
    if not found or len(before[found[-1].end() :].split()) > 4:
        return frozenset()
    return frozenset({_KINDS[str(found[-1].lastgroup)]})
