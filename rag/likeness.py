"""Which word may stand in the place of another without changing what a sentence says."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from rag.operators import opposed
from rag.text import tight

_NOTE = re.compile(r"[（(][^（）()\d]*[)）](?=》?$)")
_TURNING = frozenset("副非不无未总代准反前后上下内外正初高低多少大小先早晚新旧")
_TURNING_WORDS = frozenset("预备 候补 代理 名誉 流动 临时 联合 离退休 限期 基本".split())
_PARTICLES = "地的得了着过们"


def may_stand_for(new: str, old: str) -> bool:
    """Whether ``new`` says what ``old`` says: a synonym, or the same word a character shorter or longer or with another half.

    Opposites never, nor words that differ by a character that turns them round (副书记, 不合格, 上级).
    """
    a, b = _bare(new), _bare(old)
    if a == b:
        return True
    if opposites(a, b):
        return False
    return bool(_groups().get(a, frozenset()) & _groups().get(b, frozenset()))


def same_title(a: str, b: str) -> bool:
    """Whether two 《titles》 are one, with and without （试行） and the like."""
    return tight(_NOTE.sub("", a)) == tight(_NOTE.sub("", b))


def _bare(word: str) -> str:
    """A word without the particle at its end."""
    plain = tight(word)
    return plain[:-1] if len(plain) > 2 and plain[-1] in _PARTICLES else plain


def opposites(a: str, b: str) -> bool:
    """Whether two words are opposites, or differ in one character that makes them so (转入地 and 转出地)."""
    if opposed(a, b):
        return True
    if len(a) != len(b) or len(a) < 2:
        return False
    different = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(different) == 1 and opposed(*different[0])


def makes_another(head: str) -> bool:
    """Whether the whole head of a term makes it another thing: 流动 before 党员, but not 高标准 before 农田."""
    return head in _TURNING_WORDS or (len(head) == 1 and head in _TURNING)


def turns(prefix: str) -> bool:
    """Whether what stands before a word within a longer one makes it another thing: 副 before 书记, 预备 before 党员."""
    return prefix in _TURNING_WORDS or prefix[-1:] in _TURNING


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[int]]:
    """Word -> the numbers of the groups it is in."""
    found: dict[str, set[int]] = {}
    text = files("rag").joinpath("data/synonyms.txt").read_text("utf-8")
    for number, line in enumerate(text.splitlines()):
        if not line.startswith("#"):
            for word in line.split():
                found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}
