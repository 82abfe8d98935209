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
    """Positions of characters whose every neighbouring pair is unknown to the knowledge base."""
    runs = [(m.start(), m.group()) for m in _RUN.finditer(folded)]
    pairs = {run[i : i + 2] for _, run in runs for i in range(len(run) - 1)}
    known = statistics.frequencies(pairs)
    for start, run in runs:
        for i in range(len(run)):
            around = [run[j : j + 2] for j in (i - 1, i) if 0 <= j < len(run) - 1]
            if all(known[pair] == 0 for pair in around):
                yield start + i


def _replacement(question: str, position: int, ground: str) -> str | None:
    """The character that the passages have in this place, if the neighbours and the sound, or the neighbours alone, prove it."""
    folded = fold(question)
    left = re.search(rf"[{HAN}]{{0,3}}$", folded[:position])
    right = re.match(rf"[{HAN}]{{0,3}}", folded[position + 1 :])
    before, after = (left.group() if left else ""), (right.group() if right else "")
    written = folded[position]
    found: Counter[str] = Counter()
    for a in range(len(before) + 1):
        for b in range(len(after) + 1):
            context = (before[len(before) - a :], after[:b])
            if a + b < 2:
                continue
            pattern = re.compile(re.escape(context[0]) + rf"([{HAN}])" + re.escape(context[1]))
            for character in set(pattern.findall(ground)):
                if character != written and (sounds_alike(character, written) or (a + b >= 3 and a and b)):
                    found[character] += (a + b) * (2 if sounds_alike(character, written) else 1)
    return max(found, key=lambda c: (found[c], c)) if found else None


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
