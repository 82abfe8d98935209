"""What a query asks the documents for: weighed terms, and concepts, which may be called one of several things.

A word of another language has several translations, and a passage says one of them. Counted one by one the others would be
missed; a concept is found as far as the best of its senses is (structured queries, Pirkola 1998).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rag import segment, terms
from rag.glossary import Wording

_ANCHOR_POWER = 4  # of the weight; 2 does nearly as well
FURTHER = 0.8  # what a sense of the glossary counts that is not the closest


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a query, ``needle`` being what to count in ``terms.scan(text)``.

    Its weight, which grows with its rarity, is its ``gram`` when it is a character or a pair of them, its ``pair`` when
    it is a pair, its ``word`` when it is a word; what it is not is 0. Words without ideographs are pair and word.
    ``anchor`` makes much of the rarest pairs and words among those that the knowledge base knows.
    """

    text: str
    needle: str
    frequency: int
    gram: float
    pair: float
    word: float

    @property
    def anchor(self) -> float:
        """See above."""
        return max(self.pair, self.word) ** _ANCHOR_POWER if self.frequency else 0.0


@dataclass(frozen=True, slots=True)
class Sense:
    """One of the things that a concept may be called: how much that counts, and its terms, the whole word first."""

    share: float
    terms: tuple[Term, ...]
    gram: float
    pair: float

    @property
    def word(self) -> Term:
        """The whole of it."""
        return self.terms[0]


@dataclass(frozen=True, slots=True)
class Concept:
    """A word of a query in another language. Its weights are those of its senses on average, as far as the knowledge base knows any."""

    senses: tuple[Sense, ...]
    gram: float
    pair: float
    word: float
    anchor: float


def senses_of(wording: Wording) -> dict[str, float]:
    """What a wording may be called and what each counts beside the surest; the wording itself when nobody knows."""
    if wording.shares:
        return {word: share / wording.sure for word, share in zip(wording.meant, wording.shares, strict=True)}
    return {word: FURTHER if n else 1.0 for n, word in enumerate(wording.meant or (wording.said,))}


def parts_of(word: str) -> tuple[str, ...]:
    """The word, then its characters, their pairs and the words in it; a word without ideographs is one."""
    if not terms.has_ideographs(word):
        return (word,)
    return tuple(dict.fromkeys((word, *sorted({*word, *terms.pairs(word), *segment.cut_terms(word)}))))


def concept(senses: Mapping[str, float], frequencies: Mapping[str, int], total: int) -> Concept:
    """The concept that may be called each of ``senses``; ``frequencies`` knows all their parts."""
    every = tuple(_sense(word, share, frequencies, total) for word, share in senses.items())
    known = [sense for sense in every if sense.word.frequency]
    counted = known or every[:1]
    shares = sum(sense.share for sense in counted)
    gram, pair, word = (
        sum(sense.share * weight for sense, weight in zip(counted, weights, strict=True)) / shares
        for weights in (
            [sense.gram for sense in counted],
            [sense.pair for sense in counted],
            [sense.word.word for sense in counted],
        )
    )
    return Concept(every, gram, pair, word, max(pair, word) ** _ANCHOR_POWER if known else 0.0)


def _sense(word: str, share: float, frequencies: Mapping[str, int], total: int) -> Sense:
    han = terms.has_ideographs(word)
    found = []
    for part in parts_of(word):
        weight = idf(total, frequencies[part])
        kinds = (not han or len(part) <= 2, not han or len(part) == 2, part == word)
        found.append(
            Term(part, terms.needle(part), frequencies[part], *(weight if kind else 0.0 for kind in kinds))
        )
    return Sense(share, tuple(found), sum(term.gram for term in found), sum(term.pair for term in found))


def idf(total: int, frequency: int) -> float:
    """BM25's weight of a term that ``frequency`` of ``total`` passages hold (Robertson, Spärck Jones), above 0."""
    return math.log(1.0 + (total - frequency + 0.5) / (frequency + 0.5))
