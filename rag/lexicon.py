"""What English words are called in Chinese, as translated sentences tell: a table that ``eval.fit_translations`` learns.

It stands in where nobody wrote a word into the glossary: broad, and only as sure as it says.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

Table = Mapping[str, tuple[tuple[str, float], ...]]

FILE = Path(__file__).with_name("data") / "translations.txt.gz"


def translations(stem: str) -> tuple[tuple[str, float], ...]:
    """The Chinese words for a stem (``rag.glossary.stem``) with how sure each is, in tenths from 0.1 to 0.9, the surest first;
    nothing when the table does not know it.
    """
    table = _table()
    start = table.find(f"\n{stem} ") + 1
    if not start:
        return ()
    _, *found = table[start : table.index("\n", start)].split(" ")
    return tuple((word[:-1], int(word[-1]) / 10) for word in found)


def written(table: Table) -> bytes:
    """The contents of ``FILE`` for a table: a line for each stem, behind every translation how many tenths sure it is."""
    lines = (
        " ".join((stem, *(f"{word}{_tenths(sure)}" for word, sure in table[stem]))) for stem in sorted(table)
    )
    return gzip.compress("\n".join(("", *lines, "")).encode("utf-8"), mtime=0)


def _tenths(sure: float) -> int:
    return min(9, max(1, round(10 * sure)))


@lru_cache(maxsize=1)
def _table() -> str:
    """The text of the table, read when the first English word is looked up: 5 ms, against 20 for a dictionary of it."""
    return gzip.decompress(FILE.read_bytes()).decode("utf-8")
