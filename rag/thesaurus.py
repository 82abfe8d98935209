"""Official words for everyday ones: people ask 带头人干得不行怎么办 where documents say 不合格的党支部书记."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate

from rag import segment
from rag.text import HAN

_TELLING_APART = 4  # characters of an expression and ends of it where the segmenter sees a word end: 没人管 in 没人管理 is one, 人管 is none
_TELLING = 3  # characters that must be left of an expression for it to be known without what speech adds
# What speech adds to an expression and takes off again: 聊(一)聊; 打(个)招呼, 拖(着)不办, 没事(儿), 拉(他)一把, 管(不管), 商量(商量), 碰(碰)头.
_ONCE = re.compile(rf"(?<=(?P<said>[{HAN}]))[一了](?=(?P=said))")
_LOOSE = re.compile(
    rf"(?<=(?P<said>[{HAN}]{{2}}))(?P=said)|(?<=(?P<again>[{HAN}]))[一了不没]?(?P=again)"
    r"|(?<![女婴幼孤少男托健育胎患弃新])儿(?![童女子科歌化孙])|(?<![不得执沉])着(?![眼手力重急想火落装陆])|(?<![不得为除])了(?![解结却断然不])"
    r"|(?<![\d一二两三四五六七八九十几半这那哪每各整单某多好])个(?![人别体性案])|一下(?!子)"
    r"|(?<!其)[他她它]们?|(?<![自忘])我们?(?![国党军市省县])|[你咱俺]们?|人家"
)


def expressions(text: str) -> dict[str, tuple[str, ...]]:
    """The everyday expressions in a folded text, as they stand there, with the official words for each.

    An expression is found with what speech adds to it as well (打了个招呼), and not inside a longer one.
    """
    as_said, bare = _entries()
    found = {**_spans(text, _without(_LOOSE, text), bare), **_spans(text, _without(_ONCE, text), as_said)}
    longest: dict[str, tuple[str, ...]] = {}
    reached = 0
    for (start, end), words in sorted(found.items(), key=lambda span: (span[0][0], -span[0][1])):
        if end > reached:
            longest[text[start:end]] = words
            reached = end
    return longest


def _spans(
    text: str, kept: Sequence[int], entries: Mapping[str, tuple[str, ...]]
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Where entries stand in a text of which only the characters at the places ``kept`` are read."""
    reading = _read(text, kept)
    edges = {0, *accumulate(map(len, segment.cut_terms(reading)))}
    found = {}
    for start in range(len(reading)):
        for end in range(start + 1, min(start + _longest(), len(reading)) + 1):
            whole = (start in edges) + (end in edges)
            if end - start + whole >= _TELLING_APART and (words := entries.get(reading[start:end])):
                found[kept[start], kept[end - 1] + 1] = words
    return found


def _without(added: re.Pattern[str], text: str) -> list[int]:
    """The places of the characters that no match of ``added`` holds."""
    loose = {place for match in added.finditer(text) for place in range(*match.span())}
    return [place for place in range(len(text)) if place not in loose]


def _read(text: str, kept: Sequence[int]) -> str:
    return "".join(text[place] for place in kept)


@lru_cache(maxsize=1)
def _entries() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The expressions as the file has them, and without what speech adds where that does not make another word of them."""
    as_said: dict[str, tuple[str, ...]] = {}
    bare: dict[str, tuple[str, ...]] = {}
    for line in files("rag").joinpath("data/thesaurus.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            asked, written = line.split(" = ")
            for expression in asked.split():
                _add(as_said, _read(expression, _without(_ONCE, expression)), written)
                plain = _read(expression, _without(_LOOSE, expression))
                if plain == expression or (len(plain) >= _TELLING and not segment.is_word(plain)):
                    _add(bare, plain, written)
    return as_said, bare


def _add(entries: dict[str, tuple[str, ...]], expression: str, written: str) -> None:
    entries[expression] = tuple(dict.fromkeys((*entries.get(expression, ()), *written.split())))


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, _entries()[0]))
