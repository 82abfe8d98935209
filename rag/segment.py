"""Words of Chinese text, as the segmenter cuts and tags them: the only module of ``rag`` that knows the segmenter.

There are two vocabularies. The general one cuts any Chinese; the other keeps the terms of ``data/terms.txt`` whole as well, for
what must find a term as a term (the full-text index, the topic of a question).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

_NAMES, _DIVISIONS = ("nr", "ns", "nt"), "省市县区乡镇村"
TERM = ""  # the tag of a term of ``data/terms.txt``


def cut(text: str) -> list[str]:
    """The words of ``text`` in order, by the general vocabulary; they join to the text itself."""
    return list(_general().cut(text))


def tagged(text: str) -> list[tuple[str, str]]:
    """``(word, part of speech)`` of ``text`` in order, by the general vocabulary."""
    return list(_general().tag(text))


def proper_names(text: str) -> tuple[str, ...]:
    """The persons, places and bodies that ``text`` names, each once; a place without 省, 市 and the like behind it."""
    found = (word for word, tag in tagged(text) if tag in _NAMES and word != "中国")
    return tuple(dict.fromkeys(name for word in found if len(name := word.rstrip(_DIVISIONS)) > 1))


def is_word(text: str) -> bool:
    """Whether ``text`` is a word of the general vocabulary as it stands."""
    uncut: list[str] = _general().cut(text, False)  # has_word also says yes to the beginning of a longer word
    return uncut == [text]


@lru_cache(maxsize=20_000)
def cut_terms(run: str) -> tuple[str, ...]:
    """The words of an ideographic run; the terms of ``data/terms.txt`` stay whole."""
    return tuple(_with_terms().cut(run))


def tagged_terms(text: str) -> list[tuple[str, str]]:
    """``(word, part of speech)`` of ``text`` in order; terms of ``data/terms.txt`` stay whole and are tagged ``TERM``."""
    return list(_with_terms().tag(text))


@lru_cache(maxsize=1)
def dictionary() -> str:
    """``data/terms.txt`` as it is."""
    return files("rag").joinpath("data/terms.txt").read_text("utf-8")


@lru_cache(maxsize=1)
def terms() -> tuple[str, ...]:
    """The terms of ``data/terms.txt``."""
    return tuple(w for line in dictionary().splitlines() if not line.startswith("#") for w in line.split())


def is_term(word: str) -> bool:
    """Whether a word is one of ``terms``."""
    return word in _known_terms()


@lru_cache(maxsize=1)
def _known_terms() -> frozenset[str]:
    return frozenset(terms())


@lru_cache(maxsize=1)
def _general() -> Any:
    import rjieba

    return rjieba


@lru_cache(maxsize=1)
def _with_terms() -> Any:
    import rjieba

    segmenter = rjieba.Jieba()
    for term in terms():
        segmenter.add_word(term, None, None)
    return segmenter
