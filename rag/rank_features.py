"""Measurements of one candidate passage against a query: what the score of a hit is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag import terms
from rag.datatypes import Document, Passage
from rag.lexical import LexicalQuery, Term

K1 = 1.2
B = 0.6
TITLE, SECTION = 0.5, 0.5


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage in the form that terms are counted in."""

    body: str
    title: str
    section: str
    length: int


def prepare(passage: Passage, document: Document) -> Prepared:
    """The passage with its title and section path, scanned."""
    section = terms.scan("\n".join(passage.section))
    return Prepared(
        terms.scan(passage.text), terms.scan(document.title), section, passage.end - passage.start
    )


def bm25(found: Sequence[Term], prepared: Prepared, mean_length: float) -> float:
    """BM25F over body, title and section, as a share of the most that the terms could reach, in [0, 1)."""
    total = sum(term.idf for term in found)
    if not total:
        return 0.0
    norm = K1 * (1 - B + B * prepared.length / mean_length)
    score = 0.0
    for term in found:
        frequency = float(prepared.body.count(term.needle))
        frequency += TITLE * prepared.title.count(term.needle) + SECTION * prepared.section.count(term.needle)
        if frequency:
            score += term.idf * frequency / (frequency + norm)
    return score / total


def coverage(found: Sequence[Term], prepared: Prepared) -> float:
    """The share of the terms, weighted by rarity, that stand in passage, section path or title."""
    total = sum(term.idf for term in found)
    there = sum(
        term.idf
        for term in found
        if term.needle in prepared.body or term.needle in prepared.title or term.needle in prepared.section
    )
    return there / total if total else 0.0


def measure(query: LexicalQuery, prepared: Prepared, mean_length: float) -> Mapping[str, float]:
    """The named lexical measurements of a candidate."""
    return {
        "pairs": bm25((*query.characters, *query.pairs), prepared, mean_length),
        "words": bm25(query.words, prepared, mean_length),
        "coverage": coverage(query.words, prepared),
    }
