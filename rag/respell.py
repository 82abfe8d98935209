"""Mends misspelt characters of a query with the terms that the knowledge base knows.

Input methods write by sound, so most slips are homophones: 祖题党日 for 主题党日; eyes and scanners take 曰 for 日. Two things
tell a slip. A stretch that the knowledge base does not hold is one such character away from a term of the field that it
does hold. Or the knowledge base knows none of the pairs that a character stands in: then it gives way to one that makes
the knowledge base know three characters in a row, or a pair that is a word, or that both neighbours agree on. A character
in a word of the dictionary gives way to four characters in a row only: 财政体质 to 财政体制.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from embeddings.fold import fold
from rag import segment
from rag.sound import homophones
from rag.store import Store
from rag.terms import FUNCTION_CHARACTERS, content_spans

_LONGEST_WORD = 4
_PROOF = 4  # characters in a row that the knowledge base holds prove a slip whatever the dictionary says
_SHORTEST_TERM = 3  # of two characters the other one proves nothing


def respelt(text: str, store: Store) -> str:
    """``text`` with the misspelt characters of its ideographic runs replaced; as long as ``text``, and it where all is well.

    Words that ask part two runs: what stands on both sides of them has nothing to do with each other.
    """
    found = list(text)
    for start, end in content_spans(text):
        written = text[start:end]
        found[start:end] = _kept(written, mended(fold(written), store))
    return "".join(found)


def _kept(written: str, meant: str) -> str:
    """``meant`` in the script it was written in: only the characters that were mended change."""
    return "".join(w if fold(w) == m else m for w, m in zip(written, meant, strict=True))


def mended(run: str, store: Store) -> str:
    """The ideographic ``run`` with its misspelt characters replaced; the run itself when nothing better is known."""
    run = _with_terms(run, store)
    known = store.frequencies({run[i : i + 2] for i in range(len(run) - 1)})
    for position in range(len(run)):
        unknown = len(run) > 1 and all(known.get(pair) == 0 for pair in _pairs_at(run, position))
        if unknown and run[position] not in FUNCTION_CHARACTERS:
            run = _replaced(run, position, store)
    return run


def _with_terms(run: str, store: Store) -> str:
    """The run with each stretch replaced that is one slip away from a term: where the documents know the term only."""
    for length in range(min(_longest_term(), len(run)), _SHORTEST_TERM - 1, -1):
        for start in range(len(run) - length + 1):
            stretch = run[start : start + length]
            for position in range(length):
                for term in _terms_with_gap().get(f"{stretch[:position]}?{stretch[position + 1 :]}", ()):
                    if term[position] in alternatives(stretch[position]) and _only_the_term(
                        stretch, term, store
                    ):
                        run = run[:start] + term + run[start + length :]
    return run


def _only_the_term(stretch: str, term: str, store: Store) -> bool:
    return not store.phrase_frequency(stretch) and store.phrase_frequency(term) > 0


def alternatives(character: str) -> frozenset[str]:
    """The characters that ``character`` is written for by mistake: those that sound alike, those that look alike."""
    return frozenset(homophones(character)) | _look_alikes().get(character, frozenset())


def _replaced(run: str, position: int, store: Store) -> str:
    candidates = [
        run[:position] + other + run[position + 1 :] for other in sorted(alternatives(run[position]))
    ]
    pairs = store.frequencies({pair for text in candidates for pair in _pairs_at(text, position)})
    best, most = run, 0
    stands = _in_word(run, position)  # what is a word gives way only to four characters in a row
    for text in candidates:
        around = _pairs_at(text, position)
        if not any(pairs[pair] for pair in around):
            continue
        if len(run) > 2:
            short = (
                () if stands else (p for p in _phrases_at(text, position, 3) if _proves(text, position, p))
            )
            proofs = (*short, *_phrases_at(text, position, _PROOF))
            weight = max((store.phrase_frequency(phrase) for phrase in proofs), default=0)
        else:
            weight = pairs[text] if segment.is_word(text) and not stands else 0
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


@lru_cache(maxsize=1)
def _terms_with_gap() -> dict[str, tuple[str, ...]]:
    """Terms by their characters with one of them left open."""
    found: dict[str, tuple[str, ...]] = {}
    for term in segment.terms():
        for position in range(len(term)) if len(term) >= _SHORTEST_TERM else ():
            gap = f"{term[:position]}?{term[position + 1 :]}"
            found[gap] = (*found.get(gap, ()), term)
    return found


@lru_cache(maxsize=1)
def _longest_term() -> int:
    return max(map(len, segment.terms()))


@lru_cache(maxsize=1)
def _look_alikes() -> dict[str, frozenset[str]]:
    lines = files("rag").joinpath("data/look_alikes.txt").read_text("utf-8").splitlines()
    found: dict[str, frozenset[str]] = {}
    for group in (group for line in lines if not line.startswith("#") for group in line.split()):
        for character in group:
            found[character] = found.get(character, frozenset()) | frozenset(group) - {character}
    return found
