"""Whether English passages say what a sentence says, in English or in Chinese.

English over English compares words. Of a Chinese sentence numbers, dates and names are compared exactly (Chinese names
through pinyin), the rest by the encoder's cosine: a turned verb inside a sentence that is otherwise close goes unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from embeddings import Encoder
from rag.numbers import ANNOUNCED, english_numbers, numbers
from rag.operators import NEGATIVE, operators
from rag.pinyin import is_spelt_in, sounds_chinese
from rag.terms import singular
from rag.text import HAN, sentence_spans, tight

CLOSE = 0.38  # cosine of the bundled encoder between a sentence and the best stretch of a passage, see docs/checker.md
COVERED = 0.75  # share of the content words of an English sentence that one English sentence, or two in a row, must hold
_HAN_PARTS = re.compile(rf"[{HAN}]{{2,}}")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|must not|may not)\b|n['’]t\b", re.IGNORECASE
)
_STOP = frozenset(
    "a an the of to in on at for and or is are was were be been being do does did has have had it its their they them he she his her this that these those "
    "as by from with into than then there which who whom whose what when where how also any each other such so if but about over under per".split()
)
_PERIODS = ("day daily", "week weekly", "month monthly", "quarter quarterly", "year yearly annually")
_RIVALS = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, other in (
        *combinations(_PERIODS, 2),
        ("must shall should", "may can"), ("before", "after"), ("least", "most"), ("all", "some several many"), ("more", "fewer less"),
        ("always", "never rarely usually generally"), ("every each", "no"), ("everybody everyone", "nobody none"), ("and", "or"), ("first", "last"), ("only", "also"),
    )
)  # fmt: skip
_COUNTS = re.compile(
    rf"\b(?:two|three|four|five|six|seven|eight|nine|ten)(?={ANNOUNCED}\b)", re.IGNORECASE
)  # counts that only announce a list


Place = tuple[int, int, int]
"""Index of a text, start and end of a stretch of it."""


@dataclass(frozen=True, slots=True)
class Match:
    """How well texts support a sentence, as ``rag.support.Support`` has it: ``place`` is the stretch nearest to it."""

    score: float
    reason: str = ""
    place: Place | None = None
    soft: bool = False


def supports_in_chinese(
    sentence: str, texts: Sequence[str], contexts: Sequence[str], encoder: Encoder | None
) -> Match:
    """A Chinese sentence over English texts: the cosine where all facts stand, 0 where one does not or without an encoder."""
    ground = "\n".join((*texts, *contexts))
    missing = missing_words(sentence, ground) or _missing_number(sentence, ground)
    if missing:
        return Match(0.0, f"“{missing}”不在原文")
    if encoder is None:
        return Match(0.0, "没有向量模型，无法核对另一种语言的句子", soft=True)
    places = [*_sentences(texts), *((i, 0, len(text)) for i, text in enumerate(texts))]
    stretches = [texts[i][a:b] for i, a, b in places]
    vectors = encoder.encode_passages([sentence, *stretches])
    cosines = vectors[1:] @ vectors[0]
    best = int(cosines.argmax())
    if cosines[best] < CLOSE:
        return Match(max(0.0, min(float(cosines[best]), 0.49)), "与原文的意思不够接近", soft=True)
    if any(o.kind in NEGATIVE for o in operators(sentence)) and not _NEGATION.search(stretches[best]):
        return Match(0.0, "“否定”与原文不一致")
    return Match(max(0.5, min(float(cosines[best]), 0.9)), place=places[best])


def supports_in_english(sentence: str, texts: Sequence[str], contexts: Sequence[str]) -> Match:
    """English over English: facts exactly, then the share of content words in common."""
    ground = "\n".join((*texts, *contexts))
    missing = missing_words(sentence, ground) or _missing_number(sentence, ground)
    if missing:
        return Match(0.0, f"“{missing}”不在原文")
    said = _content(sentence)
    best, _, place = max(_covering(said, texts), default=(0.0, 0, (0, 0, 0)))
    index, start, end = place
    if best and bool(_NEGATION.search(sentence)) != bool(_NEGATION.search(texts[index][start:end])):
        return Match(0.0, "“否定”与原文不一致")
    if best and (word := _rival(sentence, texts[index][start:end])):
        return Match(0.0, f"原文此处不是“{word}”")
    if best < COVERED:
        return Match(min(best, 0.49), f"原文只说到其中约 {best:.0%}" if best else "原文没有说到", soft=True)
    return Match(min(best, 0.99), place=place)


def _rival(sentence: str, stretch: str) -> str | None:
    """A small word between the same two words as a rival of it in the stretch."""
    beside = {(before, behind): word for before, word, behind in _threes(stretch)}
    for before, word, behind in _threes(sentence):
        there = beside.get((before, behind), word)
        if any({word, there} <= one | other and (word in one) != (there in one) for one, other in _RIVALS):
            return word
    return None


def _threes(text: str) -> Iterator[tuple[str, str, str]]:
    """Each word with those beside it."""
    words = ["", *re.findall(r"[a-z]+", text.lower()), ""]
    return zip(words, words[1:], words[2:], strict=False)


def _covering(said: frozenset[str], texts: Sequence[str]) -> Iterator[tuple[float, int, Place]]:
    """Sentences, and two in a row, with the share of the words that they hold; of equals the one with the fewest others is greatest."""
    sentences = list(_sentences(texts))
    pairs = [(i, a, d) for (i, a, _), (j, _, d) in pairwise(sentences) if i == j]
    for index, start, end in (*sentences, *pairs):
        held = _content(texts[index][start:end])
        yield len(said & held) / len(said) if said else 0.0, -len(held), (index, start, end)


def _sentences(texts: Sequence[str]) -> Iterator[Place]:
    return ((i, a, b) for i, text in enumerate(texts) for a, b in sentence_spans(text))


@lru_cache(maxsize=2_000)
def _content(text: str) -> frozenset[str]:
    return frozenset(singular(w.lower()) for w in _WORD.findall(text) if w.lower() not in _STOP)


def missing_words(sentence: str, ground: str) -> str | None:
    """Chinese words, or a name in Latin letters, that the evidence does not hold."""
    for words in _HAN_PARTS.findall(sentence):
        if tight(words) not in tight(ground):
            return str(words)
    held = ground.lower()
    for first, last in _names(sentence):
        name = f"{first} {last}"
        if name.lower() not in held and sounds_chinese(first + last) and not _spelt(ground, first, last):
            return name
    return None


def _names(sentence: str) -> list[tuple[str, str]]:
    """Pairs of capitalised words: Zhang Guimei, but also Party Committee, which is no name and sounds like none."""
    return [(m[1], m[2]) for m in re.finditer(r"\b([A-Z][a-z]+)\s+([A-Z][a-z]+)\b", sentence)]


def _spelt(ground: str, first: str, last: str) -> bool:
    """Whether a name stands in characters, in either order: Zhang Guimei, Guimei Zhang."""
    return is_spelt_in(first + last, ground) or is_spelt_in(last + first, ground)


def _missing_number(sentence: str, ground: str) -> str | None:
    held = {n.value for n in numbers(ground)} | english_numbers(ground)
    plain = _COUNTS.sub("", sentence)
    claimed = english_numbers(plain) | {
        n.value for n in numbers(sentence) if n.unit != "每" and not n.article
    }
    missing = claimed - held
    return min(missing) if missing else None
