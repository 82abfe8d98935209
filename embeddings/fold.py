"""One spelling for texts that differ only in script, width or case, character by character.

``fold`` never changes the length of a text, so an offset into the folded text is an offset into the original:
lexical matching can run on folded text and still cite the original words.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path


def fold(text: str) -> str:
    """``text`` in Simplified characters, half width and lower case; always exactly as long as ``text``."""
    return text.translate(_table())


@lru_cache(maxsize=1)
def fold_fingerprint() -> str:
    """A short hash of the table: changes whenever some text would fold differently."""
    return hashlib.sha256(_data().encode()).hexdigest()[:8]


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    lines = _data().split("\n")
    return {ord(line[0]): line[2] for line in lines if line and not line.startswith("#")}


@lru_cache(maxsize=1)
def _data() -> str:
    """Lines of a character, a tab and its folded form, written by ``embeddings.make_fold_table``."""
    return Path(__file__).with_name("fold.tsv").read_text(encoding="utf-8")
