"""Mends misspelt characters of a query with the terms that the knowledge base knows.

Input methods write by sound, so most slips are homophones: 祖题党日 for 主题党日. A character is suspected when the
knowledge base knows none of the pairs it stands in. It gives way to one that sounds alike and makes the knowledge base
know three characters in a row, or a pair that is a word; or to any character when both neighbours on each side agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from rag.sound import homophones
from rag.store import Store

_REACH = 2  # characters to each side that may bear witness


def mended(run: str, store: Store) -> str:
    """The ideographic ``run`` with its misspelt characters replaced; the run itself when nothing better is known."""
    known = store.frequencies({run[i : i + 2] for i in range(len(run) - 1)})
    for position in range(len(run)):
        if all(known.get(pair) == 0 for pair in _pairs_at(run, position)) and len(run) > 1:
            run = _replaced(run, position, store)
    return run


def _replaced(run: str, position: int, store: Store) -> str:
    candidates = [run[:position] + other + run[position + 1 :] for other in homophones(run[position])]
    pairs = store.frequencies({pair for text in candidates for pair in _pairs_at(text, position)})
    best, most = run, 0
    for text in candidates:
        around = _pairs_at(text, position)
        if not any(pairs[pair] for pair in around):
            continue
        if len(run) > 2:
            weight = max(store.phrase_frequency(phrase) for phrase in _phrases_at(text, position, 3))
        else:
            weight = pairs[text] if _is_word(text) else 0
        if weight > most:
            best, most = text, weight
    return best


def _pairs_at(run: str, position: int) -> list[str]:
    return list(_phrases_at(run, position, 2))


def _phrases_at(run: str, position: int, length: int) -> Iterator[str]:
    """The stretches of ``length`` characters that hold the one at ``position``."""
    for start in range(max(0, position - length + 1), min(position, len(run) - length) + 1):
        yield run[start : start + length]


def _is_word(text: str) -> bool:
    import rjieba

    return bool(rjieba.has_word(text))
