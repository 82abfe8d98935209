"""Lays an English sentence over a Chinese text: which of its words have a counterpart there, how surely, and where.

A word is found where a translation of it stands (``rag.glossary``, ``rag.lexicon``), where a word close to it in the vectors
of the encoder stands, or, half so, where a word stands that shares a character with a translation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder
from rag import lexicon
from rag.amounts import Amount, in_chinese, in_english
from rag.claims import Clause, Reading, read
from rag.glossary import content, stem
from rag.operators import NEGATIVE
from rag.text import sentence_spans

# Cosines of two words at and below which they have nothing in common, and from which on they mean the same.
FAR, NEAR = 0.25, 0.55
# What a counterpart counts that is not written in the glossary, at most; at least.
BY_VECTOR, BY_CHARACTER, LEARNED = 0.9, 0.3, 0.7
ELSEWHERE = 0.9  # what a counterpart counts outside the stretch: a subject may stand further up
UNKNOWN = 0.3  # how much a word says about a text that lacks it when nobody knows what it is called
WIDEST = 3  # sentences of a stretch
ANSWERING = 0.5  # of an English clause: so much of it a Chinese clause must say to answer to it
ALIKE = 0.85  # of what the best one says, what others say that answer to it as well
_WIDER, _AMOUNT = 0.04, 0.1  # what each further sentence costs a stretch, and each amount that it lacks
_TRITE = frozenset(
    "人大小上下中一不有的党会员部工作事行为法定理"
)  # characters that two words share by chance
_JOINT = re.compile(
    r"[,;:]|\s(?:and|but|or|nor|while|whereas|when|whenever|if|because|before|after|until|unless|who|which|that|so)\b",
    re.IGNORECASE,
)
# Words that the checks of amounts and small words look after.
_SMALL = frozenset(
    "must not|may not|should not|need not|cannot|at least|least|most|never|less|longer|nor|neither|fewer|without|exceed|exceeds|but|such|"
    "them|having|whether|within|per|per cent|allowed".split("|")
)
_LIGHT = frozenset(
    "held hold holds kept keep keeps put handed sent treated part amount become becomes done draw draws serve rated account turn include provided "
    "included offer showing using start set look looked spent touch own home left cover full matter matters case cases given work form forms lasts "
    "runs belong carried call calls respect time".split()
)
_LIGHT_WEIGHT = 0.4

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase that says something, of the English clause ``clause``, at about ``start`` of it; what it is called in Chinese and how surely.

    ``named`` when it is written as a name; ``characters`` are those of its translations that tell words apart.
    """

    said: str
    meant: tuple[tuple[str, float], ...]
    clause: int
    start: int
    named: bool
    characters: frozenset[str]

    @property
    def weight(self) -> float:
        """What it counts: a phrase more than a word, a word that fits anywhere less."""
        return (_LIGHT_WEIGHT if self.said in _LIGHT else 1.0) + 0.5 * self.said.count(" ")

    @property
    def sure(self) -> float:
        """How much it says about a text that lacks it."""
        known = max((share for _, share in self.meant), default=UNKNOWN)
        return 0.0 if self.said in _LIGHT else known


@dataclass(frozen=True, slots=True)
class Spoken:
    """An English sentence read: its clauses as texts, its words, its amounts."""

    clauses: tuple[str, ...]
    words: tuple[Word, ...]
    amounts: tuple[Amount, ...]

    def amounts_of(self, clause: int) -> tuple[Amount, ...]:
        """Those of one clause."""
        start = sum(map(len, self.clauses[:clause]))
        return tuple(a for a in self.amounts if start <= a.start < start + len(self.clauses[clause]))


