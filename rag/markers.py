"""Citation markers in model text: every bracket and digit variant, read in one place.

Understood wherever they stand: [1] 【1】 ［１］ 〔1〕 [[1]] [1,2] [1、2] [1-3] [^1] [ID:1] [来源1] [资料 1] [citation:1] 【1†source】
<sup>1</sup> ^1^ ##1$$. At the end of a clause only, because elsewhere they number a list: (1) （资料1、2） ¹ ① and 见资料3.
Text that merely looks alike is left alone: (2023), [2023]年, 〔2019〕34号, 第[3]条, 附件（2）, （一）, m².
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_RANGE = 20

_DIGITS = r"(?:\d{1,3}(?!\d))"
_LABEL = (
    r"(?:\^|#|ID|来源|來源|资料|資料|引用|文献|文獻|文档|文檔|文件|段落|参考(?:资料|文献)?|參考(?:資料|文獻)?|材料|出处|出處|注|见|見"
    r"|refs?\.?|references?|sources?|citations?|cite|docs?|documents?|passages?)"
)
_NUMBER = rf"(?:{_LABEL}\s*[:：_\-]?\s*)?(?:\d{{1,2}}:)?{_DIGITS}(?:\s*†[^\]】］〕\n]{{0,40}})?"
_BETWEEN = r"(?:\s*(?:[,，、;；&]|和|与|及|and|-|–|—|~|～|至|到)\s*|\s+)"
_INNER = rf"(?:{_LABEL}\s*[:：]?\s*)?{_NUMBER}(?:{_BETWEEN}{_NUMBER})*"
_NO_LAW = r"(?<!第)(?:(?=[\[【［])|(?<![字函令]))"  # 第[3]条, 组通字〔95〕; but: 已经印发〔1〕
_NO_UNIT = r"(?!\s*(?:第?\s*\d+\s*号|[年月日号號条條款]))"
_CLAUSE_END = r"(?=\s*(?:[。！？!?；;，,、.：:]|$|\n|[（(\[【［〔<]))"

_SQUARE = rf"{_NO_LAW}[\[【［〔]{{1,2}}\s*(?P<square>{_INNER})\s*[\]】］〕]{{1,2}}(?!\(){_NO_UNIT}"
_LINKED = r"\[+(?P<linked>\d{1,3})\]+\(#[^()\s]*\)"
_TAGGED = rf"<(?P<tag>sup|cite|ref)>\s*[\[［【]?(?P<tagged>{_INNER})[\]］】]?\s*</(?P=tag)>"
_WRAPPED = rf"\^(?P<caret>{_INNER})\^|##(?P<hash>{_DIGITS})\$\$"
_ROUND = (
    rf"(?<=[^\s\n。！？!?；;：:第件表图式题编号錄录])[ \t]*[（(]\s*(?P<round>{_INNER})\s*[)）]{_CLAUSE_END}"
    rf"|[（(]\s*(?P<named>{_LABEL}\s*[:：]?\s*{_DIGITS}(?:{_BETWEEN}(?:{_LABEL}\s*)?{_DIGITS})*)\s*[)）]"
)
_SUPERSCRIPT = r"(?<![A-Za-z0-9⁰¹²³⁴-⁹])(?P<superscript>[⁰¹²³⁴-⁹]{1,3})(?![⁰¹²³⁴-⁹])"
_CIRCLED = rf"(?<=[^\s\n。！？!?；;：:、，,])(?P<circled>[①-⑳]+){_CLAUSE_END}|(?<=[。！？!?])(?P<behind>[①-⑳]+)(?=\s*(?:$|\n))"
_MARKER = re.compile(
    "|".join((_LINKED, _SQUARE, _TAGGED, _WRAPPED, _ROUND, _SUPERSCRIPT, _CIRCLED)), re.IGNORECASE
)
_RANGE = re.compile(r"(\d+)\s*(?:-|–|—|~|至|到)\s*(\d+)")
_LEFT_BEHIND = re.compile(
    r"(?:[（(]\s*(?:见|見|参见|參見|来源|來源|出处|出處|依据|see|source)?\s*[:：]?[\s,，、;；]*[)）])"
    r"|(?:(?<=^)|(?<=[，。；;\s]))(?:根据|根據|依据|依據|按照|参见|參見|见|見|according to|per|see)\s*(?:资料|資料|文献|来源|passages?|sources?)?\s*(?=[，,。.；;]|$)[，,]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker in a text: ``text[start:end]`` is the marker itself, ``numbers`` what it points to."""

    start: int
    end: int
    numbers: tuple[int, ...]


def find(text: str) -> Iterator[Marker]:
    """The markers of ``text`` in order. Ranges are written out, at most 20 wide; a wider one counts as its two ends."""
    for match in _MARKER.finditer(text):
        inner = next(
            value for name, value in match.groupdict().items() if value is not None and name != "tag"
        )
        yield Marker(match.start(), match.end(), tuple(dict.fromkeys(_numbers(inner))))


def numbers_in(text: str) -> tuple[int, ...]:
    """The numbers of all markers in ``text``, in order, each once."""
    return tuple(dict.fromkeys(number for marker in find(text) for number in marker.numbers))


def strip(text: str) -> str:
    """``text`` without any marker: for checking what a sentence says, and for the history sent to a model.

    What only introduced a marker (“根据[1]，”, “（见[2]）”) goes with it. Text without markers comes back unchanged.
    """
    kept: list[str] = []
    position = 0
    for marker in find(text):
        kept.append(text[position : marker.start])
        position = marker.end
    if not position:
        return text
    kept.append(text[position:])
    plain = _LEFT_BEHIND.sub("", "".join(kept))
    return re.sub(r"[ \t]+(?=[，。；：、！？,.;:!?]|$)", "", plain)


def trailing(text: str, position: int) -> int:
    """The offset behind all markers that follow ``position`` directly: they belong to the sentence before them."""
    for marker in find(text):
        if marker.start < position:
            continue
        if text[position : marker.start].strip(" \t"):
            break
        position = marker.end
    return position


def _numbers(inner: str) -> Iterator[int]:
    """The numbers inside one marker; ``4:1†source`` means 1."""
    if inner[0] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        yield from (ord(sign) - ord("①") + 1 for sign in inner)
        return
    plain = re.sub(r"†[^,，、;；]*", "", unicodedata.normalize("NFKC", inner))
    plain = re.sub(r"(?<!\d)\d{1,2}:(?=\d)", "", plain)
    position = 0
    for match in _RANGE.finditer(plain):
        yield from (int(n) for n in re.findall(r"\d+", plain[position : match.start()]))
        first, last = int(match.group(1)), int(match.group(2))
        yield from range(first, last + 1) if first <= last < first + MAX_RANGE else (first, last)
        position = match.end()
    yield from (int(n) for n in re.findall(r"\d+", plain[position:]))
