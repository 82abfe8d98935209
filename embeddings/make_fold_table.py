"""Writes ``fold.tsv``, the character table behind ``embeddings.fold``: width, case, Traditional to Simplified.

    python -m embeddings.make_fold_table

Needed only to refresh the table, with OpenCC installed (``pip install opencc-python-reimplemented``). The
table ships with the package so that neither OpenCC nor the Unicode version of the running Python matters to
an index.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).with_name("fold.tsv")
HEADER = (
    "# character, folded character; Traditional forms from OpenCC's TSCharacters (Apache-2.0), first choice"
)

# Blocks whose characters are only other spellings of ordinary ones. Circled digits, ligatures and the like
# are left alone: they carry meaning (①) or would change the length (㎡).
COMPATIBILITY_BLOCKS = (
    (0x00A0, 0x00A0),  # no-break space
    (0x2F00, 0x2FD5),  # Kangxi radicals: what some PDF fonts give instead of ordinary characters
    (0x3000, 0x3000),  # ideographic space
    (0xF900, 0xFAFF),  # CJK compatibility ideographs
    (0xFF01, 0xFFEE),  # full-width ASCII, half-width kana and Hangul
    (0x2F800, 0x2FA1D),  # CJK compatibility ideographs, supplement
)
HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
LAST_CASED = 0x1E943


def fold_pairs() -> dict[str, str]:
    """Every character that folding changes, with what it becomes; folding twice changes nothing more."""
    widths = dict(_widths())
    lower = dict(_lower_cases())
    simplified = dict(_simplified())
    pairs = {}
    for character in sorted({*widths, *lower, *simplified}):
        folded = widths.get(character, character)
        folded = lower.get(folded, folded)
        while folded in simplified:
            folded = simplified[folded]
        pairs[character] = folded
    return pairs


def _characters(blocks: tuple[tuple[int, int], ...]) -> Iterator[str]:
    for first, last in blocks:
        yield from map(chr, range(first, last + 1))


def _widths() -> Iterator[tuple[str, str]]:
    for character in _characters(COMPATIBILITY_BLOCKS):
        normal = unicodedata.normalize("NFKC", character)
        if len(normal) == 1 and normal != character:
            yield character, normal


def _lower_cases() -> Iterator[tuple[str, str]]:
    for character in _characters(((0, LAST_CASED),)):
        lower = character.lower()
        if len(lower) == 1 and lower != character:
            yield character, lower


def _simplified() -> Iterator[tuple[str, str]]:
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    for character in _characters(HAN_BLOCKS):
        simplified = convert(character)
        if len(simplified) == 1 and simplified != character:
            yield character, simplified


def main() -> int:
    """Writes the table and says on stderr how many characters it holds."""
    pairs = fold_pairs()
    lines = [HEADER, *(f"{character}\t{folded}" for character, folded in pairs.items())]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(pairs)} characters -> {TABLE.name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
