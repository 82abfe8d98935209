"""Official words for everyday ones: people ask 带头人干得不行怎么办 where documents say 不合格的党支部书记."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from rag import segment

_LONGEST = 4  # words that an everyday expression is made of


def official_words(run: str) -> tuple[str, ...]:
    """The official words for the everyday expressions in an ideographic run, in order, each once."""
    return tuple(dict.fromkeys(word for words in expressions(run).values() for word in words))


def expressions(run: str) -> dict[str, tuple[str, ...]]:
    """The everyday expressions in an ideographic run, with the official words for each."""
    entries = _entries()
    return {said: entries[said] for said in _expressions(segment.cut_terms(run)) if said in entries}


def _expressions(words: tuple[str, ...]) -> Iterator[str]:
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            yield "".join(words[start:end])


@lru_cache(maxsize=1)
def _entries() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in files("rag").joinpath("data/thesaurus.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            asked, written = line.split(" = ")
            for expression in asked.split():
                found[expression] = tuple(dict.fromkeys((*found.get(expression, ()), *written.split())))
    return found
