"""Words, clauses and sentences of Chinese and English text, with offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from embeddings.fold import fold
from rag import segment

HAN = "㐀-䶿一-鿿豈-﫿"
_SENTENCE_END = re.compile(r"(?:[。！？!?…]+|(?<=[A-Za-z0-9)”\"])\.(?=\s|$))[”’」』）)\"']*|[；;]|\n+")
_HARD_END = re.compile(r"(?:[。！？!?]+|…{2,}|(?<=[A-Za-z0-9)”\"])\.(?=\s|$))[”’」』）)\"']*|\n+")
_CLAUSE_END = re.compile(r"[，,；;：:。！？!?、]|\n+")
_TOKEN = re.compile(rf"[{HAN}]+|[a-z0-9]+(?:[.\-'][a-z0-9]+)*%?")
_LATIN = re.compile(r"[A-Za-z]")
_HAN = re.compile(rf"[{HAN}]")
_TIGHT = re.compile(r"[\s“”‘’\"'「」『』〝〞·•…—\-–_,，.。、;；:：!！?？()（）\[\]【】<>《》〈〉/\\|~～]+")


def whole(text: str) -> str:
    """``text`` with half characters (a byte that is no UTF-8, a lone surrogate) as U+FFFD: no file or database takes these."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def sentence_spans(text: str, *, semicolons: bool = False) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of each sentence, closing quotation marks included, surrounding blanks not.

    With ``semicolons`` a ； ends a sentence too. A full stop inside a quotation that goes on is a sentence end as well:
    a citation may then hold one half of the quotation, which still is verbatim.
    """
    pattern = _SENTENCE_END if semicolons else _HARD_END
    start = 0
    for match in pattern.finditer(text):
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def clause_spans(text: str) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of each clause, the punctuation mark that ends it included."""
    start = 0
    for match in _CLAUSE_END.finditer(text):
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def tight(text: str) -> str:
    """The text folded and without blanks, quotation marks and punctuation: for comparing words only."""
    return _TIGHT.sub("", fold(unicodedata.normalize("NFKC", text)).lower())


def words(text: str) -> tuple[str, ...]:
    """Segmented words of folded text, punctuation left out; Latin words and numbers whole."""
    return _words(fold(text).lower())


@lru_cache(maxsize=20_000)
def _words(folded: str) -> tuple[str, ...]:
    found: list[str] = []
    for match in _TOKEN.finditer(folded):
        token = match.group()
        found.extend(segment.cut(token) if _HAN.match(token) else [token])
    return tuple(found)


def grams(text: str, n: int = 2) -> tuple[str, ...]:
    """Character n-grams of each Han run of folded text; Latin words and numbers whole; short runs whole."""
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text).lower()):
        run = match.group()
        if not _HAN.match(run) or len(run) <= n:
            found.append(run)
        else:
            found.extend(run[i : i + n] for i in range(len(run) - n + 1))
    return tuple(found)


def is_english(text: str) -> bool:
    """Whether a text has next to no Han characters beside its letters."""
    han = len(_HAN.findall(text))
    letters = len(_LATIN.findall(text))
    return letters > 6 * han if han else letters > 0


def language_of(text: str) -> str:
    """``"zh"``, ``"zh-Hant"`` or ``"en"``: the language a person would expect the answer's framing in."""
    if is_english(text):
        return "en"
    han = len(_HAN.findall(text))
    changed = sum(a != b for a, b in zip(text, fold(text), strict=True) if _HAN.match(a))
    return "zh-Hant" if changed >= max(1, han * 0.08) else "zh"
