"""Chinese names in Latin letters: Zhang Guimei is 张桂梅."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text import HAN

_HAN_PARTS = re.compile(rf"[{HAN}]{{2,}}")
_SYLLABLES = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)){2,4}"
)


def sounds_chinese(word: str) -> bool:
    """Whether a word can be read as two to four Chinese syllables."""
    return _SYLLABLES.fullmatch(word.lower()) is not None


def is_spelt_in(name: str, text: str) -> bool:
    """Whether characters that are read like ``name`` stand side by side in ``text``."""
    return name.lower() in _reading(text)


@lru_cache(maxsize=64)
def _reading(text: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin("".join(_HAN_PARTS.findall(text))))
