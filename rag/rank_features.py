"""Measurements of one candidate passage against a query, and the score made from them.

Lexical measurements are shares in [0, 1] of what the query asks for, so that they mean the same for every query and in
every knowledge base. The weights are in ``data/ranking.json``, fitted by ``eval.tune_retrieval`` on training pairs.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag import terms
from rag.concepts import Concept, Term
from rag.datatypes import Document, Passage
from rag.lexical import LexicalQuery
from rag.text import HAN

K1, B = 1.2, 0.6  # of BM25; measured in docs/retrieval.md
TITLE, SECTION = 1.0, 1.5  # what an occurrence there counts, against 1 in the paragraph
DOCUMENT = 1.0  # what the share of the query's terms counts that stand anywhere in the passage's document
QUOTED = 1.0  # what the share of the phrases counts that the query quotes and the passage, title or section path holds
FOREIGN = 2.0  # taken from the score of a foreign passage when the question is Chinese

# What the score is made of: with an encoder whose token vectors mean something, with any other, and of meaning alone.
FEATURES = {
    "tokens": ("pairs", "anchors", "nearness", "alike"),
    "plain": ("pairs", "sentence", "anchors", "nearness"),
    "meaning": ("nearness", "alike"),
}

WEIGHTS_FILE = Path(__file__).with_name("data") / "ranking.json"

_HAN = re.compile(rf"[{HAN}]")
_LETTER = re.compile(rf"[^\W\d_{HAN}]")
_LETTERS_A_HAN = 4.0  # a word of letters says about as much as one character


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage in the form that terms are counted in; ``han`` is the share of Chinese in its words."""

    body: str
    title: str
    section: str
    length: int
    han: float


def prepare(passage: Passage, document: Document) -> Prepared:
    """The passage with its title and section path, scanned."""
    section = terms.scan("\n".join(passage.section))
    length = passage.end - passage.start
    return Prepared(
        terms.scan(passage.text), terms.scan(document.title), section, length, han_share(passage.text)
    )


def han_share(text: str) -> float:
    """How much of the words of ``text`` is Chinese, from 0 to 1; 1.0 for a text without words."""
    han, letters = len(_HAN.findall(text)), len(_LETTER.findall(text))
    return han / (han + letters / _LETTERS_A_HAN) if han + letters else 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The named measurements of a candidate, and which of the query's terms stand in it, by number."""

    values: dict[str, float]
    held: frozenset[int]


def measure(query: LexicalQuery, prepared: Prepared, mean_length: float) -> Measured:
    """The lexical measurements of a candidate.

    ``pairs`` and ``words`` are BM25F over characters with pairs, and over words. The others are shares of the query's
    terms that are there at all: ``coverage`` in paragraph, section path or title; ``sentence`` in two neighbouring
    sentences, section path or title; ``anchors`` as coverage among the terms that the knowledge base knows, where the
    rarest count most: they name what the question is about. ``quoted`` is the share of the quoted phrases held.
    """
    norm = K1 * (1 - B + B * prepared.length / mean_length)
    if query.concepts:
        return _measure_concepts(query, prepared, norm)
    pairs = words = above = anchors = 0.0
    whole = "\n".join((prepared.body, prepared.title, prepared.section)) if query.quoted else ""
    held: list[int] = []
    in_body: list[Term] = []
    for number, term in enumerate(query.terms):
        count = float(prepared.body.count(term.needle))
        heading = TITLE * prepared.title.count(term.needle) if prepared.title else 0.0
        if prepared.section:
            heading += SECTION * prepared.section.count(term.needle)
        if not count and not heading:
            continue
        held.append(number)
        saturated = (count + heading) / (count + heading + norm)
        pairs += term.gram * saturated
        words += term.word * saturated
        anchors += term.anchor
        if heading:
            above += term.pair + term.word
        else:
            in_body.append(term)
    values = {
        "pairs": pairs / query.grams,
        "words": words / query.words,
        "coverage": coverage(query, held),
        "sentence": (above + best_sentences(in_body, prepared.body)) / (query.pairs + query.words),
        "anchors": anchors / query.anchors,
        "quoted": sum(phrase in whole for phrase in query.quoted) / len(query.quoted)
        if query.quoted
        else 0.0,
    }
    return Measured(values, frozenset(held))


def _measure_concepts(query: LexicalQuery, prepared: Prepared, norm: float) -> Measured:
    """``measure`` where each word of the query is found as far as the best of its senses is. Where the words stand
    together is not looked at.
    """
    counts: dict[str, float] = {}

    def saturated(term: Term) -> float:
        if term.needle not in counts:
            count = prepared.body.count(term.needle) + TITLE * prepared.title.count(term.needle)
            count += SECTION * prepared.section.count(term.needle)
            counts[term.needle] = count / (count + norm)
        return counts[term.needle]

    pairs = words = anchors = 0.0
    held: list[int] = []
    for number, concept in enumerate(query.concepts):
        there = max(sense.share * saturated(sense.word) for sense in concept.senses)
        pairs += concept.gram * max(
            sense.share * sum(term.gram * saturated(term) for term in sense.terms) / sense.gram
            for sense in concept.senses
        )
        words += concept.word * there
        if there:
            held.append(number)
            anchors += concept.anchor
    covered = coverage(query, held)
    values = {
        "pairs": pairs / query.grams,
        "words": words / query.words,
        "coverage": covered,
        "sentence": covered,
        "anchors": anchors / query.anchors,
        "quoted": 0.0,
    }
    return Measured(values, frozenset(held))


def coverage(query: LexicalQuery, held: Iterable[int]) -> float:
    """The share of the query's pairs and words, weighted by rarity, that the terms (or concepts) of these numbers are."""
    asked: Sequence[Term | Concept] = query.concepts or query.terms
    return sum(asked[n].pair + asked[n].word for n in held) / (query.pairs + query.words)


def best_sentences(there: Sequence[Term], body: str) -> float:
    """The weight of those of the terms that the best two neighbouring sentences of a scanned text hold."""
    sentences = body.split("\n")
    best = 0.0
    for first, second in zip(sentences, [*sentences[1:], ""], strict=True):
        weight = 0.0
        for term in there:
            if term.needle in first or term.needle in second:
                weight += term.pair + term.word
        best = max(best, weight)
    return best


def weigh(evidence: Mapping[str, float], kind: str) -> float:
    """The weighted sum of the measurements, ``kind`` as in ``FEATURES``: the logarithm of the odds that the passage is
    relevant.

    A passage in another script than the query's shares names and digits with it at most: other weights hold there, and
    a Chinese question is answered from Chinese passages first.
    """
    weights = ranking()[kind]["cross" if evidence["cross"] else "same"]
    odds = weights["intercept"] + sum(weights[name] * evidence[name] for name in FEATURES[kind])
    if kind != "meaning":
        odds += DOCUMENT * evidence["document"] + QUOTED * evidence["quoted"]
    return odds - FOREIGN if evidence["cross"] < 0 else odds


def probability(odds: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + math.exp(-odds))


@lru_cache(maxsize=1)
def ranking() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """The weights by the kinds of ``FEATURES``, then ``same`` and ``cross`` (query and passage in different scripts)."""
    found: Mapping[str, Mapping[str, Mapping[str, float]]] = json.loads(WEIGHTS_FILE.read_text("utf-8"))
    return found
