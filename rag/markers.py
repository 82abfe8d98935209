"""Citation markers in model text: every bracket and digit variant, read in one place.

Understood: [1] 【1】 ［１］ 〔1〕 [1,2] [1、2] [1-3] [1][2] (1) （1） ¹ ² [ID:1] [来源1] [资料 1] [^1].
Round brackets count only at the end of a clause, where they cannot number a list.
"""

from __future__ import annotations

import re
import unicodedata

_INNER = r"(?:\^|ID[:：]?|id[:：]?|来源|资料|引用|文献|ref\.?|source)?\s*[0-9０-９]{1,3}(?:\s*(?:[,，、;；]|-|–|—|~|～|至|到)\s*(?:ID[:：]?)?[0-9０-９]{1,3})*"
_SQUARE = re.compile(rf"[\[【［〔]\s*({_INNER})\s*[\]】］〕]", re.IGNORECASE)
_ROUND = re.compile(rf"(?<=[^\s\n。！？!?；;])\s*[（(]\s*({_INNER})\s*[)）](?=\s*(?:[。！？!?；;，,、.]|$|\n|[（(\[【［]))", re.IGNORECASE)
_SUPERSCRIPT = re.compile(r"[¹²³⁰⁴-⁹]+")
_RANGE = re.compile(r"(\d+)\s*(?:-|–|—|~|～|至|到)\s*(\d+)")
MAX_RANGE = 20


def numbers_in(text: str) -> tuple[int, ...]:
    """The numbers of all markers in ``text``, in order, each once. Ranges are written out, at most 20 wide."""
    found: list[int] = []
    for match in _all(text):
        found.extend(_numbers(match))
    return tuple(dict.fromkeys(found))


def strip(text: str) -> str:
    """``text`` without any marker: for checking what a sentence says, and for the history sent to a model."""
    for pattern in (_SQUARE, _ROUND, _SUPERSCRIPT):
        text = pattern.sub("", text)
    return re.sub(r"[ \t]+(?=[，。；：、！？,.;:!?])", "", text)


def trailing(text: str, position: int) -> int:
    """The offset behind all markers that follow ``position`` directly: they belong to the sentence before them."""
    pattern = re.compile(rf"\s*(?:{_SQUARE.pattern}|{_SUPERSCRIPT.pattern})", re.IGNORECASE)
    while match := pattern.match(text, position):
        position = match.end()
    return position


def _all(text: str) -> list[str]:
    spans: list[tuple[int, str]] = []
    for pattern in (_SQUARE, _ROUND):
        spans.extend((m.start(), m.group(1)) for m in pattern.finditer(text))
    spans.extend((m.start(), m.group()) for m in _SUPERSCRIPT.finditer(text))
    return [inner for _, inner in sorted(spans)]


def _numbers(inner: str) -> list[int]:
    plain = unicodedata.normalize("NFKC", inner)
    found: list[int] = []
    position = 0
    for match in _RANGE.finditer(plain):
        found.extend(int(n) for n in re.findall(r"\d+", plain[position : match.start()]))
        first, last = int(match.group(1)), int(match.group(2))
        found.extend(range(first, last + 1) if first <= last < first + MAX_RANGE else (first, last))
        position = match.end()
    found.extend(int(n) for n in re.findall(r"\d+", plain[position:]))
    return found
