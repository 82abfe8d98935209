"""Measurements of one candidate passage against a query, and the score made from them.

Lexical measurements are shares in [0, 1] of what the query asks for, so that they mean the same for every query and in
every knowledge base. The weights are in ``data/ranking.json``, fitted by ``eval.tune_retrieval`` on training pairs.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag import terms
from rag.datatypes import Document, Passage
from rag.lexical import LexicalQuery, Term
from rag.text import HAN

K1, B = 1.2, 0.6  # of BM25; measured in docs/retrieval.md
TITLE, SECTION = 1.0, 1.5  # what an occurrence there counts, against 1 in the paragraph

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


def measure(query: LexicalQuery, prepared: Prepared, mean_length: float) -> dict[str, float]:
    """The named lexical measurements of a candidate.

    ``pairs`` and ``words`` are BM25F over characters with pairs, and over words. The others are shares of the query's
    terms that are there at all: ``coverage`` in paragraph, section path or title; ``sentence`` in two neighbouring
    sentences, section path or title; ``anchors`` as coverage among the terms that the knowledge base knows, where the
    rarest count most: they name what the question is about.
    """
    norm = K1 * (1 - B + B * prepared.length / mean_length)
    pairs = words = covered = above = anchors = 0.0
    in_body: list[Term] = []
    for term in query.terms:
        count = float(prepared.body.count(term.needle))
        heading = TITLE * prepared.title.count(term.needle) if prepared.title else 0.0
        if prepared.section:
            heading += SECTION * prepared.section.count(term.needle)
        if not count and not heading:
            continue
        saturated = (count + heading) / (count + heading + norm)
        pairs += term.gram * saturated
        words += term.word * saturated
        weight = term.pair + term.word
        covered += weight
        anchors += term.anchor
        if heading:
            above += weight
        elif weight:
            in_body.append(term)
    whole = query.pairs + query.words
    return {
        "pairs": pairs / query.grams,
        "words": words / query.words,
        "coverage": covered / whole,
        "sentence": (above + best_sentences(in_body, prepared.body)) / whole,
        "anchors": anchors / query.anchors,
    }


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


def fused(evidence: Mapping[str, float]) -> float:
    """The score of a hit in [0, 1]: a logistic function of the weighted measurements.

    A passage in another script than the query's shares names and digits with it at most: other weights hold there.
    """
    weights = ranking()["cross" if evidence["cross"] else "same"]
    total = weights["intercept"] + sum(
        weights[name] * evidence[name] for name in weights if name != "intercept"
    )
    return 1.0 / (1.0 + math.exp(-total))


@lru_cache(maxsize=1)
def ranking() -> Mapping[str, Mapping[str, float]]:
    """The weights: ``same`` and ``cross`` (query and passage in different scripts)."""
    found: Mapping[str, Mapping[str, float]] = json.loads(WEIGHTS_FILE.read_text("utf-8"))
    return found
