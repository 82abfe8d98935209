"""Which Chinese characters sound alike.

GB 2312 orders its 3,755 common characters by their reading, so a list of the 396 places where a new syllable begins is
a table of readings, and a character's homophones stand beside it. Rarer characters have no reading here.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from importlib.resources import files

# Sounds that dialects and input methods mix up: zh/z, ch/c, sh/s, final ng/n, initial n/l.
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
_FIRST, _LAST = 0xB0A1, 0xD7F9


def homophones(character: str) -> tuple[str, ...]:
    """The other common characters that sound like ``character``; none for a rare one."""
    sound = sound_of(character)
    return () if sound is None else tuple(c for c in _by_sound()[sound] if c != character)


@lru_cache(maxsize=4_096)
def sound_of(character: str) -> str | None:
    """The reading without tone, commonly mixed-up sounds merged; ``None`` for anything but a common character."""
    code = _code(character)
    if code is None:
        return None
    starts, sounds = _syllables()
    return sounds[bisect_right(starts, code) - 1]


def _code(character: str) -> int | None:
    try:
        code = int.from_bytes(character.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return None
    return code if _FIRST <= code <= _LAST else None


@lru_cache(maxsize=1)
def _syllables() -> tuple[list[int], list[str]]:
    lines = files("rag").joinpath("data/syllables.txt").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [int.from_bytes(first.encode("gb2312"), "big") for first, _ in rows], [_merge(s) for _, s in rows]


def _merge(syllable: str) -> str:
    for sound, plain in _MERGED:
        syllable = syllable.replace(sound, plain)
    return "n" + syllable[1:] if syllable.startswith("l") else syllable


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for high in range(_FIRST >> 8, (_LAST >> 8) + 1):
        for low in range(0xA1, 0xFF):
            if (high << 8 | low) <= _LAST:
                character = bytes((high, low)).decode("gb2312")
                found.setdefault(str(sound_of(character)), []).append(character)
    return found
