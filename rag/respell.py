"""Mends misspelt characters of a query with the terms that the knowledge base knows.

Input methods write by sound, so most slips are homophones: 祖题党日 for 主题党日. A character is suspected when the
knowledge base knows none of the pairs it stands in. It gives way to one that sounds alike and makes the knowledge base
know three characters in a row, or a pair that is a word; or to any character when both neighbours on each side agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from embeddings.fold import fold
from rag import segment
from rag.sound import homophones
from rag.store import Store
from rag.text import HAN

_RUN = re.compile(rf"[{HAN}]{{2,}}")
_LONGEST_WORD = 4


def respelt(text: str, store: Store) -> str:
    """``text`` with the misspelt characters of its ideographic runs replaced; as long as ``text``, and it where all is well."""
    return _RUN.sub(lambda run: _kept(run.group(), mended(fold(run.group()), store)), text)


def _kept(written: str, meant: str) -> str:
    """``meant`` in the script it was written in: only the characters that were mended change."""
    return "".join(w if fold(w) == m else m for w, m in zip(written, meant, strict=True))


def mended(run: str, store: Store) -> str:
    """The ideographic ``run`` with its misspelt characters replaced; the run itself when nothing better is known."""
    known = store.frequencies({run[i : i + 2] for i in range(len(run) - 1)})
    for position in range(len(run)):
        unknown = len(run) > 1 and all(known.get(pair) == 0 for pair in _pairs_at(run, position))
        if unknown and not _in_word(run, position):
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
            proofs = (p for p in _phrases_at(text, position, 3) if _proves(text, position, p))
            weight = max((store.phrase_frequency(phrase) for phrase in proofs), default=0)
        else:
            weight = pairs[text] if segment.is_word(text) else 0
        if weight > most:
            best, most = text, weight
    return best


def _proves(run: str, position: int, phrase: str) -> bool:
    """Whether a known ``phrase`` bears witness for the new character: a neighbour on each side, or a word, in whole or part."""
    middle = 0 < position < len(run) - 1 and run[position - 1 : position + 2] == phrase
    return (
        middle
        or segment.is_word(phrase)
        or any(segment.is_word(pair) and pair in phrase for pair in _pairs_at(run, position))
    )


def _pairs_at(run: str, position: int) -> list[str]:
    return list(_phrases_at(run, position, 2))


def _phrases_at(run: str, position: int, length: int) -> Iterator[str]:
    """The stretches of ``length`` characters that hold the one at ``position``."""
    for start in range(max(0, position - length + 1), min(position, len(run) - length) + 1):
        yield run[start : start + length]


def _in_word(run: str, position: int) -> bool:
    """Whether a word of the general dictionary holds the character as it stands: what is rare is not misspelt."""
    lengths = range(2, min(_LONGEST_WORD, len(run)) + 1)
    return any(segment.is_word(phrase) for length in lengths for phrase in _phrases_at(run, position, length))
