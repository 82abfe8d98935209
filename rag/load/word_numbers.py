"""The numbers that Word writes before paragraphs by itself: 一、, （一）, 1., 第一章. They stand in no text."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from rag.numbers import numeral

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_LEGAL = str.maketrans("零一二三四五六七八九十百", "零壹贰叁肆伍陆柒捌玖拾佰")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_HAN = frozenset(
    "chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting taiwaneseCountingThousand".split()
)


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level counts: its format, its text with ``%1`` for the number, where it starts."""

    form: str
    text: str
    start: int
    style: str | None


class WordNumbers:
    """Counts along the paragraphs of one document, which must be asked for in order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        """``numbering`` and ``styles`` are the roots of the two parts; ``None`` where a document has none."""
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[str] = set()
        self._styles = (
            {s.get(f"{W}styleId"): s for s in styles.iter(f"{W}style")} if styles is not None else {}
        )
        if numbering is not None:
            self._read(numbering)

    def number(self, paragraph: Any) -> str:
        """What stands before a paragraph (a ``w:p``); empty when it is not numbered or has a bullet."""
        found = self._place(paragraph)
        if found is None:
            return ""
        number_id, depth = found
        abstract, restarts = self._lists.get(number_id, ("", {}))
        levels = self._levels.get(abstract, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts[abstract]
        if restarts and number_id not in self._begun:
            counts.update({at: start - 1 for at, start in restarts.items()})
        self._begun.add(number_id)
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        if level.form in ("bullet", "none"):
            return ""
        text = re.sub(r"%([1-9])", lambda match: self._part(levels, counts, int(match[1]) - 1), level.text)
        return text + " " if text and (text[-1].isalnum() or text[-1] == ".") else text

    def _part(self, levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
        level = levels.get(depth)
        return formed(counts.get(depth, level.start), level.form) if level else ""

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        """The list and level of a paragraph, its own or that of its style."""
        properties = paragraph.find(f"{W}pPr")
        own = _numbers(properties)
        style = _value(properties, "pStyle")
        if own and own[0] is not None:
            return None if own[0] == "0" else (own[0], own[1] or 0)
        seen: set[str] = set()
        while style is not None and style in self._styles and style not in seen:
            seen.add(style)
            element = self._styles[style]
            found = _numbers(element.find(f"{W}pPr"))
            if found and found[0] is not None:
                depth = own[1] if own and own[1] is not None else found[1]
                return None if found[0] == "0" else (found[0], self._depth(found[0], style, depth))
            style = _value(element, "basedOn")
        return None

    def _depth(self, number_id: str, style: str, given: int | None) -> int:
        if given is not None:
            return given
        levels = self._levels.get(self._lists.get(number_id, ("", {}))[0], {})
        return next((depth for depth, level in levels.items() if level.style == style), 0)

    def _read(self, numbering: Any) -> None:
        by_style: dict[str, str] = {}
        borrowed: dict[str, str] = {}
        for abstract in numbering.iter(f"{W}abstractNum"):
            key = str(abstract.get(f"{W}abstractNumId"))
            self._levels[key] = {int(e.get(f"{W}ilvl", "0")): _level(e) for e in abstract.iter(f"{W}lvl")}
            if (link := _value(abstract, "styleLink")) is not None:
                by_style[link] = key
            if (link := _value(abstract, "numStyleLink")) is not None:
                borrowed[key] = link
        for key, link in borrowed.items():
            self._levels[key] = self._levels.get(by_style.get(link, ""), {})
        for number in numbering.iter(f"{W}num"):
            restarts = {
                int(e.get(f"{W}ilvl", "0")): int(start)
                for e in number.iter(f"{W}lvlOverride")
                if (start := _value(e, "startOverride")) is not None
            }
            self._lists[str(number.get(f"{W}numId"))] = (str(_value(number, "abstractNumId")), restarts)


def formed(number: int, form: str) -> str:
    """``number`` as a Word number format writes it; Arabic for formats that Chinese documents do not use."""
    if form in _HAN:
        return numeral(number)
    if form == "chineseLegalSimplified":
        return numeral(number).translate(_LEGAL)
    if form == "ideographDigital":
        return str(number).translate(_DIGITS)
    if form == "ideographTraditional" and 1 <= number <= len(_STEMS):
        return _STEMS[number - 1]
    if form.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form == "decimalZero":
        return f"{number:02}"
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        return chr((65 if form == "upperLetter" else 97) + number - 1)
    if form in ("upperRoman", "lowerRoman") and 1 <= number < 40:
        return _roman(number) if form == "upperRoman" else _roman(number).lower()
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def _level(element: Any) -> _Level:
    start = _value(element, "start") or "1"
    return _Level(
        _value(element, "numFmt") or "decimal",
        _value(element, "lvlText") or "",
        int(start),
        _value(element, "pStyle"),
    )


def _numbers(properties: Any) -> tuple[str | None, int | None] | None:
    found = properties.find(f"{W}numPr") if properties is not None else None
    if found is None:
        return None
    depth = _value(found, "ilvl")
    return _value(found, "numId"), int(depth) if depth is not None else None


def _value(element: Any, name: str) -> str | None:
    found = element.find(f"{W}{name}") if element is not None else None
    return found.get(f"{W}val") if found is not None else None
