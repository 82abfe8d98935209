"""Mends misspelt characters of a question with the words of the passages found for it.

Input methods write by sound, so most slips are homophones: 魏得友 for 魏德友, 祖题党日 for 主题党日. A character is
suspected when the knowledge base knows neither pair it stands in; it is replaced when the found passages hold the same
neighbours around a character that sounds alike, or nearly the whole term around any one character.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from embeddings.fold import fold
from rag.datatypes import Hit
from rag.protocols import Statistics
from rag.text import HAN

READ_HITS = 20
_FUNCTION = frozenset("的了吗呢吧啊呀是在有和与及或我你他她它这那哪谁什么怎几里上下中内外前后都也还又要会能把被让给对从到为以于由等很不没就才只每各")
_RUN = re.compile(rf"[{HAN}]{{3,}}")
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("n", "l"), ("f", "h"), ("r", "l"))


def mend(question: str, hits: Sequence[Hit], statistics: Statistics) -> str:
    """The question with misspelt characters replaced; the question itself when nothing is suspected or proven."""
    folded = fold(question)
    suspects = tuple(_suspects(folded, statistics))
    if not suspects or not hits:
        return question
    ground = "\n".join(fold("\n".join((h.document.title, *h.passage.section, h.passage.text))) for h in hits[:READ_HITS])
    mended = list(question)
    for position in suspects:
        better = _replacement("".join(mended), position, ground)
        if better:
            mended[position] = better
    return "".join(mended)


def _suspects(folded: str, statistics: Statistics) -> Iterator[int]:
    """Positions of characters whose every neighbouring pair is unknown to the knowledge base; function words are not."""
    runs = [(m.start(), m.group()) for m in _RUN.finditer(folded)]
    pairs = {run[i : i + 2] for _, run in runs for i in range(len(run) - 1)}
    known = statistics.frequencies(pairs)
    for start, run in runs:
        for i, character in enumerate(run):
            around = [run[j : j + 2] for j in (i - 1, i) if 0 <= j < len(run) - 1]
            if character not in _FUNCTION and all(known[pair] == 0 for pair in around) and not _in_word(run, i):
                yield start + i


def _in_word(run: str, i: int) -> bool:
    """Whether the character is part of a word of the general dictionary as it stands: rare is not misspelt."""
    spans = ((a, b) for a in range(max(0, i - 3), i + 1) for b in range(i + 1, min(len(run), a + 4) + 1) if b - a > 1)
    return any(_is_word(run[a:b]) for a, b in spans)


def _replacement(question: str, position: int, ground: str) -> str | None:
    """The character that the passages have in this place, if neighbours and sound, or many neighbours alone, prove it."""
    folded = fold(question)
    left = re.search(rf"[{HAN}]{{0,3}}$", folded[:position])
    right = re.match(rf"[{HAN}]{{0,3}}", folded[position + 1 :])
    before, after = (left.group() if left else ""), (right.group() if right else "")
    written = folded[position]
    found: Counter[str] = Counter()
    for a in range(len(before) + 1):
        for b in range(len(after) + 1):
            if a + b == 0:
                continue
            head, tail = before[len(before) - a :], after[:b]
            pattern = re.compile(re.escape(head) + rf"([{HAN}])" + re.escape(tail))
            for character in set(pattern.findall(ground)) - {written}:
                if sounds_alike(character, written):
                    if a + b > 1 or _is_word(head + character + tail):
                        found[character] += 2 * (a + b)
                elif a and b and a + b >= 4:
                    found[character] += a + b
    return max(found, key=lambda c: (found[c], c)) if found else None


def _is_word(text: str) -> bool:
    import rjieba

    return bool(rjieba.has_word(text))


@lru_cache(maxsize=4_000)
def sounds_alike(a: str, b: str) -> bool:
    """Whether two characters share a reading, tones and the usual dialect mergers (zh/z, n/l, ng/n, …) set aside."""
    return bool(_readings(a) & _readings(b))


def _readings(character: str) -> set[str]:
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True)
    return {_merged(reading) for readings in found for reading in readings}


def _merged(reading: str) -> str:
    for sound, plain in _FUZZY:
        reading = reading.replace(sound, plain)
    return reading