@dataclass(frozen=True, slots=True)
class Ground:
    """A Chinese text read: its clauses as texts, the characters that tell each apart, its words that say something with the
    number of their clause each, and its amounts.
    """

    reading: Reading
    clauses: tuple[str, ...]
    characters: tuple[frozenset[str], ...]
    words: tuple[str, ...]
    homes: NDArray[np.int64]
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Across:
    """An English sentence over the clauses ``first`` to ``last`` (excluded) of a Chinese text.

    ``shares`` says of each word how surely each clause of the text holds a counterpart; ``found`` how surely the stretch
    does, or by a part the text elsewhere; ``anywhere`` the same of the text and of what stands above it. ``close`` is the greatest cosine of
    the sentence with the text or a part of it.
    """

    spoken: Spoken
    ground: Ground
    above: Ground
    first: int
    last: int
    shares: Shares
    found: tuple[float, ...]
    anywhere: tuple[float, ...]
    close: float

    @property
    def span(self) -> tuple[int, int]:
        """Where the stretch begins and ends in the text."""
        return self.clauses[0].start, self.clauses[-1].end

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The Chinese clauses of the stretch."""
        return self.ground.reading.clauses[self.first : self.last]

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """Those of the stretch."""
        start, end = self.span
        return tuple(a for a in self.ground.amounts if start <= a.start < end)

    def held(self, numbers: Collection[int]) -> tuple[Amount, ...]:
        """The amounts of some Chinese clauses of the stretch."""
        clauses = [self.ground.reading.clauses[n] for n in numbers if self.first <= n < self.last]
        return tuple(a for a in self.ground.amounts if any(c.start <= a.start < c.end for c in clauses))

    @property
    def missing(self) -> tuple[Amount, ...]:
        """The amounts of the sentence that the stretch does not give."""
        held = self.amounts
        return tuple(a for a in self.spoken.amounts if not any(a.agrees(b) for b in held))

    def coverage(self, clause: int | None = None) -> float:
        """The share of the sentence, or of a clause of it, that is found; 1 where it says nothing."""
        said = [
            (w, f) for w, f in zip(self.spoken.words, self.found, strict=True) if clause in (None, w.clause)
        ]
        return sum(w.weight * f for w, f in said) / sum(w.weight for w, _ in said) if said else 1.0

    def negative(self, number: int) -> bool:
        """Whether a Chinese clause denies or forbids."""
        return any(o.kind in NEGATIVE for o in self.ground.reading.clauses[number].operators)

    def rows(self, clause: int, behind: int = 0) -> tuple[int, ...]:
        """The words of an English clause, by number; from offset ``behind`` of it on."""
        return tuple(i for i, w in enumerate(self.spoken.words) if w.clause == clause and w.start >= behind)

    def answering(self, rows: Sequence[int], least: float = ANSWERING) -> frozenset[int]:
        """The Chinese clauses of the stretch, by number, that say most of some words; none where they say less than ``least``."""
        weights = np.array([self.spoken.words[i].weight for i in rows])
        if not weights.size:
            return frozenset()
        said = weights @ self.shares[list(rows), self.first : self.last]
        if said.max() < least * weights.sum():
            return frozenset()
        return frozenset((self.first + np.flatnonzero(said >= ALIKE * said.max())).tolist())


def lay(sentence: str, text: str, above: str, encoder: Encoder) -> Across | None:
    """``sentence`` over that stretch of ``text`` that says most of it; ``None`` when one of them says nothing."""
    spoken, ground, context = spoken_of(sentence), ground_of(text), ground_of(above)
    sentences = ground.reading.sentences
    if not spoken.words or not sentences:
        return None
    vectors = encoder.encode_passages([word.said for word in spoken.words])
    shares = _shares(spoken.words, vectors, ground, encoder)
    anywhere = np.maximum(
        shares.max(axis=1), _shares(spoken.words, vectors, context, encoder).max(axis=1, initial=0.0)
    )
    weights = np.array([word.weight for word in spoken.words])
    each = np.maximum.reduceat(shares, [first for first, _ in sentences], axis=1)
    best, stretch, here = -np.inf, (0, 0), anywhere
    for width in range(1, min(WIDEST, len(sentences)) + 1):
        for at in range(len(sentences) - width + 1):
            first, last = sentences[at][0], sentences[at + width - 1][1]
            held_here = each[:, at : at + width].max(axis=1)
            worth = weights @ held_here / weights.sum() - _WIDER * (width - 1)
            if spoken.amounts:
                start, end = ground.reading.clauses[first].start, ground.reading.clauses[last - 1].end
                held = [a for a in ground.amounts if start <= a.start < end]
                worth -= _AMOUNT * sum(not any(a.agrees(b) for b in held) for a in spoken.amounts)
            if worth > best:
                best, stretch, here = worth, (first, last), held_here
    start, end = ground.reading.clauses[stretch[0]].start, ground.reading.clauses[stretch[1] - 1].end
    close = _closeness(sentence, text, text[start:end], encoder)
    return Across(
        spoken,
        ground,
        context,
        *stretch,
        shares,
        tuple(np.maximum(here, ELSEWHERE * anywhere).tolist()),
        tuple(anywhere.tolist()),
        close,
    )


def _closeness(sentence: str, text: str, stretch: str, encoder: Encoder) -> float:
    vectors = encoder.encode_passages(
        [sentence, stretch, text, *(text[a:b] for a, b in sentence_spans(text))]
    )
    return float((vectors[1:] @ vectors[0]).max())


@lru_cache(maxsize=256)
def spoken_of(sentence: str) -> Spoken:
    """An English sentence read."""
    amounts = in_english(sentence)
    rest = "".join(" " if any(a.start <= i < a.end for a in amounts) else c for i, c in enumerate(sentence))
    names = {m.group().lower() for m in re.finditer(r"(?<=[A-Za-z,] )[A-Z][a-z]+", sentence)}
    clauses: list[str] = []
    words: list[Word] = []
    for start, end in _clauses(rest):
        text, at = rest[start:end].lower(), 0
        for wording in content(text):
            at = max(at, text.find(wording.said.split()[0], at))
            if wording.said not in _SMALL and re.search("[a-z]", wording.said):
                named = not names.isdisjoint(wording.said.split())
                meant = _meant(wording.said, wording.meant, wording.shares)
                characters = frozenset("".join(m for m, _ in meant if len(m) > 1)) - _TRITE
                words.append(Word(wording.said, meant, len(clauses), at, named, characters))
        clauses.append(sentence[start:end])
    return Spoken(tuple(clauses), tuple(words), amounts)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in (*_JOINT.finditer(text), None):
        end = match.start() if match else len(text)
        if re.search(r"\w", text[start:end]):
            yield start, end
            start = end


def _meant(said: str, meant: Sequence[str], shares: Sequence[float]) -> tuple[tuple[str, float], ...]:
    """What the glossary says, and what the table has learned of the same word beside it."""
    if shares:
        return tuple(zip(meant, shares, strict=True))
    learned = () if " " in said else lexicon.translations(stem(said))
    return (*((m, 1.0) for m in meant), *((m, share) for m, share in learned if m not in meant))


@lru_cache(maxsize=512)
def ground_of(text: str) -> Ground:
    """A Chinese text read."""
    reading = read(text)
    clauses = tuple(reading.words(c) for c in reading.clauses)
    told = [
        (t, n)
        for n, c in enumerate(reading.clauses)
        for t in c.tokens
        if t.says_something and t.kind != "number"
    ]
    return Ground(
        reading,
        clauses,
        tuple(
            frozenset("".join(t.text for t, home in told if home == n)) - _TRITE for n in range(len(clauses))
        ),
        tuple(t.text for t, _ in told),
        np.array([n for _, n in told], np.int64),
        in_chinese(reading.text),
    )


def _shares(words: Sequence[Word], vectors: NDArray[np.float32], ground: Ground, encoder: Encoder) -> Shares:
    """How surely each clause holds a counterpart of each word."""
    shares = np.zeros((len(words), len(ground.clauses)))
    if ground.words:
        near = BY_VECTOR * np.clip(
            (vectors @ encoder.encode_passages(ground.words).T - FAR) / (NEAR - FAR), 0.0, 1.0
        )
        filled, starts = np.unique(ground.homes, return_index=True)
        shares[:, filled] = np.maximum.reduceat(near, starts, axis=1)
    for row, word in zip(shares, words, strict=True):
        for at, (text, characters) in enumerate(zip(ground.clauses, ground.characters, strict=True)):
            standing = max((share for meant, share in word.meant if meant in text), default=0.0)
            if standing:
                row[at] = max(row[at], LEARNED + (1 - LEARNED) * min(1.0, 2 * standing))
            elif row[at] < BY_CHARACTER and not word.characters.isdisjoint(characters):
                row[at] = BY_CHARACTER
    return shares
