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
from importlib.resources import files

from rag import terms
from rag.datatypes import Document, Passage
from rag.lexical import LexicalQuery, Term
from rag.text import HAN

K1, B = 1.2, 0.6  # of BM25; measured in docs/retrieval.md
TITLE, SECTION = 1.0, 1.5  # what an occurrence there counts, against 1 in the paragraph

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

    @property
    def everything(self) -> str:
        """Title, section path and paragraph."""
        return f"{self.title}\n{self.section}\n{self.body}"


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

    ``pairs`` and ``words`` are BM25F over characters with pairs, and over words; ``coverage`` the share of the query's
    pairs that stand in passage, section path or title; ``sentence`` the same within two neighbouring sentences.
    """
    return {
        "pairs": bm25((*query.characters, *query.pairs), prepared, mean_length),
        "words": bm25(query.words, prepared, mean_length),
        "coverage": coverage(query.pairs, prepared.everything),
        "sentence": best_sentences((*query.pairs, *query.words), prepared),
    }


def bm25(wanted: Sequence[Term], prepared: Prepared, mean_length: float) -> float:
    """BM25F (Robertson, Zaragoza, Taylor 2004) as a share of the most that the terms could reach."""
    total = sum(term.idf for term in wanted)
    norm = K1 * (1 - B + B * prepared.length / mean_length)
    score = 0.0
    for term in wanted:
        count = float(prepared.body.count(term.needle))
        if prepared.title:
            count += TITLE * prepared.title.count(term.needle)
        if prepared.section:
            count += SECTION * prepared.section.count(term.needle)
        if count:
            score += term.idf * count / (count + norm)
    return score / total if total else 0.0


def coverage(wanted: Sequence[Term], text: str) -> float:
    """The share of the terms, weighted by rarity, that stand in a scanned text."""
    total = sum(term.idf for term in wanted)
    return sum(term.idf for term in wanted if term.needle in text) / total if total else 0.0


def best_sentences(wanted: Sequence[Term], prepared: Prepared) -> float:
    """The largest coverage that two neighbouring sentences of the paragraph reach."""
    total = sum(term.idf for term in wanted)
    there = [term for term in wanted if term.needle in prepared.body]
    sentences = prepared.body.split("\n")
    if not total or not there:
        return 0.0
    best = 0.0
    for first, second in zip(sentences, sentences[1:] or [""], strict=False):
        best = max(best, sum(term.idf for term in there if term.needle in first or term.needle in second))
    return best / total


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
    found: Mapping[str, Mapping[str, float]] = json.loads(
        files("rag").joinpath("data/ranking.json").read_text("utf-8")
    )
    return found
