"""From text to lexical terms: what the full-text index holds and what a query asks it for.

Chinese has no blanks, so a run of ideographs gives its single characters, its overlapping pairs, and its segmented words of
three characters and more (a pair of characters is already there). Everything else gives whole words, folded, English
plurals cut to the singular. `scan` is the same text in a form in which the frequency of a term is one ``str.count``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from embeddings.fold import fold, fold_fingerprint
from rag.text import HAN

_VERSION = "1"  # raise it when the terms of a text change

_IDEOGRAPH = rf"{HAN}々〆\u3041-\u309f\u30a0-\u30ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0980-\u0d7f"  # vowel signs: part of the word they stand in
_RUN = re.compile(
    rf"([{_IDEOGRAPH}]+)|((?:[^\W_{_IDEOGRAPH}]|[{_MARKS}])+(?:[.'’\-](?=\w)(?:[^\W_{_IDEOGRAPH}]|[{_MARKS}])+)*%?)"
)
_QUOTES = re.compile('[“”‘’"「」『』《》〈〉〝〞]')
_IDEOGRAPHIC = re.compile(rf"[{_IDEOGRAPH}]")


def version() -> str:
    """Changes whenever some text would give other terms: a store written with others rebuilds its lexical index."""
    return f"{_VERSION}-{fold_fingerprint()}"


def runs(text: str) -> list[tuple[str, bool]]:
    """The runs of folded ``text`` in order: ``(run, is ideographic)``. Quotation marks and 《》 do not break a run."""
    folded = _QUOTES.sub("", fold(text).lower())
    return [(han, True) if han else (singular(word), False) for han, word in _RUN.findall(folded)]


def scan(text: str) -> str:
    """``text`` as runs, with blanks around every word: see ``needle``."""
    return " ".join(run if han else f" {run} " for run, han in runs(text))


def needle(term: str) -> str:
    """The string whose count in ``scan(text)`` is the frequency of ``term`` in ``text``."""
    return term if _IDEOGRAPHIC.match(term) else f" {term} "


def singular(word: str) -> str:
    """An English plural's singular by Harman's S rules (JASIS 42, 1991); any other word unchanged."""
    if len(word) > 3 and word.isascii() and word.endswith("s"):
        if word.endswith("ies") and word[-4] not in "ae":
            return word[:-3] + "y"
        if word[-2] not in "aeiou" + "s'" or word.endswith("es") and word[-3] not in "aeo":
            return word[:-1]
    return word


def pairs(run: str) -> list[str]:
    """Overlapping character pairs of a run; the run itself when it has but one character."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


@lru_cache(maxsize=50_000)
def cut(run: str) -> tuple[str, ...]:
    """The words of an ideographic run."""
    import rjieba

    return tuple(rjieba.cut(run))


def index_terms(text: str) -> str:
    """All terms of ``text``, separated by blanks, as the full-text index stores them."""
    found: list[str] = []
    for run, han in runs(text):
        if not han:
            found.append(run)
            continue
        found.extend(run)
        if len(run) > 1:
            found.extend(pairs(run))
        found.extend(word for word in cut(run) if len(word) > 2)
    return " ".join(found)
